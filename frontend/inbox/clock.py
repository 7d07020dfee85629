"""Decides how a time to act by is said in a list: in words, with a bar that shows how much of the time is used."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from frontend.times import LONDON, short_moment

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# The bar is drawn 40 wide.
WIDTH = 40
BANDS = {"late": "Overdue", "due": "Due today", "ok": "Due tomorrow or later", "none": "No time to act by"}


@dataclass(frozen=True)
class Clock:
    """One row's time: its band, its words, and how much of the bar is filled."""

    band: str
    words: str
    used: int


def clock(due: str | None, since: str | None, *, now: datetime) -> Clock:
    """The clock of a flag that must be acted on by `due`, and waits since `since`; both ISO times, or none."""
    if due is None:
        return Clock("none", "", 0)
    at = datetime.fromisoformat(due).astimezone(LONDON)
    start = datetime.fromisoformat(since).astimezone(LONDON) if since else at
    share = (now - start) / (at - start) if at > start else 1.0
    used = round(WIDTH * min(max(share, 0.0), 1.0))
    if at <= now:
        return Clock("late", f"{span(now - at, exactly=True)} over", WIDTH)
    if at.date() == now.astimezone(LONDON).date():
        return Clock("due", f"{at:%H:%M}, {span(at - now)} left", used)
    return Clock("ok", short_moment(due), used)


def span(length: timedelta, *, exactly: bool = False) -> str:
    """A length of time as «20 min», «3 h» or, `exactly`, «3 h 10 min», and from two days on «4 days»."""
    if length >= 2 * DAY:
        return f"{length // DAY} days"
    hours, minutes = length // HOUR, (length % HOUR) // timedelta(minutes=1)
    if not hours:
        return f"{minutes} min"
    return f"{hours} h {minutes} min" if exactly and minutes else f"{hours} h"


def banded(flags: list[dict[str, Any]], *, now: datetime, bands: bool) -> list[tuple[str, list[tuple[Any, Clock]]]]:
    """The rows of a list with their clocks, under the band each belongs to, or under one nameless band."""
    rows = [(flag, clock(flag["viewerDueAt"], flag["disclosure"]["validFrom"], now=now)) for flag in flags]
    if not bands:
        return [("", rows)] if rows else []
    return [
        (title, [row for row in rows if row[1].band == band])
        for band, title in BANDS.items()
        if any(row[1].band == band for row in rows)
    ]
