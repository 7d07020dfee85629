"""One flag of every kind with something of everything under it, and a stranger who may know of none of it."""

from dataclasses import dataclass
from uuid import UUID

from graphql_schema import Door
from portal.access.context import Wall
from portal.access.viewer import Viewer
from portal.db import Database
from tests.factories.cast import Cast, key, settle_cast
from tests.factories.flags import group_report, raised, shared, taken
from tests.factories.notices import waiting

# Every table of personal records that hangs under a root.
TABLES = [
    "root", "flag", "person", "disclosure", "flag_concern", "place_group", "triage_decision", "feedback",
    "flag_transition", "share", "notification",
]  # fmt: skip
IMPORT = """
mutation Import($input: ImportFlagsInput!) {
  importFlags(input: $input) { __typename ... on RowsImported { rows { outcome flag { id version } } } }
}
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


def set_scene(owner: Database, wall: Wall, door: Door) -> Scene:
    """Settle two partnerships and let everything happen once in the first."""
    cast, other = settle_cast(owner, door), settle_cast(owner, door)
    flag = shared(cast, taken(cast))
    group = raised(cast, subject=group_report()["subject"])
    draft = imported(cast)
    own = raised(other)

    def uncovered(global_id: str) -> UUID:
        opened = door._opened_seal().open_id(global_id)
        assert opened is not None
        return opened[1]

    waiting(cast, flag, cast.rowan)
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
    )
