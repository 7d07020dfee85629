"""Decides which databases a start refuses: invented and real people never share one, and real ones get walls."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, create_engine, exists, inspect, select
from sqlalchemy.dialects.postgresql import insert

from portal.config import Settings
from portal.identity.models import User
from portal.operations.embedded import CLUSTER_NAME
from portal.operations.readiness import held_by_walls
from portal.partnerships.models import Installation

DEMO_NAME = "Concord demonstration"
NAME = "Concord"


class WrongDatabaseError(Exception):
    """This database is not for this mode; the message is one sentence."""


def refuse_wrong_database(settings: Settings) -> None:
    """Let a demonstration start on an empty or a marked database only, and anything else on neither.

    Raises WrongDatabaseError, before anything has been changed.
    """
    with _owner(settings) as connection:
        marked = _mark(connection)
        if settings.demo:
            if marked is False or (marked is None and _is_in_use(connection)):
                raise WrongDatabaseError(
                    "This database is not a demonstration: PORTAL_DEMO=1 starts only on an empty database or on one it"
                    " made itself."
                )
            return
        if marked:
            raise WrongDatabaseError(
                "This database is a demonstration with public passwords: start it with PORTAL_DEMO=1, or give an empty"
                " one."
            )
        if connection.exec_driver_sql("show cluster_name").scalar() == CLUSTER_NAME:
            raise WrongDatabaseError(
                "This is the private PostgreSQL of a demonstration, which trusts everyone who reaches it: give the"
                " addresses of your own."
            )


def refuse_without_walls(settings: Settings) -> None:
    """Let no web process serve as a role that row-level security does not hold. Raises WrongDatabaseError."""
    engine = create_engine(settings.database_url or "")
    try:
        if not held_by_walls(engine):
            raise WrongDatabaseError(
                "PORTAL_DATABASE_URL names a role that row-level security does not hold, or one that cannot connect:"
                " give one that is no superuser, cannot bypass row-level security and owns no table."
            )
    finally:
        engine.dispose()


def mark(settings: Settings) -> None:
    """Write into a database that has just been made whether it is a demonstration; a mark that is there stays."""
    row = {
        "id": 1,
        "name": DEMO_NAME if settings.demo else NAME,
        "demo": settings.demo,
        "id_key": secrets.token_bytes(32),
    }
    with _owner(settings) as connection:
        connection.execute(insert(Installation).values(row).on_conflict_do_nothing())
        connection.commit()


def _mark(connection: Connection) -> bool | None:
    if not inspect(connection).has_table(Installation.__tablename__):
        return None
    return connection.scalar(select(Installation.demo))


def _is_in_use(connection: Connection) -> bool:
    """Whether an unmarked database holds anything; a start that was killed leaves our tables, all of them unused."""
    tables = inspect(connection)
    if not tables.has_table(Installation.__tablename__):
        return bool(tables.get_table_names())
    return bool(connection.scalar(select(exists().select_from(User))))


@contextmanager
def _owner(settings: Settings) -> Iterator[Connection]:
    assert settings.owner_database_url is not None
    engine = create_engine(settings.owner_database_url)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()
