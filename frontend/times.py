"""Decides how a time is written: in the partnership's own time zone, in full words, on a 24-hour clock."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

# The partnerships are English; a traveller's browser must not move the time something was seen.
LONDON = ZoneInfo("Europe/London")


def moment(value: str) -> str:
    """An ISO time as «5 November 2026, 21:40»."""
    at = _local(value)
    return f"{_day(at)}, {at:%H:%M}"


def short_moment(value: str) -> str:
    """An ISO time as «Thu 5 Nov, 21:40», for a column; the year appears only when it is another one than now."""
    at = _local(value)
    year = "" if at.year == datetime.now(LONDON).year else f" {at.year}"
    return f"{at:%a} {at.day} {at:%b}{year}, {at:%H:%M}"


def day(value: str) -> str:
    """An ISO date or time as «5 November 2026»."""
    if "T" in value:
        return _day(_local(value))
    return _day(date.fromisoformat(value))


def seen_at(value: str, precision: str) -> str:
    """When something was seen, said no more exactly than it is known (domain: TimePrecision)."""
    at = _local(value)
    if precision == "MONTH":
        return f"{at:%B %Y}"
    if precision == "DAY":
        return f"{at:%A} {_day(at)}"
    return f"{at:%A} {_day(at)}, {at:%H:%M}"


def clock_time(value: str) -> str:
    """An ISO time as «21:40»."""
    return f"{_local(value):%H:%M}"


def typed_day(value: str) -> str:
    """An ISO time as the day a date input holds."""
    return _local(value).date().isoformat()


def typed_time(value: str) -> str:
    """An ISO time as what a time input holds."""
    return f"{_local(value):%H:%M}"


def read_local(day_text: str, time_text: str) -> datetime | None:
    """The moment typed into a date and a time input, in the partnership's zone; None when it is no date or time."""
    try:
        return datetime.fromisoformat(f"{day_text}T{time_text}").replace(tzinfo=LONDON)
    except ValueError:
        return None


def _local(value: str) -> datetime:
    return datetime.fromisoformat(value).astimezone(LONDON)


def _day(value: date) -> str:
    return f"{value.day} {value:%B %Y}"
