"""Decides which actions a flag offers its reader: only what they can do now, the most likely one first and filled."""

from dataclasses import dataclass
from typing import Any

from flask import url_for

from frontend.flags.standing import nodes

Record = dict[str, Any]
# What each step is called on its button, in the order most people come for it.
STEPS = (
    ("viewerCanAnswerInformation", "answer", "Answer the question"),
    ("viewerCanClose", "close", "Close with an outcome"),
    ("viewerCanGiveFeedback", "tell", "Tell the flagger more"),
    ("viewerCanReopen", "reopen", "Open again with new facts"),
    ("viewerCanWithdraw", "withdraw", "Withdraw this flag"),
)
# Steps that nobody comes for first: never filled, even when nothing else is offered.
QUIET = frozenset({"tell", "reopen", "withdraw"})


@dataclass(frozen=True)
class Action:
    """One thing the reader can do: a page to go to, or a form to send at once."""

    text: str
    href: str
    sends: bool = False
    filled: bool = False


def offered(flag: Record) -> list[Action]:
    """What this reader can do with the flag now; at most one of them is filled."""
    found = [*_waiting(flag), *_steps(flag)]
    if not found:
        return []
    (text, href, sends, quiet), *rest = found
    first = Action(text, href, sends, filled=not quiet)
    return [first, *(Action(text, href, sends) for text, href, sends, _ in rest)]


def _waiting(flag: Record) -> list[tuple[str, str, bool, bool]]:
    """What waits for this reader."""
    found = []
    if flag["viewerCanSubmit"]:
        found.append(("Add what you saw", url_for("drafts.promote", draft_id=flag["id"]), False, False))
    if flag["viewerCanStartTriage"]:
        found.append(("Take this flag", url_for("triage.take", flag_id=flag["id"]), True, False))
    decide = url_for("triage.decide", flag_id=flag["id"])
    if flag["viewerCanTriage"]:
        found.append(("Decide", decide, False, False))
    for share in nodes(flag["shares"]):
        if share["viewerCanAnswer"]:
            answered = share["engagement"] is not None
            text = "Answer this share again" if answered else "Answer this share"
            found.append((text, url_for("shares.answer", share_id=share["id"]), False, answered))
    return found


def _steps(flag: Record) -> list[tuple[str, str, bool, bool]]:
    """The steps of its life that this reader can take."""
    found = [
        (text, url_for("steps.step", flag_id=flag["id"], step=step), False, step in QUIET)
        for can, step, text in STEPS
        if flag[can]
    ]
    # Before a decision these are two of its answers; after it they stand alone.
    for can, decision, text in (
        ("viewerCanShare", "SHARE", "Share it again"),
        ("viewerCanEscalate", "ESCALATE", "Hand it to safeguarding"),
    ):
        if flag[can] and not flag["viewerCanTriage"]:
            found.append((text, url_for("triage.decide", flag_id=flag["id"], decision=decision), False, False))
    return found
