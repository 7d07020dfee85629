"""What makes a plan agreed holds in the database: whoever speaks SQL as the web role cannot break one rule of it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from graphql_schema import Door
from portal.access.context import SETTING, Wall, derive_key, sign
from portal.access.viewer import Viewer
from portal.db import Database
from portal.plans.states import TRANSITIONS, VERSION_TRANSITIONS
from tests.conftest import SECRET
from tests.factories.cast import Cast, settle_cast
from tests.factories.snapshot import TABLES, snapshot
from tests.plans import by_sql
from tests.plans.attempts import attempts, tried
from tests.plans.by_sql import CONTENT, PARTIES, acts, proves
from tests.plans.stage import Stage, staged

ELSEWHERE = tuple(table for table in TABLES if not table.startswith("plan"))
ONCE = (
    "plan_signature", "plan_refusal", "plan_check_pass", "plan_publication", "plan_milestone_report", "plan_event",
)  # fmt: skip


@pytest.fixture(scope="module")
def stage(owner: Database, wall: Wall, door: Door) -> Stage:
    """Plans that stand everywhere; nothing in a test moves them."""
    return staged(wall, settle_cast(owner, door))


@contextmanager
def refused(wall: Wall, viewer: Viewer, words: str) -> Iterator[Session]:
    """One transaction of a viewer that must end in a refusal."""
    with pytest.raises(DBAPIError, match=words), wall.acting_as(viewer) as session:
        yield session


@pytest.mark.some_of(70)
@pytest.mark.parametrize("sentence", attempts())
def test_it_is_refused_and_nothing_changed(stage: Stage, owner: Database, sentence: str) -> None:
    attempt = attempts()[sentence]
    before = snapshot(owner, without=ELSEWHERE)
    refusal = tried(stage, attempt, keep=True)
    assert attempt.refusal in refusal, refusal or "It worked."
    assert snapshot(owner, without=ELSEWHERE) == before


@pytest.mark.parametrize("table", ONCE)
@pytest.mark.parametrize("command", ["delete from {}", "update {0} set {1} = {1}", "truncate {}"])
@pytest.mark.usefixtures("stage")
def test_not_even_the_owner_rewrites_what_was_signed_said_or_done(owner: Database, table: str, command: str) -> None:
    column = "plan_id" if table in {"plan_milestone_report", "plan_event"} else "plan_version_id"
    before = snapshot(owner, without=ELSEWHERE)
    with pytest.raises(DBAPIError, match="stays"), owner.transaction() as session:
        session.execute(text(command.format(table, column)))
    assert snapshot(owner, without=ELSEWHERE) == before


def test_nothing_is_agreed_once_a_required_party_left(wall: Wall, cast: Cast) -> None:
    draft = by_sql.in_signing(wall, cast)
    for signatory in (cast.quinn, cast.ellis):
        by_sql.signs(wall, signatory, draft)
    with wall.acting_as(cast.ellis) as session:
        acts(session, cast.ellis, by_sql.LEAVE, draft)
    with refused(wall, cast.quinn, "has not signed these bytes") as session:
        acts(session, cast.quinn, by_sql.AGREE, draft)


def test_a_guest_that_left_holds_nobody_up(wall: Wall, cast: Cast) -> None:
    draft = by_sql.in_signing(wall, cast)
    for signatory in (cast.quinn, cast.ellis):
        by_sql.signs(wall, signatory, draft)
    with wall.acting_as(cast.remy) as session:
        acts(session, cast.remy, by_sql.LEAVE, draft)
    with wall.acting_as(cast.quinn) as session:
        acts(session, cast.quinn, by_sql.AGREE, draft)
        acts(session, cast.quinn, by_sql.MOVE, draft, state="AGREED")


def test_who_is_in_office_no_more_signs_nothing_and_what_they_signed_counts(
    wall: Wall, owner: Database, cast: Cast
) -> None:
    first, second = (by_sql.in_signing(wall, cast) for _ in range(2))
    by_sql.signs(wall, cast.ellis, first)
    end = text("update membership set active_to = current_date - 1 where id = :membership")
    with owner.transaction() as session:
        session.execute(end, {"membership": cast.ellis.membership_id})
    with refused(wall, cast.ellis, "row-level security") as session:
        proves(session, wall, cast.ellis)
        acts(session, cast.ellis, by_sql.SIGNATURE, second)
    by_sql.signs(wall, cast.quinn, first)
    with wall.acting_as(cast.quinn) as session:
        acts(session, cast.quinn, by_sql.AGREE, first)
        acts(session, cast.quinn, by_sql.MOVE, first, state="AGREED")


def test_a_signature_says_when_the_database_saw_it(wall: Wall, owner: Database, cast: Cast) -> None:
    draft = by_sql.in_signing(wall, cast)
    early = by_sql.SIGNATURE.replace("now()", "'2020-01-01'")
    with wall.acting_as(cast.quinn) as session:
        proves(session, wall, cast.quinn)
        acts(session, cast.quinn, early, draft)
    when = text("select now() - signed_at < interval '1 minute' from plan_signature where plan_version_id = :version")
    with owner.transaction() as session:
        assert session.execute(when, {"version": draft.version}).scalar_one()


def test_a_look_at_an_older_moment_agrees_nothing_that_somebody_left_since(wall: Wall, cast: Cast) -> None:
    draft = by_sql.in_signing(wall, cast)
    for signatory in (cast.quinn, cast.ellis):
        by_sql.signs(wall, signatory, draft)
    engine = wall.database.engine.execution_options(isolation_level="REPEATABLE READ")
    context = {"setting": SETTING, "context": sign(derive_key(SECRET), cast.quinn)}
    with Session(engine) as session:
        session.execute(text("select set_config(:setting, :context, true)"), context)
        with wall.acting_as(cast.ellis) as meanwhile:
            acts(meanwhile, cast.ellis, by_sql.LEAVE, draft)
        with pytest.raises(DBAPIError, match="could not serialize"):
            acts(session, cast.quinn, by_sql.AGREE, draft)


def test_who_took_a_counter_proposal_does_not_sign_what_it_became(wall: Wall, cast: Cast) -> None:
    stage = staged(wall, cast)
    first = stage.plans["talked"]
    parties = [cast.settled.agencies[code] for code in PARTIES]
    with wall.acting_as(cast.frankie) as session:
        second = by_sql.again(session, cast.frankie, first, parties)
        given = {"proposer": cast.brook.membership_id, "accepter": cast.frankie.membership_id}
        acts(session, cast.frankie, by_sql.FREEZE, second, content=CONTENT, **given)
    by_sql.passes(wall, cast.frankie, second)
    with wall.acting_as(cast.brook) as session:
        by_sql.opened(session, cast.brook, second)
    with refused(wall, stage.both, "Nobody signs what they put forward") as session:
        proves(session, wall, stage.both)
        acts(session, stage.both, by_sql.SIGNATURE, second)
    by_sql.signs(wall, cast.quinn, second)


def test_signatures_on_an_earlier_version_count_for_nothing(wall: Wall, cast: Cast) -> None:
    first = by_sql.in_signing(wall, cast)
    for signatory in (cast.quinn, cast.ellis):
        by_sql.signs(wall, signatory, first)
    parties = [cast.settled.agencies[code] for code in PARTIES]
    with wall.acting_as(cast.frankie) as session:
        second = by_sql.again(session, cast.frankie, first, parties)
        by_sql.proposed(session, cast.frankie, second, to="NEGOTIATION")
        by_sql.opened(session, cast.frankie, second)
    # The very same bytes, so only the version tells the two apart.
    with refused(wall, cast.quinn, "has not signed these bytes") as session:
        acts(session, cast.quinn, by_sql.AGREE, second)


def test_a_plan_comes_into_force_on_its_first_day_and_by_the_worker(stage: Stage, worker: Database) -> None:
    begin = text("update plan set state = 'IN_FORCE' where id = :plan")
    with worker.transaction() as session:
        assert session.execute(begin, {"plan": stage.plans["begun"].plan}).rowcount == 1
        session.rollback()
    with pytest.raises(DBAPIError, match="on its first day"), worker.transaction() as session:
        session.execute(begin, {"plan": stage.plans["agreed"].plan})
    for name in ("draft", "half"):
        with worker.transaction() as session:
            assert session.execute(begin, {"plan": stage.plans[name].plan}).rowcount == 0, name


DECIDE = """
update plan_proposal set state = :state, decided_at = now(), decided_by_membership_id = :by where plan_id = :plan
"""


@pytest.mark.parametrize(("by", "state"), [("lou", "WITHDRAWN"), ("brook", "ACCEPTED")])
def test_who_left_takes_back_what_they_put_and_decides_nothing_of_others(
    wall: Wall, cast: Cast, by: str, state: str
) -> None:
    with wall.acting_as(cast.frankie) as session:
        draft = by_sql.drafted(session, cast.frankie, cast, PARTIES)
        by_sql.proposed(session, cast.frankie, draft)
    with wall.acting_as(cast.viewers[by]) as session:
        acts(session, cast.viewers[by], by_sql.PROPOSAL, draft)
    with wall.acting_as(cast.remy) as session:
        acts(session, cast.remy, by_sql.LEAVE, draft)
    if by == "lou":
        with wall.acting_as(cast.lou) as session:
            assert acts(session, cast.lou, DECIDE, draft, state=state) == 1
    else:
        with refused(wall, cast.lou, "decided once, by whom it concerns") as session:
            acts(session, cast.lou, DECIDE, draft, state=state)


PAIR = re.compile(r"\('([A-Z_]+)', '([A-Z_]+)'\)")


def test_the_database_knows_the_steps_that_the_portal_knows(owner: Database) -> None:
    def pairs(function: str) -> set[tuple[str, str]]:
        with owner.transaction() as session:
            source = session.execute(text(f"select prosrc from pg_proc where proname = '{function}'")).scalar_one()
        return set(PAIR.findall(source))

    steps = {(was.value, then.value) for step in TRANSITIONS.values() for was, then in step.items() if was is not then}
    assert pairs("keep_plan") == steps
    of_versions = {(was.value, then.value) for was, after in VERSION_TRANSITIONS.items() for then in after}
    assert pairs("keep_plan_version") == of_versions
