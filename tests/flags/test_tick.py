"""What the worker does each minute: what is due moves on by nobody's hand, once, and who must know is told, once."""

from itertools import product
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from portal.audit.sealing import sealing_key
from portal.db import Database
from portal.flags.states import OPEN, FlagState
from portal.jobs import enqueue
from portal.operations.embedded import DatabaseUrls
from portal.operations.verify_audit import SEALED, verify
from portal.shares import tick as ticking
from portal.shares.ending import expire
from portal.shares.tick import Ticked, tick
from tests.conftest import SECRET
from tests.factories.cast import Cast
from tests.factories.clock import date_due, key_of, question_due, triage_due
from tests.factories.flags import answered, raised, shared, taken
from tests.factories.jobs import work_off
from tests.factories.snapshot import unchanged
from tests.flags.test_overdue import asked, in_truth, see

NOTHING = Ticked(expired=0, resumed=0, announced=0)
JOBS = text(
    "select args from procrastinate_jobs where task_name = 'notifications:announce' and args ->> 'flag_id' = :flag"
)


@pytest.fixture(autouse=True)
def _settled(worker: Database) -> None:
    """Whatever other tests left to be late is done before this one begins."""
    while tick(worker) != NOTHING:
        pass


def steps(cast: Cast, flag: dict[str, Any]) -> list[tuple[str, str, UUID | None]]:
    rows = text("select from_state, to_state, by_membership_id from flag_transition where flag_id = :flag order by at")
    with cast.truth() as session:
        return [(row[0], row[1], row[2]) for row in session.execute(rows, {"flag": key_of(cast, flag)})]


def overdue_jobs(cast: Cast, flag: dict[str, Any]) -> list[str]:
    """What tells one event from another in each notice of a date that was missed."""
    with cast.truth() as session:
        found = session.scalars(JOBS, {"flag": str(key_of(cast, flag))}).all()
    return [args["about_id"] for args in found if args["kind"] == "OVERDUE"]


def audit_lines(cast: Cast, flag: dict[str, Any]) -> list[tuple[str, str, UUID | None]]:
    rows = text(
        "select e.action, e.operation, e.membership_id from audit_event e"
        " join audit_subject s on s.audit_event_id = e.id"
        " where s.pseudonym = audit_pseudonym(:flag) and e.operation like 'clock%' order by e.id"
    )
    with cast.truth() as session:
        return [(row[0], row[1], row[2]) for row in session.execute(rows, {"flag": key_of(cast, flag)})]


def broken(owner: Database) -> dict[str, int]:
    """How often each promise of the audit that looks at flags is broken."""
    keys = [sealing_key(SECRET).public]
    return {found.promise: found.broken for found in verify(owner, keys=keys) if found.promise != SEALED}


def test_a_shared_flag_past_its_date_with_nothing_owed_expires_by_nobody_s_hand(cast: Cast, worker: Database) -> None:
    flag = date_due(cast, answered(cast))

    assert tick(worker) == Ticked(expired=1, resumed=0, announced=0)

    assert in_truth(cast, flag).state is FlagState.EXPIRED
    assert steps(cast, flag)[-1] == ("SHARED", "EXPIRED", None)
    assert audit_lines(cast, flag) == [("WRITE", "clock:expire", None)]
    assert see(cast, cast.sam, flag) is None
    assert see(cast, cast.dee, flag) is None
    assert overdue_jobs(cast, flag) == []


def test_a_shared_flag_that_is_owed_an_answer_is_announced_and_stays(cast: Cast, worker: Database) -> None:
    flag = date_due(cast, shared(cast))

    assert tick(worker) == Ticked(expired=0, resumed=0, announced=1)

    assert in_truth(cast, flag).state is FlagState.SHARED
    assert see(cast, cast.dee, flag) is not None


def test_an_overdue_question_gives_the_flag_back_to_triage_with_a_new_clock(cast: Cast, worker: Database) -> None:
    flag = question_due(cast, asked(cast))

    assert tick(worker) == Ticked(expired=0, resumed=1, announced=0)

    truth = in_truth(cast, flag)
    assert truth.state is FlagState.IN_TRIAGE
    assert truth.version == flag["version"] + 1
    assert truth.triage_due_at is not None
    assert truth.triage_due_at > truth.updated_at
    assert steps(cast, flag)[-1] == ("MORE_INFO_REQUESTED", "IN_TRIAGE", None)
    assert audit_lines(cast, flag) == [("WRITE", "clock:resume", None)]
    assert see(cast, cast.dee, flag) is None
    triage_due(cast, flag)
    assert see(cast, cast.dee, flag) is not None


def test_each_date_that_a_flag_misses_is_announced_once(cast: Cast, worker: Database) -> None:
    flag = triage_due(cast, raised(cast))
    before = in_truth(cast, flag)

    assert tick(worker) == Ticked(expired=0, resumed=0, announced=1)
    assert tick(worker) == NOTHING
    assert len(overdue_jobs(cast, flag)) == 1
    after = in_truth(cast, flag)
    assert (after.version, after.updated_at) == (before.version, before.updated_at)

    date_due(cast, flag, ago="1 minute")
    assert tick(worker) == Ticked(expired=0, resumed=0, announced=1)
    assert len(set(overdue_jobs(cast, flag))) == 2


def test_a_tick_that_runs_twice_does_nothing_twice(cast: Cast, owner: Database, worker: Database) -> None:
    date_due(cast, answered(cast))
    date_due(cast, shared(cast))
    question_due(cast, asked(cast))
    triage_due(cast, raised(cast))
    # Other tests, which put a record into the past by hand, may have left a step without its line before.
    before = broken(owner)
    tick(worker)

    with unchanged(owner):
        assert tick(worker) == NOTHING
    assert broken(owner) == before


def test_nothing_that_is_still_to_come_is_touched(cast: Cast, owner: Database, worker: Database) -> None:
    for flag in (raised(cast), taken(cast), asked(cast), shared(cast), answered(cast)):
        triage_due(cast, flag, ago="-1 hour")

    with unchanged(owner):
        assert tick(worker) == NOTHING


def test_a_flag_that_somebody_works_on_waits_for_the_next_minute(cast: Cast, owner: Database, worker: Database) -> None:
    flags = [date_due(cast, answered(cast)), question_due(cast, asked(cast)), triage_due(cast, raised(cast))]
    with owner.transaction() as busy:
        busy.execute(
            text("select from flag where id = any(:flags) for update"),
            {"flags": [key_of(cast, flag) for flag in flags]},
        )
        assert tick(worker) == NOTHING

    assert tick(worker) == Ticked(expired=1, resumed=1, announced=1)


def test_a_tick_that_dies_leaves_nothing_half_done(
    cast: Cast, owner: Database, worker: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    flags = [date_due(cast, answered(cast)) for _ in range(2)]

    def dies(session: Any, *, flag_id: UUID) -> bool:
        assert expire(session, flag_id=flag_id)
        # As the process ends when it is stopped.
        raise SystemExit

    with monkeypatch.context() as broken, unchanged(owner):
        broken.setattr(ticking, "expire", dies)
        with pytest.raises(SystemExit):
            tick(worker)

    assert tick(worker) == Ticked(expired=2, resumed=0, announced=0)
    assert {in_truth(cast, flag).state for flag in flags} == {FlagState.EXPIRED}


def test_a_flag_that_cannot_be_moved_holds_up_no_other(cast: Cast, owner: Database, worker: Database) -> None:
    broken, sound = date_due(cast, answered(cast), ago="2 hours"), date_due(cast, answered(cast))
    refuse = f"""
        create function refuse() returns trigger language plpgsql as $$ begin
          if new.id = '{key_of(cast, broken)}' then raise check_violation; end if; return new; end $$;
        create trigger refuse before update of state on flag for each row execute function refuse();
    """
    with owner.transaction() as session:
        session.execute(text(refuse))
    try:
        assert tick(worker).expired == 1
    finally:
        with owner.transaction() as session:
            session.execute(text("drop trigger refuse on flag; drop function refuse()"))

    assert in_truth(cast, broken).state is FlagState.SHARED
    assert in_truth(cast, sound).state is FlagState.EXPIRED
    assert tick(worker).expired == 1


def test_only_a_shared_flag_past_its_date_with_nothing_owed_ever_expires(cast: Cast, worker: Database) -> None:
    """Every open state, with its one share open, answered or ended, before its date and after."""
    flag = shared(cast)
    arrange = text(
        "update share set state = :share, engagement = cast(:engagement as text),"
        " answered_at = case when cast(:engagement as text) is not null then now() end where flag_id = :flag"
    )
    shares = {"open": ("ACTIVE", None), "answered": ("ACTIVE", "ENGAGED"), "ended": ("ENDED", None)}
    expired = set()
    for state, (name, (share, engagement)), past in product(sorted(OPEN), shares.items(), (False, True)):
        with cast.owner.transaction() as session:
            session.execute(
                text("update flag set state = :state, announced_deadline = null where id = :flag"),
                {"state": state, "flag": key_of(cast, flag)},
            )
            session.execute(arrange, {"share": share, "engagement": engagement, "flag": key_of(cast, flag)})
        date_due(cast, flag, ago="1 hour" if past else "-1 hour")
        done = tick(worker).expired
        assert done == (in_truth(cast, flag).state is FlagState.EXPIRED)
        if done:
            expired.add((state, name, past))

    assert expired == {(FlagState.SHARED, "answered", True), (FlagState.SHARED, "ended", True)}


one_share = st.tuples(st.sampled_from(["ACTIVE", "ENDED"]), st.sampled_from([None, "ENGAGED", "CLOSED"]))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(shares=st.lists(one_share, min_size=1, max_size=5))
def test_a_flag_with_any_share_that_is_owed_an_answer_never_expires(
    cast: Cast, worker: Database, shares: list[tuple[str, str | None]]
) -> None:
    flag = date_due(cast, shared(cast))
    add = text(
        "insert into share (id, flag_id, from_agency_id, to_agency_id, state, field_groups, purpose_code,"
        " lawful_basis_code, source_regime, proportionality_note, agreement_version_id, valid_from, valid_to,"
        " engagement, answered_at, version, created_at, updated_at)"
        " select gen_random_uuid(), flag_id, from_agency_id, to_agency_id, :state, field_groups, purpose_code,"
        " lawful_basis_code, source_regime, '', agreement_version_id, valid_from, valid_to, cast(:engagement as text),"
        " case when cast(:engagement as text) is not null then now() end, 1, now(), now()"
        " from share where id = :first"
    )
    with cast.owner.transaction() as session:
        first = session.scalar(text("select id from share where flag_id = :flag"), {"flag": key_of(cast, flag)})
        for state, engagement in shares:
            session.execute(add, {"state": state, "engagement": engagement, "first": first})
        session.execute(text("update share set state = 'ENDED' where id = :first"), {"first": first})
    owed = any(share == ("ACTIVE", None) for share in shares)

    tick(worker)
    assert in_truth(cast, flag).state is (FlagState.SHARED if owed else FlagState.EXPIRED)


def test_the_clock_of_the_worker_strikes_each_minute_and_never_piles_up(worker: Database) -> None:
    blueprint = ticking.tasks(worker)
    [periodic] = blueprint.periodic_registry.periodic_tasks.values()

    assert periodic.cron == "* * * * *"
    assert periodic.task.name == "tick"
    assert periodic.task.queueing_lock == "flags:tick"


def test_the_worker_of_an_installation_does_it_as_a_job(cast: Cast, urls: DatabaseUrls, worker: Database) -> None:
    flag = date_due(cast, answered(cast))
    with cast.owner.transaction() as session:
        enqueue(session, "flags:tick", timestamp=0)

    work_off(urls.worker, [("flags", ticking.tasks(worker))])
    assert in_truth(cast, flag).state is FlagState.EXPIRED
