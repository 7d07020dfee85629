"""Decides which actions the page of a plan offers."""

from dataclasses import dataclass
from typing import Any

from flask import url_for

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


def _may(plan: Record, permission: str) -> bool:
    """Whether the viewer may do something with a plan or with the version it stands at; one of the two says so."""
    return bool(plan.get(permission) or plan["currentVersion"].get(permission))
