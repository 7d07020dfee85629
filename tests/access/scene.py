"""One flag of every kind with something of everything under it, and a stranger who may know of none of it."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from graphql_schema import Door
from portal.access.context import Wall
from portal.access.viewer import Viewer
from portal.db import Database, now
from portal.flags.models import FlagAddition, InformationRequest
from tests.factories.administration import done
from tests.factories.cast import Cast, key, settle_cast
from tests.factories.flags import group_report, raised, shared, taken
from tests.factories.notices import waiting
from tests.plans.stage import Stage, staged

# Every table of personal records that hangs under a root.
TABLES = [
    "root", "flag", "person", "disclosure", "flag_concern", "place_group", "flag_source", "triage_decision", "feedback",
    "information_request", "flag_addition", "flag_transition", "share", "notification", "flag_export",
]  # fmt: skip
IMPORT = """
mutation Import($input: ImportFlagsInput!) {
  importFlags(input: $input) { __typename ... on RowsImported { rows { outcome flag { id version } } } }
}
"""
EXPORT = "mutation($input: ExportFlagInput!) { exportFlag(input: $input) { __typename } }"
CHOOSE = """
mutation($input: SetNotificationPreferencesInput!) { setNotificationPreferences(input: $input) { __typename } }
"""
ROW = {
    "subject": {"placeGroup": {"description": "Some young people", "ageBandCode": "UNKNOWN"}},
    "concernCode": "ANTI_SOCIAL_BEHAVIOUR",
    "observedAt": "2021-05-01T00:00:00Z",
    "observedPrecision": "MONTH",
    "place": {"description": "On or near Elm Street"},
    "fact": "Three incidents were recorded.",
}


@dataclass(frozen=True, kw_only=True)
class Scene:
    """Rowan's flags, and somebody in another partnership with a flag of their own."""

    wall: Wall
    owner: Database
    cast: Cast
    other: Cast
    flag_id: UUID
    group_flag_id: UUID
    draft_id: UUID
    own_flag_id: UUID
    global_id: str
    # Only scenes in which the wall is weakened have plans, and a worker's wall to try.
    worker: Database | None = None
    plans: Stage | None = None

    @property
    def author(self) -> Viewer:
        return self.cast.rowan

    @property
    def stranger(self) -> Viewer:
        return self.other.rowan

    @property
    def recipient(self) -> Viewer:
        return self.cast.sam


def imported(cast: Cast, by: Viewer | None = None, **changes: object) -> dict[str, str]:
    """An imported draft, as its team reads it: id and version."""
    given = {"system": "incidents", "rows": [ROW | {"reference": key()} | changes], "idempotencyKey": key()}
    answer = cast.ask(by or cast.rowan, IMPORT, input=given)["importFlags"]
    assert answer["__typename"] == "RowsImported", answer
    [row] = answer["rows"]
    assert row["outcome"] == "CREATED", row
    found: dict[str, str] = row["flag"]
    return found


def _said(cast: Cast, flag_id: UUID) -> None:
    """A question that waits for an answer, and a new fact, without the steps that lead to them."""
    with cast.owner.transaction() as session:
        by = cast.morgan.membership_id
        session.add(InformationRequest(flag_id=flag_id, question="Which bus stop was it?", asked_by_membership_id=by))
        session.add(FlagAddition(flag_id=flag_id, fact="Seen again.", observed_at=now(), added_by_membership_id=by))


def set_scene(owner: Database, wall: Wall, door: Door, *, worker: Database | None = None) -> Scene:
    """Settle two partnerships and let everything happen once in the first."""
    cast, other = settle_cast(owner, door), settle_cast(owner, door)
    flag = shared(cast, taken(cast))
    first, second = imported(cast), imported(cast)
    together = {"draftId": first["id"], "draftVersion": first["version"]}
    together["withDrafts"] = [{"id": second["id"], "expectedVersion": second["version"]}]
    group = raised(cast, subject=group_report()["subject"], **together)
    draft = imported(cast)
    own = raised(other)

    def uncovered(global_id: str) -> UUID:
        opened = door._opened_seal().open_id(global_id)
        assert opened is not None
        return opened[1]

    waiting(cast, flag, cast.rowan)
    export = {"flagId": flag["id"], "purposeCode": "MEETING", "idempotencyKey": key()}
    assert cast.ask(cast.rowan, EXPORT, input=export)["exportFlag"]["__typename"] == "FlagExported"
    cast.ask(cast.rowan, CHOOSE, input={"preferences": [{"kind": "ANSWER", "email": "NEVER"}], "idempotencyKey": key()})
    done(cast, cast.noor, "inviteUser", displayName="Robin Lake", email=f"{uuid4()}@police.example", role="OFFICER")
    _said(cast, uncovered(flag["id"]))
    return Scene(
        wall=wall,
        owner=owner,
        cast=cast,
        other=other,
        flag_id=uncovered(flag["id"]),
        group_flag_id=uncovered(group["id"]),
        draft_id=uncovered(draft["id"]),
        own_flag_id=uncovered(own["id"]),
        global_id=flag["id"],
        worker=worker,
        plans=None if worker is None else staged(wall, cast),
    )
