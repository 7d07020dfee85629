"""A due time in words: when, how much is left or over, and how loudly."""

from datetime import datetime, timedelta

import pytest

from frontend.clocks import clock, duration

NOON = datetime.fromisoformat("2026-11-05T11:10:00+00:00")


@pytest.mark.parametrize(
    ("due", "by", "left", "tone"),
    [
        ("2026-11-05T12:10:00+00:00", "12:10", "1 h left", "due"),
        ("2026-11-05T08:00:00+00:00", "08:00", "3 h 10 min over", "late"),
        ("2026-11-05T11:10:00+00:00", "11:10", "1 min over", "late"),
        ("2026-11-05T11:30:00+00:00", "11:30", "20 min left", "due"),
        ("2026-11-06T09:00:00+00:00", "Fri 6 Nov, 09:00", "21 h 50 min left", "ok"),
        ("2026-11-09T17:00:00+00:00", "Mon 9 Nov, 17:00", "4 days left", "ok"),
        ("2027-01-04T17:00:00+00:00", "Mon 4 Jan 2027, 17:00", "60 days left", "ok"),
        # In summer the partnership's clock is an hour ahead of the time a server keeps.
        ("2026-07-01T11:10:00+00:00", "Wed 1 Jul, 12:10", "127 days over", "late"),
    ],
)
def test_a_due_time_says_when_and_how_long(due: str, by: str, left: str, tone: str) -> None:
    said = clock(due, now=NOON)
    assert (said.by, said.left, said.tone) == (by, left, tone)


@pytest.mark.parametrize(
    ("since", "used"),
    [
        ("2026-11-05T10:10:00+00:00", 50),
        ("2026-11-05T11:10:00+00:00", 0),
        ("2026-11-05T12:10:00+00:00", 100),
        (None, None),
    ],
)
def test_the_bar_shows_how_much_of_the_time_is_used(since: str | None, used: int | None) -> None:
    assert clock("2026-11-05T12:10:00+00:00", since, now=NOON).used == used


def test_a_span_is_never_said_as_nothing() -> None:
    assert duration(timedelta(seconds=1)) == "1 min"


@pytest.mark.parametrize(
    ("due", "brief"),
    [
        ("2026-11-05T12:20:00+00:00", "12:20, 1 h 10 min left"),
        ("2026-11-05T08:00:00+00:00", "3 h 10 min over"),
        ("2026-11-09T17:00:00+00:00", "Mon 9 Nov, 17:00"),
    ],
)
def test_a_column_says_what_matters_most_of_it(due: str, brief: str) -> None:
    assert clock(due, now=NOON).brief == brief
