"""Decides how a period is said: whether it holds, has ended or has not begun, seen from today."""

from datetime import date, datetime
from typing import Any

from frontend.times import LONDON, day


def today() -> date:
    """The day it is, where the partnerships are."""
    return datetime.now(LONDON).date()


def is_day(typed: str) -> bool:
    """Whether a text is a day."""
    try:
        date.fromisoformat(typed)
    except ValueError:
        return False
    return True


def holds(period: dict[str, Any]) -> bool:
    """Whether a period has begun and not ended."""
    now = today().isoformat()
    return bool(period["from"] <= now and (period["to"] is None or period["to"] >= now))


def over(period: dict[str, Any]) -> bool:
    """Whether a period has ended."""
    return bool(period["to"] is not None and period["to"] < today().isoformat())


def in_words(period: dict[str, Any]) -> str:
    """A period as «since 1 May 2026», «until 4 May 2026», «from 2 June 2026 to 1 July 2026», «ended 3 May 2026»."""
    begins, ends = period["from"], period["to"]
    if ends is not None and ends < begins:
        return "taken back before it began"
    if over(period):
        return f"ended {day(ends)}"
    if not holds(period):
        return f"from {day(begins)}" + (f" to {day(ends)}" if ends else "")
    return f"until {day(ends)}" if ends else f"since {day(begins)}"
