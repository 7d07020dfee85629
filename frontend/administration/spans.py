"""Decides how clocks, hours and numbers travel between a form with numbered fields and lists of the schema."""

from typing import Any

from frontend.forms import Form
from frontend.times import moment

HOUR, DAY = 60, 1440
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# A break in the middle of the day makes two spans of it.
SPANS = 2
CLOCK = {
    "TRIAGE": "Decide in triage",
    "SHARE_ANSWER": "Answer a share",
    "INFORMATION": "Answer a question of triage",
}
DESK_KIND = {"DAY": "By day", "OUT_OF_HOURS": "Out of hours"}
LAST = 10_000


def clock_name(clock: dict[str, Any], urgency: dict[str, str]) -> str:
    """What a clock is for: «Decide in triage, urgent»."""
    return CLOCK[clock["kind"]] + (f": {urgency[clock['urgency']].lower()}" if clock["urgency"] else "")


def length(clock: dict[str, Any]) -> str:
    """The time of a clock as it is said: «3 days», «90 minutes», «16 working hours»."""
    minutes, working = clock["minutes"], clock["workingHoursOnly"]
    # A day of working hours has as many as the week gives it, so they are said in hours.
    for size, word in ((DAY, "day"), (HOUR, "hour")):
        if minutes % size == 0 and not (working and size == DAY):
            count = minutes // size
            return f"{count} {'working ' if working else ''}{word}{'' if count == 1 else 's'}"
    return f"{minutes} {'working ' if working else ''}minute{'' if minutes == 1 else 's'}"


def held(row: dict[str, Any]) -> str:
    """The time in which a row held, as it is said in a history."""
    return f"from {moment(row['validFrom'])}" + (f" until {moment(row['validTo'])}" if row["validTo"] else "")


def typed_clocks(clocks: list[dict[str, Any]]) -> dict[str, str]:
    """The clocks in force as a form holds them: a number and its unit."""
    typed = {}
    for place, clock in enumerate(clocks):
        unit = HOUR if clock["minutes"] % HOUR == 0 else 1
        typed[f"clock-{place}"] = str(clock["minutes"] // unit)
        typed[f"unit-{place}"] = str(unit)
        typed[f"hours-{place}"] = "working" if clock["workingHoursOnly"] else "all"
    return typed


def clocks(form: Form, current: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The clocks as typed; what is no number is said at its field."""
    wanted = []
    for number, clock in enumerate(current):
        typed, unit = form.text(f"clock-{number}"), form.text(f"unit-{number}")
        if not typed.isdecimal() or not typed.isascii() or len(typed) > len(str(LAST)):
            form.wrong(f"clock-{number}", "Enter a whole number.")
            continue
        one = {
            "kind": clock["kind"],
            "minutes": int(typed) * (HOUR if unit == str(HOUR) else 1),
            "workingHoursOnly": form.text(f"hours-{number}") == "working",
        }
        wanted.append(one | ({"urgency": clock["urgency"]} if clock["urgency"] else {}))
    return wanted


def typed_week(hours: list[dict[str, Any]]) -> dict[str, str]:
    """The working week as a form holds it: two spans to a day."""
    typed: dict[str, str] = {}
    for span in hours:
        suffix = "" if f"opens-{span['weekday']}" not in typed else "-2"
        typed[f"opens-{span['weekday']}{suffix}"] = span["opens"]
        typed[f"closes-{span['weekday']}{suffix}"] = span["closes"]
    return typed


def week(form: Form) -> list[dict[str, Any]]:
    """The working week as typed; a span of which nothing was typed is none."""
    spans = []
    for weekday in range(1, len(WEEKDAYS) + 1):
        for suffix in ("", "-2"):
            opens, closes = form.text(f"opens-{weekday}{suffix}"), form.text(f"closes-{weekday}{suffix}")
            if opens or closes:
                spans.append({"weekday": weekday, "opens": opens, "closes": closes})
    return spans


def typed_desks(desks: list[dict[str, Any]]) -> dict[str, str]:
    """The numbers in force as a form holds them."""
    return {
        f"{name}-{place}": desk[name]
        for place, desk in enumerate(desks)
        for name in ("kind", "name", "telephone", "hours")
    }


def desks(form: Form, places: int) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """The numbers as typed, and where each stands in the form; a place of which nothing was typed is none."""
    wanted: list[dict[str, Any]] = []
    at: dict[str, str] = {}
    for place in range(places):
        typed = {name: form.text(f"{name}-{place}") for name in ("name", "telephone", "hours")}
        if not any(typed.values()):
            continue
        kind = form.text(f"kind-{place}")
        at |= {f"desks.{len(wanted)}.{name}": f"{name}-{place}" for name in typed}
        wanted.append(typed | {"kind": kind if kind in DESK_KIND else "DAY"})
    return wanted, at


def is_own(ward: dict[str, Any]) -> bool:
    """Whether a ward or beat is one that a partnership named itself."""
    return str(ward["code"]["list"]).startswith("PARTNERSHIP-")


def place(typed: str) -> int:
    """A place in an order; what is no number comes last."""
    return int(typed) if typed.isdecimal() and typed.isascii() and len(typed) < len(str(LAST)) else LAST
