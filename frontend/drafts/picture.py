"""Decides what the map of imported incidents shows: numbered marks that lead on, over the outline of the area."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from frontend.drafts.sifting import Sifting, part_of
from frontend.maps.drawing import Frame, Ground, ground, spread
from frontend.maps.outlines import ATTRIBUTION

# The one list whose codes the outlines are known by.
GSS = "GSS"


@dataclass(frozen=True, kw_only=True)
class Mark:
    """One mark: its number, where it stands in the picture in hundredths, what it counts and where it leads."""

    number: int
    left: str
    top: str
    drafts: int
    around: dict[str, Any] | None
    places: int
    query: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A map: its marks, and the ground they stand on where it is known."""

    marks: Sequence[Mark]
    ground: Ground | None
    attribution: str = ATTRIBUTION


def picture(squares: Sequence[dict[str, Any]], area: dict[str, Any] | None, sifting: Sifting) -> Picture | None:
    """The map of what was found; None when nothing of it has a point, or when it would only show where one is again."""
    if not squares or (sifting.narrows and len(squares) == 1):
        return None
    corners = [
        (float(square[east]), float(square[north]))
        for square in squares
        for east, north in (("west", "south"), ("east", "north"))
    ]
    frame = Frame.around(corners)
    middles = spread([frame.at(float(square["longitude"]), float(square["latitude"])) for square in squares])
    marks = [
        Mark(
            number=number,
            left=f"{left:.1%}",
            top=f"{top:.1%}",
            drafts=square["drafts"],
            around=square["nearest"],
            places=square["places"],
            query=sifting.query(part=part_of(square)),
        )
        for number, (square, (left, top)) in enumerate(zip(squares, middles, strict=True), start=1)
    ]
    known = area is not None and area["code"]["list"] == GSS
    return Picture(marks=marks, ground=ground(area["name"], area["code"]["value"], frame) if area and known else None)
