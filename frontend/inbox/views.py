"""Decides which views an inbox has: each a count that is also its filter, with what an empty one says."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class View:
    """One count above the worklist, the filter behind it, and the words for an empty list."""

    name: str
    text: str
    empty: str
    variables: dict[str, Any] = field(default_factory=dict)


TRIAGE = (
    View(
        "cannotWait",
        "cannot wait",
        "No open flag is marked as urgent.",
        {"queue": "TO_TRIAGE", "urgencies": ["URGENT", "IMMEDIATE"]},
    ),
    View("new", "new, not opened", "Somebody has opened every flag.", {"states": ["SUBMITTED"]}),
    View("mine", "with you", "You have no flag in hand. Take the next one from the open ones.", {"queue": "MINE"}),
    View("shared", "shared", "No flag is shared with another agency now.", {"states": ["SHARED"]}),
    View("open", "all open", "Every flag has an answer. New ones appear here first.", {"queue": "TO_TRIAGE"}),
)
RECIPIENT = (
    View(
        "awaiting",
        "waiting for your answer",
        "Every share with your agency has an answer.",
        {"queue": "AWAITING_OUR_ANSWER"},
    ),
    View("all", "shared with you", "Nothing is shared with your agency now.", {"queue": "SHARED_WITH_US"}),
)


def chosen(views: tuple[View, ...], name: str | None, default: str) -> View:
    """The view asked for by name; an unknown name is the default, so that a mistyped address still shows a list."""
    return next((view for view in views if view.name == name), next(view for view in views if view.name == default))
