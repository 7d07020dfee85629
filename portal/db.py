"""Decides how the portal talks to PostgreSQL: one declarative base, one engine a role, time-outs everywhere."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import DateTime, Engine, Enum, MetaData, create_engine, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

STATEMENT_TIMEOUT = "10s"
LOCK_TIMEOUT = "4s"


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
    def transaction(self) -> Iterator[Session]:
        """One transaction in one session of its own: committed at the end, rolled back on any exception."""
        # A session is never reused for another viewer, because its identity map would carry rows over.
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            session.execute(
                text(
                    "select set_config('TimeZone', 'UTC', true),"
                    " set_config('statement_timeout', :statement, true), set_config('lock_timeout', :lock, true)"
                ),
                {"statement": STATEMENT_TIMEOUT, "lock": LOCK_TIMEOUT},
            )
            yield session

    def dispose(self) -> None:
        """Close every connection."""
        self.engine.dispose()
