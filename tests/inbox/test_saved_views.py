"""How somebody looks at their inbox is theirs: kept as they chose it, for one membership, and nobody else's to know."""

from typing import Any
from uuid import uuid4

import pytest

from portal.access.viewer import Viewer
from portal.inbox.actions import NAMED_LIMIT
from tests.factories.cast import Cast, key
from tests.factories.snapshot import unchanged

KEPT = (
    "id version name queue states due urgencies concernCodes raisedByAgencies { id } heldBy orderField orderDirection"
)
VIEWS = f"{{ viewer {{ inboxView {{ {KEPT} }} inboxViews {{ {KEPT} }} }} }}"
SAVE = f"""mutation($input: SaveInboxViewInput!) {{ saveInboxView(input: $input) {{
  __typename ... on InboxViewSaved {{ replayed inboxView {{ {KEPT} }} }} ... on Invalid {{ errors {{ path message }} }}
}} }}"""
REMOVE = """mutation($input: RemoveInboxViewInput!) { removeInboxView(input: $input) {
  __typename ... on InboxViewRemoved { replayed } ... on Conflict { currentVersion }
} }"""
ORDER = {"field": "DUE_AT", "direction": "ASC"}


def save(cast: Cast, viewer: Viewer, **given: Any) -> dict[str, Any]:
    """Keep a view, and give what came of it."""
    chosen = {"filter": {"queue": "TO_TRIAGE"}, "order": ORDER, "idempotencyKey": key()} | given
    answer: dict[str, Any] = cast.ask(viewer, SAVE, input=chosen)["saveInboxView"]
    return answer


def views(cast: Cast, viewer: Viewer) -> dict[str, Any]:
    found: dict[str, Any] = cast.ask(viewer, VIEWS)["viewer"]
    return found


def test_a_view_comes_back_as_it_was_kept_and_only_to_whoever_kept_it(cast: Cast) -> None:
    police = cast.agency_id("SEVERN-POLICE")
    chosen = {
        "queue": "TO_TRIAGE", "states": ["SUBMITTED", "IN_TRIAGE"], "due": "TODAY", "urgencies": ["URGENT"],
        "concernCodes": ["ALCOHOL"], "raisedByAgencyIds": [police, "nothing"], "heldBy": "NOBODY",
    }  # fmt: skip
    kept = save(cast, cast.morgan, filter=chosen, name=" Urgent ones ")["inboxView"]
    told = {name: value for name, value in kept.items() if name not in {"id", "version"}}
    assert told == {
        **{name: value for name, value in chosen.items() if name != "raisedByAgencyIds"},
        "name": "Urgent ones", "raisedByAgencies": [{"id": police}], "orderField": "DUE_AT", "orderDirection": "ASC",
    }  # fmt: skip
    assert views(cast, cast.morgan) == {"inboxView": None, "inboxViews": [kept]}
    for other in (cast.jo, cast.rowan, cast.priya):
        assert views(cast, other) == {"inboxView": None, "inboxViews": []}
        assert cast.ask(other, "query($id: ID!) { node(id: $id) { id } }", id=kept["id"]) == {"node": None}


def test_keeping_a_view_again_replaces_it_and_the_last_look_has_no_name(cast: Cast) -> None:
    first = save(cast, cast.morgan, name="Mine")["inboxView"]
    again = save(cast, cast.morgan, name="Mine", filter={"queue": "MINE"})["inboxView"]
    assert (again["id"], again["version"], again["queue"]) == (first["id"], 2, "MINE")
    for queue in ("OVERDUE", "FEEDBACK_OWED"):
        save(cast, cast.morgan, filter={"queue": queue})
    found = views(cast, cast.morgan)
    assert found["inboxView"]["queue"] == "FEEDBACK_OWED"
    assert [view["name"] for view in found["inboxViews"]] == ["Mine"]


def test_a_retry_keeps_one_view(cast: Cast) -> None:
    same = key()
    answers = [save(cast, cast.morgan, name="Once", idempotencyKey=same) for _ in range(2)]
    assert [answer["replayed"] for answer in answers] == [False, True]
    assert answers[0]["inboxView"] == answers[1]["inboxView"]


@pytest.mark.parametrize("name", ["n" * 61, "half \ud800"])
def test_a_name_that_cannot_be_kept_is_refused(cast: Cast, name: str) -> None:
    with unchanged(cast.owner):
        assert save(cast, cast.morgan, name=name)["__typename"] == "Invalid"


def test_a_filter_that_cannot_be_kept_is_refused(cast: Cast) -> None:
    with unchanged(cast.owner):
        for codes in (["half \ud800"], ["NUL \0"], ["c" * 61], ["C"] * 101, [""]):
            assert save(cast, cast.morgan, filter={"concernCodes": codes})["__typename"] == "Invalid"


def test_there_are_no_more_names_than_anybody_finds_again(cast: Cast) -> None:
    for number in range(NAMED_LIMIT):
        assert save(cast, cast.morgan, name=f"View {number:02}")["__typename"] == "InboxViewSaved"
    assert save(cast, cast.morgan, name="One more")["__typename"] == "Invalid"
    assert save(cast, cast.morgan, name="View 00")["__typename"] == "InboxViewSaved"
    assert save(cast, cast.morgan)["__typename"] == "InboxViewSaved"
    assert len(views(cast, cast.morgan)["inboxViews"]) == NAMED_LIMIT


def test_a_view_goes_for_its_owner_alone_and_on_the_version_they_saw(cast: Cast) -> None:
    kept = save(cast, cast.morgan, name="Mine")["inboxView"]

    def remove(viewer: Viewer | None, **given: Any) -> dict[str, Any]:
        sent = {"id": kept["id"], "expectedVersion": 1, "idempotencyKey": key()} | given
        answer: dict[str, Any] = cast.ask(viewer, REMOVE, input=sent)["removeInboxView"]
        return answer

    missing = cast.door._opened_seal().seal_id("InboxView", uuid4())
    for other in (cast.jo, cast.rowan, None):
        assert remove(other) == remove(other, id=missing) == {"__typename": "NotFound"}
    assert remove(cast.morgan, expectedVersion=2) == {"__typename": "Conflict", "currentVersion": 1}
    assert views(cast, cast.morgan)["inboxViews"] == [kept]
    same = key()
    for replayed in (False, True):
        assert remove(cast.morgan, idempotencyKey=same) == {"__typename": "InboxViewRemoved", "replayed": replayed}
    assert views(cast, cast.morgan)["inboxViews"] == []
