"""Who reads which row of a plan, judged by what the oracle was told of it: nothing here asks a rule or the database."""

from collections import Counter
from dataclasses import dataclass
from enum import Enum, auto
from random import Random
from uuid import UUID

from sqlalchemy import text

from portal.access.context import Wall
from portal.access.viewer import Viewer
from portal.db import Database
from tests.factories.cast import Cast
from tests.plans import by_sql
from tests.plans.by_sql import PEOPLE, Draft, acts


class Kept(Enum):
    """What is kept in a table, as far as this matters to who reads it."""

    # Whose plan it is and where it stands, and the words and money of a version with who signed them.
    AGREEMENT = auto()
    # How it came about.
    NEGOTIATION = auto()


# Each table with what tells its rows apart.
TABLES = {
    "plan": ("id", Kept.AGREEMENT),
    "plan_version": ("id", Kept.AGREEMENT),
    "plan_version_party": ("plan_version_id", Kept.AGREEMENT),
    "plan_scheme": ("plan_version_id", Kept.AGREEMENT),
    "plan_clause": ("plan_version_id", Kept.AGREEMENT),
    "plan_contribution": ("plan_version_id", Kept.AGREEMENT),
    "plan_milestone": ("plan_version_id", Kept.AGREEMENT),
    "plan_measure": ("plan_version_id", Kept.AGREEMENT),
    "plan_standard": ("plan_version_id", Kept.AGREEMENT),
    "plan_evidence": ("plan_version_id", Kept.AGREEMENT),
    "plan_signature": ("plan_version_id", Kept.AGREEMENT),
    "plan_party": ("plan_id", Kept.NEGOTIATION),
    "plan_event": ("plan_id", Kept.NEGOTIATION),
    "plan_milestone_report": ("plan_id", Kept.NEGOTIATION),
    "plan_proposal": ("plan_id", Kept.NEGOTIATION),
    "plan_comment": ("plan_id", Kept.NEGOTIATION),
    "plan_check": ("plan_id", Kept.NEGOTIATION),
    "plan_check_pass": ("plan_id", Kept.NEGOTIATION),
    "plan_problem": ("plan_version_id", Kept.NEGOTIATION),
    "plan_refusal": ("plan_version_id", Kept.NEGOTIATION),
    "plan_publication": ("plan_version_id", Kept.NEGOTIATION),
}


@dataclass
class ToldPlan:
    """A plan as it was told: who ever took part, every version, and the one that everybody may read."""

    id: UUID
    took_part: set[UUID]
    versions: set[UUID]
    public_version: UUID | None = None

    def reads(self, agency: UUID | None, kept: Kept, row: UUID) -> bool:
        """Whether somebody of an agency, or of none, reads a row that hangs under the plan or one of its versions."""
        if agency in self.took_part:
            return True
        return kept is Kept.AGREEMENT and self.public_version is not None and row in {self.id, self.public_version}


def told_plans(wall: Wall, cast: Cast, chance: Random, how_many: int) -> list[ToldPlan]:
    """Plans that went as far as chance took them."""
    return [_told(wall, cast, chance) for _ in range(how_many)]


def _told(wall: Wall, cast: Cast, chance: Random) -> ToldPlan:
    codes = chance.sample([*PEOPLE], chance.randint(2, len(PEOPLE)))
    people = {code: (cast.viewers[PEOPLE[code][0]], cast.viewers[PEOPLE[code][1]]) for code in codes}
    writer = people[codes[0]][0]
    with wall.acting_as(writer) as session:
        draft = by_sql.drafted(session, writer, cast, dict.fromkeys(codes, True))
        acts(session, writer, by_sql.REPORT, draft)
    told = ToldPlan(draft.plan, {viewer.agency_id for viewer, _ in people.values()}, {draft.version})
    far = chance.randrange(7)
    if far == 0:
        with wall.acting_as(writer) as session:
            acts(session, writer, by_sql.PROBLEM, draft)
        return told
    draft = _proposed(wall, told, draft, people, chance)
    for viewer, _ in people.values():
        by_sql.passes(wall, viewer, draft)
    with wall.acting_as(people[codes[1]][0]) as session:
        acts(session, people[codes[1]][0], by_sql.COMMENT, draft)
        if far == 1:
            acts(session, people[codes[1]][0], by_sql.PROPOSAL, draft)
    if far > 1:
        _signed(wall, told, draft, people, far)
    return told


def _proposed(
    wall: Wall, told: ToldPlan, draft: Draft, people: dict[str, tuple[Viewer, Viewer]], chance: Random
) -> Draft:
    """Put to the parties; now and then one leaves then, and goes on reading."""
    writer, *others = [viewer for viewer, _ in people.values()]
    with wall.acting_as(writer) as session:
        by_sql.proposed(session, writer, draft)
    if len(others) < 2 or chance.random() < 0.5:
        return draft
    leaver, signatory = people.popitem()[1]
    with wall.acting_as(signatory) as session:
        staying = [viewer.agency_id for viewer, _ in people.values()]
        draft = by_sql.again(session, signatory, draft, staying)
        acts(session, signatory, by_sql.LEAVE, draft)
    assert leaver.agency_id in told.took_part
    told.versions.add(draft.version)
    with wall.acting_as(writer) as session:
        by_sql.proposed(session, writer, draft, to="NEGOTIATION")
    return draft


def _signed(wall: Wall, told: ToldPlan, draft: Draft, people: dict[str, tuple[Viewer, Viewer]], far: int) -> None:
    viewers, signatories = [list(each) for each in zip(*people.values(), strict=True)]
    with wall.acting_as(viewers[0]) as session:
        by_sql.opened(session, viewers[0], draft)
    with wall.acting_as(signatories[0]) as session:
        acts(session, signatories[0], by_sql.REFUSAL, draft)
    signing = signatories[:1] if far == 2 else signatories
    for signatory in signing:
        by_sql.signs(wall, signatory, draft)
    if far == 2:
        return
    with wall.acting_as(signatories[0]) as session:
        acts(session, signatories[0], by_sql.AGREE, draft)
        acts(session, signatories[0], by_sql.MOVE, draft, state="AGREED")
    if far == 3:
        return
    for viewer in viewers:
        with wall.acting_as(viewer) as session:
            acts(session, viewer, by_sql.PUBLICATION, draft)
    if far > 4:
        with wall.acting_as(viewers[0]) as session:
            acts(session, viewers[0], "update plan set published_at = now() where id = :plan", draft)
        told.public_version = draft.version


def rows_there(owner: Database) -> dict[str, Counter[UUID]]:
    """How many rows each table has of each plan or version."""
    with owner.transaction() as session:
        return {
            table: Counter(session.scalars(text(f"select {column} from {table}")))
            for table, (column, _) in TABLES.items()
        }


def rows_judged(told: list[ToldPlan], there: dict[str, Counter[UUID]], agency: UUID | None) -> dict[str, Counter[UUID]]:
    """Which of these rows somebody of an agency, or of none, reads."""
    found: dict[str, Counter[UUID]] = {}
    for table, (_, kept) in TABLES.items():
        found[table] = Counter()
        for plan in told:
            for row in {plan.id, *plan.versions}:
                if there[table][row] and plan.reads(agency, kept, row):
                    found[table][row] = there[table][row]
    return found
