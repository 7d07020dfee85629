"""Decides how a milestone stands: reported on a day, outside the signed words; slippage and rating follow from that."""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, case, cast, func, select
from sqlalchemy.orm import Session

from portal.access.plans import REPORT
from portal.access.viewer import Viewer
from portal.errors import Invalid, InvalidCode, InvalidField
from portal.identity.periods import today
from portal.plans.events import note_event
from portal.plans.models import PlanEventKind, PlanMilestone, PlanMilestoneReport
from portal.plans.money import FIRST_DAY, FIRST_YEAR, LAST_DAY, LAST_YEAR
from portal.plans.opening import check_version, open_row

# From here on late is red: a month, which the next review of a plan would see.
AMBER_UNTIL = 30


class Rating(StrEnum):
    """How a milestone stands, from its slippage alone; nobody types it."""

    GREEN = "GREEN"
    AMBER = "AMBER"
    RED = "RED"


def report(
    session: Session,
    viewer: Viewer,
    *,
    milestone_id: UUID,
    expected_version: int,
    expected_on: date | None,
    reached_on: date | None,
) -> UUID:
    """Say when a milestone is now expected, or when it was reached; the latest report counts. Gives the milestone.

    Raises the four failures of any action; Invalid unless exactly one day is given, still to come or already there.
    """
    opened = open_row(session, viewer, PlanMilestone, milestone_id, to=REPORT)
    milestone = opened.record
    check_version(milestone, expected_version)
    problems = list(_day_problems(today(session), expected_on, reached_on))
    if opened.version.number != opened.plan.current_number:
        problems.append(_wrong("id", InvalidCode.TRANSITION, REPORT.elsewhen))
    if problems:
        raise Invalid(*problems)
    session.add(
        PlanMilestoneReport(
            plan_id=opened.plan.id,
            milestone_key=milestone.key,
            expected_on=expected_on,
            reached_on=reached_on,
            reported_by_membership_id=viewer.membership_id,
        )
    )
    session.flush()
    note_event(
        session,
        viewer,
        opened.plan.id,
        PlanEventKind.MILESTONE_REPORTED,
        version_id=opened.version.id,
        subject_id=milestone.key,
    )
    return milestone.id


def reached_on(plan_id: Any, milestone: Any) -> ColumnElement[date | None]:
    """When a milestone (the columns of its row) was reached, as the latest report on it says; null if it was not."""
    return _latest(plan_id, milestone, "reached_on")


def expected_on(plan_id: Any, milestone: Any) -> ColumnElement[date]:
    """When a milestone was reached, or is expected: as reported last or as promised, and never before today."""
    # PostgreSQL brings its own time zones; all summer a day begins in England an hour before it does in UTC.
    this_day = cast(func.timezone("Europe/London", func.statement_timestamp()), Date)
    to_come = func.greatest(func.coalesce(_latest(plan_id, milestone, "expected_on"), milestone.target_on), this_day)
    return func.coalesce(reached_on(plan_id, milestone), to_come)


def slippage_days(plan_id: Any, milestone: Any) -> ColumnElement[int]:
    """By how many days a milestone was or is expected to be late; below zero when it is early."""
    found: ColumnElement[int] = expected_on(plan_id, milestone) - milestone.target_on
    return found


def rating(plan_id: Any, milestone: Any) -> ColumnElement[str]:
    """Green on time, amber up to 30 days late, red later."""
    late = slippage_days(plan_id, milestone)
    return case((late <= 0, Rating.GREEN.value), (late <= AMBER_UNTIL, Rating.AMBER.value), else_=Rating.RED.value)


def _latest(plan_id: Any, milestone: Any, name: str) -> ColumnElement[Any]:
    said = PlanMilestoneReport.__table__.alias()
    return (
        select(said.c[name])
        .where(said.c.plan_id == plan_id, said.c.milestone_key == milestone.key)
        .order_by(said.c.reported_at.desc(), said.c.id)
        .limit(1)
        .correlate_except(said)
        .scalar_subquery()
    )


def _day_problems(day: date, expected: date | None, reached: date | None) -> Iterator[InvalidField]:
    if (expected is None) == (reached is None):
        message = "Say when it is expected, or when it was reached: one of the two."
        yield _wrong("expectedOn", InvalidCode.REQUIRED, message)
        return
    if expected is not None and not day <= expected <= LAST_DAY:
        message = (
            f"A milestone is expected on a day from today to 31 March {LAST_YEAR + 1}. If it was reached, say when."
        )
        yield _wrong("expectedOn", InvalidCode.OUT_OF_RANGE, message)
    if reached is not None and not FIRST_DAY <= reached <= day:
        message = (
            f"A milestone was reached on a day from 1 April {FIRST_YEAR} to today. If it is still to come, say when it"
            " is expected."
        )
        yield _wrong("reachedOn", InvalidCode.OUT_OF_RANGE, message)


def _wrong(field: str, code: InvalidCode, message: str) -> InvalidField:
    return InvalidField(path=(field,), code=code, message=message)
