"""Decides how somebody looks at the audit: what was done, by whom, to what, and when; nothing in it names anybody."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from flask import url_for

from frontend.times import LONDON, read_local

# What somebody looks for, with the actions of the schema it becomes.
DONE: dict[str, tuple[str, dict[str, Any]]] = {
    # Whoever looks at the audit would see little else but that somebody did.
    "": ("All but reading the audit", {"aboutAudit": False}),
    "reads": ("Reading records", {"actions": ["READ"], "aboutAudit": False}),
    "changes": ("Changes and shares", {"actions": ["WRITE", "SHARE"]}),
    "copies": ("Copies taken out", {"actions": ["EXPORT"]}),
    "refusals": ("Refusals", {"actions": ["DENY"]}),
    "audit": ("Reading the audit", {"aboutAudit": True}),
}
# A week is what somebody means who names no day.
USUAL_DAYS = 7
# An address may hold anything; sealed ids are plain text and never longer.
SEALED = re.compile(r"[\w-]{1,200}", re.ASCII)
DAY = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One way to look at the audit."""

    done: str = ""
    since: str = ""
    until: str = ""
    person: str = ""
    record: str = ""

    def filter(self) -> dict[str, Any]:
        """The filter of the schema; the last day is looked at to its end."""
        span = {name: value for name, value in (("from", self._from()), ("before", self._before())) if value}
        members = {"personId": self.person, "recordId": self.record, "at": span}
        return DONE[self.done][1] | {name: value for name, value in members.items() if value}

    def address(self, **more: str | None) -> str:
        """The page of this choice; `more` adds a cursor."""
        chosen = {name: value for name, value in asdict(self).items() if value}
        return url_for("audit.audit", **(chosen | more))

    def without(self, *names: str) -> "Choice":
        """The same choice, narrowed by less."""
        return replace(self, **dict.fromkeys(names, ""))

    def of(self, **names: str) -> "Choice":
        """The same choice, narrowed by something else."""
        return replace(self, **names)

    def _from(self) -> str | None:
        if self.since:
            return _midnight(self.since)
        # A person or a record is a short enough list; everything is not.
        if self.person or self.record:
            return None
        return _midnight((_last_day(self.until) - timedelta(days=USUAL_DAYS)).isoformat())

    def _before(self) -> str | None:
        return _midnight((date.fromisoformat(self.until) + timedelta(days=1)).isoformat()) if self.until else None


def asked_for(asked: Mapping[str, str]) -> Choice:
    """The choice an address or a form makes; a value that no page offers counts as none."""
    done = asked.get("done", "")
    sealed = {name: value if SEALED.fullmatch(value := asked.get(name, "")) else "" for name in ("person", "record")}
    days = {name: value if is_day(value := asked.get(name, "")) else "" for name in ("since", "until")}
    return Choice(done=done if done in DONE else "", **sealed, **days)


def is_day(typed: str) -> bool:
    """Whether a text is a day of this century, as a date input sends it."""
    if not DAY.fullmatch(typed):
        return False
    try:
        date.fromisoformat(typed)
    except ValueError:
        return False
    return True


def _last_day(until: str) -> date:
    return date.fromisoformat(until) if until else datetime.now(LONDON).date()


def _midnight(day: str) -> str:
    moment = read_local(day, "00:00")
    assert moment is not None
    return moment.isoformat()
