"""Decides how a verb is asked: one SQL expression per (model, verb), for loading a record and for `viewerCan` alike.

A verb that nobody wrote cannot be named. Unseen is NotFound; seen but not allowed is NotPermitted.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, false, literal, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from portal.access.disclosure import visible
from portal.access.touched import note_loaded
from portal.access.viewer import Viewer
from portal.db import Versioned
from portal.errors import NotFound, NotPermitted, NotPermittedReason, stale

Expression = Callable[[Viewer, Any], ColumnElement[bool]]
Record = TypeVar("Record", bound=Versioned)


@dataclass(frozen=True, kw_only=True)
class Verb(Generic[Record]):
    """Something that may be done to records of a model: by whom, when the record allows it, what to tell the others.

    `root` is the column that names the root a record is seen through.
    """

    model: type[Record]
    root: InstrumentedAttribute[Any]
    who: Expression
    when: Callable[[Any], ColumnElement[bool]]
    refusal: str


def may(viewer: Viewer | None, verb: Verb[Any], row: FromClause) -> ColumnElement[bool]:
    """Whether the viewer may do this to the row now, as SQL: what `viewerCan` answers."""
    return false() if viewer is None else verb.who(viewer, row.c) & verb.when(row.c)


def fetch(session: Session, viewer: Viewer, record_id: UUID, *, to: Verb[Record], expected_version: int) -> Record:
    """Load a record to do something to it, locked until the transaction ends.

    Raises NotFound when the viewer does not see it, NotPermitted when they may not do this, and Conflict when it
    changed since `expected_version`. Whether its state allows the step is for the action to decide, with a reason.
    """
    record = aliased(to.model)
    root: ColumnElement[Any] = getattr(record, to.root.key)
    found = session.execute(
        select(record, to.who(viewer, record).label("permitted"))
        .where(record.id == record_id, visible(viewer, root))  # type: ignore[attr-defined]
        # Rows under the record may still be written meanwhile: its key never changes.
        .with_for_update(of=record, key_share=True)
    ).one_or_none()
    if found is None:
        raise NotFound
    loaded, permitted = found
    note_loaded(session, getattr(loaded, to.root.key))
    if not permitted:
        raise NotPermitted(to.refusal, reason=NotPermittedReason.ROLE)
    if loaded.version != expected_version:
        raise stale(loaded.version, getattr(loaded, to.root.key))
    return loaded


def holds(session: Session, viewer: Viewer, who: Expression, record_id: UUID, model: type[Record]) -> bool:
    """Whether a viewer is somebody to a record, by the expression that a verb asks."""
    record = aliased(model)
    asked = select(literal(1)).where(record.id == record_id, who(viewer, record))  # type: ignore[attr-defined]
    return session.execute(asked).first() is not None
