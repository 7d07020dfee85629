"""Decides what every edit of a draft leaves: a count for whoever proposes, fresh validation, a line of history."""

from typing import Any
from uuid import UUID

from sqlalchemy import case, delete, func, select, update
from sqlalchemy.orm import Session

from portal.access.viewer import Viewer
from portal.errors import InvalidField, unknown
from portal.plans.events import note_event
from portal.plans.models import Plan, PlanEvent, PlanEventKind, PlanScheme, PlanVersion
from portal.plans.moving import touch
from portal.plans.validators import revalidate


def count_edit(
    session: Session, viewer: Viewer, version: PlanVersion, *, subject_id: UUID | None = None, anew: bool = False
) -> None:
    """Count an edit of a draft; `anew` where what the validators read may have changed.

    One person's edits of one place in a row are one line of history.
    """
    touch(version)
    # The plan changed too, and nobody who decides on the plan as a whole is in the way of that.
    session.get_one(Plan, version.plan_id).updated_at = version.updated_at
    session.flush()
    if anew:
        revalidate(session, version)
    last = session.execute(
        select(PlanEvent.kind, PlanEvent.plan_version_id, PlanEvent.membership_id, PlanEvent.subject_id)
        .where(PlanEvent.plan_id == version.plan_id)
        .order_by(PlanEvent.id.desc())
        .limit(1)
    ).one_or_none()
    line = (PlanEventKind.EDITED, version.id, viewer.membership_id, subject_id)
    if last is None or tuple(last) != line:
        note_event(session, viewer, version.plan_id, line[0], version_id=version.id, subject_id=subject_id)


def put(session: Session, model: Any, row: Any, *, at: int | None, among: Any) -> None:
    """Give a row its place among others, from 1, and close the ranks: at the end when none is named.

    Moving a row changes none of its neighbours' words, so nobody's edit of them becomes stale.
    """
    others = session.execute(
        select(model.key, model.position)
        .where(model.plan_version_id == row.plan_version_id, among, model.key != row.key)
        .order_by(model.position, model.key)
    ).all()
    keys = [key for key, _ in others]
    keys.insert(len(keys) if at is None else max(0, at - 1), row.key)
    order = {key: position for position, key in enumerate(keys, start=1)}
    row.position = order[row.key]
    moved = {key: order[key] for key, position in others if order[key] != position}
    if moved:
        session.execute(
            update(model)
            .where(model.plan_version_id == row.plan_version_id, model.key.in_(moved))
            .values(position=case(moved, value=model.key))
            .execution_options(synchronize_session=False)
        )


def scheme_key_of(session: Session, version_id: UUID, scheme_id: UUID | None) -> tuple[UUID | None, list[InvalidField]]:
    """The key of the scheme of a version that a row shall be of, None for the plan as a whole; and what is wrong."""
    if scheme_id is None:
        return None, []
    of_this = (PlanScheme.id == scheme_id, PlanScheme.plan_version_id == version_id)
    key = session.scalar(select(PlanScheme.key).where(*of_this))
    return key, [] if key else [unknown("schemeId", message="Choose a scheme of this version, or none.")]


def take_out(session: Session, *rows: Any) -> None:
    """Take rows of one kind out of a draft, however many."""
    if rows:
        model, ids = type(rows[0]), [row.id for row in rows]
        session.execute(delete(model).where(model.id.in_(ids)).execution_options(synchronize_session=False))
    for row in rows:
        session.expunge(row)


def how_many(session: Session, model: Any, *which: Any) -> int:
    """How many rows of a kind there are."""
    return session.execute(select(func.count()).select_from(model).where(*which)).scalar_one()
