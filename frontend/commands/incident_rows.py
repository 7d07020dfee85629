"""Decides how a file of police.uk street-level records is read: every row is checked, one bad row refuses them all."""

import codecs
import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

# Each column we need, with the headings it goes by: our own first, then those of the files police.uk publishes.
COLUMNS: Mapping[str, frozenset[str]] = {
    "month": frozenset({"month"}),
    "category": frozenset({"category", "crime type"}),
    "lat": frozenset({"lat", "latitude"}),
    "lon": frozenset({"lon", "longitude"}),
    "street": frozenset({"street", "location"}),
}
DELIMITERS = ",\t;"
ANTI_SOCIAL_BEHAVIOUR = "anti-social-behaviour"
LONGEST_STREET = 200
MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")
DEGREES = re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,15})?")
# The United Kingdom with its islands: also finds a latitude and a longitude that changed places.
LATITUDES, LONGITUDES = (49, 61), (-9, 3)
ON_OR_NEAR = re.compile(r"on or near\b", re.IGNORECASE)
# What police.uk publishes in place of a street when it publishes none.
NO_PLACE = frozenset({"", "no location"})


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What is wrong with the line of that number, without repeating what stands there."""

    line: int
    sentence: str


class IncidentsRefused(Exception):
    """The file is refused whole; `problems` names every bad line."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"{len(problems)} problems; nothing was imported.")
        self.problems = tuple(problems)


@dataclass(frozen=True, kw_only=True)
class Incident:
    """One record of anti-social behaviour: a month, a street and an approximate point."""

    month: str
    street: str
    latitude: Decimal
    longitude: Decimal


@dataclass(frozen=True, kw_only=True)
class IncidentFile:
    """What a file holds: its incidents, and how many rows were left out as another category or as placeless."""

    incidents: tuple[Incident, ...]
    other_categories: int
    without_place: int


def read_incidents(content: bytes | str) -> IncidentFile:
    """Take a CSV file, or cells pasted from a spreadsheet, and give its incidents in the order of the file.

    Any `id` column is ignored: anti-social behaviour has no lasting identifier, so equal rows are separate incidents.
    Raises IncidentsRefused naming every bad line.
    """
    rows = _rows(_text(content))
    heading_line, heading = next(rows, (1, []))
    places = _places(heading_line, heading)
    incidents: list[Incident] = []
    problems: list[Problem] = []
    other_categories = without_place = 0
    try:
        for line, cells in rows:
            row, wrong = _row(cells, places, width=len(heading))
            if wrong:
                problems.append(Problem(line=line, sentence=" ".join(wrong)))
            elif row["category"] != ANTI_SOCIAL_BEHAVIOUR:
                other_categories += 1
            elif row["street"].casefold() in NO_PLACE:
                without_place += 1
            else:
                incidents.append(
                    Incident(
                        month=row["month"],
                        street=row["street"],
                        latitude=Decimal(row["lat"]),
                        longitude=Decimal(row["lon"]),
                    )
                )
    except IncidentsRefused as unreadable:
        problems += unreadable.problems
    if problems:
        raise IncidentsRefused(problems)
    return IncidentFile(incidents=tuple(incidents), other_categories=other_categories, without_place=without_place)


def _text(content: bytes | str) -> str:
    if isinstance(content, str):
        return content.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")
    # Spreadsheets save "Unicode text" as UTF-16 and mark it so.
    utf16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return content.decode("utf-16" if utf16 else "utf-8-sig")
    except UnicodeDecodeError as broken:
        line = content.count(b"\n", 0, broken.start) + 1
        raise _refused(line, "This is not UTF-8 text. Save the file as “CSV UTF-8”.") from broken


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Give every row that is not blank, its cells stripped, with the number of the line it begins on."""
    first = next((line for line in io.StringIO(text, newline="") if line.strip(f"{DELIMITERS} \r\n")), "")
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        begins = reader.line_num + 1
        try:
            cells = [" ".join(cell.split()) for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error as broken:
            raise _refused(begins, "The quotation marks do not match, or a cell is far too long.") from broken
        if any(cells):
            yield begins, cells


def _places(line: int, heading: Sequence[str]) -> dict[str, int]:
    """Where each column stands in the heading."""
    known = [cell.casefold().replace("_", " ") for cell in heading]
    found = {name: [place for place, cell in enumerate(known) if cell in COLUMNS[name]] for name in COLUMNS}
    if missing := [name for name in COLUMNS if not found[name]]:
        raise _refused(line, f"The heading has no column for {', '.join(missing)}.")
    if doubled := [name for name in COLUMNS if len(found[name]) > 1]:
        raise _refused(line, f"The heading has more than one column for {', '.join(doubled)}.")
    return {name: places[0] for name, places in found.items()}


def _row(cells: Sequence[str], places: Mapping[str, int], *, width: int) -> tuple[dict[str, str], list[str]]:
    """The columns of one row, and what is wrong with it. A row of another category is not looked at further."""
    # Spreadsheets add empty cells at the end of a row; a filled one means that the columns have shifted.
    if len(cells) < width or any(cells[width:]):
        return {}, [f"It has {len(cells)} cells and the heading has {width}."]
    row = {name: cells[place] for name, place in places.items()}
    row["category"] = re.sub(r"[ _-]+", "-", row["category"].casefold())
    if not row["category"]:
        return row, ["The category is missing."]
    if row["category"] != ANTI_SOCIAL_BEHAVIOUR:
        return row, []
    wrong = [*_wrong_month(row["month"]), *_wrong_street(row["street"])]
    row["street"] = (
        ON_OR_NEAR.sub("", row["street"], count=1).strip() if ON_OR_NEAR.match(row["street"]) else row["street"]
    )
    if row["street"].casefold() not in NO_PLACE:
        wrong += [*_wrong_degrees("lat", row["lat"], LATITUDES), *_wrong_degrees("lon", row["lon"], LONGITUDES)]
    return row, wrong


def _wrong_month(value: str) -> Iterator[str]:
    if not MONTH.fullmatch(value):
        yield "Write the month as year and month, such as 2021-05."


def _wrong_street(value: str) -> Iterator[str]:
    if not value:
        yield "The street is missing."
    elif len(value) > LONGEST_STREET:
        yield f"The street is longer than {LONGEST_STREET} characters."
    elif not value.isprintable():
        yield "The street holds a character that cannot be shown."


def _wrong_degrees(name: str, value: str, bounds: tuple[int, int]) -> Iterator[str]:
    if not DEGREES.fullmatch(value):
        yield f"Write {name} as a number of degrees, such as 51.9."
    elif not bounds[0] <= Decimal(value) <= bounds[1]:
        yield f"The {name} lies outside the United Kingdom."


def _refused(line: int, sentence: str) -> IncidentsRefused:
    return IncidentsRefused([Problem(line=line, sentence=sentence)])
