"""Every line that comes in is sealed once, soon, in one chain, by whoever may, and nobody else reads it meanwhile."""

import threading
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal.audit.each_second import _seal_until, catch_up, sealed_each_second
from portal.audit.lines import canonical, lines
from portal.audit.models import AuditAction, AuditEvent, AuditSubject
from portal.audit.record import record
from portal.audit.sealing import BATCH, seal
from portal.db import Database, now
from portal.operations.embedded import EmbeddedServer
from portal.operations.readiness import readiness
from portal.operations.verify_seals import Fault, faults
from tests.audit.log import KEY
from tests.factories.scratch import Scratch, scratch

SEALS = "select number, leaf_count from audit_seal order by number"
SEALED = "select audit_event_id from audit_leaf order by seal_number, position"
WAITING = "select audit_event_id from audit_pending order by 1"
# Lines of nobody, as many as are asked for.
MANY = (
    "insert into audit_event (at, action, operation, outcome, request_id)"
    " select clock_timestamp(), 'SIGN_IN', 'signIn', 'DONE', gen_random_uuid() from generate_series(1, :many)"
)


@pytest.fixture(scope="module")
def made(server: EmbeddedServer, template: str) -> Iterator[Scratch]:
    with scratch(server, template) as found:
        yield found


@pytest.fixture(autouse=True)
def _nothing_waits(made: Scratch) -> Iterator[None]:
    catch_up(made.worker, KEY)
    yield
    catch_up(made.worker, KEY)
    assert found_wrong(made) == []


def found_wrong(made: Scratch) -> list[Fault]:
    with Session(made.owner.engine) as session:
        return [each.fault for each in faults(session, keys=[KEY.public], anchor=None, moment=now())]


def sign_in(session: Session) -> None:
    record(session, viewer=None, action=AuditAction.SIGN_IN, operation="signIn", outcome="DONE", request_id=uuid4())


def written(made: Scratch, many: int = 1) -> None:
    with made.owner.transaction() as session:
        session.execute(text(MANY), {"many": many})


def rows(database: Database, statement: str) -> list[tuple[object, ...]]:
    with database.transaction() as session:
        return [tuple(row) for row in session.execute(text(statement))]


def sealed_now(made: Scratch) -> int:
    with made.worker.transaction() as session:
        return seal(session, KEY)


def test_what_waits_is_sealed_once_and_an_empty_second_makes_no_seal(made: Scratch) -> None:
    before = rows(made.owner, SEALS)
    written(made, 3)
    waiting = rows(made.owner, WAITING)
    assert (len(waiting), sealed_now(made)) == (3, 3)
    assert rows(made.owner, SEALS) == [*before, (len(before) + 1, 3)]
    assert rows(made.owner, SEALED)[-3:] == waiting
    assert (rows(made.owner, WAITING), sealed_now(made)) == ([], 0)
    assert len(rows(made.owner, SEALS)) == len(before) + 1


def test_a_line_cannot_come_in_without_waiting_to_be_sealed(made: Scratch) -> None:
    with made.wall.anonymously() as session:
        sign_in(session)
    assert len(rows(made.owner, WAITING)) == 1
    for statement in (
        "delete from audit_pending",
        "select * from audit_pending",
        "insert into audit_pending values (1)",
        "insert into audit_leaf select 1, 1, 1, ''",
        "insert into audit_seal select * from audit_seal",
        "insert into audit_checkpoint select * from audit_checkpoint",
    ):
        with pytest.raises(DBAPIError, match="permission denied"), made.wall.anonymously() as session:
            session.execute(text(statement))


def test_a_transaction_that_stays_open_delays_its_own_line_and_no_other(made: Scratch) -> None:
    with made.wall.anonymously() as open_one:
        sign_in(open_one)
        written(made)
        assert sealed_now(made) == 1
        assert rows(made.owner, WAITING) == []
    # Its number is below one that is sealed already.
    assert sealed_now(made) == 1
    last, before = (row[0] for row in rows(made.owner, SEALED)[:-3:-1])
    assert isinstance(last, int)
    assert isinstance(before, int)
    assert last < before


def test_a_backlog_is_sealed_by_as_many_seals_as_it_takes(made: Scratch) -> None:
    before = len(rows(made.owner, SEALS))
    written(made, BATCH + 1)
    assert catch_up(made.worker, KEY) == BATCH + 1
    assert [row[1] for row in rows(made.owner, SEALS)[before:]] == [BATCH, 1]


def test_workers_at_once_make_one_chain(made: Scratch) -> None:
    before = len(rows(made.owner, SEALED))
    stop = threading.Event()
    workers = [threading.Thread(target=_until, args=(made, stop)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for many in range(1, 31):
        written(made, many)
    stop.set()
    for worker in workers:
        worker.join()
    catch_up(made.worker, KEY)
    numbers = [row[0] for row in rows(made.owner, SEALS)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(rows(made.owner, SEALED)) == before + sum(range(1, 31))


def _until(made: Scratch, stop: threading.Event) -> None:
    while not stop.is_set():
        catch_up(made.worker, KEY)


def test_while_one_worker_seals_another_does_nothing(made: Scratch) -> None:
    written(made)
    with made.worker.transaction() as first:
        assert seal(first, KEY) == 1
        assert sealed_now(made) == 0


def test_a_worker_that_dies_half_way_leaves_nothing_half_done(made: Scratch) -> None:
    written(made)
    before = rows(made.owner, SEALS), rows(made.owner, SEALED), rows(made.owner, WAITING)
    with pytest.raises(ZeroDivisionError), made.worker.transaction() as session:  # noqa: PT012
        assert seal(session, KEY) == 1
        raise ZeroDivisionError
    assert (rows(made.owner, SEALS), rows(made.owner, SEALED), rows(made.owner, WAITING)) == before


def test_the_worker_reads_a_line_until_it_has_sealed_it(made: Scratch) -> None:
    written(made)
    assert len(rows(made.worker, "select * from audit_event")) == 1
    catch_up(made.worker, KEY)
    assert rows(made.worker, "select * from audit_event") == []
    assert rows(made.worker, "select * from audit_subject") == []


@pytest.mark.parametrize("table", ["audit_event", "audit_subject", "audit_seal", "audit_leaf", "audit_checkpoint"])
def test_the_worker_neither_changes_nor_removes_what_it_sealed(made: Scratch, table: str) -> None:
    column = "seal_number" if table in {"audit_leaf", "audit_checkpoint"} else "number"
    column = {"audit_event": "outcome", "audit_subject": "field_groups"}.get(table, column)
    for statement in (f"update {table} set {column} = {column}", f"delete from {table}", f"truncate {table} cascade"):
        with pytest.raises(DBAPIError, match="permission denied"), made.worker.transaction() as session:
            session.execute(text(statement))
        with pytest.raises(DBAPIError, match="append only"), made.owner.transaction() as session:
            session.execute(text(statement))


class Script(threading.Event):
    """A stop that is set after some steps; each is taken when the loop has done one round and waits."""

    def __init__(self, *steps: Callable[[], None]) -> None:
        super().__init__()
        self._steps = list(steps)

    def wait(self, timeout: float | None = None) -> bool:
        """Take the next step instead of waiting."""
        assert timeout == 1
        if self._steps:
            self._steps.pop(0)()
        else:
            self.set()
        return self.is_set()


def test_the_loop_goes_on_after_the_database_went_away_and_came_back(made: Scratch) -> None:
    # No pool that looks first whether its connection still lives: the loop itself must bear that it does not.
    fragile = Database(create_engine(made.urls.worker, pool_size=1, max_overflow=0))
    kill = """
        select count(pg_terminate_backend(pid)) from pg_stat_activity
         where usename = current_user and datname = current_database() and pid <> pg_backend_pid()
    """

    def cut() -> None:
        written(made)
        with made.worker.transaction() as session:
            assert session.scalar(text(kill))

    before = len(rows(made.owner, SEALED))
    _seal_until(fragile, KEY, Script(lambda: written(made), cut, lambda: written(made), lambda: None, lambda: None))
    fragile.dispose()
    assert len(rows(made.owner, SEALED)) == before + 3
    assert rows(made.owner, WAITING) == []


def test_the_loop_ends_with_its_block(made: Scratch) -> None:
    with sealed_each_second(made.worker, KEY):
        assert "sealing" in {thread.name for thread in threading.enumerate()}
    assert "sealing" not in {thread.name for thread in threading.enumerate()}


def test_an_installation_is_ready_while_nothing_waits_longer_than_a_minute(made: Scratch) -> None:
    web = made.wall.database.engine
    assert readiness(web)["audit sealed"] is True
    written(made)
    assert readiness(web)["audit sealed"] is True
    with made.owner.transaction() as session:
        session.execute(text("update audit_pending set since = now() - interval '61 seconds'"))
    assert readiness(web)["audit sealed"] is False
    assert found_wrong(made) == [Fault.WAITS]
    catch_up(made.worker, KEY)
    assert readiness(web)["audit sealed"] is True


def test_every_column_of_a_line_and_of_its_subjects_is_sealed(made: Scratch) -> None:
    columns = {column.name for column in AuditEvent.__table__.columns}
    line = dict.fromkeys(columns, "x") | {"subjects": ["s"]}
    for name in columns:
        assert canonical(line) != canonical(line | {name: "y"}), name
        assert canonical(line) != canonical(line | {name: None}), name
    assert canonical(line) != canonical(line | {"subjects": []})
    with made.owner.transaction() as session:
        session.execute(text(MANY), {"many": 1})
        session.execute(
            text(
                "insert into audit_subject (audit_event_id, pseudonym, field_groups)"
                " select max(id), gen_random_uuid(), 5 from audit_event"
            )
        )
        [found] = session.execute(lines().order_by(AuditEvent.id.desc()).limit(1)).mappings()
    told = {part.split("=")[0] for part in found["subjects"][0].split(" ")}
    assert told == {column.name for column in AuditSubject.__table__.columns} - {"audit_event_id", "root_id"}
