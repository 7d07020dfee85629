"""Decides what a new agreement starts from: the need-to-know grid, its clauses and whom a share reaches.

The grid is data because partnerships agree on it; nothing here knows what any role may see.
"""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from portal.access.field_groups import FieldGroup, Level
from portal.access.viewer import Role
from portal.agreements.models import GridCondition
from portal.shipped import BrokenFile, numbered_rows
from portal.vocabularies.loading import shipped_codes

E = TypeVar("E", bound=StrEnum)

DATA = Path(__file__).parent / "data"
GRID_COLUMNS = ("column", "field_group", "level", "condition", "conditional_level", "limit")
CLAUSE_COLUMNS = ("number", "heading", "text", "field_group")
RECIPIENT_COLUMNS = ("agency_kind", "role", "column")


class Limit(StrEnum):
    """What narrows a cell to part of the field group."""

    OWN_ENTRIES = "OWN_ENTRIES"


@dataclass(frozen=True, kw_only=True)
class TemplateCell:
    """What one column sees of one field group, and more while a condition holds. No cell means nothing is seen."""

    column: str
    field_group: FieldGroup
    level: Level
    condition: GridCondition | None
    conditional_level: Level | None
    limit: Limit | None


@dataclass(frozen=True, kw_only=True)
class TemplateClause:
    """One clause; the clause of a field group is what a withheld field cites."""

    number: str
    heading: str
    text: str
    field_group: FieldGroup | None


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """Whom a share reaches at an agency of a kind: one role, and the column of the grid it reads by."""

    agency_kind: str
    role: Role
    column: str


@dataclass(frozen=True, kw_only=True)
class Template:
    """A version of the template, complete."""

    cells: tuple[TemplateCell, ...]
    clauses: tuple[TemplateClause, ...]
    recipients: tuple[Recipient, ...]


def read_template(number: int = 1, *, folder: Path = DATA) -> Template:
    """Take the number of a template and give it whole.

    Raises BrokenFile for a column, field group, level, condition, kind or role that does not exist, for two cells or
    two clauses about the same thing, and for a field group that no clause explains.
    """
    clauses = read_clauses(folder / f"clauses_v{number}.csv")
    return Template(
        cells=read_grid(folder / f"grid_v{number}.csv"),
        clauses=clauses,
        recipients=read_recipients(folder / f"recipients_v{number}.csv"),
    )


def read_grid(path: Path) -> tuple[TemplateCell, ...]:
    """Take a grid file and give its cells; raises BrokenFile as `read_template` does."""
    cells: dict[tuple[str, FieldGroup], TemplateCell] = {}
    for line, row in numbered_rows(path, GRID_COLUMNS):
        at = (path, line)
        cell = TemplateCell(
            column=_code(at, row["column"], vocabulary="grid-column"),
            field_group=_member(at, row["field_group"], FieldGroup),
            level=_level(at, row["level"]),
            condition=_member(at, row["condition"], GridCondition) if row["condition"] else None,
            conditional_level=_level(at, row["conditional_level"]) if row["conditional_level"] else None,
            limit=_member(at, row["limit"], Limit) if row["limit"] else None,
        )
        if (cell.condition is None) != (cell.conditional_level is None):
            raise BrokenFile(path, line, "a condition and its level stand together or not at all.")
        if cell.conditional_level is not None and cell.conditional_level <= cell.level:
            raise BrokenFile(path, line, "a condition raises the level, it never lowers it.")
        if (cell.column, cell.field_group) in cells:
            raise BrokenFile(path, line, f"{cell.column} has a cell for {cell.field_group} already.")
        cells[cell.column, cell.field_group] = cell
    return tuple(cells.values())


def read_clauses(path: Path) -> tuple[TemplateClause, ...]:
    """Take a file of clauses and give them in its order; raises BrokenFile as `read_template` does."""
    clauses: dict[str, TemplateClause] = {}
    explained: set[FieldGroup] = set()
    line = 1
    for line, row in numbered_rows(path, CLAUSE_COLUMNS):
        group = _member((path, line), row["field_group"], FieldGroup) if row["field_group"] else None
        if not all((row["number"], row["heading"], row["text"])):
            raise BrokenFile(path, line, "a clause needs a number, a heading and words.")
        if row["number"] in clauses:
            raise BrokenFile(path, line, f"there is a clause {row['number']} already.")
        if group in explained:
            raise BrokenFile(path, line, f"{group} has a clause already.")
        if group is not None:
            explained.add(group)
        clauses[row["number"]] = TemplateClause(
            number=row["number"], heading=row["heading"], text=row["text"], field_group=group
        )
    if missing := [group for group in FieldGroup if group not in explained]:
        raise BrokenFile(path, line, f"no clause explains {', '.join(missing)}.")
    return tuple(clauses.values())


def read_recipients(path: Path) -> tuple[Recipient, ...]:
    """Take a file of recipients and give them in its order; raises BrokenFile as `read_template` does."""
    recipients: dict[tuple[str, Role], Recipient] = {}
    for line, row in numbered_rows(path, RECIPIENT_COLUMNS):
        at = (path, line)
        recipient = Recipient(
            agency_kind=_code(at, row["agency_kind"], vocabulary="agency-kind"),
            role=_member(at, row["role"], Role),
            column=_code(at, row["column"], vocabulary="grid-column"),
        )
        if (recipient.agency_kind, recipient.role) in recipients:
            raise BrokenFile(path, line, f"{recipient.role} of {recipient.agency_kind} has a column already.")
        recipients[recipient.agency_kind, recipient.role] = recipient
    return tuple(recipients.values())


def _member(at: tuple[Path, int], value: str, members: type[E]) -> E:
    try:
        return members(value)
    except ValueError as unknown:
        raise BrokenFile(*at, f"{value!r} is no {members.__name__}.") from unknown


def _level(at: tuple[Path, int], value: str) -> Level:
    if value not in Level.__members__:
        raise BrokenFile(*at, f"{value!r} is no Level.")
    return Level[value]


def _code(at: tuple[Path, int], value: str, *, vocabulary: str) -> str:
    if value not in shipped_codes(vocabulary):
        raise BrokenFile(*at, f"{value!r} is no {vocabulary}.")
    return value
