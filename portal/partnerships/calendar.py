"""Decides which days differ from their weekday: bank holidays by law, and what a partnership says of its own days."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import holidays

# The countries of the United Kingdom, by ISO 3166-2 without "GB-": each has bank holidays of its own.
SUBDIVISIONS = ("ENG", "NIR", "SCT", "WLS")


@dataclass(frozen=True, kw_only=True)
class OwnDay:
    """A day a partnership named itself: one it does not work, or one it works although others do not."""

    day: date
    working: bool
    name: str


@dataclass(frozen=True, kw_only=True)
class CalendarDay:
    """A day that is not as its weekday usually is."""

    day: date
    working: bool
    name: str
    bank_holiday: bool


@lru_cache(maxsize=64)
def bank_holidays(subdivision: str, year: int) -> Mapping[date, str]:
    """The bank holidays of a year in a country of the United Kingdom, by day, as the `holidays` library knows them."""
    # The library's own language would follow the machine's settings.
    found = holidays.country_holidays("GB", subdiv=subdivision, years=year, language="en_GB")
    return dict(found)


def differing_days(subdivision: str, own: Iterable[OwnDay], *, first: date, last: date) -> list[CalendarDay]:
    """Every day from `first` to `last` that differs, in order; what a partnership says of a day goes before the law."""
    found = {
        day: CalendarDay(day=day, working=False, name=name, bank_holiday=True)
        for year in range(first.year, last.year + 1)
        for day, name in bank_holidays(subdivision, year).items()
    }
    for each in own:
        found[each.day] = CalendarDay(
            day=each.day, working=each.working, name=each.name, bank_holiday=each.day in found
        )
    return [found[day] for day in sorted(found) if first <= day <= last]
