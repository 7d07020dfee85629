"""Decides how a partnership changes what it promises: its clocks, its working week, and single days.

What is due already stays due when it was: a due time is written down as its clock starts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from itertools import pairwise
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from portal.access.viewer import Viewer
from portal.errors import Invalid, InvalidCode, InvalidField
from portal.partnerships.clocks import clock_in_force, expected_clocks
from portal.partnerships.leading import FURTHEST, add, beginning, led, make_way, today, wrong
from portal.partnerships.models import ClockKind, PartnershipClock, PartnershipDay, PartnershipWorkingWeek, Urgency
from portal.partnerships.working_time import Clock
from portal.text import SHORT, text_problems

# The database's own bound: thirty days.
LONGEST_MINUTES = 43_200
WEEKDAYS = range(1, 8)
SPANS_A_DAY = 3


@dataclass(frozen=True, kw_only=True)
class ClockWanted:
    """A clock as it is to be."""

    kind: ClockKind
    urgency: Urgency | None
    minutes: int
    working_hours_only: bool


@dataclass(frozen=True, kw_only=True)
class HoursWanted:
    """A span of working hours as it is to be; a time that cannot be read is None."""

    weekday: int
    opens: time | None
    closes: time | None


def set_clocks(
    session: Session,
    viewer: Viewer,
    *,
    partnership_id: UUID,
    expected_version: int,
    clocks: Sequence[ClockWanted],
    day: date | None,
) -> UUID:
    """Promise other times from a day on; clocks that are not among `clocks`, or stay as they are, are left alone."""
    led(session, viewer, partnership_id, expected_version=expected_version)
    if problems := _clock_problems(clocks):
        raise Invalid(*problems)
    at = beginning(day)
    for wanted in clocks:
        held = clock_in_force(
            session, partnership_id=partnership_id, kind=wanted.kind, urgency=wanted.urgency, moment=at
        )
        if held == Clock(minutes=wanted.minutes, working_hours_only=wanted.working_hours_only):
            continue
        make_way(
            session,
            PartnershipClock,
            PartnershipClock.partnership_id == partnership_id,
            PartnershipClock.kind == wanted.kind,
            PartnershipClock.urgency.is_not_distinct_from(wanted.urgency),
            at=at,
        )
        add(session, PartnershipClock(partnership_id=partnership_id, valid_from=at, **vars(wanted)))
    return partnership_id


def set_working_week(
    session: Session,
    viewer: Viewer,
    *,
    partnership_id: UUID,
    expected_version: int,
    hours: Sequence[HoursWanted],
    day: date | None,
) -> UUID:
    """Work other hours from a day on; the whole week is said at once."""
    led(session, viewer, partnership_id, expected_version=expected_version)
    if problems := _week_problems(hours):
        raise Invalid(*problems)
    at = beginning(day)
    make_way(session, PartnershipWorkingWeek, PartnershipWorkingWeek.partnership_id == partnership_id, at=at)
    add(
        session,
        *(PartnershipWorkingWeek(partnership_id=partnership_id, valid_from=at, **vars(each)) for each in hours),
    )
    return partnership_id


def set_day(
    session: Session,
    viewer: Viewer,
    *,
    partnership_id: UUID,
    expected_version: int,
    day: date,
    working: bool,
    name: str,
) -> UUID:
    """Say of a day to come that it is a holiday, or that it is worked all the same."""
    led(session, viewer, partnership_id, expected_version=expected_version)
    problems = list(text_problems(("name",), name, limit=SHORT, needed="Say what the day is."))
    if not today() < day <= today() + FURTHEST:
        problems.append(wrong(("day",), InvalidCode.OUT_OF_RANGE, "Choose a day after today, in the next two years."))
    if problems:
        raise Invalid(*problems)
    _take_day_back(session, partnership_id, day)
    session.execute(
        insert(PartnershipDay).values(partnership_id=partnership_id, day=day, working=working, name=name.strip())
    )
    return partnership_id


def remove_day(session: Session, viewer: Viewer, *, partnership_id: UUID, expected_version: int, day: date) -> UUID:
    """Take back what was said of a day to come."""
    led(session, viewer, partnership_id, expected_version=expected_version)
    here = PartnershipDay.partnership_id == partnership_id
    if day <= today() or session.scalar(select(PartnershipDay.day).where(here, PartnershipDay.day == day)) is None:
        raise Invalid(wrong(("day",), InvalidCode.UNKNOWN, "Choose one of the days to come that you named."))
    _take_day_back(session, partnership_id, day)
    return partnership_id


def _take_day_back(session: Session, partnership_id: UUID, day: date) -> None:
    session.execute(
        delete(PartnershipDay).where(PartnershipDay.partnership_id == partnership_id, PartnershipDay.day == day)
    )


def _clock_problems(clocks: Sequence[ClockWanted]) -> list[InvalidField]:
    problems, seen = [], set()
    for place, wanted in enumerate(clocks):
        path = ("clocks", str(place))
        if (wanted.kind, wanted.urgency) not in expected_clocks() or (wanted.kind, wanted.urgency) in seen:
            problems.append(
                wrong((*path, "kind"), InvalidCode.NOT_ALLOWED, "Triage has a clock for each urgency, others have one.")
            )
        seen.add((wanted.kind, wanted.urgency))
        if not 1 <= wanted.minutes <= LONGEST_MINUTES:
            problems.append(wrong((*path, "minutes"), InvalidCode.OUT_OF_RANGE, "Promise a time up to 30 days."))
    return problems


def _week_problems(hours: Sequence[HoursWanted]) -> list[InvalidField]:
    problems = []
    if not hours:
        problems.append(wrong(("hours",), InvalidCode.REQUIRED, "Say the hours of at least one day."))
    by_day: dict[int, list[tuple[time, time]]] = {}
    for place, each in enumerate(hours):
        path = ("hours", str(place))
        if each.weekday not in WEEKDAYS:
            problems.append(wrong((*path, "weekday"), InvalidCode.OUT_OF_RANGE, "A weekday is 1 to 7; 1 is Monday."))
        elif each.opens is None or each.closes is None:
            problems.append(wrong((*path, "opens"), InvalidCode.FORMAT, "Enter both times, like 09:00 and 17:00."))
        elif each.opens >= each.closes:
            problems.append(wrong((*path, "closes"), InvalidCode.OUT_OF_RANGE, "The day ends after it begins."))
        else:
            by_day.setdefault(each.weekday, []).append((each.opens, each.closes))
    for weekday, spans in by_day.items():
        spans.sort()
        if len(spans) > SPANS_A_DAY or any(after[0] < before[1] for before, after in pairwise(spans)):
            problems.append(wrong(("hours", str(weekday)), InvalidCode.NOT_ALLOWED, "Hours of one day do not overlap."))
    return problems
