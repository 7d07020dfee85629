"""Decides how somebody looks at their inbox: which view, narrowed how, in which order."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from flask import url_for

from frontend.inbox.views import View, named

# Each way to narrow a list, with the member of the filter it becomes and how one value becomes that member.
URGENCIES = {
    "SOON": ["URGENT", "IMMEDIATE"],
    "IMMEDIATE": ["IMMEDIATE"],
    "URGENT": ["URGENT"],
    "ROUTINE": ["ROUTINE"],
}
HELD = {"NOBODY": "Nobody", "ME": "You", "SOMEBODY": "Somebody"}
ORDERS = {
    "due": {"field": "DUE_AT", "direction": "ASC"},
    "newest": {"field": "RAISED_AT", "direction": "DESC"},
    "oldest": {"field": "RAISED_AT", "direction": "ASC"},
}
NARROWING = ("urgency", "concern", "agency", "ward", "held")
# An address may hold anything; sealed ids and codes are plain text and never longer.
CODE_LIMIT = 60
PLAIN = re.compile(r"[\w-]{0,200}", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One way to look at the inbox."""

    view: View
    urgency: str = ""
    concern: str = ""
    agency: str = ""
    ward: str = ""
    held: str = ""
    order: str = "due"

    @property
    def narrowed(self) -> int:
        """How many filters are on."""
        return sum(bool(getattr(self, name)) for name in NARROWING)

    def filter(self) -> dict[str, Any]:
        """The filter of the schema."""
        members = {
            "urgencies": URGENCIES.get(self.urgency),
            "concernCodes": [self.concern] if self.concern else None,
            "raisedByAgencyIds": [self.agency] if self.agency else None,
            "wardIds": [self.ward] if self.ward else None,
            "heldBy": self.held or None,
        }
        return self.view.filter | {name: value for name, value in members.items() if value}

    def ordered(self) -> dict[str, str]:
        """The order of the schema."""
        return ORDERS[self.order]

    def address(self, **more: str | None) -> str:
        """The page of this choice; `more` adds a cursor."""
        chosen = {name: value for name, value in asdict(self).items() if name != "view" and value}
        return url_for("inbox.inbox", show=self.view.name, **(chosen | more))

    def of(self, view: View) -> "Choice":
        """The same choice in another view, in an order that view has."""
        return replace(self, view=view, order=_order(self.order, view))

    def cleared(self) -> "Choice":
        """The same view, narrowed by nothing."""
        return Choice(view=self.view, order=self.order)


def asked_for(asked: Mapping[str, str], views: tuple[View, ...], default: View) -> Choice:
    """The choice an address makes; a value that no page offers counts as none."""
    view = named(views, asked.get("show"), default)
    text = {name: value if PLAIN.fullmatch(value := asked.get(name, "")) else "" for name in NARROWING}
    text["concern"] = text["concern"][:CODE_LIMIT]
    text["urgency"] = text["urgency"] if text["urgency"] in URGENCIES else ""
    text["held"] = text["held"] if text["held"] in HELD else ""
    return Choice(view=view, **text, order=_order(asked.get("order"), view))


def kept(saved: Mapping[str, Any], views: tuple[View, ...], default: View) -> Choice:
    """The choice that was kept; what no page of this role offers falls away."""
    same = {"queue": saved["queue"], "states": saved["states"], "due": saved["due"]}
    view = next((each for each in views if _parts(each) == same), default)
    order = {"field": saved["orderField"], "direction": saved["orderDirection"]}
    return Choice(
        view=view,
        urgency=next((name for name, listed in URGENCIES.items() if listed == saved["urgencies"]), ""),
        concern=next(iter(saved["concernCodes"]), ""),
        agency=next((agency["id"] for agency in saved["raisedByAgencies"]), ""),
        ward=next((ward["id"] for ward in saved["wards"]), ""),
        held=saved["heldBy"] or "",
        order=_order(next((name for name, each in ORDERS.items() if each == order), None), view),
    )


def _parts(view: View) -> dict[str, Any]:
    return {"queue": None, "states": [], "due": None} | view.filter


def _order(asked: str | None, view: View) -> str:
    if asked in ORDERS and (view.timed or asked != "due"):
        return str(asked)
    return "due" if view.timed else "newest"
