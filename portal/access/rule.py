"""Decides how a verb is asked: one SQL expression per (model, verb), for loading a record and for `viewerCan` alike.

What nobody wrote here is denied. Unseen is NotFound; seen but not allowed is NotPermitted.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, false, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from portal.access.disclosure import visible
from portal.access.viewer import Viewer
from portal.db import Base, Versioned
from portal.errors import NotFound, NotPermitted, NotPermittedReason, stale

Expression = Callable[[Viewer, Any], ColumnElement[bool]]
Record = TypeVar("Record", bound=Versioned)


@dataclass(frozen=True, kw_only=True)
class Verb:
    """Who may do something to a record they see, when the record allows it, and what to tell the others."""

    who: Expression
    when: Callable[[Any], ColumnElement[bool]]
    refusal: str


_VERBS: dict[tuple[str, str], Verb] = {}
_ROOTS: dict[str, str] = {}


def hangs_under(model: type[Base], root: InstrumentedAttribute[Any]) -> None:
    """Say which column of a model names the root it is seen through."""
    _ROOTS[model.__tablename__] = root.key


def allow(model: type[Base], name: str, verb: Verb) -> None:
    """Write the one rule of a verb on a model."""
    _VERBS[model.__tablename__, name] = verb


def may(viewer: Viewer | None, table: str, name: str, row: FromClause) -> ColumnElement[bool]:
    """Whether the viewer may do this to the row now, as SQL; a verb that nobody wrote is false."""
    verb = _VERBS.get((table, name))
    if verb is None or viewer is None:
        return false()
    return verb.who(viewer, row.c) & verb.when(row.c)


def fetch(
    session: Session, viewer: Viewer, model: type[Record], record_id: UUID, *, to: str, expected_version: int
) -> Record:
    """Load a record to do something to it, locked until the transaction ends.

    Raises NotFound when the viewer does not see it, NotPermitted when they may not do this, and Conflict when it
    changed since `expected_version`. Whether its state allows the step is for the action to decide, with a reason.
    """
    table: str = model.__tablename__  # type: ignore[attr-defined]
    verb = _VERBS[table, to]
    record = aliased(model)
    root: ColumnElement[Any] = getattr(record, _ROOTS[table])
    found = session.execute(
        select(record, verb.who(viewer, record).label("permitted"))
        .where(record.id == record_id, visible(viewer, root))  # type: ignore[attr-defined]
        .with_for_update(of=record)
    ).one_or_none()
    if found is None:
        raise NotFound
    loaded, permitted = found
    if not permitted:
        raise NotPermitted(verb.refusal, reason=NotPermittedReason.ROLE)
    if loaded.version != expected_version:
        raise stale(loaded.version)
    return loaded
