"""Decides how somebody looks at the list of plans: by where a plan stands, and by what it waits for."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from flask import url_for

from frontend.plans import telling

SIGNATURE = "signature"


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One way to look at the plans."""

    state: str = ""
    waiting: str = ""

    @property
    def narrowed(self) -> bool:
        """Whether anything is left out."""
        return bool(self.state or self.waiting)

    def filter(self, *, agency_id: str) -> dict[str, Any]:
        """The filter of the schema, for somebody of an agency."""
        wanted: dict[str, Any] = {"states": [self.state]} if self.state else {}
        return wanted | ({"awaitingSignatureOf": agency_id} if self.waiting else {})

    def address(self, **more: str | None) -> str:
        """The page of this choice; `more` adds a cursor."""
        chosen: dict[str, Any] = {name: value for name, value in asdict(self).items() if value}
        return url_for("plans.plans", **(chosen | more))

    def without(self, name: str) -> "Choice":
        """The same choice, narrowed by less."""
        return replace(self, **{name: ""})


def asked_for(asked: Mapping[str, str]) -> Choice:
    """The choice an address makes; a value that no page offers counts as none."""
    state, waiting = asked.get("state", ""), asked.get("waiting", "")
    return Choice(
        state=state if state in telling.PLAN_STATE else "",
        waiting=waiting if waiting == SIGNATURE else "",
    )
