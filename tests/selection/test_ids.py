"""An id opens the one record it was made for, to whoever may see it, and anything else opens nothing."""

import base64
import secrets
from uuid import uuid4

import pytest

from graphql_schema import Door
from portal.access.context import Wall
from portal.db import Database
from tests.access.scene import Scene, set_scene
from tests.factories.cast import Cast, key

IDS = """
query($id: ID!) {
  flag(by: {id: $id}) {
    id subject { ... on Node { id } } decision { id } partnership { id agreementInForce { id agreement { id } } }
    feedback(first: 5) { edges { node { id } } } transitions(first: 5) { edges { node { id } } }
    shares(first: 5) { edges { node { id } } } raisedByAgency { id }
  }
  viewer { user { id } membership { id teams { id } } }
  notifications(first: 5) { edges { node { id } } }
}
"""
NOTICES = "{ notifications(first: 5) { edges { node { id } } } }"
ACKNOWLEDGE = """
mutation($input: AcknowledgeNotificationInput!) { done: acknowledgeNotification(input: $input) { __typename } }
"""
NODE = "query($id: ID!) { node(id: $id) { __typename id } }"
PERSONAL = {"Flag", "Person", "TriageDecision", "Feedback", "FlagTransition", "Share", "Notification"}


@pytest.fixture(scope="module")
def scene(owner: Database, wall: Wall, door: Door) -> Scene:
    return set_scene(owner, wall, door)


def ids_in(answer: object) -> set[str]:
    """Every id of an answer."""
    if isinstance(answer, dict):
        found = {answer["id"]} if isinstance(answer.get("id"), str) else set()
        return found.union(*(ids_in(value) for value in answer.values()))
    return set().union(*map(ids_in, answer)) if isinstance(answer, list) else set()


def test_every_id_a_viewer_is_given_fetches_that_record_again(scene: Scene) -> None:
    given = ids_in(scene.cast.ask(scene.author, IDS, id=scene.global_id))
    found = {each: scene.cast.ask(scene.author, NODE, id=each)["node"] for each in given}
    assert all(node is not None and node["id"] == each for each, node in found.items())
    assert {node["__typename"] for node in found.values()} == PERSONAL | {
        "Partnership", "AgreementVersion", "SharingAgreement", "Agency", "User", "Membership", "Team",
    }  # fmt: skip


def test_an_id_of_a_personal_record_opens_nothing_to_a_stranger(scene: Scene) -> None:
    given = ids_in(scene.cast.ask(scene.author, IDS, id=scene.global_id))
    for each in given:
        kind = scene.cast.ask(scene.author, NODE, id=each)["node"]["__typename"]
        for stranger in (scene.stranger, scene.other.morgan, None):
            found = scene.cast.ask(stranger, NODE, id=each)["node"]
            # What bodies exist is public; who works in them, with whom and on what is not.
            assert (found is None) == (kind != "Agency"), kind


def test_a_notice_opens_only_to_the_one_it_waits_for(scene: Scene) -> None:
    [edge] = scene.cast.ask(scene.author, "{ notifications(first: 5) { edges { node { id } } } }")["notifications"][
        "edges"
    ]
    for colleague in (scene.cast.mel, scene.cast.morgan, scene.cast.sam):
        assert scene.cast.ask(colleague, NODE, id=edge["node"]["id"])["node"] is None


def test_the_id_of_a_word_is_no_id_of_the_notice_about_it(scene: Scene) -> None:
    """Both have one key inside, and each is still only what it was made for."""
    seal = scene.cast.door._opened_seal()
    [edge] = scene.cast.ask(scene.author, NOTICES)["notifications"]["edges"]
    opened = seal.open_id(edge["node"]["id"])
    assert opened is not None
    for type_name in ("Feedback", "Flag", "User"):
        given = {"id": seal.seal_id(type_name, opened[1]), "idempotencyKey": key()}
        assert scene.cast.ask(scene.author, ACKNOWLEDGE, input=given)["done"] == {"__typename": "NotFound"}
    assert scene.cast.ask(scene.author, NOTICES)["notifications"]["edges"] == [edge]


def _forged(genuine: str) -> list[str]:
    raw = bytearray(base64.urlsafe_b64decode(genuine + "=" * (-len(genuine) % 4)))
    flipped = []
    for place in range(0, len(raw), 7):
        changed = raw.copy()
        changed[place] ^= 1
        flipped.append(base64.urlsafe_b64encode(changed).decode().rstrip("="))
    other = str(uuid4())
    almost = [genuine[:-1], genuine + "A", genuine[1:], base64.b64encode(f"Flag:{other}".encode()).decode()]
    words = ["", " ", "null", "1", other, f"Flag:{other}", "=", "%00", "\0", "é" * 20, "\ud800", "A" * 10_000]
    return [*flipped, *almost, *words, secrets.token_urlsafe(48)]


def test_a_forged_id_opens_nothing(scene: Scene) -> None:
    document = "query($id: ID!) { node(id: $id) { id } flag(by: {id: $id}) { id } agency(by: {id: $id}) { id } }"
    for forged in _forged(scene.global_id):
        execution = scene.cast.try_to_ask(scene.author, document, id=forged)
        assert execution.cause is None, "a forged id broke something"
        assert execution.data == {"node": None, "flag": None, "agency": None}


def test_an_id_written_another_way_is_still_no_key_to_other_types(scene: Scene) -> None:
    given = ids_in(scene.cast.ask(scene.author, IDS, id=scene.global_id)) - {scene.global_id}
    document = "query($id: ID!) { flag(by: {id: $id}) { id } }"
    assert all(scene.cast.ask(scene.author, document, id=each)["flag"] is None for each in given)


def test_an_id_is_the_same_for_everybody_and_says_nothing_of_what_is_inside(scene: Scene) -> None:
    read = "query($id: ID!) { flag(by: {id: $id}) { id } }"
    assert {
        scene.cast.ask(viewer, read, id=scene.global_id)["flag"]["id"] for viewer in (scene.author, scene.recipient)
    } == {scene.global_id}
    raw = base64.urlsafe_b64decode(scene.global_id + "=" * (-len(scene.global_id) % 4))
    assert b"Flag" not in raw
    assert scene.flag_id.bytes not in raw
    assert str(scene.flag_id).encode() not in raw


def test_a_reference_finds_a_flag_whatever_its_case_and_only_for_whoever_may_see_it(scene: Scene, cast: Cast) -> None:
    read = "query($id: ID!) { flag(by: {id: $id}) { reference } }"
    reference = scene.cast.ask(scene.author, read, id=scene.global_id)["flag"]["reference"]
    find = "query($reference: String!) { flag(by: {reference: $reference}) { id } }"
    for written in (reference, reference.lower()):
        assert scene.cast.ask(scene.author, find, reference=written)["flag"] == {"id": scene.global_id}
        assert scene.cast.ask(cast.rowan, find, reference=written)["flag"] is None
    for other in (f"{reference} ", reference[2:], f"{reference}%", "%", "F-_", "F-0"):
        assert scene.cast.ask(scene.author, find, reference=other)["flag"] is None
