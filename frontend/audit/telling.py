"""Decides the words for a line of audit: what was done, what came of it, and what was shown of a record."""

import re
from typing import Any

from frontend import words

ACTION = {
    "READ": "Read",
    "WRITE": "Changed",
    "SHARE": "Shared",
    "EXPORT": "Took a copy",
    "DENY": "Refused",
    "SIGN_IN": "Signed in",
}
# Why nothing came of it; a change that was refused by a rule says which kind.
OUTCOME = {
    "NotFound": "not theirs to know of, or not there",
    "NotPermitted": "not theirs to do",
    "Invalid": "what they typed was not valid",
    "Conflict": "somebody else was faster",
    "Refused": "not carried out",
}
KIND = {"FLAG": "flag", "PERSON": "person"}
LEVELS = {"FULL": "In full", "CODED": "As codes", "STATUS": "Only how far it got"}
# What the frame of every page asks for beside what the page is about.
FRAME = {"instance", "notifications", "viewer"}
_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def operation(names: str) -> str:
    """The fields of the schema that were asked for, as words: «triage flag», «flag, shares»."""
    asked = names.split(",")
    telling = [name for name in asked if name not in FRAME] or asked
    return ", ".join(_CAPITAL.sub(" ", name).lower() for name in telling)


def outcome(line: dict[str, Any]) -> str:
    """Why nothing came of it, in words; empty when something did."""
    return "" if line["outcome"] == "DONE" else OUTCOME.get(line["outcome"], "not carried out")


def shown(groups: list[dict[str, str]]) -> list[tuple[str, str]]:
    """Which groups were shown, the fullest first: («In full», «What was seen or heard, Who they are»)."""
    by_level = {
        level: [words.FIELD_GROUP[each["fieldGroup"]] for each in groups if each["level"] == level] for level in LEVELS
    }
    return [(LEVELS[level], ", ".join(names)) for level, names in by_level.items() if names]


def together(subjects: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """The same of all records of a line, each group at the highest level any of them was shown at."""
    order = list(LEVELS)
    best: dict[str, str] = {}
    for each in (group for subject in subjects for group in subject["groups"]):
        before = best.get(each["fieldGroup"], "STATUS")
        best[each["fieldGroup"]] = min(before, each["level"], key=order.index)
    return shown([{"fieldGroup": group, "level": level} for group, level in best.items()])


def span(minutes: int) -> str:
    """The window of a rule: «an hour», «a day», «30 minutes»."""
    return {60: "an hour", 1440: "a day"}.get(minutes, f"{minutes} minutes")
