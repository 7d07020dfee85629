"""Decides when a flag is late: by when triage decides, who sees a flag that is late, and how that is asked in SQL.

Nobody has to do anything for a flag to be late: its disclosure rows begin at its dates (migration 0007 keeps them in
step with the flag), and the rule below compares the same dates with this moment.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, or_
from sqlalchemy.orm import Session

from portal.access.audiences import role_audience
from portal.access.disclosure import Opening
from portal.access.models import DisclosureReason
from portal.access.viewer import Role
from portal.agreements.grid import LEAD_MANAGER, Grid
from portal.db import now
from portal.flags.models import Flag
from portal.flags.states import OPEN, UNDECIDED, FlagState, Step
from portal.partnerships.clocks import due
from portal.partnerships.models import ClockKind, Partnership, Urgency

# Triage's clock runs; while somebody is asked for more, the question has a date of its own instead.
STARTS_ANEW = frozenset({Step.RESUME, Step.REOPEN})


def overdue(flag: Any) -> ColumnElement[bool]:
    """Whether a flag (the model, or the columns of an alias) is late: undecided past its clock, or open past its date.

    A shared flag past its date with nothing owed counts until the worker's next tick, which ends it.
    """
    moment = func.statement_timestamp()
    # Two conditions rather than one date, because each of them has an index.
    return or_(
        and_(flag.state.in_(UNDECIDED), flag.triage_due_at <= moment),
        and_(flag.state.in_(OPEN), flag.expires_at <= moment),
    )


def deadline_passed(flag: Any) -> ColumnElement[datetime | None]:
    """The later of the dates a flag has missed, or null when it has missed none."""
    moment = func.statement_timestamp()
    undecided = case((and_(flag.state.in_(UNDECIDED), flag.triage_due_at <= moment), flag.triage_due_at))
    still_open = case((and_(flag.state.in_(OPEN), flag.expires_at <= moment), flag.expires_at))
    # PostgreSQL's greatest passes over nulls.
    return func.greatest(undecided, still_open)


def triage_due(
    session: Session, *, partnership_id: UUID, urgency: Urgency | None, start: datetime | None = None
) -> datetime:
    """By when triage decides on a flag of an urgency that it has from `start` on, or from now."""
    return due(
        session,
        partnership_id=partnership_id,
        kind=ClockKind.TRIAGE,
        urgency=urgency or Urgency.ROUTINE,
        start=start or now(),
    )


def stopped_clock(flag: Flag, to: FlagState) -> datetime | None:
    """When the clock would have run out that a step to this state stops, to be kept with the step."""
    return flag.triage_due_at if flag.state in UNDECIDED and to not in UNDECIDED else None


def set_clock(session: Session, flag: Flag, step: Step) -> None:
    """Let triage's clock start anew with a step that gives it the flag, and stand still while somebody is asked."""
    if step in STARTS_ANEW:
        flag.triage_due_at = triage_due(session, partnership_id=flag.partnership_id, urgency=flag.urgency)
    elif step is Step.ASK:
        flag.triage_due_at = None


def answer_due(session: Session, partnership_id: UUID) -> datetime:
    """By when whoever receives a share at this moment answers."""
    return due(session, partnership_id=partnership_id, kind=ClockKind.SHARE_ANSWER, start=now())


def information_due(session: Session, partnership_id: UUID) -> datetime:
    """By when whoever is asked at this moment answers a question of triage."""
    return due(session, partnership_id=partnership_id, kind=ClockKind.INFORMATION, start=now())


def late_openings(
    session: Session, partnership: Partnership, grid: Grid, *, dates: Iterable[datetime]
) -> list[Opening]:
    """What a flag opens to the managers of the lead agency from each of its dates on, as the agreement gives it."""
    managers = role_audience(session, agency_id=partnership.lead_agency_id, role=Role.SERVICE_MANAGER)
    return [
        Opening(
            audience_id=managers,
            levels=grid.levels(LEAD_MANAGER),
            because=DisclosureReason.OVERDUE,
            agreement_version_id=grid.version_id,
            column_code=LEAD_MANAGER,
            valid_from=date,
        )
        for date in dates
    ]
