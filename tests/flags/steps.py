"""The steps a flag can be asked to take, as the person who may, and what each answers."""

from collections.abc import Callable
from typing import Any

from portal.db import Database
from portal.flags.information import resume_overdue
from portal.shares.ending import expire
from tests.access.scene import imported
from tests.factories import life
from tests.factories.cast import Cast, key
from tests.factories.flags import DECIDE, RAISE, TAKE, answered, raised, report, sharing, taken

READ = "query($id: ID!) { flag(by: {id: $id}) { id version state reference } }"
REASON = {"noFurtherAction": {"reasonCode": "NEED_MET"}}

# What the domain says, once more: from where each step leads where. Whatever is not here does not exist.
LEADS = {
    ("DRAFT", "submit"): "SUBMITTED",
    ("SUBMITTED", "take"): "IN_TRIAGE",
    ("SUBMITTED", "withdraw"): "WITHDRAWN",
    ("IN_TRIAGE", "ask"): "MORE_INFO_REQUESTED",
    ("IN_TRIAGE", "end"): "NFA",
    ("IN_TRIAGE", "merge"): "MERGED",
    ("IN_TRIAGE", "share"): "SHARED",
    ("IN_TRIAGE", "escalate"): "ESCALATED",
    ("IN_TRIAGE", "withdraw"): "WITHDRAWN",
    ("MORE_INFO_REQUESTED", "answer"): "IN_TRIAGE",
    ("MORE_INFO_REQUESTED", "lapse"): "IN_TRIAGE",
    ("SHARED", "escalate"): "ESCALATED",
    ("SHARED", "close"): "CLOSED",
    ("SHARED", "expire"): "EXPIRED",
    ("ESCALATED", "share"): "SHARED",
    ("ESCALATED", "close"): "CLOSED",
    ("NFA", "reopen"): "IN_TRIAGE",
    ("CLOSED", "reopen"): "IN_TRIAGE",
    ("EXPIRED", "reopen"): "IN_TRIAGE",
}
DONE = {"FlagRaised", "FlagSaved"}


def _raise(cast: Cast, flag: dict[str, Any]) -> dict[str, Any]:
    given = report(draftId=flag["id"], draftVersion=flag["version"])
    return dict(cast.ask(cast.rowan, RAISE, input=given)["raiseFlag"])


def _take(cast: Cast, flag: dict[str, Any]) -> dict[str, Any]:
    given = {"id": flag["id"], "expectedVersion": flag["version"], "idempotencyKey": key()}
    return dict(cast.ask(cast.morgan, TAKE, input=given)["startTriage"])


def _decide(cast: Cast, given: dict[str, Any]) -> dict[str, Any]:
    return dict(cast.ask(cast.morgan, DECIDE, input=given)["triageFlag"])


def _end(cast: Cast, flag: dict[str, Any]) -> dict[str, Any]:
    return _decide(cast, sharing(cast, flag) | {"decision": REASON})


def _share(cast: Cast, flag: dict[str, Any]) -> dict[str, Any]:
    return _decide(cast, sharing(cast, flag))


def _ask(cast: Cast, flag: dict[str, Any]) -> dict[str, Any]:
    return _decide(cast, life.deciding(flag, life.asking()))


def _merge(cast: Cast, flag: dict[str, Any]) -> dict[str, Any]:
    """Into a flag that is there for this alone, so that what is tried changes nothing else."""
    return _decide(cast, life.deciding(flag, life.merging(spare(cast))))


def spare(cast: Cast) -> dict[str, Any]:
    """A flag of a cast to merge others into; made once, so that trying to merge makes none."""
    if cast.suffix not in _SPARE:
        _SPARE[cast.suffix] = raised(cast)
    return _SPARE[cast.suffix]


_SPARE: dict[str, dict[str, Any]] = {}


def _escalate(cast: Cast, flag: dict[str, Any]) -> dict[str, Any]:
    return _decide(cast, life.deciding(flag, life.escalating(cast)))


def _answer(cast: Cast, flag: dict[str, Any]) -> dict[str, Any]:
    """Answer the newest question, where there is one; where there is none, one of another flag."""
    try:
        given = life.answering(cast, flag)
    except (IndexError, TypeError):
        given = life.change(flag, requestId="none", answer="The one by the library.")
    return dict(cast.ask(cast.rowan, life.ANSWER_QUESTION, input=given)["answerInformationRequest"])


def _withdraw(cast: Cast, flag: dict[str, Any]) -> dict[str, Any]:
    return dict(cast.ask(cast.rowan, life.WITHDRAW, input=life.withdrawing(flag))["withdrawFlag"])


def _close(cast: Cast, flag: dict[str, Any]) -> dict[str, Any]:
    return dict(cast.ask(cast.morgan, life.CLOSE, input=life.closing(flag))["closeFlag"])


def _reopen(cast: Cast, flag: dict[str, Any]) -> dict[str, Any]:
    return dict(cast.ask(cast.rowan, life.REOPEN, input=life.reopening(flag))["reopenFlag"])


Take = Callable[[Cast, dict[str, Any]], dict[str, Any]]
STEP: dict[str, Take] = {
    "submit": _raise,
    "take": _take,
    "ask": _ask,
    "answer": _answer,
    "end": _end,
    "merge": _merge,
    "share": _share,
    "escalate": _escalate,
    "withdraw": _withdraw,
    "close": _close,
    "reopen": _reopen,
}
STEPS = tuple(STEP)


def clock_step(worker: Database, cast: Cast, flag: dict[str, Any], step: str) -> bool:
    """What the clock does, as the worker: whether the flag moved on."""
    take = {"expire": expire, "lapse": resume_overdue}[step]
    with worker.transaction() as session:
        return take(session, flag_id=life.uncovered(cast, flag))


def ended(cast: Cast) -> dict[str, Any]:
    """A flag on which nothing more is done."""
    answer = _end(cast, taken(cast))
    assert answer["__typename"] == "FlagSaved", answer
    return dict(answer["flag"])


def expired(cast: Cast, worker: Database) -> dict[str, Any]:
    """A shared flag that was answered, and whose date came."""
    flag = life.past_its_date(cast, answered(cast))
    assert clock_step(worker, cast, flag, "expire")
    return now(cast, flag)


MADE: dict[str, Callable[[Cast], dict[str, Any]]] = {
    "DRAFT": imported,
    "SUBMITTED": raised,
    "IN_TRIAGE": taken,
    "MORE_INFO_REQUESTED": life.asked,
    "NFA": ended,
    "MERGED": life.merged,
    "SHARED": lambda cast: life.stands(cast, answered(cast)),
    "ESCALATED": life.escalated,
    "CLOSED": life.closed,
    "WITHDRAWN": life.withdrawn,
}
# A flag gets there by the clock alone, or not at all.
CLOCK_MADE = "EXPIRED"
UNREACHED = "REFERRED"
STATES = (*MADE, CLOCK_MADE)


def now(cast: Cast, flag: dict[str, Any]) -> dict[str, Any]:
    """The flag as Rowan reads it at this moment."""
    return dict(cast.ask(cast.rowan, READ, id=flag["id"])["flag"])
