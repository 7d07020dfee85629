"""Decides how a plan and its version move on together: by a step that the states allow, counted and noted."""

from portal.db import Versioned, now
from portal.errors import Invalid, InvalidCode, InvalidField
from portal.plans.models import Plan, PlanVersion
from portal.plans.states import TRANSITIONS, VERSION_TRANSITIONS, PlanStep, PlanVersionState


def move_plan(plan: Plan, step: PlanStep) -> None:
    """Take a step of a plan. Raises Invalid for one that does not begin where it stands."""
    if plan.state not in TRANSITIONS[step]:
        message = "The plan stands where this is not done. Read it again."
        raise Invalid(InvalidField(path=("id",), code=InvalidCode.TRANSITION, message=message))
    plan.state = TRANSITIONS[step][plan.state]
    touch(plan)


def move_version(version: PlanVersion, to: PlanVersionState) -> None:
    """Bring a version to a state that follows the one it is in."""
    assert to in VERSION_TRANSITIONS[version.state]
    version.state = to
    touch(version)


def touch(record: Versioned) -> None:
    """Count a change of a record."""
    record.version += 1
    record.updated_at = now()
