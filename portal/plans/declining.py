"""Decides how an agency says that it does not sign a version: with a reason that the other parties read."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access.plans import DECLINE, has_signed
from portal.access.viewer import Viewer
from portal.errors import Invalid, InvalidCode, InvalidField
from portal.plans.events import note_event
from portal.plans.models import PlanEventKind, PlanRefusal
from portal.plans.opening import open_version
from portal.text import LONG, text_problems


def decline(session: Session, viewer: Viewer, *, version_id: UUID, reason: str) -> UUID:
    """Say why the viewer's agency does not sign a version; it may still sign it later. Gives the plan.

    Raises NotFound, NotPermitted, and Invalid for a missing reason and for an agency that has signed or declined.
    """
    opened = open_version(session, viewer, version_id, to=DECLINE)
    version = opened.version
    problems = list(
        text_problems(("reason",), reason, limit=LONG, needed="Say why your agency does not sign. The others read it.")
    )
    if session.scalar(select(has_signed(viewer, version))):
        message = "Your agency has signed this version. It can leave the plan, and that makes a new version."
        problems.append(InvalidField(path=("planVersionId",), code=InvalidCode.NOT_ALLOWED, message=message))
    already = (PlanRefusal.plan_version_id == version.id, PlanRefusal.agency_id == viewer.agency_id)
    if session.scalar(select(PlanRefusal.id).where(*already)) is not None:
        message = "Your agency has declined to sign this version. Its reason stands there."
        problems.append(InvalidField(path=("planVersionId",), code=InvalidCode.NOT_UNIQUE, message=message))
    if problems:
        raise Invalid(*problems)
    refusal = PlanRefusal(
        plan_version_id=version.id,
        agency_id=viewer.agency_id,
        membership_id=viewer.membership_id,
        reason=reason.strip(),
    )
    session.add(refusal)
    session.flush()
    note_event(session, viewer, opened.plan.id, PlanEventKind.DECLINED, version_id=version.id, subject_id=refusal.id)
    return opened.plan.id
