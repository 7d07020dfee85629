"""Many records are fetched by their ids in one statement, each in its place, and what is hidden is missing."""

from uuid import uuid4

import pytest

from graphql_schema import Door
from graphql_schema.limits import LIMITS
from graphql_schema.selection.by_ids import IDS_LIMIT
from portal.access.context import Wall
from portal.db import Database
from tests.access.scene import Scene, set_scene
from tests.selection.conftest import Pile
from tests.selection.test_ids import IDS, ids_in
from tests.selection.test_statements import counted

NODES = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Flag { fact withheld { fieldGroup } } } }"
NODE = NODES.replace("$ids: [ID!]!", "$ids: ID!").replace("nodes(ids:", "node(id:")


@pytest.fixture(scope="module")
def scene(owner: Database, wall: Wall, door: Door) -> Scene:
    return set_scene(owner, wall, door)


@pytest.fixture(scope="module")
def ids(scene: Scene) -> list[str]:
    """An id of every kind that hangs under one flag or stands beside it, twice, with ids that name nothing between."""
    nothing = [scene.cast.door._opened_seal().seal_id(kind, uuid4()) for kind in ("Flag", "Share", "Agency", "Concept")]
    given = sorted(ids_in(scene.cast.ask(scene.author, IDS, id=scene.global_id)))
    return [*given, *nothing, "nonsense", *given]


def test_each_record_stands_in_the_place_of_its_id_as_if_it_were_asked_for_alone(scene: Scene, ids: list[str]) -> None:
    for viewer in (scene.author, scene.stranger, scene.other.morgan, None):
        found = scene.cast.ask(viewer, NODES, ids=ids)["nodes"]
        assert found == [scene.cast.ask(viewer, NODE, ids=each)["node"] for each in ids]
        assert scene.cast.ask(viewer, NODES, ids=ids[::-1])["nodes"] == found[::-1]


def test_they_may_be_written_into_the_document(scene: Scene) -> None:
    written = f'{{ nodes(ids: ["{scene.global_id}", "?"]) {{ id }} one: nodes(ids: "{scene.global_id}") {{ id }} }}'
    assert scene.cast.ask(scene.author, written) == {
        "nodes": [{"id": scene.global_id}, None],
        "one": [{"id": scene.global_id}],
    }
    assert scene.cast.ask(scene.author, "{ nodes(ids: []) { id } }") == {"nodes": []}


def test_what_is_hidden_is_missing_where_its_id_is_written_into_the_document_too(scene: Scene) -> None:
    missing = scene.cast.door._opened_seal().seal_id("Flag", uuid4())
    for each in (scene.global_id, missing):
        written = (
            f'{{ node(id: "{each}") {{ id }} flag(by: {{id: "{each}"}}) {{ id }} nodes(ids: ["{each}"]) {{ id }} }}'
        )
        for viewer in (scene.stranger, scene.other.morgan, None):
            assert scene.cast.ask(viewer, written) == {"node": None, "flag": None, "nodes": [None]}


def test_they_are_one_statement_however_many_they_are(scene: Scene, ids: list[str]) -> None:
    counts = []
    for given in (ids[:1], ids):
        with counted(scene.cast.door.wall.database) as statements:
            scene.cast.ask(scene.author, NODES, ids=given)
        counts.append(sum("AS door" in statement for statement in statements))
    assert counts == [1, 1]


def test_no_more_are_fetched_at_once_than_a_page_holds_and_each_counts(pile: Pile) -> None:
    ids = [pile.shared_id] * (IDS_LIMIT + 1)
    refused = pile.cast.try_to_ask(pile.cast.rowan, NODES, ids=ids)
    assert [error.message for error in refused.errors] == ["Ask for up to 100 records by their ids at once."]
    costs = [
        pile.cast.try_to_ask(pile.cast.rowan, NODES, ids=ids[:several]).extensions["cost"]["requested"]
        for several in (1, 2, IDS_LIMIT)
    ]
    assert costs == [2, 3, IDS_LIMIT + 1]
    deep = "{ shares(first: 100) { edges { node { flag { transitions(first: 100) { edges { node { at } } } } } } } }"
    dear = pile.cast.try_to_ask(
        pile.cast.rowan, f"query($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on Flag {deep} }} }}", ids=ids[:100]
    )
    assert dear.errors[0].extensions is not None
    assert dear.errors[0].extensions["limit"] == "cost"
    assert LIMITS.cost >= IDS_LIMIT
