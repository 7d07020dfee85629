"""What can go wrong in a transaction: broken off by people, by PostgreSQL, by the network, or by SQL that got in."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal.access.context import SETTING
from portal.db import Database

LONG = text("select count(*) from generate_series(1, 100000000)")


class BrokenOff(Exception):
    """Whoever asked went away."""


@dataclass(frozen=True, kw_only=True)
class At:
    """Where a fault happens: in whose transaction, beside which owner, and with whose context at hand."""

    session: Session
    owner: Database
    other_context: str

    @property
    def driver(self) -> Any:
        return self.session.connection().connection.driver_connection

    def run(self, statement: str, **values: Any) -> Any:
        """Send one statement, as whoever acts here."""
        return self.session.execute(text(statement), values)


Fault = Callable[[At], None]


def nothing(_at: At) -> None:
    """All goes well."""


def raised(_at: At) -> None:
    raise BrokenOff


def interrupted(_at: At) -> None:
    raise KeyboardInterrupt


def timed_out(at: At) -> None:
    at.run("set local statement_timeout = '1ms'")
    at.session.execute(LONG)


def cancelled(at: At) -> None:
    at.run("select pg_cancel_backend(pg_backend_pid())")
    at.session.execute(LONG)


def failed_and_went_on(at: At) -> None:
    """An error that somebody swallows; PostgreSQL turns the commit into a rollback."""
    with suppress(DBAPIError):
        at.run("select 1 / 0")


def killed_in_use(at: At) -> None:
    killed_on_return(at)
    at.run("select 1")


def killed_on_return(at: At) -> None:
    """Ended from outside, so that the commit fails."""
    pid = at.session.scalar(text("select pg_backend_pid()"))
    with at.owner.engine.connect() as connection:
        connection.execute(text("select pg_terminate_backend(:pid)"), {"pid": pid})


def commit_failed(at: At) -> None:
    def fail(_session: Session) -> None:
        raise BrokenOff

    event.listen(at.session, "before_commit", fail, once=True)


def invalidated(at: At) -> None:
    at.session.connection().invalidate()


def savepoint_taken_back(at: At) -> None:
    """Somebody else for as long as a savepoint lasts."""
    back = at.session.begin_nested()
    at.run("select set_config(:setting, :context, true)", setting=SETTING, context=at.other_context)
    back.rollback()


def context_left(at: At) -> None:
    at.run("select set_config(:setting, :context, false)", setting=SETTING, context=at.other_context)


def context_left_and_broken_off(at: At) -> None:
    context_left(at)
    raise BrokenOff


def committed_halfway(at: At) -> None:
    """SQL that ends the transaction, becomes somebody else for good, and lets the block go on."""
    at.session.connection().exec_driver_sql(f"commit; set {SETTING} = '{at.other_context}'")


def discarded(at: At) -> None:
    at.session.connection().exec_driver_sql("commit")
    at.driver.pgconn.exec_(b"discard all")


def rows_left(at: At) -> None:
    """A cursor that keeps the rows of its viewer after the transaction."""
    at.session.connection().exec_driver_sql("declare left_behind cursor with hold for select * from flag")


def settings_left(at: At) -> None:
    """What would break, slow down or mislead whoever comes next."""
    at.session.connection().exec_driver_sql(
        "set row_security = off; set search_path = pg_temp; set statement_timeout = '1h'; set lock_timeout = '1h';"
        " set timezone = 'Asia/Tokyo'; set default_transaction_read_only = on"
    )


# With how often each is tried: a new connection costs more than a switch.
FAULTS: dict[Fault, int] = {
    nothing: 12, raised: 6, interrupted: 2, timed_out: 2, cancelled: 4, failed_and_went_on: 4, killed_in_use: 1,
    killed_on_return: 1, commit_failed: 4, invalidated: 1, savepoint_taken_back: 6, context_left: 6,
    context_left_and_broken_off: 4, committed_halfway: 6, discarded: 3, rows_left: 4, settings_left: 4,
}  # fmt: skip
