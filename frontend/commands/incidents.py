"""Decides how recorded incidents become drafts of flags, in the words of a mapping: about a place, naming nobody."""

import hashlib
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from math import cos, hypot, radians
from typing import NotRequired, TypedDict

from frontend.commands.incident_rows import LONDON, Incident, Point, read_incidents
from frontend.commands.mapping import FileMapping, fill, read_mapping

# A file of a whole force has a High Street in every town. Points of one street further apart than this are two streets.
SAME_STREET_KILOMETRES = 2.0
KILOMETRES_A_DEGREE = 111.2
ABOUT_100_METRES = Decimal("0.001")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
# What references begin with that were made before there were mappings, so that they stay what they are.
BEGINNING = {"police.uk": "asb"}


class PlaceGroupRow(TypedDict):
    """Whom a draft is about: young people at a place, nobody named."""

    description: str
    ageBandCode: str


class SubjectRow(TypedDict):
    """The one kind of subject an incident can have."""

    placeGroup: PlaceGroupRow


class PointRow(TypedDict):
    """Where that is on the map."""

    latitude: str
    longitude: str
    approximate: bool


class PlaceRow(TypedDict):
    """Where it was recorded."""

    description: str
    point: NotRequired[PointRow]


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


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A row to import, and the line of the file it begins on."""

    line: int
    row: FlagRow


def flag_rows(content: bytes | str, mapping: FileMapping | None = None) -> list[FlagRow]:
    """Take a CSV file and give the rows to import; without a mapping it is a file of police.uk.

    Reading the same file again gives the same rows. Raises IncidentsRefused naming every bad line; then nothing is to
    be imported.
    """
    mapping = mapping or read_mapping()
    return [draft.row for draft in drafts_from(read_incidents(content, mapping).incidents, mapping)]


def drafts_from(incidents: Iterable[Incident], mapping: FileMapping) -> list[Draft]:
    """Take incidents and give a draft for each reference, in the order of the file.

    Where rows have no reference it is one for each time and place, sorted by time and place: then the order of rows
    decides nothing.
    """
    if not mapping.gathers:
        return [_draft(mapping, [incident]) for incident in incidents]
    places: dict[tuple[datetime, str], list[Incident]] = defaultdict(list)
    for incident in incidents:
        places[incident.observed_at, _same_name(incident.place)].append(incident)
    return [
        _draft(mapping, group)
        for _, together in sorted(places.items(), key=lambda item: item[0])
        for group in _near_each_other(together)
    ]


def _draft(mapping: FileMapping, group: list[Incident]) -> Draft:
    # The commonest spelling; among equals the first in the alphabet, so that the order of rows decides nothing.
    spellings = Counter(incident.place for incident in group)
    place = min(spellings, key=lambda name: (-spellings[name], name))
    first = group[0]
    words = dict(first.cells) | {
        "place": place,
        "date": _in_words(first.observed_at, mapping.precision),
        "times": "1 incident" if len(group) == 1 else f"{len(group)} incidents",
        "were": "was" if len(group) == 1 else "were",
    }
    written: PlaceRow = {"description": fill(mapping.place_written, words)}
    points = [incident.point for incident in group if incident.point is not None]
    if points:
        # The same point as the reference is made of, so that the order of rows decides nothing here, either.
        latitude, longitude = min(points)
        written["point"] = {
            "latitude": str(latitude), "longitude": str(longitude), "approximate": mapping.approximate
        }  # fmt: skip
    return Draft(
        line=min(incident.line for incident in group),
        row={
            "reference": first.reference or _reference(mapping, first, _same_name(place), points),
            "subject": {"placeGroup": {"description": fill(mapping.who, words), "ageBandCode": mapping.age_band}},
            "concernCode": mapping.concern,
            "observedAt": first.observed_at.isoformat(),
            "observedPrecision": mapping.precision,
            "place": written,
            "fact": fill(mapping.fact, words),
            "urgency": mapping.urgency,
        },
    )


def _in_words(at: datetime, precision: str) -> str:
    month = f"{MONTHS[at.month - 1]} {at.year}"
    if precision == "MONTH":
        return month
    return f"{at.day} {month}" if precision == "DAY" else f"{at.day} {month}, {at.astimezone(LONDON):%H:%M}"


def _reference(mapping: FileMapping, first: Incident, street: str, points: list[Point]) -> str:
    """The same for the same time, street and place: such rows have no lasting identifier to use instead."""
    form = {"MONTH": "%Y-%m", "DAY": "%Y-%m-%d"}.get(mapping.precision, "%Y-%m-%dT%H:%M%z")
    when = first.observed_at.strftime(form)
    rounded = ",".join(str(degrees.quantize(ABOUT_100_METRES) + 0) for degrees in min(points)) if points else ""
    digest = hashlib.sha256(f"{when}\n{street}\n{rounded}".encode()).hexdigest()
    return f"{BEGINNING.get(mapping.system, 'row')}-{when}-{digest[:20]}"


def _same_name(street: str) -> str:
    """One spelling for names that differ only in case, kind of apostrophe or way of encoding."""
    return unicodedata.normalize("NFKC", street).replace("’", "'").casefold()


def _near_each_other(incidents: list[Incident]) -> Iterator[list[Incident]]:
    """Split the incidents of one street name into places: whatever is linked by steps of the allowed distance."""
    unplaced = sorted({incident.point for incident in incidents if incident.point is not None})
    if not unplaced:
        yield incidents
    while unplaced:
        place = [unplaced.pop(0)]
        for reached in place:
            near = [point for point in unplaced if _kilometres(reached, point) <= SAME_STREET_KILOMETRES]
            unplaced = [point for point in unplaced if point not in near]
            place += near
        points = set(place)
        yield [incident for incident in incidents if incident.point in points]


def _kilometres(one: Point, other: Point) -> float:
    """The distance on a flat map, exact enough for a few kilometres."""
    north = float(one[0] - other[0])
    east = float(one[1] - other[1]) * cos(radians(float(one[0])))
    return KILOMETRES_A_DEGREE * hypot(north, east)
