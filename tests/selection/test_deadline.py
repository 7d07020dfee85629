"""A request is done in its time or leaves nothing behind, whatever it waits for; and is told so, not as a fault."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import text

from graphql_schema import Execution
from graphql_schema.limits import LIMITS
from portal.deadline import Deadline, DeadlinePassed
from portal.operations.embedded import EmbeddedServer
from tests.factories.audit import lines_since, mark
from tests.factories.cast import Cast, settle_cast
from tests.factories.flags import RAISE, report
from tests.factories.scratch import scratch
from tests.factories.snapshot import changed, snapshot, unchanged
from tests.selection.test_statements import counted

SLOW_READ = """
create or replace function rates_left(person uuid, agency uuid) returns json language sql volatile
as $$ select json_build_object('slept', pg_sleep(60)::text) $$
"""
TELLING_READ = """
create or replace function rates_left(person uuid, agency uuid) returns json language sql volatile as $$
  select json_build_object(
    'limit', (select setting::int from pg_settings where name = 'statement_timeout'), 'slept', pg_sleep(0.3)::text)
$$
"""
SLOW_WRITE = """
create function take_long() returns trigger language plpgsql as $$ begin perform pg_sleep(60); return new; end $$;
create trigger take_long after insert on flag for each row execute function take_long()
"""
FAILING_WRITE = """
create function fail() returns trigger language plpgsql as $$
begin raise exception using errcode = '{state}', message = 'Robin Marsh'; end $$;
create trigger fail after insert on flag for each row execute function fail()
"""
ALLOWANCE = "{ viewer { allowance { limit } } }"


@dataclass(frozen=True)
class Steps(Deadline):
    """A deadline that passes after so many looks at it, so that it falls between any two steps."""

    looks: list[None]

    def left(self) -> float:
        if not self.looks:
            raise DeadlinePassed
        self.looks.pop()
        return 60.0


@pytest.fixture(scope="module")
def alone(server: EmbeddedServer, template: str) -> Iterator[Cast]:
    """A partnership in a database of its own, in which a test may make something slow."""
    with scratch(server, template) as made:
        yield settle_cast(made.owner, made.door)


def told(execution: Execution) -> str:
    """The code of the one error an answer consists of; nothing was masked as a fault of ours."""
    assert execution.data is None
    assert execution.cause is None
    [error] = execution.errors
    assert "Nothing was changed." in error.message
    assert "Marsh" not in error.message
    assert execution.extensions["cost"]["limit"] == LIMITS.cost
    assert error.extensions is not None
    return str(error.extensions["code"])


def broken(alone: Cast, statements: str) -> None:
    with alone.owner.transaction() as session:
        session.execute(text(statements))


@pytest.fixture
def _mended(alone: Cast) -> Iterator[None]:
    yield
    broken(
        alone,
        "drop trigger if exists take_long on flag; drop function if exists take_long;"
        " drop trigger if exists fail on flag; drop function if exists fail",
    )


def test_a_slow_read_is_stopped(alone: Cast) -> None:
    broken(alone, SLOW_READ)
    before = mark(alone.owner)
    with counted(alone.door.wall.database) as sent:
        execution = alone.door.execute(ALLOWANCE, {}, alone.rowan, deadline=Deadline.after(2))
    assert told(execution) == "DEADLINE"
    assert "rates_left" in sent[-1], "It was PostgreSQL that stopped, and nothing was sent after it."
    assert lines_since(alone.owner, before) == []


def test_a_later_statement_has_only_what_is_left(alone: Cast) -> None:
    broken(alone, TELLING_READ)
    twice = "{ a: viewer { allowance { limit } } b: viewer { allowance { limit } } }"
    alone.ask(alone.rowan, twice)
    data = alone.door.execute(twice, {}, alone.rowan, deadline=Deadline.after(9)).data
    assert data is not None
    first, second = (data[name]["allowance"]["limit"] for name in ("a", "b"))
    assert 0 < second <= first - 300 < 9_000


@pytest.mark.usefixtures("_mended")
def test_a_slow_change_is_stopped_and_leaves_nothing(alone: Cast) -> None:
    broken(alone, SLOW_WRITE)
    with unchanged(alone.owner), counted(alone.door.wall.database) as sent:
        execution = alone.door.execute(RAISE, {"input": report()}, alone.rowan, deadline=Deadline.after(3))
    assert told(execution) == "DEADLINE"
    assert "INSERT INTO flag " in sent[-1]


def test_a_lock_that_somebody_holds_is_not_waited_for_without_end(alone: Cast) -> None:
    given, before = report(), snapshot(alone.owner)
    with alone.owner.transaction() as session:
        session.execute(text("lock table flag in exclusive mode"))
        assert told(alone.try_to_ask(alone.rowan, RAISE, input=given)) == "BUSY"
    assert changed(before, snapshot(alone.owner)) == {}
    # Sent again with the same key once the lock is gone, it is done, once.
    assert alone.ask(alone.rowan, RAISE, input=given)["raiseFlag"]["replayed"] is False


@pytest.mark.parametrize("state", ["40P01", "40001", "55P03"])
@pytest.mark.usefixtures("_mended")
def test_meeting_another_change_is_told_and_worth_trying_again(alone: Cast, state: str) -> None:
    broken(alone, FAILING_WRITE.format(state=state))
    with unchanged(alone.owner):
        execution = alone.try_to_ask(alone.rowan, RAISE, input=report())
    assert told(execution) == "BUSY"
    assert (execution.errors[0].extensions or {})["retryAfter"] == 1


def test_no_statement_is_sent_for_a_request_that_came_too_late(alone: Cast) -> None:
    alone.ask(alone.rowan, "{ viewer { role } }")
    with counted(alone.door.wall.database) as sent:
        execution = alone.door.execute("{ viewer { role } }", {}, alone.rowan, deadline=Deadline.after(0))
    assert told(execution) == "DEADLINE"
    assert sent == []


def test_wherever_the_time_runs_out_nothing_is_changed(alone: Cast) -> None:
    given, looks = report(), 0
    while True:
        before = mark(alone.owner)
        with counted(alone.door.wall.database) as sent:
            execution = alone.door.execute(RAISE, {"input": given}, alone.rowan, deadline=Steps(0, [None] * looks))
        if execution.data is not None:
            break
        assert told(execution) == "DEADLINE"
        assert lines_since(alone.owner, before) == []
        looks += 1
    # One look before each statement, and one before the audit is written.
    assert looks >= len(sent) > 10
    assert execution.data["raiseFlag"]["replayed"] is False, "None of the tries before had done it."
