"""Decides which views an inbox has: each a count that is also its filter, with what an empty one says."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class View:
    """One count above the worklist, the filter behind it, and the words for an empty list."""

    name: str
    text: str
    empty: str
    filter: dict[str, Any] = field(default_factory=dict)
    # Late and due stand out by colour, which repeats what their words say.
    tone: str = ""
    # Whether each of its flags has a time to act by, so that it can run in that order.
    timed: bool = True


TRIAGE = (
    View("overdue", "overdue", "Nothing is late.", {"queue": "OVERDUE"}, tone="late"),
    View("today", "due today", "Nothing more is due today.", {"queue": "TO_TRIAGE", "due": "TODAY"}, tone="due"),
    View("new", "new, not opened", "Somebody has taken every flag.", {"queue": "TO_TRIAGE", "states": ["SUBMITTED"]}),
    View(
        "asked",
        "waiting for an answer",
        "Every question has its answer.",
        {"queue": "TO_TRIAGE", "states": ["MORE_INFO_REQUESTED"]},
    ),
    View("mine", "with you", "You have no flag in hand. Take the next one due.", {"queue": "MINE"}),
    View("owed", "feedback owed", "Every flagger has had a word.", {"queue": "FEEDBACK_OWED"}),
    View("shared", "shared", "No flag is shared with another agency now.", {"states": ["SHARED"]}, timed=False),
    View("open", "all to decide", "Every flag has an answer. New ones appear here first.", {"queue": "TO_TRIAGE"}),
)
RECIPIENT = (
    View(
        "overdue",
        "answers overdue",
        "No answer of yours is late.",
        {"queue": "AWAITING_OUR_ANSWER", "due": "OVERDUE"},
        tone="late",
    ),
    View(
        "awaiting",
        "waiting for your answer",
        "Every share with your agency has an answer.",
        {"queue": "AWAITING_OUR_ANSWER"},
    ),
    View("all", "shared with you", "Nothing is shared with your agency now.", {"queue": "SHARED_WITH_US"}, timed=False),
)
MANAGER = (View("overdue", "overdue", "No flag is late.", {"queue": "OVERDUE"}, tone="late"),)


def named(views: tuple[View, ...], name: str | None, default: View) -> View:
    """The view asked for by name; an unknown name is the default, so that a mistyped address still shows a list."""
    return next((view for view in views if view.name == name), default)
