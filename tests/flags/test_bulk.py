"""Many flags are changed at once, each on its own: one that cannot be changed stops no other."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import text

from graphql_schema import Door
from portal.access.viewer import Viewer
from portal.db import Database
from tests.factories import life
from tests.factories.audit import lines_since, mark, subjects_of
from tests.factories.cast import Cast, key, settle_cast
from tests.factories.flags import raised, taken
from tests.factories.snapshot import changed, snapshot


@pytest.fixture(scope="module")
def team(owner: Database, door: Door) -> Cast:
    """A cast whose flags each test makes for itself."""
    return settle_cast(owner, door)


def many(flags: list[dict[str, Any]], **details: Any) -> dict[str, Any]:
    """The input of a change to many flags as they were read."""
    named = [{"id": flag["id"], "expectedVersion": flag["version"]} for flag in flags]
    return {"flags": named, "idempotencyKey": key()} | details


def ending(flags: list[dict[str, Any]], **changes: Any) -> dict[str, Any]:
    """The input that ends many flags."""
    said = {
        "reasonCode": "EVERYDAY_SUPPORT",
        "thresholdLevelCode": "LEVEL_1",
        "feedback": "Thank you. The youth project has this in hand.",
    }
    return many(flags, **said) | changes


def outcomes(team: Cast, by: Viewer, document: str, given: dict[str, Any]) -> list[dict[str, Any]]:
    """What became of each, which must be answered."""
    [answer] = team.ask(by, document, input=given).values()
    assert answer["__typename"] == "ManyChanged", answer
    return list(answer["outcomes"])


def test_each_flag_is_taken_or_says_why_not(owner: Database, door: Door, team: Cast) -> None:
    good, stale, gone, elsewhere = raised(team), raised(team), taken(team), raised(settle_cast(owner, door))
    flags = [good, stale | {"version": 7}, gone, elsewhere, {"id": "nonsense", "version": 1}, raised(team)]
    found = outcomes(team, team.morgan, life.TAKE_MANY, many(flags))
    assert [each["flagId"] for each in found] == [flag["id"] for flag in flags]
    assert [each["problem"] is None for each in found] == [True, False, False, False, False, True]
    assert found[0]["flag"] == {"id": good["id"], "version": 2, "state": "IN_TRIAGE"}
    assert found[1]["flag"]["state"] == "SUBMITTED"
    # A flag of somebody else and one that never was look alike.
    assert found[3]["problem"] == found[4]["problem"] == "Either there is no such record, or it is not yours to see."
    assert found[3]["flag"] is found[4]["flag"] is None
    assert "moved on" in found[2]["problem"]


def test_every_flagger_is_told_and_each_flag_has_a_decision_of_its_own(team: Cast) -> None:
    flags = [taken(team) for _ in range(3)]
    before = snapshot(team.owner)
    found = outcomes(team, team.jo, life.END_MANY, ending(flags))
    assert {each["flag"]["state"] for each in found} == {"NFA"}
    gained = changed(before, snapshot(team.owner))
    assert (gained["triage_decision"], gained["feedback"], gained["flag_transition"]) == (3, 3, 3)
    read = """query($id: ID!) { flag(by: {id: $id}) {
      decision { reason { code } rationale decidedBy { displayName } }
      feedback(first: 2) { edges { node { text } } } } }"""
    for flag in flags:
        said = team.ask(team.morgan, read, id=flag["id"])["flag"]
        assert said["decision"] == {
            "reason": {"code": "EVERYDAY_SUPPORT"},
            "rationale": "Everyday support is enough",
            "decidedBy": {"displayName": "Jo Adeyemi"},
        }
        told = [edge["node"]["text"] for edge in said["feedback"]["edges"]]
        assert told == ["Thank you. The youth project has this in hand."]


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"reasonCode": "NONE"}, ["reasonCode"]),
        ({"thresholdLevelCode": "NONE"}, ["thresholdLevelCode"]),
        ({"feedback": ""}, ["feedback"]),
        ({"feedback": "a\0"}, ["feedback"]),
    ],
)
def test_what_would_be_wrong_with_every_flag_changes_none(
    team: Cast, changes: dict[str, Any], wrong: list[str]
) -> None:
    flags = [taken(team)]
    before = snapshot(team.owner)
    answer = team.ask(team.morgan, life.END_MANY, input=ending(flags, **changes))["endManyWithoutAction"]
    assert [each["path"] for each in answer["errors"]] == [wrong]
    assert changed(before, snapshot(team.owner)) == {}


def test_a_flag_is_named_once_and_no_more_than_a_hundred_at_a_time(team: Cast) -> None:
    flag = raised(team)
    too_many = [flag | {"id": f"n{each}"} for each in range(101)]
    for flags, code in (([], "REQUIRED"), ([flag, flag], "NOT_UNIQUE"), (too_many, "TOO_LONG")):
        answer = team.ask(team.morgan, life.TAKE_MANY, input=many(flags))["startTriageOfMany"]
        assert [(each["code"], each["path"]) for each in answer["errors"]] == [(code, ["flags"])]


def test_one_line_of_audit_names_every_flag_that_was_tried(team: Cast) -> None:
    flags = [raised(team), taken(team), raised(team)]
    line = mark(team.owner)
    outcomes(team, team.morgan, life.TAKE_MANY, many(flags))
    [event] = lines_since(team.owner, line)
    assert (event.action, event.operation, event.outcome) == ("WRITE", "startTriageOfMany", "DONE")
    with team.truth() as session:
        named = set(subjects_of(session, event.id))
    assert {life.uncovered(team, flag) for flag in flags} <= named


def test_a_retry_changes_nothing_more_and_another_input_under_its_key_is_a_conflict(team: Cast) -> None:
    flags = [raised(team), raised(team)]
    given = many(flags)
    first = team.ask(team.morgan, life.TAKE_MANY, input=given)["startTriageOfMany"]
    before = snapshot(team.owner)
    again = team.ask(team.morgan, life.TAKE_MANY, input=given)["startTriageOfMany"]
    assert (first["replayed"], again["replayed"]) == (False, True)
    assert first["outcomes"] == again["outcomes"]
    fewer = team.ask(team.morgan, life.TAKE_MANY, input=given | {"flags": given["flags"][:1]})["startTriageOfMany"]
    assert fewer["__typename"] == "Conflict"
    assert changed(before, snapshot(team.owner)) == {}


def test_two_who_take_the_same_flags_in_another_order_share_them_out_and_nobody_waits_forever(team: Cast) -> None:
    flags = [raised(team) for _ in range(12)]
    asked = [(team.morgan, many(flags)), (team.jo, many(flags[::-1]))]

    def take(one: tuple[Viewer, dict[str, Any]]) -> list[dict[str, Any]]:
        return outcomes(team, one[0], life.TAKE_MANY, one[1])

    with ThreadPoolExecutor(2) as threads:
        ours, theirs = threads.map(take, asked)
    taken_by = {each["flagId"]: each["problem"] for each in ours}
    for each in theirs:
        assert (each["problem"] is None) != (taken_by[each["flagId"]] is None)
    with team.truth() as session:
        steps = session.execute(
            text("select count(*) from flag_transition where to_state = 'IN_TRIAGE' and flag_id = any(:ids)"),
            {"ids": [life.uncovered(team, flag) for flag in flags]},
        ).scalar_one()
    assert steps == 12
