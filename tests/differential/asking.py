"""One viewer asking, told naively: which disclosure rows are theirs, what they hold of a record, what is withheld."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from graphql_schema.ids import Seal
from portal.access.viewer import Viewer
from tests.differential.declared import GROUPS, LEVELS, NEEDS, NEEDS_OF_TYPE, ROOTS
from tests.differential.rows import Row, Rows

LONDON = ZoneInfo("Europe/London")


@dataclass
class Thing:
    """One answered object: its type, its row, and what the viewer holds of the record it is seen through."""

    type_name: str
    row: Row
    root: UUID | None = None
    levels: Mapping[str, str] | None = None

    def __getitem__(self, column: str) -> Any:
        return self.row[column]


@dataclass
class Asking:
    """One document on its way: who asks, when, and what was shown of whom."""

    rows: Rows
    viewer: Viewer | None
    seal: Seal
    moment: datetime
    # Ask one field of one object by itself, through the ordinary path: the slow telling of what is only computed there.
    alone: Callable[[str, Mapping[str, Any]], Any]
    # Every root of which something was shown, with the field groups that were read of it.
    shown: dict[UUID, set[str]] = field(default_factory=dict)
    # What was asked for by id and is not there for this viewer.
    missed: set[UUID] = field(default_factory=set)
    named_in_vain: bool = False
    counted: bool = False
    # Cursors that were told, by the type of the list: later documents go on from them.
    met: dict[str, set[str]] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """The database's day: it keeps UTC."""
        return self.moment.date()

    def place(self, group: str) -> int:
        """Where the three bits of a group begin in a packed integer."""
        return 3 * GROUPS.index(group)

    def key(self, sealed: str, type_name: str) -> UUID | None:
        """The key that a global id of a type names."""
        opened = self.seal.open_id(sealed)
        return opened[1] if opened is not None and opened[0] == type_name else None

    def in_force(self, row: Row) -> bool:
        """Whether a row with a time of its own holds now."""
        return row["valid_from"] <= self.moment and (row["valid_to"] is None or row["valid_to"] > self.moment)

    def disclosures(self, root: UUID | None = None) -> list[Row]:
        """The disclosure rows of the viewer's audiences that hold now."""
        if self.viewer is None:
            return []
        every = self.rows.where("disclosure") if root is None else self.rows.where("disclosure", root_id=root)
        return [row for row in every if row["audience_id"] in self.viewer.audience_ids and self.in_force(row)]

    def held(self, root: UUID) -> dict[str, str] | None:
        """The level held of each group, by the highest of the rows; None where there is no row."""
        rows = self.disclosures(root)
        if not rows:
            return None
        return {group: max((level_in(row["levels"], group) for row in rows), key=LEVELS.index) for group in GROUPS}

    def see(self, type_name: str, row: Row | None) -> Thing | None:
        """An object of a type made of a row, where the viewer may know of it."""
        if row is None:
            return None
        if type_name not in ROOTS:
            return Thing(type_name, row)
        if not self.may_see(type_name, row):
            return None
        root = row[ROOTS[type_name]]
        self.shown.setdefault(root, set())
        return Thing(type_name, row, root, self.held(root))

    def may_see(self, type_name: str, row: Row) -> bool:
        """Whether `see` would show it; nothing is noted as shown."""
        levels = self.held(row[ROOTS[type_name]])
        if levels is None:
            return False
        group, level = NEEDS_OF_TYPE.get(type_name, (GROUPS[0], LEVELS[0]))
        return reaches(levels[group], level)

    def reads(self, thing: Thing, group: str, level: str) -> bool:
        """Whether the viewer holds a level of a group on the object's record; what is read is noted."""
        assert thing.levels is not None
        assert thing.root is not None
        if not reaches(thing.levels[group], level):
            return False
        self.shown.setdefault(thing.root, set()).add(group)
        return True


def reaches(level: str, needed: str) -> bool:
    """Whether a level is at least another."""
    return LEVELS.index(level) >= LEVELS.index(needed)


def level_in(packed: int, group: str) -> str:
    """The level that a packed integer gives of a group: three bits each, filled from the lowest."""
    return LEVELS[((packed >> (3 * GROUPS.index(group))) & 0b111).bit_count()]


def withheld(ask: Asking, thing: Thing) -> list[Thing]:
    """What is closed of an object: group by group, in the order of their names."""
    assert thing.levels is not None
    assert thing.root is not None
    told = []
    rows = ask.disclosures(thing.root)
    for group in sorted(GROUPS):
        needs = {name: need for name, (of, need) in NEEDS.get(thing.type_name, {}).items() if of == group}
        closed = {name: need for name, need in needs.items() if not reaches(thing.levels[group], need)}
        if not closed:
            continue
        most = max(closed.values(), key=LEVELS.index)
        askable = any(_would_open(ask, row, group, most) for row in rows)
        because = "LEVEL_TOO_LOW" if thing.levels[group] != "NONE" else "NOT_IN_AGREEMENT"
        record = ask.rows.one("root", id=thing.root)
        assert record is not None
        partnership = ask.rows.one("partnership", id=record["partnership_id"])
        assert partnership is not None
        told.append(
            Thing(
                "Withheld",
                {
                    "field_group": group,
                    "fields": list(closed),
                    "because": "CONDITION_NOT_MET" if askable else because,
                    "remedy": "REQUEST_SHARE" if askable else "AMEND_AGREEMENT",
                    # Of several versions the one whose id comes first.
                    "agreement_version_id": min((row["agreement_version_id"] for row in rows), key=str),
                    "lead_agency_id": partnership["lead_agency_id"],
                },
            )
        )
    return told


def _would_open(ask: Asking, row: Row, group: str, needed: str) -> bool:
    """Whether a condition of the agreement's grid, once met, would give enough."""
    cell = ask.rows.one(
        "grid_cell", agreement_version_id=row["agreement_version_id"], column_code=row["column_code"], field_group=group
    )
    return (
        cell is not None and cell["conditional_level"] is not None and cell["conditional_level"] >= LEVELS.index(needed)
    )
