"""What a flag must say before it is raised, and what becomes of it at once."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from graphql_schema import Door
from portal.db import Database, now
from portal.flags.models import Flag
from tests.access.scene import imported
from tests.factories.cast import Cast, key, settle_cast
from tests.factories.flags import RAISE, group_report, raised, report
from tests.factories.snapshot import changed, snapshot

READ = """
query($id: ID!) {
  flag(by: {id: $id}) {
    reference state version urgency fact raisedAt expiresAt observedAt observedPrecision setting standpoint told
    purpose { code } concerns { code } emergencyAction { code } emergencyIncidentNumber sourceReference { system value }
    raisedBy { displayName } raisedByAgency { name } disclosure { because }
    subject { __typename ... on Person { preferredName description } ... on PlaceGroup { description } }
    transitions(first: 9) { edges { node { from to } } }
  }
}
"""


@pytest.fixture(scope="module")
def team(owner: Database, door: Door) -> Cast:
    """A cast whose flags each test makes for itself."""
    return settle_cast(owner, door)


def read(cast: Cast, flag: dict[str, Any], viewer: str = "rowan") -> Any:
    """The flag as somebody reads it."""
    return cast.ask(cast.viewers[viewer], READ, id=flag["id"])["flag"]


def refusal(cast: Cast, by: str = "rowan", **changes: Any) -> list[tuple[str, str]]:
    """The broken rules of a report that must be refused, having changed nothing: (path, code)."""
    before = snapshot(cast.owner)
    answer = cast.ask(cast.viewers[by], RAISE, input=report(**changes))["raiseFlag"]
    assert answer["__typename"] == "Invalid", answer
    assert changed(before, snapshot(cast.owner)) == {}
    assert all(each["message"].endswith(".") for each in answer["errors"])
    return [(".".join(each["path"]), each["code"]) for each in answer["errors"]]


def test_eight_answers_are_enough(team: Cast) -> None:
    eight = ("subject", "place", "concernCode", "fact", "urgency", "told", "confirm", "idempotencyKey")
    given = {name: value for name, value in report().items() if name in eight}
    answer = team.ask(team.rowan, RAISE, input=given)["raiseFlag"]
    found = read(team, answer["flag"])
    assert (found["setting"], found["standpoint"], found["purpose"]) == ("STREET", "UNCLEAR", {"code": "EARLY_HELP"})
    assert found["observedPrecision"] == "MOMENT"
    assert abs(datetime.fromisoformat(found["observedAt"]) - now()) < timedelta(minutes=1)
    assert (found["state"], found["version"], found["reference"]) == ("SUBMITTED", 1, answer["reference"])


def test_a_flag_is_due_to_end_half_a_year_after_it_was_raised(team: Cast) -> None:
    found = read(team, raised(team))
    raised_at, expires_at = (datetime.fromisoformat(found[each]) for each in ("raisedAt", "expiresAt"))
    assert expires_at - raised_at == timedelta(days=180)


@pytest.mark.parametrize(
    ("changes", "broken"),
    [
        ({"confirm": False}, [("confirm", "REQUIRED")]),
        ({"fact": " \n\t"}, [("fact", "REQUIRED")]),
        ({"fact": "x" * 10_001}, [("fact", "TOO_LONG")]),
        ({"place": {"description": ""}}, [("place.description", "REQUIRED")]),
        ({"place": {"description": "x" * 201}}, [("place.description", "TOO_LONG")]),
        ({"concernCode": "BOREDOM"}, [("concernCode", "UNKNOWN")]),
        ({"moreConcernCodes": ["DRUGS", "BOREDOM"]}, [("moreConcernCodes.1", "UNKNOWN")]),
        ({"purposeCode": "CURIOSITY"}, [("purposeCode", "UNKNOWN")]),
        ({"subject": {"person": {"ageBandCode": "14_15"}}}, [("subject.person.preferredName", "REQUIRED")]),
        (
            {"subject": {"person": {"preferredName": "  ", "description": "\t", "ageBandCode": "14_15"}}},
            [("subject.person.preferredName", "REQUIRED")],
        ),
        (
            {"subject": {"person": {"preferredName": "Kai", "ageBandCode": "OLD"}}},
            [("subject.person.ageBandCode", "UNKNOWN")],
        ),
        (
            {"subject": {"placeGroup": {"description": " ", "ageBandCode": "14_15", "estimatedSize": 0}}},
            [("subject.placeGroup.description", "REQUIRED"), ("subject.placeGroup.estimatedSize", "OUT_OF_RANGE")],
        ),
        (
            {"subject": {"placeGroup": {"description": "Some", "ageBandCode": "14_15", "estimatedSize": 501}}},
            [("subject.placeGroup.estimatedSize", "OUT_OF_RANGE")],
        ),
        ({"observedAt": "2999-01-01T00:00:00Z"}, [("observedAt", "OUT_OF_RANGE")]),
        ({"observedAt": "0001-01-01T00:00:00+14:00"}, [("observedAt", "OUT_OF_RANGE")]),
        ({"source": {"system": "", "value": " "}}, [("source.system", "REQUIRED"), ("source.value", "REQUIRED")]),
        (
            {"confirm": False, "fact": "", "concernCode": "X"},
            [("fact", "REQUIRED"), ("concernCode", "UNKNOWN"), ("confirm", "REQUIRED")],
        ),
    ],
)  # fmt: skip
def test_every_broken_rule_is_named_and_nothing_is_kept(
    team: Cast, changes: dict[str, Any], broken: list[tuple[str, str]]
) -> None:
    assert refusal(team, **changes) == broken


def test_police_act_before_they_write_and_say_what_they_did(team: Cast) -> None:
    assert refusal(team, urgency="IMMEDIATE") == [("emergency.actionCode", "EMERGENCY_FIRST")]
    unknown = {"actionCode": "NOTHING", "incidentNumber": "1"}
    assert refusal(team, urgency="IMMEDIATE", emergency=unknown) == [("emergency.actionCode", "EMERGENCY_FIRST")]
    unnumbered = {"actionCode": "CONTROL_ROOM", "incidentNumber": " "}
    assert refusal(team, urgency="IMMEDIATE", emergency=unnumbered) == [("emergency.incidentNumber", "REQUIRED")]
    done = {"actionCode": "POLICE_PROTECTION", "incidentNumber": "INC 7"}
    found = read(team, raised(team, urgency="IMMEDIATE", emergency=done))
    assert (found["emergencyAction"], found["emergencyIncidentNumber"]) == ({"code": "POLICE_PROTECTION"}, "INC 7")


def test_everybody_else_calls_999_before_they_write_and_needs_no_incident_number(team: Cast) -> None:
    for name in ("sam", "priya", "alex"):
        answer = team.ask(team.viewers[name], RAISE, input=report(urgency="IMMEDIATE"))["raiseFlag"]
        [error] = answer["errors"]
        assert (error["code"], error["message"]) == ("EMERGENCY_FIRST", "Call 999 first, then tick the box.")
        done = {"actionCode": "CALLED_999"}
        assert raised(team, team.viewers[name], urgency="IMMEDIATE", emergency=done)["state"] == "SUBMITTED"


def test_a_raised_flag_is_open_to_its_author_their_own_sergeant_and_triage_and_to_nobody_else(team: Cast) -> None:
    flag = raised(team)
    reasons = {"rowan": "AUTHOR", "mel": "RAISED_BY_US", "morgan": "PARTNERSHIP_TRIAGE", "jo": "PARTNERSHIP_TRIAGE"}
    for name in team.viewers:
        found = read(team, flag, name)
        assert (found and found["disclosure"]["because"]) == reasons.get(name), name


def test_a_flag_about_a_group_names_nobody(team: Cast) -> None:
    flag = raised(team, subject=group_report()["subject"])
    assert read(team, flag)["subject"]["__typename"] == "PlaceGroup"
    with team.truth() as session:
        assert session.query(Flag.person_id).filter(Flag.reference == flag["reference"]).scalar() is None


def test_one_reference_of_ones_own_system_is_on_one_flag(team: Cast) -> None:
    source = {"system": "NICHE", "value": key()}
    raised(team, source=source)
    before = snapshot(team.owner)
    answer = team.ask(team.dana, RAISE, input=report(source=source))["raiseFlag"]
    assert (answer["__typename"], answer["reason"]) == ("Conflict", "TAKEN")
    assert source["value"] not in answer["message"]
    assert changed(before, snapshot(team.owner)) == {}
    # Another agency may call something of its own the same.
    assert raised(team, team.sam, source=source)["state"] == "SUBMITTED"


def test_concerns_given_twice_are_kept_once(team: Cast) -> None:
    flag = raised(team, concernCode="DRUGS", moreConcernCodes=["ALCOHOL", "DRUGS", "ALCOHOL"])
    assert sorted(each["code"] for each in read(team, flag)["concerns"]) == ["ALCOHOL", "DRUGS"]


def test_whoever_promotes_a_draft_says_it_anew_and_the_team_reads_it_no_longer(team: Cast) -> None:
    draft = imported(team)
    assert read(team, draft, "dana")["disclosure"]["because"] == "RAISED_BY_US"
    flag = raised(team, team.dana, draftId=draft["id"], draftVersion=draft["version"])
    assert flag["id"] == draft["id"]
    found = read(team, flag, "dana")
    assert (found["state"], found["fact"]) == ("SUBMITTED", "Sitting alone with two empty cans.")
    assert found["raisedBy"] == {"displayName": "PC Dana Osei"}
    assert found["sourceReference"]["system"] == "incidents"
    assert [(edge["node"]["from"], edge["node"]["to"]) for edge in found["transitions"]["edges"]] == [
        ("DRAFT", "SUBMITTED"),
        (None, "DRAFT"),
    ]
    for name in team.viewers:
        sees = name in {"dana", "mel", "morgan", "jo"}
        assert (read(team, flag, name) is not None) == sees, name


def test_a_draft_that_changed_meanwhile_is_not_raised_over(team: Cast) -> None:
    draft = imported(team)
    for version in (draft["version"] + 1, 0, None):
        before = snapshot(team.owner)
        given = report(draftId=draft["id"], draftVersion=version)
        answer = team.ask(team.rowan, RAISE, input=given)["raiseFlag"]
        assert (answer["__typename"], answer["currentVersion"]) == ("Conflict", draft["version"])
        assert changed(before, snapshot(team.owner)) == {}
