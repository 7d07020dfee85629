"""Who may sign a version now: more than a role, for a signature speaks for an agency once, over words of others."""

from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, literal, or_, select

from portal.access.plans import DECLINE, PUBLISH, SIGN, checks_are_passed, has_signed, is_named_in, wants_it_public
from portal.access.viewer import Viewer
from portal.identity.models import Membership
from portal.plans.models import PlanCheck, PlanCheckPass, PlanSignature
from portal.plans.states import NEGOTIABLE


def wrote_it(viewer: Viewer, version: Any) -> ColumnElement[bool]:
    """Whether the viewer, in whichever role, put this version forward or took the counter-proposal that made it.

    The proposer and the signatory of an agency are two people, and somebody with two roles is one.
    """
    hat = Membership.__table__.alias()
    theirs = (
        hat.c.user_id == viewer.user_id,
        or_(hat.c.id == version.proposed_by_membership_id, hat.c.id == version.accepted_by_membership_id),
    )
    return exists(select(literal(1)).select_from(hat).where(*theirs).correlate_except(hat))


def signed_for_another(viewer: Viewer, version: Any) -> ColumnElement[bool]:
    """Whether the viewer signed this version for another agency: nobody signs twice, or they agree with themselves."""
    signature = PlanSignature.__table__.alias()
    theirs = (
        signature.c.plan_version_id == version.id,
        signature.c.user_id == viewer.user_id,
        signature.c.agency_id != viewer.agency_id,
    )
    return exists(select(literal(1)).select_from(signature).where(*theirs).correlate_except(signature))


def _signs_now(viewer: Viewer, version: Any) -> ColumnElement[bool]:
    somebody_else = and_(~wrote_it(viewer, version), ~signed_for_another(viewer, version))
    ready = and_(~has_signed(viewer, version), checks_are_passed(viewer, version))
    return and_(SIGN.who(viewer, version), somebody_else, ready)


# What `viewerCan` answers: the verbs, with all that stands between a viewer and doing it now. The actions ask for the
# verbs first and say one by one what is in the way.
SIGN_NOW = replace(SIGN, who=_signs_now)
DECLINE_NOW = replace(
    DECLINE, who=lambda viewer, version: and_(DECLINE.who(viewer, version), ~has_signed(viewer, version))
)
PUBLISH_NOW = replace(
    PUBLISH, who=lambda viewer, version: and_(PUBLISH.who(viewer, version), ~wants_it_public(viewer, version))
)


def may_pass(viewer: Viewer | None, check: Any, version: Any) -> ColumnElement[bool]:
    """Whether the viewer may pass a check (a row of `plan_check`) on a version now."""
    if viewer is None:
        return literal(value=False)
    return and_(
        check.agency_id == viewer.agency_id,
        check.role == viewer.role.value,
        is_named_in(viewer, version.id),
        version.state.in_([each.value for each in NEGOTIABLE]),
        ~is_passed(check, version.id),
    )


def is_passed(check: Any, version_id: Any) -> ColumnElement[bool]:
    """Whether a check is passed on a version."""
    passed = PlanCheckPass.__table__.alias()
    same = (
        passed.c.plan_version_id == version_id,
        passed.c.agency_id == check.agency_id,
        passed.c.code == check.code,
    )
    return exists(select(literal(1)).select_from(passed).where(*same).correlate_except(passed))


def is_check_of(viewer: Viewer, plan_id: Any, code: str) -> Any:
    """The condition on `PlanCheck` that it is the one with this code of the viewer's agency."""
    return and_(PlanCheck.plan_id == plan_id, PlanCheck.agency_id == viewer.agency_id, PlanCheck.code == code)
