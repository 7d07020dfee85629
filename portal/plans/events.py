"""Decides what is kept of what happens to a plan: the history people read, in order."""

from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from portal.access.touched import note_written
from portal.access.viewer import Viewer
from portal.plans.models import PlanEvent, PlanEventKind


def note_event(
    session: Session,
    viewer: Viewer | None,
    plan_id: UUID,
    kind: PlanEventKind,
    *,
    version_id: UUID | None = None,
    subject_id: UUID | None = None,
) -> None:
    """Keep that something happened to a plan, and who did it; nobody, where its day had come."""
    note_written(session, plan_id)
    session.execute(
        insert(PlanEvent)
        .values(
            plan_id=plan_id,
            plan_version_id=version_id,
            kind=kind,
            agency_id=None if viewer is None else viewer.agency_id,
            membership_id=None if viewer is None else viewer.membership_id,
            subject_id=subject_id,
        )
        .inline()
    )
