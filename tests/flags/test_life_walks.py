"""Whatever is tried in whatever order on flags that may be merged, each takes listed steps alone, and ends as promised.

The walks are generated; what should come of each step is told by a model of the domain's table and nothing else.
"""

from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from graphql_schema import Door
from portal.db import Database
from portal.flags.states import TRANSITIONS
from tests.factories import life
from tests.factories.cast import Cast, key, settle_cast
from tests.factories.flags import ANSWER, DECIDE, SHARES, raised
from tests.factories.snapshot import changed, snapshot
from tests.flags.steps import DONE, LEADS, STEP, clock_step

OPEN = {"SUBMITTED", "IN_TRIAGE", "MORE_INFO_REQUESTED", "SHARED", "ESCALATED"}
FLAGS = 3
TRIED = (
    "take", "ask", "answer", "lapse", "end", "merge", "share", "reply", "escalate", "withdraw", "close", "expire",
    "reopen",
)  # fmt: skip
# Whether to choose among what is possible, which to choose, of which flag, and with which other flag.
MOVES = st.tuples(
    st.sampled_from([True, True, True, False]),
    st.integers(0, len(TRIED) - 1),
    st.integers(0, FLAGS - 1),
    st.integers(0, FLAGS - 1),
)
# A step counts when it is listed, wherever the actions may have taken it from.
LISTED = {(str(a), str(b)) for ways in TRANSITIONS.values() for a, b in ways.items()}
CHECKS = {
    "ends without a word to its flagger": """
        select f.reference from flag f where f.partnership_id = :id and f.state in ('NFA', 'CLOSED', 'MERGED')
           and not exists (select from feedback w where w.flag_id = f.id and w.given_at >=
                           (select max(t.at) from flag_transition t where t.flag_id = f.id))""",
    "expired and something is owed": """
        select f.reference from flag f join share s on s.flag_id = f.id
         where f.partnership_id = :id and f.state = 'EXPIRED' and s.engagement is null""",
    "is carried on by a flag that is carried on": """
        select f.reference from flag f join flag head on head.id = f.merged_into_flag_id
         where f.partnership_id = :id and head.state = 'MERGED'""",
    "has more or fewer new facts than times it was opened again": """
        select f.reference from flag f where f.partnership_id = :id
           and (select count(*) from flag_addition a where a.flag_id = f.id) <>
               (select count(*) from flag_transition t where t.flag_id = f.id and t.to_state = 'IN_TRIAGE'
                   and t.from_state in ('NFA', 'CLOSED', 'EXPIRED'))""",
    "is over and still open to those it was opened to": """
        select f.reference from flag f join disclosure d on d.root_id in (f.id, f.person_id)
         where f.partnership_id = :id and f.state in ('CLOSED', 'EXPIRED')
           and d.because in ('SHARE', 'SAFEGUARDING') and (d.valid_to is null or d.valid_to > now())""",
    "is over with a share that is not": """
        select f.reference from flag f join share s on s.flag_id = f.id
         where f.partnership_id = :id and f.state in ('CLOSED', 'EXPIRED') and s.state = 'ACTIVE'""",
    "says something else than it said": """
        select f.reference from flag f
         where f.partnership_id = :id and f.fact <> 'Sitting alone with two empty cans.'""",
    "has more decisions or fewer than steps that triage decided": """
        select f.reference from flag f where f.partnership_id = :id
           and (select count(*) from triage_decision d where d.flag_id = f.id) <>
               (select count(*) from flag_transition t where t.flag_id = f.id and t.to_state in
                   ('MORE_INFO_REQUESTED', 'NFA', 'MERGED', 'SHARED', 'ESCALATED'))""",
}
STEPS_TAKEN = """
select t.flag_id, t.from_state, t.to_state from flag_transition t join flag f on f.id = t.flag_id
 where f.partnership_id = :id order by t.flag_id, t.at
"""


@dataclass
class Told:
    """A flag as the model knows it."""

    id: str
    state: str = "SUBMITTED"
    # For each share of the flag that is open: whether it was answered.
    shares: list[bool] = field(default_factory=list)
    late: bool = False
    carries: bool = False


@pytest.fixture(scope="module")
def team(owner: Database, door: Door) -> Cast:
    """A cast whose flags each walk makes for itself."""
    return settle_cast(owner, door)


def may(told: Told, step: str, target: Told) -> bool:
    """Whether the domain lets a step be taken."""
    if step == "reply":
        return told.state in {"SHARED", "ESCALATED"} and bool(told.shares) and not told.late and not told.shares[-1]
    listed = (told.state, step) in LEADS
    if step == "merge":
        return listed and target is not told and target.state in OPEN
    if step == "withdraw":
        return listed and not told.carries
    if step == "close":
        return listed and (told.state == "ESCALATED" or told.late or all(told.shares))
    if step == "expire":
        # The walk lets the date come with the step.
        return listed and all(told.shares)
    return listed


def follow(told: Told, step: str, target: Told) -> None:
    """What becomes of a flag by a step that was taken."""
    if step == "reply":
        told.shares[-1] = True
        return
    told.state = LEADS[told.state, step]
    if step == "share":
        told.shares.append(False)
    if step == "merge":
        target.carries, told.carries = True, False
    if step in {"close", "expire"}:
        told.shares.clear()
    if step == "reopen":
        told.late = False


def attempt(team: Cast, worker: Database, told: Told, step: str, target: Told) -> bool:
    """Try a step as whoever would take it: whether it was taken."""
    flag = life.stands(team, {"id": told.id})
    if step in {"expire", "lapse"}:
        if step == "expire" and told.state == "SHARED":
            life.past_its_date(team, flag)
            told.late = True
        if step == "lapse" and told.state == "MORE_INFO_REQUESTED":
            life.unanswered_in_time(team, flag)
        before = snapshot(team.owner)
        moved = clock_step(worker, team, flag, step)
        assert moved or changed(before, snapshot(team.owner)) == {}
        return moved
    if step == "merge":
        return said(team, DECIDE, life.deciding(flag, life.merging({"id": target.id})))
    if step == "reply":
        return reply(team, flag)
    return STEP[step](team, flag)["__typename"] in DONE


def said(team: Cast, document: str, given: dict[str, Any]) -> bool:
    [answer] = team.ask(team.morgan, document, input=given).values()
    return answer["__typename"] in DONE


def reply(team: Cast, flag: dict[str, Any]) -> bool:
    """Health answers the newest share, where it sees one."""
    seen = team.ask(team.sam, SHARES, id=flag["id"])["flag"]
    if seen is None or not seen["shares"]["edges"]:
        return False
    share = seen["shares"]["edges"][0]["node"]
    given = {"id": share["id"], "expectedVersion": share["version"], "engagement": "ENGAGED", "idempotencyKey": key()}
    return bool(team.ask(team.sam, ANSWER, input=given)["answerShare"]["__typename"] == "ShareSaved")


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(walk=st.lists(MOVES, min_size=10, max_size=18))
def test_no_walk_leaves_the_listed_paths_or_ends_other_than_promised(
    team: Cast, owner: Database, worker: Database, walk: list[tuple[bool, int, int, int]]
) -> None:
    flags = [Told(raised(team)["id"]) for _ in range(FLAGS)]
    for likely, pick, one, other in walk:
        told, target = flags[one], flags[other]
        possible = [step for step in TRIED if may(told, step, target)] if likely else []
        step = (possible or TRIED)[pick % len(possible or TRIED)]
        listed = may(told, step, target)
        before = None if listed or step in {"expire", "lapse"} else snapshot(owner)
        assert attempt(team, worker, told, step, target) == listed, (told.state, step)
        if listed:
            follow(told, step, target)
        elif before is not None:
            assert changed(before, snapshot(owner)) == {}, (told.state, step)
        assert life.stands(team, {"id": told.id})["state"] == told.state, step
    hold(team)


def hold(team: Cast) -> None:
    """Hold every flag of the partnership against what was promised of it."""
    own = {"id": team.settled.partnership_id}
    with team.truth() as session:
        for wrong, query in CHECKS.items():
            found = session.scalars(text(query), own).all()
            assert not found, f"{found} {wrong}"
        last: dict[Any, str | None] = {}
        for flag_id, before, after in session.execute(text(STEPS_TAKEN), own):
            assert last.get(flag_id) == before, "a step begins where the last one led"
            assert before is None or (before, after) in LISTED, (before, after)
            last[flag_id] = after
        states = session.execute(text("select id, state from flag where partnership_id = :id"), own)
        assert {row.id: row.state for row in states} == last
