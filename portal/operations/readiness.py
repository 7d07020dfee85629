"""Decides when an installation may be sent visitors: what the web role reaches and may not do, who works and seals."""

from collections.abc import Callable, Mapping

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from portal.audit.sealing import LAG_LIMIT
from portal.operations.upgrade import head

# A worker reports every 10 seconds; three missed reports are a dead one, as procrastinate counts them.
WORKER_SILENCE = "30 seconds"


def readiness(engine: Engine) -> Mapping[str, bool]:
    """Take the engine of the web role, and give each condition with whether it holds.

    Nothing about a failure is given: whoever asks is not signed in.
    """
    return {name: _holds(engine, condition) for name, condition in CONDITIONS.items()}


def up_to_date(engine: Engine) -> bool:
    """Whether a database stands at the newest migration this version of the code knows."""
    return _holds(engine, _migrated)


def held_by_walls(engine: Engine) -> bool:
    """Whether the role of this engine sees only what row-level security shows it."""
    return _holds(engine, _is_held_by_walls)


def _holds(engine: Engine, condition: Callable[[Connection], bool]) -> bool:
    try:
        with engine.connect() as connection:
            return condition(connection)
    except SQLAlchemyError:
        return False


def _migrated(connection: Connection) -> bool:
    return bool(connection.scalar(text("select version_num = :head from alembic_version"), {"head": head()}))


def _is_held_by_walls(connection: Connection) -> bool:
    return not connection.scalar(text(_STANDS_ABOVE_POLICIES))


def _is_sealed(connection: Connection) -> bool:
    lag = connection.scalar(text("select audit_seal_lag()"))
    return lag is None or lag <= LAG_LIMIT.total_seconds()


def _has_a_worker(connection: Connection) -> bool:
    return bool(connection.scalar(text(_WORKER_REPORTS), {"silence": WORKER_SILENCE}))


# Superusers, roles that bypass row-level security and owners of tables see every row, whatever the policies say.
_STANDS_ABOVE_POLICIES = """
    select rolsuper or rolbypassrls
           or exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
                       where n.nspname = 'public' and c.relkind in ('r', 'p')
                         and pg_has_role(current_user, c.relowner, 'member'))
      from pg_roles where rolname = current_user
"""
_WORKER_REPORTS = """
    select exists (select from procrastinate_workers where last_heartbeat > now() - cast(:silence as interval))
"""
CONDITIONS: Mapping[str, Callable[[Connection], bool]] = {
    "database": lambda connection: connection.scalar(text("select true")) is True,
    "migrations": _migrated,
    "walls": _is_held_by_walls,
    "worker": _has_a_worker,
    "audit sealed": _is_sealed,
}
