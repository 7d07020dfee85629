"""Decides which pages a role is offered, and which one it starts on: an action it lacks is left out."""

from dataclasses import dataclass
from typing import Any

from flask import url_for

# Roles that work through other people's flags start in the inbox; everyone else starts with their own.
INBOX_ROLES = frozenset({"TRIAGE_WORKER", "PRACTITIONER", "CLINICIAN", "SERVICE_ADMINISTRATOR"})
TEAM_ROLES = frozenset({"SERGEANT"})
# Items that fit a phone without a menu button.
MOST = 5
# Roles that plans are part of the work of; the foot leads everybody to those of their agency.
PLAN_ROLES = frozenset({"COMMISSIONER", "SIGNATORY", "GUARDIAN", "AGENCY_ADMINISTRATOR"})


def manages_triage(viewer: dict[str, Any]) -> bool:
    """Whether somebody manages the triage of their partnership: they read what is late, and nothing else of it."""
    partnership = viewer["partnership"]
    leads = partnership is not None and partnership["leadAgency"]["id"] == viewer["agency"]["id"]
    return leads and viewer["role"] == "SERVICE_MANAGER"


@dataclass(frozen=True)
class Link:
    """One item of the navigation."""

    section: str
    text: str
    href: str


def links(viewer: dict[str, Any] | None) -> list[Link]:
    """The navigation for whoever looks, most used first, at most five so that a phone needs no menu button."""
    if viewer is None:
        return []
    offered = []
    if viewer["viewerCanAdminister"]:
        offered.append(Link("administration", "Administration", url_for("administration.home")))
        offered.append(Link("people", "People", url_for("administration.people")))
        offered.append(Link("teams", "Teams", url_for("teams.teams")))
    if viewer["viewerCanLead"]:
        offered.append(Link("partnership", "Partnership", url_for("partnership.partnership")))
    if viewer["viewerCanReadAudit"]:
        offered.append(Link("audit", "Audit", url_for("audit.audit")))
    if viewer["role"] in INBOX_ROLES or manages_triage(viewer):
        offered.append(Link("inbox", "Inbox", url_for("inbox.inbox")))
    if viewer["viewerCanRaiseFlag"]:
        offered.append(Link("raise", "Raise a flag", url_for("raising.raise_flag")))
        offered.append(_flags(viewer["role"]))
    if viewer["viewerCanImportFlags"]:
        offered.append(Link("drafts", "Imported", url_for("drafts.drafts")))
    if viewer["role"] in PLAN_ROLES and len(offered) + 1 < MOST:
        offered.append(Link("plans", "Plans", url_for("plans.plans")))
    offered.append(Link("agreement", "Who sees what", url_for("agreement.agreement")))
    return offered


def start(viewer: dict[str, Any]) -> str:
    """The first page of a role: the first thing it is offered."""
    return links(viewer)[0].href


def back(viewer: dict[str, Any]) -> Link:
    """The list a reader most likely came from to a flag."""
    return next(link for link in links(viewer) if link.section in {"inbox", "flags", "agreement"})


def _flags(role: str) -> Link:
    """A sergeant reads the flags of the whole team; everyone else their own."""
    if role in TEAM_ROLES:
        return Link("flags", "Team’s flags", url_for("flags.flags", show="team"))
    return Link("flags", "My flags", url_for("flags.flags"))
