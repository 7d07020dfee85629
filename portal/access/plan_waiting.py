"""What of a plan waits for somebody: what they may do now and the others count on, not all that they could do."""

from collections.abc import Callable, Collection
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, exists, false, literal, or_, select

from portal.access.plan_signing import PUBLISH_NOW, SIGN_NOW, may_pass
from portal.access.plans import ACCEPT_NOW, COMMISSIONS, OPEN_SIGNING, SIGNS, is_current, is_required_in, still_answers
from portal.access.rule import may
from portal.access.viewer import Role, Viewer
from portal.plans.models import Plan, PlanCheck, PlanParty, PlanProposal, PlanPublication, PlanVersion
from portal.plans.states import ProposalState

Waits = Callable[[Viewer, FromClause], ColumnElement[bool]]


class PlanTask(StrEnum):
    """What a plan can wait for, the most pressing first."""

    SIGNATURE = "SIGNATURE"
    CHECK = "CHECK"
    ANSWER = "ANSWER"
    OPENING = "OPENING"
    PUBLICATION = "PUBLICATION"


def waits(viewer: Viewer | None, plan_id: Any, *tasks: PlanTask) -> ColumnElement[bool]:
    """Whether a plan waits for the viewer to do one of these, or anything when none is named."""
    if viewer is None:
        return false()
    plan, version = Plan.__table__.alias(), PlanVersion.__table__.alias()
    current = plan.join(version, is_current(version.c, plan.c))
    asked = [_WAITS[task](viewer, version) for task in tasks or PlanTask if viewer.role in _WHOSE.get(task, Role)]
    if not asked:
        return false()
    here = select(literal(1)).select_from(current).where(plan.c.id == plan_id, or_(*asked))
    return exists(here.correlate_except(plan, version))


def plans_waiting(viewer: Viewer) -> Any:
    """The plans that wait for the viewer, as a query of their ids."""
    party = PlanParty.__table__.alias()
    own = select(party.c.plan_id).where(party.c.agency_id == viewer.agency_id)
    return own.where(waits(viewer, party.c.plan_id))


def _signature(viewer: Viewer, version: FromClause) -> ColumnElement[bool]:
    return and_(may(viewer, SIGN_NOW, version), is_required_in(viewer, version.c.id))


def _check(viewer: Viewer, version: FromClause) -> ColumnElement[bool]:
    check = PlanCheck.__table__.alias()
    passable = (check.c.plan_id == version.c.plan_id, may_pass(viewer, check.c, version.c))
    return exists(select(literal(1)).select_from(check).where(*passable).correlate_except(check))


def _answer(viewer: Viewer, version: FromClause) -> ColumnElement[bool]:
    proposal = PlanProposal.__table__.alias()
    theirs = (proposal.c.plan_id == version.c.plan_id, may(viewer, ACCEPT_NOW, proposal))
    return exists(select(literal(1)).select_from(proposal).where(*theirs).correlate_except(proposal))


def _opening(viewer: Viewer, version: FromClause) -> ColumnElement[bool]:
    proposal = PlanProposal.__table__.alias()
    undecided = (
        proposal.c.plan_id == version.c.plan_id,
        proposal.c.state == ProposalState.OPEN.value,
        still_answers(proposal.c),
    )
    nothing = ~exists(select(literal(1)).select_from(proposal).where(*undecided).correlate_except(proposal))
    return and_(may(viewer, OPEN_SIGNING, version), nothing)


def _publication(viewer: Viewer, version: FromClause) -> ColumnElement[bool]:
    # Nobody has to make a plan public; once another party wants to, it waits for the rest.
    wanted = PlanPublication.__table__.alias()
    others = select(literal(1)).select_from(wanted).where(wanted.c.plan_version_id == version.c.id)
    needed = and_(is_required_in(viewer, version.c.id), exists(others.correlate_except(wanted)))
    return and_(may(viewer, PUBLISH_NOW, version), needed)


# Of tasks of one role nothing is asked for others: the header of every page asks. Checks are for any role.
_WHOSE: dict[PlanTask, Collection[Role]] = {
    PlanTask.SIGNATURE: SIGNS,
    PlanTask.ANSWER: COMMISSIONS,
    PlanTask.OPENING: COMMISSIONS,
    PlanTask.PUBLICATION: COMMISSIONS,
}
_WAITS: dict[PlanTask, Waits] = {
    PlanTask.SIGNATURE: _signature,
    PlanTask.CHECK: _check,
    PlanTask.ANSWER: _answer,
    PlanTask.OPENING: _opening,
    PlanTask.PUBLICATION: _publication,
}
