"""Decides how the portal talks to PostgreSQL: one declarative base, one engine a role, time-outs everywhere."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import Connection, DateTime, Engine, Enum, MetaData, create_engine, event
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from portal.deadline import Deadline

STATEMENT_SECONDS = 10.0
LOCK_TIMEOUT = "4s"
# Under which a transaction's connection keeps when it must be done.
_DEADLINE = "concord_deadline"
# One message to the server. What an earlier transaction left on this connection, by SQL that should not have run, ends
# first: settings of the session, with a viewer perhaps, and cursors that outlive their transaction, with rows.
_BEGIN = (
    "close all; reset all; set local timezone = 'UTC';"
    f" set local lock_timeout = '{LOCK_TIMEOUT}'; set local statement_timeout = "
)


class Base(DeclarativeBase):
    """Every table of the portal."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: DateTime(timezone=True)}


def now() -> datetime:
    """The moment, in UTC, with its zone."""
    return datetime.now(UTC)


def coded(values: type[StrEnum], *, name: str | None = None) -> Enum:
    """A text column that holds one member of a closed set, checked by the database.

    Text with a check, not a native enum: the equality of native enums is not leakproof, so PostgreSQL would not use
    their index ahead of a row-level security policy. A table with two such columns names the second one's check.
    """
    return Enum(
        values,
        native_enum=False,
        create_constraint=True,
        length=40,
        name=name or values.__name__.lower(),
        values_callable=lambda members: [member.value for member in members],
    )


class Versioned:
    """Columns of a record that changes under optimistic locking."""

    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)


class Database:
    """The engine of one database role, and the transactions it opens."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        event.listen(engine, "before_cursor_execute", _keep_to_the_deadline)

    @classmethod
    def connect(cls, url: str, **engine_options: Any) -> "Database":
        """Take a PostgreSQL address and give a database; nothing is connected before the first transaction."""
        # Server-side prepared statements do not survive a transaction pooler in front of the database.
        return cls(
            create_engine(
                url,
                pool_pre_ping=True,
                # Values never stand in the text of an error, so they cannot reach a log through one.
                hide_parameters=True,
                connect_args={"prepare_threshold": None, "connect_timeout": 10},
                **({"pool_size": 10, "max_overflow": 10} | engine_options),
            )
        )

    @contextmanager
    def transaction(self, *, deadline: Deadline | None = None) -> Iterator[Session]:
        """One transaction in one session of its own: committed at the end, rolled back on any exception.

        With a deadline no statement begins after it or runs past it: the first raises DeadlinePassed, and PostgreSQL
        cancels the second.
        """
        # A session is never reused for another viewer, because its identity map would carry rows over.
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            connection = session.connection()
            connection.exec_driver_sql(f"{_BEGIN}'{_milliseconds(_allowed(deadline))}'")
            if deadline is not None:
                connection.execution_options(**{_DEADLINE: deadline})
            yield session

    def dispose(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def _allowed(deadline: Deadline | None) -> float:
    """How many seconds a statement may run now; raises DeadlinePassed when there are none left."""
    return STATEMENT_SECONDS if deadline is None else min(STATEMENT_SECONDS, deadline.left())


def _milliseconds(seconds: float) -> str:
    # Zero would switch the time-out off.
    return f"{max(1, int(seconds * 1000))}ms"


def _keep_to_the_deadline(connection: Connection, cursor: Any, _statement: str, *_: Any) -> None:
    """Let no statement begin once the deadline has passed, and none run past it."""
    deadline: Deadline | None = connection.get_execution_options().get(_DEADLINE)
    if deadline is not None and (allowed := _allowed(deadline)) < STATEMENT_SECONDS:
        cursor.execute("select set_config('statement_timeout', %s, true)", (_milliseconds(allowed),))
