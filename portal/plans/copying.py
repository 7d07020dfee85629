"""Decides how the next version of a plan begins: as a copy in which every row has a new id and keeps its key."""

from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, insert, literal, select
from sqlalchemy.orm import Session

from portal.access.viewer import Viewer
from portal.plans.models import (
    Plan,
    PlanClause,
    PlanContribution,
    PlanEvidence,
    PlanMeasure,
    PlanMilestone,
    PlanScheme,
    PlanStandard,
    PlanVersion,
    PlanVersionParty,
)
from portal.plans.moving import move_version
from portal.plans.states import PlanVersionState

# Schemes before what names them by key.
ROWS: tuple[Any, ...] = (
    PlanVersionParty,
    PlanScheme,
    PlanClause,
    PlanContribution,
    PlanMilestone,
    PlanMeasure,
    PlanStandard,
    PlanEvidence,
)
# What a copy does not take over: it is a new row of its own, changed never.
OWN = frozenset({"id", "plan_version_id", "version", "created_at", "updated_at"})


def copy_version(
    session: Session, viewer: Viewer, *, plan: Plan, version: PlanVersion, without: UUID | None = None
) -> PlanVersion:
    """Begin the next version of a locked plan as a draft, and supersede the one it copies; gives the draft.

    `without` names an agency that is no party any more: what it was to pay stays, for the others to settle.
    """
    move_version(version, PlanVersionState.SUPERSEDED)
    session.flush()
    following = PlanVersion(
        id=uuid4(),
        plan_id=plan.id,
        number=version.number + 1,
        state=PlanVersionState.DRAFT,
        title=version.title,
        starts_on=version.starts_on,
        ends_on=version.ends_on,
        template_code=version.template_code,
        based_on_id=version.id,
        drafted_by_membership_id=viewer.membership_id,
    )
    session.add(following)
    plan.current_number = following.number
    session.flush()
    for model in ROWS:
        _copy(session, model.__table__, version.id, following.id, without)
    return following


def _copy(session: Session, table: Any, old: UUID, new: UUID, without: UUID | None) -> None:
    taken = [column for column in table.columns if column.name not in OWN]
    values = [*taken, literal(new, table.c.plan_version_id.type)]
    names = [*(column.name for column in taken), "plan_version_id"]
    if "id" in table.c:
        values += [func.gen_random_uuid(), literal(1), func.now(), func.now()]
        names += ["id", "version", "created_at", "updated_at"]
    rows = select(*values).where(table.c.plan_version_id == old)
    if table is PlanVersionParty.__table__ and without is not None:
        rows = rows.where(table.c.agency_id != without)
    session.execute(insert(table).from_select(names, rows, include_defaults=False))
