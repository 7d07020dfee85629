"""What is hidden and what is not there are answered alike: the same data, the same errors, for every operation."""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from graphql_schema import Door
from portal.access.context import Wall
from portal.access.viewer import Viewer
from portal.db import Database
from tests.access.scene import Scene, set_scene
from tests.factories.cast import Cast, key
from tests.factories.flags import DECIDE, raised, report, sharing, taken
from tests.factories.snapshot import snapshot

FAILURE = """
  __typename ... on Failure { message } ... on Invalid { errors { path code message rule } }
  ... on NotPermitted { reason remedy } ... on Conflict { conflict: reason currentVersion }
"""
# Somebody whose role never does it is told so before any record is looked for.
REFUSALS = {"NotFound", "NotPermitted"}
DECISION = {"thresholdLevelCode": "LEVEL_2", "rationale": "Why.", "feedback": "Thank you."}
NO_ACTION = {"noFurtherAction": {"reasonCode": "NEED_MET"}}


@pytest.fixture(scope="module")
def scene(owner: Database, wall: Wall, door: Door) -> Scene:
    return set_scene(owner, wall, door)


def _mutation(name: str, input_type: str) -> str:
    return f"mutation($input: {input_type}!) {{ {name}(input: $input) {{ {FAILURE} }} }}"


def _operations(scene: Scene, hidden: str) -> dict[str, tuple[str, dict[str, Any]]]:
    """Every operation that names a record, about this id."""
    change = {"id": hidden, "expectedVersion": 1, "idempotencyKey": key()}
    to_agency = {"toAgencyId": scene.other.agency_id("SEVERN-MHS"), "purposeCode": "SAFEGUARDING"}
    share = {"share": {"shares": [to_agency | {"proportionalityNote": "Why.", "fieldGroups": []}]}}
    answered = change | {"engagement": "ENGAGED", "note": None}
    draft = report(draftId=hidden, draftVersion=1)
    read = {"id": hidden, "idempotencyKey": key()}
    return {
        "flag": ("query($id: ID!) { flag(by: {id: $id}) { id fact withheld { fieldGroup } } }", {"id": hidden}),
        "node": ("query($id: ID!) { node(id: $id) { id __typename ... on Flag { fact } } }", {"id": hidden}),
        "raiseFlag": (_mutation("raiseFlag", "RaiseFlagInput"), {"input": draft}),
        "startTriage": (_mutation("startTriage", "StartTriageInput"), {"input": change}),
        "no further action": (
            _mutation("triageFlag", "TriageFlagInput"),
            {"input": change | DECISION | {"decision": NO_ACTION}},
        ),
        "share": (_mutation("triageFlag", "TriageFlagInput"), {"input": change | DECISION | {"decision": share}}),
        "answerShare": (_mutation("answerShare", "AnswerShareInput"), {"input": answered}),
        "acknowledgeNotification": (
            _mutation("acknowledgeNotification", "AcknowledgeNotificationInput"),
            {"input": read},
        ),
    }


def _answers(scene: Scene, viewer: Viewer | None, global_id: str) -> dict[str, Any]:
    found = {}
    for name, (document, variables) in _operations(scene, global_id).items():
        execution = scene.cast.try_to_ask(viewer, document, **variables)
        assert (execution.cause, execution.errors) == (None, []), name
        [found[name]] = (execution.data or {}).values()
    return found


def _ids(scene: Scene) -> dict[str, str]:
    """The global id of a record of each type that an operation takes, in the scene."""
    document = """query($id: ID!) { flag(by: {id: $id}) {
      subject { ... on Person { id } } shares(first: 1) { edges { node { id } } }
      feedback(first: 1) { edges { node { id } } }
    } notifications(first: 1) { edges { node { id } } } }"""
    found = scene.cast.ask(scene.author, document, id=scene.global_id)
    return {
        "Flag": scene.global_id,
        "Person": found["flag"]["subject"]["id"],
        "Share": found["flag"]["shares"]["edges"][0]["node"]["id"],
        "Feedback": found["flag"]["feedback"]["edges"][0]["node"]["id"],
        "Notification": found["notifications"]["edges"][0]["node"]["id"],
    }


def test_hidden_and_missing_are_answered_alike_and_change_nothing(scene: Scene, owner: Database) -> None:
    hidden, seal = _ids(scene), scene.cast.door._opened_seal()
    viewers = [scene.stranger, scene.other.morgan, scene.other.sam, scene.cast.robin, scene.cast.noor, None]
    before = snapshot(owner)
    for viewer in viewers:
        for type_name, global_id in hidden.items():
            missing = _answers(scene, viewer, seal.seal_id(type_name, uuid4()))
            assert _answers(scene, viewer, global_id) == missing, f"{type_name} can be told from one that is not there"
            assert all(answer is None or answer["__typename"] in REFUSALS for answer in missing.values())
        forged = _answers(scene, viewer, "nothing this installation ever sealed")
        assert all(answer is None or answer["__typename"] in REFUSALS for answer in forged.values())
    assert snapshot(owner) == before


def test_a_draft_of_another_team_is_as_missing_as_another_agencys(scene: Scene) -> None:
    seal = scene.cast.door._opened_seal()
    draft, missing = seal.seal_id("Flag", scene.draft_id), seal.seal_id("Flag", uuid4())
    for viewer in (scene.cast.ari, scene.cast.lee, scene.cast.morgan, scene.stranger):
        assert _answers(scene, viewer, draft) == _answers(scene, viewer, missing)


def test_an_agency_outside_the_partnership_is_answered_like_one_that_is_not_there(scene: Scene) -> None:
    flag, seal = taken(scene.other), scene.cast.door._opened_seal()
    outside = [
        scene.cast.agency_id("SEVERN-MHS"),
        seal.seal_id("Agency", uuid4()),
        "nothing",
        seal.seal_id("Flag", uuid4()),
    ]
    answers = [
        scene.other.ask(scene.other.morgan, DECIDE, input=sharing(scene.other, flag, toAgencyId=each))["triageFlag"]
        for each in outside
    ]
    assert answers[0]["__typename"] == "Invalid"
    assert all(answer == answers[0] for answer in answers)


def test_a_filter_finds_nothing_by_a_value_the_viewer_cannot_read(cast: Cast) -> None:
    raised(cast, urgency="URGENT")
    document = "query($urgencies: [Urgency!]) { flags(filter: {urgencies: $urgencies}) { edges { node { urgency } } } }"
    assert len(cast.ask(cast.rowan, document, urgencies=["URGENT"])["flags"]["edges"]) == 1
    # Every column of the template reads the urgency, so what Rowan holds of the facts is taken back here.
    close = "update disclosure set levels = levels & ~(7 << 9) where granted_by_membership_id = :by"
    with cast.owner.transaction() as session:
        session.execute(text(close), {"by": cast.rowan.membership_id})
    assert cast.ask(cast.rowan, document)["flags"]["edges"] == [{"node": {"urgency": None}}]
    for urgencies in (["URGENT"], ["ROUTINE"], ["ROUTINE", "URGENT", "IMMEDIATE"], []):
        assert cast.ask(cast.rowan, document, urgencies=urgencies)["flags"]["edges"] == []
