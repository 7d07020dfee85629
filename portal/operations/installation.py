"""Decides which databases a start refuses: invented and real people never share one, and every wall stands."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, create_engine, exists, inspect, make_url, select
from sqlalchemy.dialects.postgresql import insert

from portal.config import Settings
from portal.identity.models import User
from portal.operations.catalog import Finding, Weight, findings
from portal.operations.embedded import CLUSTER_NAME
from portal.operations.readiness import held_by_walls, up_to_date
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
    """Let nothing serve as a role that row-level security does not hold, or where the catalogue has an opening.

    Raises WrongDatabaseError.
    """
    with _web(settings) as engine:
        if not held_by_walls(engine):
            raise WrongDatabaseError(
                "PORTAL_DATABASE_URL names a role that row-level security does not hold, or one that cannot connect:"
                " give one that is no superuser, cannot bypass row-level security and owns no table."
            )
        for finding in _findings(settings, engine):
            if finding.rule.weight is Weight.REFUSES:
                raise WrongDatabaseError(
                    f"The database is open where it must be closed, at {finding.what}, against the rule «"
                    f"{finding.rule.sentence}»: `concord check` says what to do."
                )


def catalogue_findings(settings: Settings) -> list[Finding]:
    """What a look at the catalogue finds: what refuses a start, and what whoever operates the database should see."""
    with _web(settings) as engine:
        return _findings(settings, engine)


def _findings(settings: Settings, engine: Engine) -> list[Finding]:
    """Nothing of a database at another migration: it is not ready for visitors, and its rules are another version's."""
    if not up_to_date(engine):
        return []
    web, worker = (make_url(url or "").username for url in (settings.database_url, settings.worker_database_url))
    with engine.connect() as connection:
        return findings(connection, web_role=web or "", worker_role=worker or "")


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
def _web(settings: Settings) -> Iterator[Engine]:
    engine = create_engine(settings.database_url or "")
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def _owner(settings: Settings) -> Iterator[Connection]:
    assert settings.owner_database_url is not None
    engine = create_engine(settings.owner_database_url)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()
