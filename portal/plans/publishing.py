"""Decides when an agreed plan becomes public: once every agency that had to sign it also wants that."""

from uuid import UUID

from sqlalchemy import literal, select
from sqlalchemy.orm import Session, aliased

from portal.access.plans import PUBLISH, wants_it_public
from portal.access.viewer import Viewer
from portal.db import now
from portal.errors import Invalid, InvalidCode, InvalidField
from portal.plans.events import note_event
from portal.plans.models import PlanEventKind, PlanPublication, PlanVersionParty
from portal.plans.moving import touch
from portal.plans.opening import open_plan


def publish(session: Session, viewer: Viewer, *, plan_id: UUID, expected_version: int) -> UUID:
    """Say for the viewer's agency that the agreed plan may be public; with the last one it is. Gives the plan.

    Raises the four failures of any action; Invalid for an agency that has said so.
    """
    opened = open_plan(session, viewer, plan_id, to=PUBLISH, expected_version=expected_version)
    plan, version = opened.plan, opened.version
    if session.scalar(select(wants_it_public(viewer, version))):
        message = "Your agency has said that this plan may be public."
        raise Invalid(InvalidField(path=("id",), code=InvalidCode.NOT_UNIQUE, message=message))
    session.add(
        PlanPublication(plan_version_id=version.id, agency_id=viewer.agency_id, membership_id=viewer.membership_id)
    )
    session.flush()
    if plan.published_at is None and not still_to_publish(session, version.id):
        plan.published_at = now()
        touch(plan)
        session.flush()
        note_event(session, viewer, plan.id, PlanEventKind.PUBLISHED, version_id=version.id)
    return plan.id


def still_to_publish(session: Session, version_id: UUID) -> list[UUID]:
    """The agencies that had to sign a version and have not said that it may be public."""
    party, said = aliased(PlanVersionParty), PlanPublication.__table__.alias()
    wants = select(literal(1)).where(
        said.c.plan_version_id == party.plan_version_id, said.c.agency_id == party.agency_id
    )
    waiting = (party.plan_version_id == version_id, party.required, ~wants.exists())
    return list(session.scalars(select(party.agency_id).where(*waiting)))
