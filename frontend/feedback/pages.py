"""Decides how owed feedback is read: one row for each agency, in words and numbers, the same for everybody in it."""

from typing import Any

from flask import Blueprint, Response

from frontend import words
from frontend.documents import document
from frontend.page import ask, show

OWN = document("feedback/partnership.graphql")
QUESTION = document("feedback/feedback.graphql")

pages = Blueprint("feedback", __name__)


@pages.get("/feedback")
def feedback() -> Response:
    """What each agency of one's own partnership owes; nothing for an agency that is in none."""
    partnership = ask(OWN)["viewer"]["partnership"]
    if partnership is None:
        return show("feedback/feedback.html", rows=[], lead=None, promises=[])
    data = ask(QUESTION, partnership=partnership["id"])
    lead, clocks = data["here"]["partnership"]["leadAgency"]["id"], data["here"]["partnership"]["clocks"]
    rows = sorted(data["feedbackLedger"] or [], key=lambda row: (not row["own"], row["agency"]["name"]))
    return show("feedback/feedback.html", data, rows=rows, lead=lead, promises=[promise(clock) for clock in clocks])


def promise(clock: dict[str, Any]) -> tuple[str, str]:
    """A clock in words: what is promised, and in which time."""
    what = words.CLOCK[clock["kind"]]
    if clock["urgency"]:
        what = f"{what}, {words.lower_first(words.URGENCY[clock['urgency']])}"
    return what, f"{span(clock['minutes'])}{' of working time' if clock['workingHoursOnly'] else ''}"


def span(minutes: int) -> str:
    """Minutes in words, no finer than they are: «2 hours», «90 minutes»."""
    hours, rest = divmod(minutes, 60)
    if rest:
        return f"{minutes} minutes"
    return f"{hours} hour{'' if hours == 1 else 's'}"
