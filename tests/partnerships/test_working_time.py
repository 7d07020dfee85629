"""When something is due: the sums agree with somebody who looks at the clock every minute."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.partnerships.working_time import LONDON, Clock, Days, Hours, NoWorkingTimeError, Week, due_at

OFFICE: Week = {weekday: (Hours(opens=time(9), closes=time(17)),) for weekday in range(1, 6)}
MINUTE = timedelta(minutes=1)
# Both nights on which the clocks change, a year apart, and what lies beside them.
AROUND = [date(2026, 3, 27), date(2026, 10, 23), date(2026, 12, 23), date(2027, 3, 26)]


def london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


def office(hours: float) -> Clock:
    return Clock(minutes=int(hours * 60), working_hours_only=True)


def watched(start: datetime, clock: Clock, week: Week, days: Days) -> datetime:
    """The slow way: count each minute that is worked, by the wall clock above the door."""
    left, at = clock.minutes, start.astimezone(UTC)
    while left:
        left -= not clock.working_hours_only or _is_worked(at, week, days)
        at += MINUTE
    return at


def _is_worked(at: datetime, week: Week, days: Days) -> bool:
    wall = at.astimezone(LONDON)
    own = week.get(wall.isoweekday(), ())
    if not days.get(wall.date(), bool(own)):
        return False
    first = min(weekday for weekday, hours in week.items() if hours)
    return any(each.opens <= wall.time() < each.closes for each in own or week[first])


clock_times = st.builds(time, st.integers(0, 23), st.sampled_from([0, 1, 15, 30, 59]))


@st.composite
def day_hours(draw: st.DrawFn) -> tuple[Hours, ...]:
    """None, one or two spans that do not overlap, also such as lie in the hour the clocks change."""
    times = sorted(draw(st.sets(clock_times, min_size=2, max_size=4)))
    pairs = zip(times[::2], times[1::2], strict=False)
    return tuple(Hours(opens=opens, closes=closes) for opens, closes in pairs)


def _minutes(week: Week) -> int:
    spans = [each for hours in week.values() for each in hours]
    return sum((each.closes.hour - each.opens.hour) * 60 + each.closes.minute - each.opens.minute for each in spans)


# Four hours a week at least: a week of minutes is another promise, below.
weeks = st.dictionaries(st.integers(1, 7), day_hours(), min_size=2).filter(lambda week: _minutes(week) >= 240)
starts = st.builds(
    lambda day, minutes: datetime(day.year, day.month, day.day, tzinfo=UTC) + minutes * MINUTE,
    st.sampled_from(AROUND),
    st.integers(0, 4 * 24 * 60),
)
clocks = st.builds(Clock, minutes=st.integers(1, 1500), working_hours_only=st.booleans())
differing = st.dictionaries(
    st.sampled_from([day + timedelta(days=more) for day in AROUND for more in range(8)]), st.booleans(), max_size=6
)


@settings(max_examples=150, deadline=None)
@given(start=starts, clock=clocks, week=weeks, days=differing)
def test_the_sum_is_what_somebody_counts_who_looks_at_the_clock_every_minute(
    start: datetime, clock: Clock, week: Week, days: Days
) -> None:
    due = due_at(start, clock, week, days)

    assert due == watched(start, clock, week, days)
    assert due.tzinfo is UTC


@settings(max_examples=100, deadline=None)
@given(start=starts, clock=clocks, more=st.integers(0, 600), week=weeks, days=differing)
def test_whoever_starts_later_or_has_longer_is_never_due_earlier(
    start: datetime, clock: Clock, more: int, week: Week, days: Days
) -> None:
    longer = Clock(minutes=clock.minutes + more, working_hours_only=clock.working_hours_only)

    assert start < due_at(start, clock, week, days) <= due_at(start, longer, week, days)
    assert due_at(start, clock, week, days) <= due_at(start + more * MINUTE, clock, week, days)


@pytest.mark.parametrize(
    ("start", "clock", "due"),
    [
        pytest.param("2026-11-16 10:00", office(2), "2026-11-16 12:00", id="within a day"),
        pytest.param("2026-11-16 15:00", office(2), "2026-11-16 17:00", id="as the office closes"),
        pytest.param("2026-11-16 15:00", office(3), "2026-11-17 10:00", id="over a night"),
        pytest.param("2026-11-16 03:00", office(1), "2026-11-16 10:00", id="from before the office opens"),
        pytest.param("2026-11-20 16:00", office(6), "2026-11-23 14:00", id="over a weekend"),
        pytest.param("2026-11-21 12:00", office(24), "2026-11-25 17:00", id="three working days from a Saturday"),
        pytest.param(
            "2026-11-20 22:00", Clock(minutes=360, working_hours_only=False), "2026-11-21 04:00", id="at any hour"
        ),
        # On 25 October 2026 the hour from one to two is lived twice, on 28 March 2027 not at all.
        pytest.param(
            "2026-10-25 00:30", Clock(minutes=120, working_hours_only=False), "2026-10-25 01:30+00:00", id="autumn"
        ),
        pytest.param("2027-03-28 00:30", Clock(minutes=60, working_hours_only=False), "2027-03-28 02:30", id="spring"),
        pytest.param("2026-10-23 16:00", office(2), "2026-10-26 10:00", id="over an autumn weekend"),
        pytest.param("2027-03-26 16:00", office(2), "2027-03-29 10:00", id="over a spring weekend"),
    ],
)
def test_clocks_run_in_working_hours_as_people_live_them(start: str, clock: Clock, due: str) -> None:
    expected = datetime.fromisoformat(due)

    found = due_at(london(start), clock, OFFICE, {})
    assert found == (expected if expected.tzinfo else expected.replace(tzinfo=LONDON)).astimezone(UTC)


def test_a_holiday_is_not_worked_and_an_exceptional_day_is() -> None:
    christmas = {date(2026, 12, 25): False, date(2026, 12, 28): False}

    assert due_at(london("2026-12-24 16:00"), office(2), OFFICE, christmas) == london("2026-12-29 10:00")
    # A Saturday that is worked has the hours of the week's first working day.
    saturday = christmas | {date(2026, 12, 26): True}
    assert due_at(london("2026-12-24 16:00"), office(2), OFFICE, saturday) == london("2026-12-26 10:00")


def test_what_starts_on_a_second_is_due_on_that_second() -> None:
    start = london("2026-11-16 10:00:17.25")

    assert due_at(start, office(1), OFFICE, {}) == start + timedelta(hours=1)


@pytest.mark.parametrize("week", [{}, {1: ()}, {1: (Hours(opens=time(9), closes=time(9)),)}])
def test_a_week_without_working_time_is_refused(week: Week) -> None:
    with pytest.raises(NoWorkingTimeError):
        due_at(london("2026-11-16 10:00"), office(1), week, {})
    assert due_at(london("2026-11-16 10:00"), Clock(minutes=60, working_hours_only=False), week, {})


def test_a_week_too_short_for_its_clock_is_refused() -> None:
    week = {1: (Hours(opens=time(9), closes=time(9, 1)),)}

    with pytest.raises(NoWorkingTimeError):
        due_at(london("2026-11-16 10:00"), office(2), week, {})
    closed = {date(2026, 11, 16) + timedelta(days=day): False for day in range(800)}
    with pytest.raises(NoWorkingTimeError):
        due_at(london("2026-11-16 10:00"), office(2), OFFICE, closed)
