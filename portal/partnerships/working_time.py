"""Decides when something is due: pure sums over a clock, a working week and the days that differ from it.

People live by the wall clock of Europe/London, and minutes are counted as they pass: on the night the clocks change, a
span from midnight to three is two hours long, or four.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
MINUTE = timedelta(minutes=1)
# A promise that is not due within two years promises nothing; it also ends the search over a week of holidays.
HORIZON_DAYS = 731


class NoWorkingTimeError(ValueError):
    """Nothing could ever be due: the week has no hours, or so few that the clock runs past every horizon."""


@dataclass(frozen=True, kw_only=True)
class Clock:
    """A promise to answer within so many minutes, of all time or of working time."""

    minutes: int
    working_hours_only: bool


@dataclass(frozen=True, kw_only=True)
class Hours:
    """A span of working time on one day, on the wall clock: from `opens` until just before `closes`."""

    opens: time
    closes: time


# The hours of each weekday, numbered as ISO 8601 does, Monday being 1; a weekday that is missing is free.
Week = Mapping[int, tuple[Hours, ...]]
# The days that differ from their weekday: True for a day that is worked, False for one that is not.
Days = Mapping[date, bool]


def due_at(start: datetime, clock: Clock, week: Week, days: Days) -> datetime:
    """Take the moment a clock starts and give the moment, in UTC, at which its minutes have passed.

    What runs out as an office closes is due then, not the next morning. Raises NoWorkingTimeError for a clock that
    counts working hours over a week that has none, or too few for it.
    """
    left, at = timedelta(minutes=clock.minutes), start.astimezone(UTC)
    if not clock.working_hours_only:
        return at + left
    if not _has_hours(week):
        raise NoWorkingTimeError("A clock that counts working hours needs a week with working hours.")
    first = at.astimezone(LONDON).date()
    spans = chain.from_iterable(working_spans(first + timedelta(days=day), week, days) for day in range(HORIZON_DAYS))
    for opens, closes in spans:
        begin = max(at, opens)
        if begin + left <= closes:
            return begin + left
        left -= max(closes - begin, timedelta())
    raise NoWorkingTimeError("The working week is so short that this clock would not run out within two years.")


def working_spans(day: date, week: Week, days: Days) -> Iterator[tuple[datetime, datetime]]:
    """The working time of one day, as spans in UTC, in order."""
    hours = sorted(hours_of(day, week, days), key=lambda hours: hours.opens)
    for begin, end, offset in _stretches(day):
        for each in hours:
            opens = datetime.combine(day, each.opens, UTC) - offset
            closes = datetime.combine(day, each.closes, UTC) - offset
            if max(begin, opens) < min(end, closes):
                yield max(begin, opens), min(end, closes)


def hours_of(day: date, week: Week, days: Days) -> tuple[Hours, ...]:
    """The hours worked on a day; a day that is worked although its weekday is free has those of the week's first."""
    own = week.get(day.isoweekday(), ())
    if not days.get(day, bool(own)):
        return ()
    return own or next(week[weekday] for weekday in sorted(week) if week[weekday])


def _has_hours(week: Week) -> bool:
    return any(each.opens < each.closes for hours in week.values() for each in hours)


def _stretches(day: date) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """One local day as spans in UTC with the offset of the wall clock there; two on a day the clocks change."""
    begin, end = (_midnight(day + timedelta(days=more)) for more in (0, 1))
    first, last = _offset(begin), _offset(end - MINUTE)
    if first == last:
        yield begin, end, first
        return
    minutes = range((end - begin) // MINUTE)
    change = begin + MINUTE * bisect_left(minutes, 1, key=lambda minute: int(_offset(begin + MINUTE * minute) != first))
    yield begin, change, first
    yield change, end, last


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LONDON).astimezone(UTC)


def _offset(moment: datetime) -> timedelta:
    offset = moment.astimezone(LONDON).utcoffset()
    assert offset is not None
    return offset
