"""Decides by when a partnership has promised something: the clock, week and days that hold as it starts."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, and_, exists, or_, select
from sqlalchemy.orm import Session

from portal.db import now
from portal.partnerships.calendar import OwnDay, differing_days
from portal.partnerships.models import (
    ClockKind,
    Partnership,
    PartnershipClock,
    PartnershipDay,
    PartnershipWorkingWeek,
    Urgency,
)
from portal.partnerships.working_time import (
    HORIZON_DAYS,
    LONDON,
    Clock,
    Days,
    Hours,
    NoWorkingTimeError,
    Week,
    due_at,
)
from portal.shipped import BrokenFile, numbered_rows

DATA = Path(__file__).parent / "data"
CLOCK_COLUMNS = ("kind", "urgency", "minutes", "working_hours_only", "source")
WEEK_COLUMNS = ("weekday", "opens", "closes", "source")

ClockKey = tuple[ClockKind, Urgency | None]


def due(
    session: Session, *, partnership_id: UUID, kind: ClockKind, start: datetime, urgency: Urgency | None = None
) -> datetime:
    """The moment by which a partnership has promised something that starts now, by what is in force as it starts.

    Triage's clock goes by urgency, and the others have none. What a partnership has not said is as shipped. It never
    refuses: where a week has no hours left for a clock that counts them, every hour counts.
    """
    clock = clock_in_force(session, partnership_id=partnership_id, kind=kind, urgency=urgency, moment=start)
    if not clock.working_hours_only:
        return due_at(start, clock, {}, {})
    week = week_in_force(session, partnership_id=partnership_id, moment=start)
    try:
        return due_at(start, clock, week, days_from(session, partnership_id=partnership_id, moment=start))
    except NoWorkingTimeError:
        # Nobody who raises a flag can mend the week, and a flag without a due time would be forgotten.
        return due_at(start, Clock(minutes=clock.minutes, working_hours_only=False), {}, {})


def clock_in_force(
    session: Session, *, partnership_id: UUID, kind: ClockKind, urgency: Urgency | None, moment: datetime
) -> Clock:
    """The clock of a kind, for triage by urgency, that holds at a moment; the shipped one where there is none."""
    rows = PartnershipClock.__table__
    found = session.execute(
        select(rows.c.minutes, rows.c.working_hours_only)
        .where(
            rows.c.partnership_id == partnership_id,
            rows.c.kind == kind,
            rows.c.urgency.is_not_distinct_from(urgency),
            holds_at(rows, moment),
        )
        .order_by(rows.c.valid_from.desc())
        .limit(1)
    ).one_or_none()
    if found is None:
        return shipped_clocks()[kind, urgency]
    return Clock(minutes=found.minutes, working_hours_only=found.working_hours_only)


def week_in_force(session: Session, *, partnership_id: UUID, moment: datetime) -> Week:
    """The working week that holds at a moment; the shipped one where a partnership has none."""
    rows = PartnershipWorkingWeek.__table__
    found = session.execute(
        select(rows.c.weekday, rows.c.opens, rows.c.closes)
        .where(rows.c.partnership_id == partnership_id, holds_at(rows, moment))
        .order_by(rows.c.weekday, rows.c.opens)
    ).all()
    if not found:
        return shipped_week()
    week: dict[int, tuple[Hours, ...]] = {}
    for weekday, opens, closes in found:
        week[weekday] = (*week.get(weekday, ()), Hours(opens=opens, closes=closes))
    return week


def days_from(session: Session, *, partnership_id: UUID, moment: datetime) -> Days:
    """The days after a moment that differ from their weekday, as far as a clock can run."""
    first = moment.astimezone(LONDON).date()
    last = first + timedelta(days=HORIZON_DAYS)
    subdivision = session.scalars(select(Partnership.holiday_subdivision).where(Partnership.id == partnership_id)).one()
    rows = PartnershipDay.__table__
    own = session.execute(
        select(rows.c.day, rows.c.working, rows.c.name).where(
            rows.c.partnership_id == partnership_id, rows.c.day.between(first, last)
        )
    )
    named = [OwnDay(day=day, working=working, name=name) for day, working, name in own]
    return {each.day: each.working for each in differing_days(subdivision, named, first=first, last=last)}


def holds_at(rows: FromClause, moment: datetime | ColumnElement[datetime]) -> ColumnElement[bool]:
    """Whether a dated row holds at a moment."""
    return and_(rows.c.valid_from <= moment, or_(rows.c.valid_to.is_(None), rows.c.valid_to > moment))


@lru_cache(maxsize=1)
def shipped_clocks(path: Path = DATA / "clocks.csv") -> Mapping[ClockKey, Clock]:
    """The clocks a new partnership begins with; raises BrokenFile when one is unknown, missing or without a source."""
    found: dict[ClockKey, Clock] = {}
    line = 1
    for line, row in numbered_rows(path, CLOCK_COLUMNS):
        try:
            kind, urgency = ClockKind(row["kind"]), Urgency(row["urgency"]) if row["urgency"] else None
            clock = Clock(
                minutes=int(row["minutes"]),
                working_hours_only={"true": True, "false": False}[row["working_hours_only"]],
            )
        except (ValueError, KeyError) as unknown:
            raise BrokenFile(path, line, "the kind, urgency, minutes or kind of hours is unknown.") from unknown
        if not row["source"]:
            raise BrokenFile(path, line, "a clock says where its time is from.")
        found[kind, urgency] = clock
    if found.keys() != expected_clocks():
        raise BrokenFile(path, line, "there is one clock for each urgency of triage and one for each other kind.")
    return found


def expected_clocks() -> set[ClockKey]:
    """Every clock a partnership has: triage's by urgency, and one of each other kind."""
    triage: set[ClockKey] = {(ClockKind.TRIAGE, urgency) for urgency in Urgency}
    return triage | {(kind, None) for kind in ClockKind if kind is not ClockKind.TRIAGE}


@lru_cache(maxsize=1)
def shipped_week(path: Path = DATA / "working_week.csv") -> Week:
    """The working week a new partnership begins with; raises BrokenFile when a line is no span of a weekday."""
    week: dict[int, tuple[Hours, ...]] = {}
    for line, row in numbered_rows(path, WEEK_COLUMNS):
        try:
            weekday = int(row["weekday"])
            hours = Hours(opens=time.fromisoformat(row["opens"]), closes=time.fromisoformat(row["closes"]))
        except ValueError as wrong:
            raise BrokenFile(path, line, "the weekday or the time cannot be read.") from wrong
        if weekday not in range(1, 8) or hours.opens >= hours.closes or not row["source"]:
            raise BrokenFile(path, line, "a weekday is 1 to 7, hours run forward, and a line says where it is from.")
        week[weekday] = (*week.get(weekday, ()), hours)
    return week


def give_defaults(session: Session, *, partnership_id: UUID) -> None:
    """Write the shipped clocks and working week for a partnership that has none, as the owner of the database."""
    moment = now()
    session.add_all(
        PartnershipClock(
            partnership_id=partnership_id,
            kind=kind,
            urgency=urgency,
            minutes=clock.minutes,
            working_hours_only=clock.working_hours_only,
            valid_from=moment,
        )
        for (kind, urgency), clock in shipped_clocks().items()
    )
    session.add_all(
        PartnershipWorkingWeek(
            partnership_id=partnership_id,
            weekday=weekday,
            opens=each.opens,
            closes=each.closes,
            valid_from=moment,
        )
        for weekday, hours in shipped_week().items()
        for each in hours
    )
    session.flush()


def load_clocks(session: Session) -> int:
    """Give the shipped clocks to each partnership that never had any, and give how many those were."""
    without = ~exists().where(PartnershipClock.partnership_id == Partnership.id)
    found = session.scalars(select(Partnership.id).where(without)).all()
    for partnership_id in found:
        give_defaults(session, partnership_id=partnership_id)
    return len(found)
