"""Decides how places become positions on a map: a square frame around them, and marks that never cover each other."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, radians

from frontend.maps.outlines import Ring, outline

# Drawn on a plane of this size; a page stretches it, and texts and marks stand beside it unstretched.
PLANE = 1000
# As wide as a frame is at least, in degrees of latitude: about 500 metres.
NARROWEST = 0.005
# Room for a mark at the edge, and the least distance of two marks, as parts of the frame: some 40 of 320 pixels.
MARGIN = 0.09
APART = 0.125
ROUNDS = 60


@dataclass(frozen=True, kw_only=True)
class Frame:
    """A square part of the map: its middle, and how far it reaches, in degrees of latitude."""

    north: float
    east: float
    reach: float

    @classmethod
    def around(cls, places: Sequence[tuple[float, float]]) -> "Frame":
        """The frame around places, each degrees east and north, with room at its edges. Raises ValueError for none."""
        easts, norths = [east for east, _ in places], [north for _, north in places]
        north, east = (min(norths) + max(norths)) / 2, (min(easts) + max(easts)) / 2
        reach = max(max(norths) - north, (max(easts) - east) * cos(radians(north)), NARROWEST / 2)
        return cls(north=north, east=east, reach=reach / (1 - 2 * MARGIN))

    def at(self, east: float, north: float) -> tuple[float, float]:
        """A place as parts of the frame, from its left and from its top; what lies outside is below 0 or above 1."""
        across = (east - self.east) * cos(radians(self.north))
        return 0.5 + across / (2 * self.reach), 0.5 - (north - self.north) / (2 * self.reach)


def path(rings: Iterable[Ring], frame: Frame) -> str:
    """Rings as the path of an SVG on a plane of PLANE by PLANE."""
    drawn = []
    for ring in rings:
        places = [frame.at(east, north) for east, north in ring]
        steps = [f"{round(left * PLANE)} {round(top * PLANE)}" for left, top in places]
        drawn.append(f"M{'L'.join(dict.fromkeys(steps))}Z")
    return "".join(drawn)


def spread(marks: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """The marks moved apart until none covers another, and none leaves the frame; their order decides nothing else."""
    moved = [list(mark) for mark in marks]
    for _ in range(ROUNDS):
        still = True
        for one in range(len(moved)):
            for other in range(one):
                still &= not _push(moved[one], moved[other])
        for mark in moved:
            mark[:] = [min(max(part, MARGIN), 1 - MARGIN) for part in mark]
        if still:
            break
    return [(left, top) for left, top in moved]


def _push(one: list[float], other: list[float]) -> bool:
    """Move two marks apart by half of what is missing each, and say whether that was needed."""
    along, down = one[0] - other[0], one[1] - other[1]
    distance = (along**2 + down**2) ** 0.5
    if distance >= APART * 0.999:
        return False
    if distance == 0:
        along, down, distance = 0.001, 0.0, 0.001
    step = (APART - distance) / 2 / distance
    one[0] += along * step
    one[1] += down * step
    other[0] -= along * step
    other[1] -= down * step
    return True


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What lies under the marks: the outline of an area within the frame, and the frame within the outline."""

    name: str
    path: str
    inset: str
    # The frame within the inset: left, top and width, on its plane.
    box: tuple[int, int, int]


def ground(name: str, code: str, frame: Frame) -> Ground | None:
    """The outline of an upper-tier authority by its GSS code; None when it is not known or lies elsewhere."""
    rings = outline(code)
    if not rings:
        return None
    whole = Frame.around([place for ring in rings for place in ring])
    corners = [whole.at(*_corner(frame, side)) for side in (-1, 1)]
    (left, bottom), (right, top) = corners
    if right < 0 or left > 1 or bottom < 0 or top > 1:
        return None
    # The frame of a few streets in a county would be a dot.
    width = max(right - left, 0.04)
    return Ground(
        name=name,
        path=path(rings, frame),
        inset=path(rings, whole),
        box=(
            round(((left + right) / 2 - width / 2) * PLANE),
            round(((top + bottom) / 2 - width / 2) * PLANE),
            round(width * PLANE),
        ),
    )


def _corner(frame: Frame, side: int) -> tuple[float, float]:
    return frame.east + side * frame.reach / cos(radians(frame.north)), frame.north + side * frame.reach
