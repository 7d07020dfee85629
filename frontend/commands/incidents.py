"""Decides how recorded incidents become drafts of flags: one a month and street, about a place, naming nobody."""

import hashlib
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from math import cos, hypot, radians
from typing import TypedDict

from frontend.commands.incident_rows import Incident, read_incidents

# A file of a whole force has a High Street in every town. Points of one street further apart than this are two streets.
SAME_STREET_KILOMETRES = 2.0
KILOMETRES_A_DEGREE = 111.2
ABOUT_100_METRES = Decimal("0.001")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

Point = tuple[Decimal, Decimal]


class PlaceGroupRow(TypedDict):
    """Whom a draft is about: young people at a place, nobody named."""

    description: str
    ageBandCode: str


class SubjectRow(TypedDict):
    """The one kind of subject an incident can have."""

    placeGroup: PlaceGroupRow


class PlaceRow(TypedDict):
    """Where it was recorded."""

    description: str


class FlagRow(TypedDict):
    """One row of the `importFlags` mutation, in the names of the schema."""

    reference: str
    subject: SubjectRow
    concernCode: str
    observedAt: str
    observedPrecision: str
    place: PlaceRow
    fact: str
    urgency: str


def flag_rows(content: bytes | str) -> list[FlagRow]:
    """Take a file of police.uk street-level records and give the rows to import, in a fixed order.

    Reading the same file again, in any order of rows, gives the same rows. Raises IncidentsRefused naming every bad
    line; then nothing is to be imported.
    """
    return rows_from(read_incidents(content).incidents)


def rows_from(incidents: Iterable[Incident]) -> list[FlagRow]:
    """Take incidents and give one row for each month and street, sorted by month and street."""
    streets: dict[tuple[str, str], list[Incident]] = defaultdict(list)
    for incident in incidents:
        streets[incident.month, _same_name(incident.street)].append(incident)
    return [
        _row(month, street, group)
        for (month, street), together in sorted(streets.items(), key=lambda item: item[0])
        for group in _near_each_other(together)
    ]


def _row(month: str, street: str, group: list[Incident]) -> FlagRow:
    # The commonest spelling; among equals the first in the alphabet, so that the order of rows decides nothing.
    spellings = Counter(incident.street for incident in group)
    shown = min(spellings, key=lambda name: (-spellings[name], name))
    times = "1 incident" if len(group) == 1 else f"{len(group)} incidents"
    verb = "was" if len(group) == 1 else "were"
    year, number = month.split("-")
    return {
        "reference": _reference(month, street, min(map(_point, group))),
        "subject": {
            "placeGroup": {
                "description": f"Anti-social behaviour recorded on or near {shown} ({times})",
                "ageBandCode": "UNKNOWN",
            }
        },
        "concernCode": "ANTI_SOCIAL_BEHAVIOUR",
        # The month is all that is known. At midnight UTC its first day is the same day in London, winter and summer.
        "observedAt": f"{month}-01T00:00:00+00:00",
        "observedPrecision": "MONTH",
        "place": {"description": f"On or near {shown}"},
        "fact": (
            f"{times} of anti-social behaviour {verb} recorded on or near {shown} in {MONTHS[int(number) - 1]} {year}. "
            "The day, the exact place and who was there are not recorded."
        ),
        "urgency": "ROUTINE",
    }


def _reference(month: str, street: str, point: Point) -> str:
    """The same for the same month, street and place: published rows have no lasting identifier to use instead."""
    rounded = ",".join(str(degrees.quantize(ABOUT_100_METRES) + 0) for degrees in point)
    digest = hashlib.sha256(f"{month}\n{street}\n{rounded}".encode()).hexdigest()
    return f"asb-{month}-{digest[:20]}"


def _same_name(street: str) -> str:
    """One spelling for names that differ only in case, kind of apostrophe or way of encoding."""
    return unicodedata.normalize("NFKC", street).replace("’", "'").casefold()


def _near_each_other(incidents: list[Incident]) -> Iterator[list[Incident]]:
    """Split the incidents of one street name into places: whatever is linked by steps of the allowed distance."""
    unplaced = sorted(set(map(_point, incidents)))
    while unplaced:
        place = [unplaced.pop(0)]
        for reached in place:
            near = [point for point in unplaced if _kilometres(reached, point) <= SAME_STREET_KILOMETRES]
            unplaced = [point for point in unplaced if point not in near]
            place += near
        points = set(place)
        yield [incident for incident in incidents if _point(incident) in points]


def _point(incident: Incident) -> Point:
    return incident.latitude, incident.longitude


def _kilometres(one: Point, other: Point) -> float:
    """The distance on a flat map, exact enough for a few kilometres."""
    north = float(one[0] - other[0])
    east = float(one[1] - other[1]) * cos(radians(float(one[0])))
    return KILOMETRES_A_DEGREE * hypot(north, east)
