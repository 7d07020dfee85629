"""Decides how an agency leaves a plan: its signatory says why and until when, and the others go on with a new version.

What was signed with it counts no more. What it was to pay stays in the new version, where the rules find it, for the
others to settle. An agreed plan is not left like this: that takes another agreed version.
"""

from datetime import date
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from portal.access.plans import LEAVE
from portal.access.viewer import Viewer
from portal.errors import Invalid, InvalidCode, InvalidField
from portal.identity.periods import today
from portal.plans.copying import copy_version
from portal.plans.events import note_event
from portal.plans.models import Plan, PlanEventKind, PlanParty, PlanVersion, PlanVersionParty
from portal.plans.moving import move_plan, touch
from portal.plans.opening import open_plan
from portal.plans.states import PlanStep, PlanVersionState
from portal.plans.validators import revalidate
from portal.text import LONG, text_problems

# The same as for any change that holds from a day to come.
FURTHEST_DAYS = 731


def withdraw(
    session: Session, viewer: Viewer, *, plan_id: UUID, expected_version: int, last_day: date, reason: str
) -> UUID:
    """Take the viewer's agency out of a plan; the parties that stay go on with a draft. Gives the plan.

    Raises the four failures of any action; Invalid without a reason, for a last day that is past or far away, for an
    agreed plan, and for the last agency in it.
    """
    opened = open_plan(session, viewer, plan_id, to=LEAVE, expected_version=expected_version)
    if problems := _problems(session, opened.version, last_day=last_day, reason=reason):
        raise Invalid(*problems)
    version = _without(session, viewer, opened.plan, opened.version)
    party = session.get_one(PlanParty, (plan_id, viewer.agency_id))
    party.left_on = max(last_day, party.joined_on)
    party.left_because = reason.strip()
    party.left_by_membership_id = viewer.membership_id
    move_plan(opened.plan, PlanStep.WITHDRAW)
    session.flush()
    revalidate(session, version)
    session.flush()
    note_event(
        session, viewer, plan_id, PlanEventKind.WITHDREW, version_id=opened.version.id, subject_id=viewer.agency_id
    )
    return plan_id


def _without(session: Session, viewer: Viewer, plan: Plan, version: PlanVersion) -> PlanVersion:
    """The draft that the others go on with: this one, or the one after a version whose bytes are frozen."""
    if version.state is not PlanVersionState.DRAFT:
        return copy_version(session, viewer, plan=plan, version=version, without=viewer.agency_id)
    here = (PlanVersionParty.plan_version_id == version.id, PlanVersionParty.agency_id == viewer.agency_id)
    session.execute(delete(PlanVersionParty).where(*here))
    touch(version)
    return version


def _problems(session: Session, version: PlanVersion, *, last_day: date, reason: str) -> list[InvalidField]:
    found = list(
        text_problems(("reason",), reason, limit=LONG, needed="Say why your agency leaves. The others read it.")
    )
    day = today(session)
    if not 0 <= (last_day - day).days <= FURTHEST_DAYS:
        message = "The last day is today or a day in the next two years."
        found.append(InvalidField(path=("lastDay",), code=InvalidCode.OUT_OF_RANGE, message=message))
    parties = select(func.count()).where(PlanVersionParty.plan_version_id == version.id)
    if session.execute(parties).scalar_one() == 1:
        message = "Your agency is the last one in this plan, so nobody could go on with it."
        found.append(InvalidField(path=("id",), code=InvalidCode.NOT_ALLOWED, message=message))
    return found
