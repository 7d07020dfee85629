"""Decides how a CSV file of incidents is read by its mapping: every row is checked, one bad row refuses them all."""

import codecs
import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from frontend.commands.mapping import DELIMITERS, FileMapping, read_mapping, same_category, same_heading

LONGEST_PLACE = LONGEST_REFERENCE = 200
# As much as the portal takes as the fact of a flag.
LONGEST_FACT = 10_000
DEGREES = re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,15})?")
# The United Kingdom with its islands: also finds a latitude and a longitude that changed places.
BOUNDS = (("latitude", (49, 61)), ("longitude", (-9, 3)))
LONDON = ZoneInfo("Europe/London")
# The portal takes nothing older, and nothing that has not happened yet.
LONGEST_AGO = timedelta(days=36_000)
SAMPLE = datetime(2021, 5, 30, 21, 40, tzinfo=LONDON)

Point = tuple[Decimal, Decimal]


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What is wrong in the line of that number, and in which column, without repeating what stands there."""

    line: int
    sentence: str
    column: str | None = None

    def __str__(self) -> str:
        where = f"Line {self.line}" if self.column is None else f"Line {self.line}, column “{self.column}”"
        return f"{where}: {self.sentence}"


class IncidentsRefused(Exception):
    """The file is refused whole; `problems` names every bad line."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"{len(problems)} problems; nothing was imported.")
        self.problems = tuple(problems)


@dataclass(frozen=True, kw_only=True)
class Incident:
    """One row of the file that is to be imported, and the line it begins on."""

    line: int
    reference: str | None
    observed_at: datetime
    place: str
    point: Point | None
    # What the templates of the mapping may say, by heading.
    cells: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class IncidentFile:
    """What a file holds: its incidents, and how many rows were left out as another category or as placeless."""

    incidents: tuple[Incident, ...]
    other_categories: int
    without_place: int


def read_incidents(content: bytes | str, mapping: FileMapping | None = None) -> IncidentFile:
    """Take a CSV file, or cells pasted from a spreadsheet, and give its incidents in the order of the file.

    Without a mapping it is a file of police.uk. Raises IncidentsRefused naming every bad line.
    """
    mapping = mapping or read_mapping()
    rows = _rows(_text(content, mapping), mapping)
    heading_line, heading = next(rows, (1, []))
    table = _Table(mapping=mapping, heading=heading, places=_places(heading_line, heading, mapping))
    incidents: list[Incident] = []
    problems: list[Problem] = []
    left_out = {"other": 0, "placeless": 0}
    lines: dict[str, int] = {}
    try:
        for line, cells in rows:
            found = table.read(line, cells)
            if isinstance(found, str):
                left_out[found] += 1
            elif isinstance(found, list):
                problems += found
            elif found.reference is not None and lines.setdefault(found.reference, line) != line:
                again = f"This reference stands in line {lines[found.reference]}, too."
                problems.append(Problem(line=line, sentence=again, column=table.heading_of("reference")))
            else:
                incidents.append(found)
    except IncidentsRefused as unreadable:
        problems += unreadable.problems
    if problems:
        raise IncidentsRefused(problems)
    return IncidentFile(
        incidents=tuple(incidents), other_categories=left_out["other"], without_place=left_out["placeless"]
    )


def _text(content: bytes | str, mapping: FileMapping) -> str:
    if isinstance(content, str):
        return content.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")
    encoding = mapping.encoding
    # Spreadsheets save "Unicode text" as UTF-16 and "CSV UTF-8" with a mark; such a mark says more than the mapping.
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    elif encoding == "utf-8" or content.startswith(codecs.BOM_UTF8):
        encoding = "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as broken:
        line = content.count(b"\n", 0, broken.start) + 1
        named = "UTF-8" if encoding == "utf-8-sig" else encoding.upper()
        remedy = "Save the file as “CSV UTF-8”, or name its encoding in the mapping."
        raise _refused(line, f"This is not {named} text. {remedy}") from broken


def _rows(text: str, mapping: FileMapping) -> Iterator[tuple[int, list[str]]]:
    """Give every row that is not blank, its cells stripped, with the number of the line it begins on."""
    first = next((line for line in io.StringIO(text, newline="") if line.strip(f"{''.join(DELIMITERS)} \r\n")), "")
    delimiter = mapping.delimiter or max(DELIMITERS, key=first.count)
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


def _places(line: int, heading: Sequence[str], mapping: FileMapping) -> dict[str, int]:
    """Where each column stands in the heading: by role, and by heading for those the templates name."""
    known = [same_heading(cell) for cell in heading]
    wanted = dict(mapping.columns) | {name: (name,) for name in mapping.headings_said()}
    found = {role: [place for place, cell in enumerate(known) if cell in wanted[role]] for role in wanted}
    if missing := [role for role in wanted if not found[role]]:
        raise _refused(line, f"The heading has no column for {', '.join(missing)}.")
    if doubled := [role for role in wanted if len(found[role]) > 1]:
        raise _refused(line, f"The heading has more than one column for {', '.join(doubled)}.")
    return {role: places[0] for role, places in found.items()}


@dataclass(frozen=True, kw_only=True)
class _Table:
    mapping: FileMapping
    heading: Sequence[str]
    places: Mapping[str, int]

    def heading_of(self, role: str) -> str:
        return self.heading[self.places[role]]

    def read(self, line: int, cells: Sequence[str]) -> Incident | list[Problem] | str:
        """An incident, what is wrong with the row, or why it is left out."""
        width = len(self.heading)
        # Spreadsheets add empty cells at the end of a row; a filled one means that the columns have shifted.
        if len(cells) < width or any(cells[width:]):
            return [Problem(line=line, sentence=f"It has {len(cells)} cells and the heading has {width}.")]
        row = {role: cells[place] for role, place in self.places.items()}
        if self.mapping.only is not None:
            if not row["category"]:
                return [Problem(line=line, sentence="The category is missing.", column=self.heading_of("category"))]
            if same_category(row["category"]) not in self.mapping.only:
                return "other"
        wrong = [
            Problem(line=line, sentence=sentence, column=self.heading_of(role)) for role, sentence in self._wrong(row)
        ]
        if wrong:
            return wrong
        place = self._place(row["place"])
        if place.casefold() in self.mapping.no_place:
            return "placeless"
        observed = self._moment(row["date"])
        assert observed is not None
        return Incident(
            line=line,
            reference=row.get("reference"),
            observed_at=observed,
            place=place,
            point=(Decimal(row["latitude"]), Decimal(row["longitude"])) if row.get("latitude") else None,
            cells={name: row[name] for name in self.mapping.headings_said()},
        )

    def _wrong(self, row: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        """Each role in which something is wrong, and what."""
        if not self.mapping.gathers:
            yield from _wrong_text("reference", row["reference"], longest=LONGEST_REFERENCE)
        yield from self._wrong_date(row["date"])
        # A row without a place is left out; a cell that should say one and is empty is a mistake.
        yield from _wrong_text("place", row["place"], longest=LONGEST_PLACE)
        if self._place(row["place"]).casefold() not in self.mapping.no_place:
            yield from self._wrong_point(row)
        for name in self.mapping.headings_said():
            if not row[name].isprintable():
                yield name, "It holds a character that cannot be shown."
            elif len(row[name]) > LONGEST_FACT // 2:
                yield name, f"It is longer than {LONGEST_FACT // 2} characters."

    def _wrong_date(self, value: str) -> Iterator[tuple[str, str]]:
        observed, such_as = self._moment(value), SAMPLE.strftime(self.mapping.date_format)
        if observed is None:
            yield "date", f"Write the date like {such_as}."
        elif observed > datetime.now(UTC):
            yield "date", "This date lies in the future."
        elif observed < datetime.now(UTC) - LONGEST_AGO:
            yield "date", "This date is longer ago than anybody young was seen."

    def _wrong_point(self, row: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        given = [(role, row[role], bounds) for role, bounds in BOUNDS if role in row]
        # An incident with a reference of its own can do without a point; only points tell two High Streets apart.
        if not any(value for _, value, _ in given) and not self.mapping.gathers:
            return
        unread = [role for role, value, _ in given if not DEGREES.fullmatch(value)]
        yield from ((role, f"Write the {role} as a number of degrees, such as 51.9.") for role in unread)
        if not unread and given:
            (_, north, northern), (_, east, eastern) = ((role, Decimal(value), bounds) for role, value, bounds in given)
            if _within(east, northern) and _within(north, eastern):
                yield "latitude", "Latitude and longitude have changed places."
                return
        for role, value, bounds in given:
            if role not in unread and not _within(Decimal(value), bounds):
                yield role, f"The {role} lies outside the United Kingdom."

    def _place(self, cell: str) -> str:
        beginning = self.mapping.drop_beginning
        if beginning and re.match(rf"{re.escape(beginning)}\b", cell, re.IGNORECASE):
            return cell[len(beginning) :].strip()
        return cell

    def _moment(self, value: str) -> datetime | None:
        """When it was seen; a day or a month at midnight UTC, which is the same day in London, winter and summer."""
        try:
            # Digits of other scripts are digits to the library, and a mistake in a file.
            at = datetime.strptime(value, self.mapping.date_format) if value.isascii() else None  # noqa: DTZ007
        except ValueError:
            return None
        if at is None or at.tzinfo is not None:
            return at
        return at.replace(tzinfo=LONDON if self.mapping.precision == "MOMENT" else UTC)


def _within(value: Decimal, bounds: tuple[int, int]) -> bool:
    return bounds[0] <= value <= bounds[1]


def _wrong_text(role: str, value: str, *, longest: int) -> Iterator[tuple[str, str]]:
    if not value:
        yield role, f"The {role} is missing."
    elif len(value) > longest:
        yield role, f"The {role} is longer than {longest} characters."
    elif not value.isprintable():
        yield role, f"The {role} holds a character that cannot be shown."


def _refused(line: int, sentence: str) -> IncidentsRefused:
    return IncidentsRefused([Problem(line=line, sentence=sentence)])
