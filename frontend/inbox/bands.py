"""Decides under which heading a row of a worklist stands: by when somebody must act on it."""

from datetime import datetime
from typing import Any

from frontend.clocks import Clock, clock

NO_TIME = "none"
# In this order, by the tone of a row's clock.
BANDS = {"late": "Overdue", "due": "Due today", "ok": "Due tomorrow or later", NO_TIME: "No time to act by"}
Row = tuple[dict[str, Any], Clock | None]


def banded(flags: list[dict[str, Any]], *, now: datetime, bands: bool) -> list[tuple[str, list[Row]]]:
    """The rows of a list with their clocks, under the band each belongs to, or under one nameless band."""
    rows = [(flag, _clock(flag, now)) for flag in flags]
    if not bands:
        return [("", rows)] if rows else []
    under = {band: [row for row in rows if (row[1].tone if row[1] else NO_TIME) == band] for band in BANDS}
    return [(BANDS[band], found) for band, found in under.items() if found]


def _clock(flag: dict[str, Any], now: datetime) -> Clock | None:
    due = flag["viewerDueAt"]
    return clock(due, flag["disclosure"]["validFrom"], now=now) if due else None
