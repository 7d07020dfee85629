"""How a change is tried by everybody: who is refused learns nothing and changes nothing, and who may can."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from graphql_schema import Door
from portal.access.viewer import Role, Viewer
from portal.db import Database
from portal.identity.viewers import viewer_for_membership
from tests.factories.accounts import make_further_membership, make_member
from tests.factories.cast import Cast, key, settle_cast
from tests.factories.snapshot import changed, snapshot

CANARIES = {
    "fact": "canary in the fact",
    "opinion": "canary in the opinion",
    "ownWords": "canary in the words",
    "thirdPartyNotes": "canary in the notes",
    "place": {"description": "canary in the place"},
    "subject": {"person": {"preferredName": "Canary", "ageBandCode": "14_15"}},
}
FAILURES = {"Invalid", "NotFound", "NotPermitted", "Conflict"}
Try = tuple[str, dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Stage:
    """Two partnerships and a flag in every place where a change can be tried."""

    cast: Cast
    other: Cast
    # People whom the cast does not have: an officer without a team, other hats, and roles of the lead agency.
    extras: dict[str, Viewer]

    @property
    def teamless(self) -> Viewer:
        return self.extras["teamless"]

    def viewer(self, name: str) -> Viewer | None:
        """Somebody by name; `other.` is the same person in another partnership, None is nobody."""
        if name == "None":
            return None
        if name in self.extras:
            return self.extras[name]
        return self.other.viewers[name.removeprefix("other.")] if name.startswith("other.") else self.cast.viewers[name]

    def everybody(self) -> list[str]:
        """The name of everybody there is."""
        return ["None", *self.cast.viewers, *self.extras, *(f"other.{name}" for name in self.other.viewers)]


def set_stage(owner: Database, door: Door) -> Stage:
    """A cast, another cast, and whoever else could try."""
    cast, other = settle_cast(owner, door), settle_cast(owner, door)
    police, lead = (cast.settled.agencies[code] for code in ("SEVERN-POLICE", "SEVERN-LA"))
    lead_roles = {"lead.signatory": Role.SIGNATORY, "lead.dpo": Role.DPO, "lead.commissioner": Role.COMMISSIONER}
    memberships = {
        "teamless": make_member(owner, agency_id=police, role=Role.OFFICER).membership_id,
        # The author, who sees the flag as its author whatever they act as.
        "rowan.as.guardian": make_further_membership(owner, cast.rowan.user_id, agency_id=police, role=Role.GUARDIAN),
        **{name: make_member(owner, agency_id=lead, role=role).membership_id for name, role in lead_roles.items()},
    }
    extras = {}
    with owner.transaction() as session:
        for name, membership_id in memberships.items():
            viewer = viewer_for_membership(session, membership_id)
            assert viewer is not None
            extras[name] = viewer
    return Stage(cast=cast, other=other, extras=extras)


def change(record: dict[str, Any]) -> dict[str, Any]:
    """The part of every change that names a record as it was read."""
    return {"id": record["id"], "expectedVersion": record["version"], "idempotencyKey": key()}


def refuse(
    stage: Stage, owner: Database, document: str, given: dict[str, Any], refusals: Iterable[tuple[str, str]]
) -> None:
    """Try a change as each of these people, who are refused in these ways, and are told and change nothing."""
    before = snapshot(owner)
    for name, failure in refusals:
        [answer] = stage.cast.ask(stage.viewer(name), document, input=given | {"idempotencyKey": key()}).values()
        assert answer["__typename"] == failure, name
        assert "canary" not in json.dumps(answer).lower(), name
        assert changed(before, snapshot(owner)) == {}, name


def succeed(stage: Stage, owner: Database, document: str, given: dict[str, Any], able: str) -> None:
    """Make a change as somebody who may."""
    before = snapshot(owner)
    [answer] = stage.cast.ask(stage.viewer(able), document, input=given).values()
    assert answer["__typename"] not in FAILURES, (able, answer)
    assert changed(before, snapshot(owner))


Prepare = Callable[[Stage], Try]
