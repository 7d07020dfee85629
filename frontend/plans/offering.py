"""Decides which actions the page of a plan offers, and what of a plan waits for whoever looks."""

from dataclasses import dataclass
from typing import Any

from flask import url_for

from frontend.plans.showing import nodes

Record = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Action:
    """One thing to do, on a page of its own."""

    text: str
    href: str


# The permission, of the plan or of the version it stands at, with its page and the words for it; the first one offered
# is what most people came for.
ACTIONS: tuple[tuple[str, str, str], ...] = (
    ("viewerCanSign", "sign", "Read and sign version {number}"),
    ("viewerCanPassChecks", "checks", "Your agency’s checks"),
    ("viewerCanEdit", "edit_plan", "Write version {number}"),
    ("viewerCanPropose", "propose", "Propose version {number}"),
    ("viewerCanOpenSigning", "open_signing", "Open version {number} for signing"),
    ("viewerCanPublish", "publish", "Make it public"),
    ("viewerCanComment", "talk", "Talk about version {number}"),
    ("viewerCanRevise", "revise", "Begin version {next}"),
    ("viewerCanDecline", "decline", "Decline to sign"),
    ("viewerCanSetChecks", "list_of_checks", "Choose your agency’s checks"),
    ("viewerCanWithdraw", "leave", "Leave the plan"),
)


def offered(plan: Record) -> list[Action]:
    """What the viewer may do with a plan now."""
    version = plan["currentVersion"]
    numbers = {"number": version["number"], "next": version["number"] + 1}
    found: dict[str, str] = {}
    for permission, page, text in ACTIONS:
        if _may(plan, permission):
            found.setdefault(url_for(f"plans.{page}", plan_id=plan["id"]), text.format(**numbers))
    return [Action(text=text, href=href) for href, text in found.items()]


def waits(plan: Record) -> list[str]:
    """What of a plan waits for the viewer, in words."""
    checks = [check for party in plan["parties"] for check in party["checks"]]
    # A counter-proposal to words that have changed since waits for nobody's answer.
    proposals = [each for each in nodes(plan["currentVersion"]["open"]) if not each["stale"]]
    waiting = {
        "your signature": _may(plan, "viewerCanSign"),
        "a check of your agency": any(each["viewerCanPass"] and not each["passedAt"] for each in checks),
        "your answer to a counter-proposal": any(each["viewerCanAccept"] for each in proposals),
        "somebody to open it for signing": _may(plan, "viewerCanOpenSigning") and not proposals,
        "your word on making it public": _may(plan, "viewerCanPublish"),
    }
    return [what for what, so in waiting.items() if so]


def _may(plan: Record, permission: str) -> bool:
    """Whether the viewer may do something with a plan or with the version it stands at; one of the two says so."""
    return bool(plan.get(permission) or plan["currentVersion"].get(permission))
