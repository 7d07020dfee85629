"""Decides how incidents chosen in the list travel: each with the version it was chosen at, found again before use."""

from dataclasses import dataclass
from typing import Any

from frontend.documents import document
from frontend.forms import Form, version_typed
from frontend.page import ask

CHOSEN = document("drafts/chosen.graphql")
NAME = "chosen"
# As many as one page shows again.
MOST = 100


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """What was chosen: the incidents that are still there, in the order of the list, and how many are gone."""

    data: dict[str, Any]
    drafts: list[dict[str, Any]]
    versions: dict[str, int]
    gone: int

    @property
    def places(self) -> list[str | None]:
        """The places they were recorded at."""
        return list(dict.fromkeys(draft["placeDescription"] for draft in self.drafts))

    def named(self) -> list[dict[str, Any]]:
        """Those that are still there, as a mutation names them."""
        return [{"id": draft["id"], "expectedVersion": self.versions[draft["id"]]} for draft in self.drafts]

    def values(self) -> list[str]:
        """Those that are still there, as a form holds them."""
        return [f"{draft['id']}.{self.versions[draft['id']]}" for draft in self.drafts]


def find(form: Form) -> Chosen:
    """Find again what was ticked in a form; what somebody else has raised or discarded meanwhile is gone."""
    versions = dict(_ticked(value) for value in form.many(NAME)[:MOST])
    data = ask(CHOSEN, ids=list(versions))
    there = {edge["node"]["id"]: edge["node"] for edge in data["flags"]["edges"]}
    drafts = [there[name] for name in versions if name in there]
    return Chosen(data=data, drafts=drafts, versions=versions, gone=len(versions) - len(drafts))


def _ticked(value: str) -> tuple[str, int]:
    name, _, version = value.rpartition(".")
    return name, version_typed(version)
