"""A partnership on which one cell of the grid, or one recipient of shares, is changed at a time as the data it is.

The oracle goes on telling the grid as it was agreed; the changed one is caught when an answer differs from that. What
falls over has caught nothing.
"""

import random
from dataclasses import dataclass, field, replace
from uuid import UUID

from sqlalchemy import text

from graphql_schema import Door
from portal.access.viewer import Role, Viewer
from portal.db import Database
from tests.factories.accounts import make_agency
from tests.oracle.compare import FIELDS, PLAIN, differences, settled
from tests.oracle.grid import COLUMNS, RECIPIENTS
from tests.oracle.happenings import Refused, decide, raise_flag, take, wait
from tests.oracle.verbs import whole_answer
from tests.oracle.visibility import ToldFlag, reasons
from tests.oracle.world import World, agency_ids, join, settle_world

FLAG = f"query($id: ID!) {{ flag(by: {{id: $id}}) {{ {PLAIN} }} }}"
# As much as says by which column somebody reads, or that they do not.
GRANTED = f"query($id: ID!) {{ flag(by: {{id: $id}}) {{ id {FIELDS['disclosure']} {FIELDS['withheld']} }} }}"
# At which kind of agency people read by a column that only a share opens.
REACHED_AT = {
    "practitioner": "COURT_LIAISON",
    "clinician": "MENTAL_HEALTH_SERVICE",
    "administrator": "MENTAL_HEALTH_SERVICE",
    "voluntary": "VOLUNTARY",
}
CODES = {
    "author": "AUTHOR",
    "sergeant": "SERGEANT_OWN_TEAM",
    "triage": "LA_TRIAGE",
    "practitioner": "PRACTITIONER_CARE_TEAM",
    "clinician": "CLINICIAN_RECIPIENT",
    "administrator": "SERVICE_ADMINISTRATOR",
    "voluntary": "VOLUNTARY_RECIPIENT",
    "manager": "LEAD_MANAGER",
}


@dataclass(frozen=True)
class Caught:
    """Where an answer differs from what must be answered."""

    where: str

    @property
    def by_value(self) -> bool:
        """Whether a value was shown or hidden, and not only what the portal says of itself."""
        return not any(f".{part}" in self.where for part in ("withheld", "disclosure"))


@dataclass
class Stage:
    """A world on which each change of its agreement plays the same few flags."""

    owner: Database
    world: World
    # The agencies that were asked to join, by kind.
    joined: dict[str, UUID] = field(default_factory=dict)

    def write_cell(self, column: str, group: str, cell: tuple[int, str | None, int | None] | None) -> None:
        """Let the agreement say this of a cell: level, condition and the level it raises it to; or nothing at all."""
        at = {"version": self._version(), "column": CODES[column], "group": group}
        where = "agreement_version_id = :version and column_code = :column and field_group = :group"
        with self.owner.transaction() as session:
            session.execute(text(f"delete from grid_cell where {where}"), at)
            if cell is not None:
                names = "agreement_version_id, column_code, field_group, level, condition, conditional_level"
                row = at | dict(zip(("level", "condition", "more"), cell, strict=True))
                values = ":version, :column, :group, :level, :condition, :more"
                session.execute(text(f"insert into grid_cell ({names}) values ({values})"), row)

    def cell(self, column: str, group: str) -> tuple[int, str | None, int | None] | None:
        """What the agreement says of a cell."""
        read = text(
            "select level, condition, conditional_level from grid_cell"
            " where agreement_version_id = :version and column_code = :column and field_group = :group"
        )
        with self.owner.transaction() as session:
            given = {"version": self._version(), "column": CODES[column], "group": group}
            row = session.execute(read, given).first()
        return None if row is None else (row.level, row.condition, row.conditional_level)

    def write_recipient(self, kind: str, role: str, column: str | None) -> None:
        """Let a share reach a role of a kind of agency by a column, or not at all."""
        at = {"version": self._version(), "kind": kind, "role": role}
        where = "agreement_version_id = :version and agency_kind_code = :kind and role = :role"
        with self.owner.transaction() as session:
            session.execute(text(f"delete from grid_recipient where {where}"), at)
            if column is not None:
                names = "agreement_version_id, agency_kind_code, role, column_code"
                insert = text(f"insert into grid_recipient ({names}) values (:version, :kind, :role, :column)")
                session.execute(insert, at | {"column": CODES[column]})

    def _version(self) -> UUID:
        read = text(
            "select v.id from agreement_version v join sharing_agreement a on a.id = v.agreement_id"
            " where a.partnership_id = :partnership"
        )
        with self.owner.transaction() as session:
            found: UUID = session.execute(read, {"partnership": self.world.cast.settled.partnership_id}).scalar_one()
        return found

    def play(self, column: str, group: str) -> Caught | None:
        """Let flags happen that a column opens, and say where the first answer differs; None when none does."""
        if column not in REACHED_AT:
            return self._differs(self._taken(late=column == "manager"), [column])
        requests = ([(self.agency(REACHED_AT[column]), named)] for named in ([], [group]))
        return next((caught for each in requests if (caught := self._differs(self._shared(each), [column]))), None)

    def play_all(self, group: str) -> list[Caught]:
        """Let flags happen that every column opens, and say what differs for any."""
        agencies = {self.agency(kind) for kind in REACHED_AT.values()}
        flags = [self._taken(late=True), *(self._shared([(to, named) for to in agencies]) for named in ([], [group]))]
        played = [self._differs(flag, [column]) for flag in flags for column in COLUMNS]
        return [caught for caught in played if caught is not None]

    def play_share(self, kind: str) -> Caught | None:
        """Share a flag with an agency of a kind, and say where the first answer of anybody there differs."""
        agency = self.agency(kind)
        try:
            flag = self._shared([(agency, [])])
        except Refused:
            return Caught(f".decision: a share with {kind} is refused") if kind in RECIPIENTS else None
        if kind not in RECIPIENTS:
            return Caught(f".decision: a share with {kind} is not refused")
        people = [viewer for viewer in self.world.people.values() if viewer.agency_id == agency]
        return next((caught for each in people if (caught := self._differs_for(each, flag, GRANTED))), None)

    def _taken(self, *, late: bool = False) -> ToldFlag:
        flag = raise_flag(self.world, None, by=self.world.people["rowan"])
        if late:
            wait(self.world, flag)
        take(self.world, flag)
        return flag

    def _shared(self, requests: list[tuple[UUID, list[str]]]) -> ToldFlag:
        flag = self._taken()
        decide(self.world, flag, requests)
        return flag

    def _differs(self, flag: ToldFlag, columns: list[str]) -> Caught | None:
        """The first difference to be seen by somebody who reads by one of the columns."""
        for viewer in self.world.people.values():
            if any(column in columns for _, column, _ in reasons(flag, viewer)):
                return self._differs_for(viewer, flag, FLAG)
        return None

    def _differs_for(self, viewer: Viewer, flag: ToldFlag, document: str) -> Caught | None:
        found, told = self.world.cast.ask(viewer, document, id=flag.id)["flag"], whole_answer(flag, viewer)
        if found is not None and told is not None:
            told = {name: told[name] for name in found}
        _, wrong = differences(settled(found), settled(told))
        seen = [Caught(each.partition(":")[0]) for each in wrong]
        # What is shown or hidden says more than what the portal says of it.
        return next((each for each in seen if each.by_value), seen[0] if seen else None)

    def agency(self, kind: str) -> UUID:
        """An agency of a kind with somebody in every role; it joins when it is first asked for."""
        if kind not in self.joined:
            made = make_agency(self.owner, kind=kind)
            join(self.owner, self.world.cast, self.world.people, made, f"stage-{kind}", tuple(Role))
            newest = self.world.people[f"stage-{kind}-OFFICER"]
            self.world.kinds[made], self.world.names[made] = kind, newest.agency_name
            self.world.global_ids = agency_ids(self.world.cast)
            self.joined[kind] = made
        return self.joined[kind]


def set_stage(owner: Database, door: Door, rng: random.Random) -> Stage:
    """A world in which everybody says all there is to say."""
    return Stage(owner, replace(settle_world(owner, door, rng), terse=False))
