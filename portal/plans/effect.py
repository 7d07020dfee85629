"""Decides when an agreed plan comes into force: on its first day, looked at each minute by the worker, for nobody.

Each plan has a transaction of its own, and one that somebody works on at this moment waits for the next minute: two
workers do nothing twice, and one that is killed leaves nothing half done.
"""

from uuid import UUID

import structlog
from procrastinate import Blueprint
from sqlalchemy import ColumnElement, Date, Select, cast, func, select, update
from sqlalchemy.orm import Session

from portal.access.plans import is_current
from portal.db import Database, now
from portal.plans.events import note_event
from portal.plans.models import Plan, PlanEventKind, PlanVersion
from portal.plans.states import TRANSITIONS, PlanState, PlanStep, PlanVersionState

log = structlog.get_logger()

# What one minute can hold; the rest is done in the next one, the earliest first.
BATCH = 500


def tasks(database: Database) -> Blueprint:
    """The job that looks for first days, over the worker's database."""
    blueprint = Blueprint()

    @blueprint.periodic(cron="* * * * *")
    # Looks that were missed are not made up for one by one: the next one does what they would have done.
    @blueprint.task(name="tick", queueing_lock="plans:tick")
    def each_minute(timestamp: int) -> None:  # noqa: ARG001  every periodic task is told when it was due
        """Bring into force what begins today or began before."""
        tick(database)

    return blueprint


def tick(database: Database) -> int:
    """Bring every agreed plan into force whose first day has come, on the worker's database, and give how many."""
    with database.transaction() as session:
        found = session.scalars(_begun().limit(BATCH)).all()
    done = 0
    for plan_id in found:
        try:
            with database.transaction() as session:
                done += take_effect(session, plan_id)
        except Exception as error:  # noqa: BLE001  whatever is wrong with one plan, the others do not wait for it
            log.error("plan did not take effect", plan_id=str(plan_id), kind=type(error).__name__)  # noqa: TRY400
    return done


def take_effect(session: Session, plan_id: UUID) -> bool:
    """Bring one agreed plan into force when its first day has come; whether it did."""
    locked = _begun().where(Plan.id == plan_id).with_for_update(key_share=True, skip_locked=True, of=Plan.__table__)
    if session.execute(locked).one_or_none() is None:
        return False
    version_id = session.execute(select(PlanVersion.id).where(*_agreed(plan_id))).scalar_one()
    in_force = TRANSITIONS[PlanStep.TAKE_EFFECT][PlanState.AGREED]
    session.execute(
        update(Plan).where(Plan.id == plan_id).values(state=in_force, version=Plan.version + 1, updated_at=now())
    )
    note_event(session, None, plan_id, PlanEventKind.IN_FORCE, version_id=version_id)
    return True


def _begun() -> Select[UUID]:
    # PostgreSQL brings its own time zones; all summer a day begins in England an hour before it does in UTC.
    today = cast(func.timezone("Europe/London", func.statement_timestamp()), Date)
    return (
        select(Plan.id)
        .join(PlanVersion, is_current(PlanVersion, Plan))
        .where(
            Plan.state == PlanState.AGREED,
            PlanVersion.state == PlanVersionState.AGREED,
            PlanVersion.starts_on <= today,
        )
        .order_by(PlanVersion.starts_on, Plan.id)
    )


def _agreed(plan_id: UUID) -> tuple[ColumnElement[bool], ...]:
    return PlanVersion.plan_id == plan_id, PlanVersion.state == PlanVersionState.AGREED
