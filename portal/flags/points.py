"""Decides what a point on the map is: two exact numbers of degrees in the United Kingdom, and how they are meant."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from portal.errors import InvalidCode, InvalidField
from portal.flags.models import Flag

# The United Kingdom with its islands: the bounds also find a latitude and a longitude that changed places.
LATITUDES = (Decimal(49), Decimal(61))
LONGITUDES = (Decimal(-9), Decimal(3))
# A tenth of a metre; no phone and no published file knows a place better.
EXACT_TO = Decimal("0.000001")


@dataclass(frozen=True, kw_only=True)
class Point:
    """A place as degrees of WGS 84; approximate when whoever recorded it moved it, so that no house is told."""

    latitude: Decimal
    longitude: Decimal
    approximate: bool = False

    def rounded(self) -> "Point":
        """The point as it is kept; for one that lies within the bounds."""
        return Point(
            latitude=self.latitude.quantize(EXACT_TO),
            longitude=self.longitude.quantize(EXACT_TO),
            approximate=self.approximate,
        )


def point_problems(point: Point | None) -> Iterator[InvalidField]:
    """The broken rules of a point, if there is one."""
    if point is None:
        return
    if _within(point.longitude, LATITUDES) and _within(point.latitude, LONGITUDES):
        yield _problem("latitude", "Latitude and longitude have changed places.")
        return
    for name, value, (least, most) in (
        ("latitude", point.latitude, LATITUDES),
        ("longitude", point.longitude, LONGITUDES),
    ):
        if not _within(value, (least, most)):
            yield _problem(name, f"Give a {name} from {least} to {most}: this one lies outside the United Kingdom.")


def write_point(flag: Flag, place_description: str | None, point: Point | None) -> None:
    """Put a point onto a flag; a draft that stays where it was keeps its own when none is given."""
    if point is None and flag.place_description == place_description:
        return
    kept = None if point is None else point.rounded()
    flag.latitude, flag.longitude = (None, None) if kept is None else (kept.latitude, kept.longitude)
    flag.point_is_approximate = None if kept is None else kept.approximate


def _within(value: Decimal, bounds: tuple[Decimal, Decimal]) -> bool:
    return value.is_finite() and bounds[0] <= value <= bounds[1]


def _problem(name: str, message: str) -> InvalidField:
    return InvalidField(path=("place", "point", name), code=InvalidCode.OUT_OF_RANGE, message=message)
