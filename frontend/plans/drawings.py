"""Decides where things stand in the drawings of a plan: bars of money, and milestones along the plan's years.

Positions across are parts of the width in percent, so a drawing fits a phone and its text never shrinks; positions
down are pixels.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from frontend.plans import telling

# A bar with its line of text above it, and how high the bar is.
BAR_STEP, BAR_TEXT, BAR_TOP, BAR_HEIGHT = 46, 16, 22, 14
# Money that is there can be seen, however little it is.
THINNEST = 0.5
# One line of marks: room for a number above its mark.
TRACK, MARK_MIDDLE, AXIS = 52, 34, 30
# Marks keep this far apart, so that numbers of two figures do not touch on a phone.
APART = 9.0
# A year that is written needs this much room, and none is written where it would run out of the drawing.
YEAR_ROOM, YEAR_LAST = 24.0, 77.0
APRIL = 4
# Beyond these parts of the width, words lean inwards.
LEFT_EDGE, RIGHT_EDGE = 10.0, 90.0


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One amount: its words, where its text and its bar stand, and how wide the bar is."""

    label: str
    amount: Decimal
    text: int
    top: int
    width: float


@dataclass(frozen=True, kw_only=True)
class Bars:
    """Bars below each other, all on one scale."""

    bars: tuple[Bar, ...]
    height: int


@dataclass(frozen=True, kw_only=True)
class Tick:
    """The beginning of a financial year; its name is empty where there is no room for it."""

    at: float
    name: str


@dataclass(frozen=True, kw_only=True)
class Mark:
    """One milestone: where it was promised, where it stands now, on which line, and how it is rated."""

    number: int
    at: float
    promised: float
    middle: int
    rating: str | None


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """Milestones along the plan's years; `today` is where we are, or None outside of them."""

    ticks: tuple[Tick, ...]
    marks: tuple[Mark, ...]
    today: float | None
    anchor: str
    axis: int
    height: int


def bars(amounts: Sequence[tuple[str, Decimal]], *, largest: Decimal) -> Bars:
    """A bar for each amount; `largest` is the amount of a bar that fills the width."""
    drawn = tuple(
        Bar(
            label=label,
            amount=amount,
            text=place * BAR_STEP + BAR_TEXT,
            top=place * BAR_STEP + BAR_TOP,
            width=_width(amount, largest),
        )
        for place, (label, amount) in enumerate(amounts)
    )
    return Bars(bars=drawn, height=len(drawn) * BAR_STEP)


def timeline(milestones: Sequence[dict[str, Any]], *, starts_on: date, ends_on: date, today: date) -> Timeline:
    """The drawing of milestones, numbered in the order they are given in.

    Each has `targetOn`, `expectedOn`, `reachedOn` and `rating`. The drawing reaches past the plan's own days where a
    milestone does.
    """
    moments = [(_day(each["targetOn"]), stands_at(each)) for each in milestones]
    first = min([starts_on, *(day for pair in moments for day in pair)])
    last = max([ends_on, *(day for pair in moments for day in pair)])

    def across(day: date) -> float:
        return round((day - first).days * 100 / max((last - first).days, 1), 1)

    placed = [(across(promised), across(stands)) for promised, stands in moments]
    tracks = _tracks(placed)
    marks = tuple(
        Mark(
            number=number,
            at=at,
            promised=promised,
            middle=track * TRACK + MARK_MIDDLE,
            rating=each["rating"],
        )
        for number, (each, (promised, at), track) in enumerate(zip(milestones, placed, tracks, strict=True), start=1)
    )
    axis = (max(tracks, default=0) + 1) * TRACK + 4
    now = across(today) if first <= today <= last else None
    return Timeline(
        ticks=tuple(_ticks(first, last, across)),
        marks=marks,
        today=now,
        anchor=_anchor(now),
        axis=axis,
        height=axis + AXIS + (AXIS if now is not None else 0),
    )


def stands_at(milestone: dict[str, Any]) -> date:
    """The day a milestone was reached, or is expected on now; the public is told only what was promised."""
    return _day(milestone["reachedOn"] or milestone["expectedOn"] or milestone["targetOn"])


def _day(value: str) -> date:
    return date.fromisoformat(value)


def _width(amount: Decimal, largest: Decimal) -> float:
    if amount <= 0 or largest <= 0:
        return 0.0
    return max(round(float(amount * 100 / largest), 1), THINNEST)


def _tracks(placed: Sequence[tuple[float, float]]) -> list[int]:
    """The line for each mark: the first one on which it, with the way back to its promise, touches no other."""
    ends: list[float] = []
    found = [0] * len(placed)
    for place in sorted(range(len(placed)), key=lambda place: min(placed[place])):
        begins, until = min(placed[place]), max(placed[place])
        track = next((track for track, end in enumerate(ends) if begins - end >= APART), len(ends))
        ends[track : track + 1] = [until]
        found[place] = track
    return found


def _ticks(first: date, last: date, across: Any) -> Iterable[Tick]:
    begins = first.year if (first.month, first.day) >= (APRIL, 1) else first.year - 1
    written = -YEAR_ROOM
    for year in range(begins, last.year + 1):
        opens = max(date(year, APRIL, 1), first)
        if opens > last:
            return
        at = across(opens)
        room = at - written >= YEAR_ROOM and at <= YEAR_LAST
        written = at if room else written
        yield Tick(at=at, name=telling.year(year) if room else "")


def _anchor(at: float | None) -> str:
    if at is None or at < LEFT_EDGE:
        return "start"
    return "end" if at > RIGHT_EDGE else "middle"
