"""The steps a flag can be asked to take, as the person who may, and what each answers."""

from collections.abc import Callable
from typing import Any

from tests.access.scene import imported
from tests.factories.cast import Cast, key
from tests.factories.flags import DECIDE, RAISE, TAKE, raised, report, shared, sharing, taken

READ = "query($id: ID!) { flag(by: {id: $id}) { id version state reference } }"
REASON = {"noFurtherAction": {"reasonCode": "NEED_MET"}}

# What the domain says, once more: from where each step leads where. Whatever is not here does not exist.
LEADS = {
    ("DRAFT", "submit"): "SUBMITTED",
    ("SUBMITTED", "take"): "IN_TRIAGE",
    ("IN_TRIAGE", "end"): "NFA",
    ("IN_TRIAGE", "share"): "SHARED",
}
STATES = ("DRAFT", "SUBMITTED", "IN_TRIAGE", "NFA", "SHARED")
STEPS = ("submit", "take", "end", "share")


def submit(cast: Cast, flag: dict[str, Any]) -> dict[str, Any]:
    """Raise it in place of the draft."""
    given = report(draftId=flag["id"], draftVersion=flag["version"])
    return dict(cast.ask(cast.rowan, RAISE, input=given)["raiseFlag"])


def take(cast: Cast, flag: dict[str, Any]) -> dict[str, Any]:
    """Take it into triage."""
    given = {"id": flag["id"], "expectedVersion": flag["version"], "idempotencyKey": key()}
    return dict(cast.ask(cast.morgan, TAKE, input=given)["startTriage"])


def end(cast: Cast, flag: dict[str, Any]) -> dict[str, Any]:
    """Decide that nothing more is done."""
    given = sharing(cast, flag) | {"decision": REASON}
    return dict(cast.ask(cast.morgan, DECIDE, input=given)["triageFlag"])


def share(cast: Cast, flag: dict[str, Any]) -> dict[str, Any]:
    """Decide to share it with health."""
    return dict(cast.ask(cast.morgan, DECIDE, input=sharing(cast, flag))["triageFlag"])


STEP: dict[str, Callable[[Cast, dict[str, Any]], dict[str, Any]]] = {
    "submit": submit,
    "take": take,
    "end": end,
    "share": share,
}


def ended(cast: Cast) -> dict[str, Any]:
    """A flag on which nothing more is done."""
    answer = end(cast, taken(cast))
    assert answer["__typename"] == "FlagSaved", answer
    return dict(answer["flag"])


MADE: dict[str, Callable[[Cast], dict[str, Any]]] = {
    "DRAFT": imported,
    "SUBMITTED": raised,
    "IN_TRIAGE": taken,
    "NFA": ended,
    "SHARED": shared,
}


def now(cast: Cast, flag: dict[str, Any]) -> dict[str, Any]:
    """The flag as Rowan reads it at this moment."""
    return dict(cast.ask(cast.rowan, READ, id=flag["id"])["flag"])
