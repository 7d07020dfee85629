"""The administrators of a lead change what a partnership keeps as data: from a day on, with its history in sight."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from graphql_schema import Door
from portal.db import Database
from portal.partnerships.working_time import LONDON
from portal.vocabularies.loading import load_concepts
from tests.factories.audit import lines_since, mark, subjects_of
from tests.factories.cast import Cast, key, settle_cast
from tests.factories.flags import RAISE, raised, report
from tests.factories.snapshot import unchanged

FAILURE = "... on Failure { message } ... on Invalid { errors { path code message } }"
NAMES = {
    "setPartnershipClocks": "SetPartnershipClocksInput",
    "setWorkingWeek": "SetWorkingWeekInput",
    "setPartnershipDay": "SetPartnershipDayInput",
    "removePartnershipDay": "RemovePartnershipDayInput",
    "setDutyDesks": "SetDutyDesksInput",
    "setConcern": "SetConcernInput",
    "endConcern": "EndConcernInput",
    "orderConcerns": "OrderConcernsInput",
    "setWard": "SetWardInput",
    "endWard": "EndWardInput",
}
READ = """
{ partnerships { edges { node {
  id version
  clocks { kind urgency minutes workingHoursOnly validFrom }
  clockHistory { kind urgency minutes validFrom validTo }
  workingWeek { weekday opens closes }
  holidays { day working name bankHoliday }
  dutyDesks { kind name telephone hours validFrom validTo }
  dutyDeskHistory { name telephone validFrom validTo }
  concernHistory { code display offered validFrom }
  wards { id name kindCode code { list value } }
} } } }
"""
CONCERNS = '{ concepts(vocabulary: "concern", first: 50) { edges { node { code display hint position } } } }'
SEEN = "query($id: ID!) { flag(by: {id: $id}) { concerns { code display } triageDueAt } }"
TODAY = datetime.now(LONDON).date()
LATER = TODAY + timedelta(days=30)
DESK = {"kind": "DAY", "name": "Children's duty team", "telephone": "01632 960120", "hours": "Every day"}


def read(cast: Cast) -> dict[str, Any]:
    """The partnership as any of its members reads it."""
    [edge] = cast.ask(cast.rowan, READ)["partnerships"]["edges"]
    found: dict[str, Any] = edge["node"]
    return found


def change(cast: Cast, name: str, /, by: str = "hollis", **given: Any) -> dict[str, Any]:
    """Try a change of the partnership as it stands."""
    here = read(cast)
    document = f"mutation($input: {NAMES[name]}!) {{ {name}(input: $input) {{ __typename {FAILURE} }} }}"
    given = {"id": here["id"], "expectedVersion": here["version"], "idempotencyKey": key()} | given
    answer: dict[str, Any] = cast.ask(cast.viewers[by], document, input=given)[name]
    return answer


def done(cast: Cast, name: str, /, **given: Any) -> None:
    """Make a change that must succeed."""
    answer = change(cast, name, **given)
    assert answer["__typename"] == "PartnershipSaved", answer


def concerns(cast: Cast) -> dict[str, str]:
    """The concerns people choose from, in their order."""
    edges = cast.ask(cast.rowan, CONCERNS)["concepts"]["edges"]
    return {edge["node"]["code"]: edge["node"]["display"] for edge in edges}


@pytest.fixture
def elsewhere(owner: Database, door: Door) -> Cast:
    """Another partnership, which no change here reaches."""
    return settle_cast(owner, door)


def test_a_clock_changes_for_what_starts_later_and_for_nothing_that_started_before(cast: Cast) -> None:
    before = raised(cast, urgency="URGENT")
    due = cast.ask(cast.rowan, SEEN, id=before["id"])["flag"]["triageDueAt"]
    clock = {"kind": "TRIAGE", "urgency": "URGENT", "minutes": 30}
    done(cast, "setPartnershipClocks", clocks=[clock])
    assert cast.ask(cast.rowan, SEEN, id=before["id"])["flag"]["triageDueAt"] == due
    after = raised(cast, urgency="URGENT")
    promised = datetime.fromisoformat(cast.ask(cast.rowan, SEEN, id=after["id"])["flag"]["triageDueAt"])
    assert timedelta(minutes=25) < promised - datetime.now(UTC) <= timedelta(minutes=30)
    urgent = [each for each in read(cast)["clockHistory"] if each["urgency"] == "URGENT"]
    assert urgent[0]["minutes"] == 30
    assert urgent[1]["validTo"] == urgent[0]["validFrom"]


def test_a_clock_that_comes_later_can_be_taken_back_until_it_does(cast: Cast) -> None:
    def urgent() -> list[int]:
        return [each["minutes"] for each in read(cast)["clockHistory"] if each["urgency"] == "URGENT"]

    [shipped] = urgent()
    clock = {"kind": "TRIAGE", "urgency": "URGENT"}
    done(cast, "setPartnershipClocks", clocks=[clock | {"minutes": 30}], **{"from": str(LATER)})
    assert urgent() == [30, shipped]
    now = [each["minutes"] for each in read(cast)["clocks"] if each["urgency"] == "URGENT"]
    assert now == [shipped]
    done(cast, "setPartnershipClocks", clocks=[clock | {"minutes": 45}], **{"from": str(LATER)})
    assert urgent() == [45, shipped]
    done(cast, "setPartnershipClocks", clocks=[clock | {"minutes": 60}])
    assert urgent() == [60, shipped]


def test_the_week_is_said_whole_and_holds_at_once(cast: Cast) -> None:
    week = [{"weekday": 2, "opens": "10:00", "closes": "16:00"}, {"weekday": 7, "opens": "09:30", "closes": "12:00"}]
    done(cast, "setWorkingWeek", hours=week)
    assert read(cast)["workingWeek"] == week


def test_days_to_come_are_named_and_taken_back(cast: Cast) -> None:
    done(cast, "setPartnershipDay", day=str(LATER), working=False, name="County show")
    assert {"day": str(LATER), "working": False, "name": "County show"}.items() <= next(
        each for each in read(cast)["holidays"] if each["day"] == str(LATER)
    ).items()
    done(cast, "removePartnershipDay", day=str(LATER))
    assert "County show" not in {each["name"] for each in read(cast)["holidays"]}
    for day in (TODAY, TODAY - timedelta(days=1), TODAY + timedelta(days=4000)):
        assert change(cast, "setPartnershipDay", day=str(day), working=False, name="X")["__typename"] == "Invalid"
        assert change(cast, "removePartnershipDay", day=str(day))["__typename"] == "Invalid"


def test_a_new_number_holds_from_its_day_and_the_old_one_until_then(cast: Cast) -> None:
    old = read(cast)["dutyDesks"]
    done(cast, "setDutyDesks", desks=[DESK], **{"from": str(LATER)})
    assert [desk["telephone"] for desk in read(cast)["dutyDesks"]] == [desk["telephone"] for desk in old]
    history = read(cast)["dutyDeskHistory"]
    assert history[0]["telephone"] == DESK["telephone"]
    assert {desk["validTo"] for desk in history[1:]} == {history[0]["validFrom"]}
    done(cast, "setDutyDesks", desks=[DESK])
    assert [desk["telephone"] for desk in read(cast)["dutyDesks"]] == [DESK["telephone"]]
    assert len(read(cast)["dutyDeskHistory"]) == len(old) + 1


def test_a_concern_is_reworded_for_new_flags_and_old_ones_keep_their_words(cast: Cast, elsewhere: Cast) -> None:
    old = raised(cast, concernCode="ALCOHOL")
    done(cast, "setConcern", code="ALCOHOL", display="Drinking", hint="Seen drinking, or unwell from it")
    new = raised(cast, concernCode="ALCOHOL")
    words = [cast.ask(cast.rowan, SEEN, id=flag["id"])["flag"]["concerns"][0]["display"] for flag in (old, new)]
    assert words == ["Alcohol", "Drinking"]
    assert concerns(cast)["ALCOHOL"] == "Drinking"
    assert concerns(elsewhere)["ALCOHOL"] == "Alcohol"


def test_a_concern_that_ended_is_offered_no_more_and_never_vanishes(cast: Cast) -> None:
    old = raised(cast, concernCode="DRUGS")
    done(cast, "endConcern", code="DRUGS")
    assert "DRUGS" not in concerns(cast)
    assert cast.ask(cast.rowan, SEEN, id=old["id"])["flag"]["concerns"] == [{"code": "DRUGS", "display": "Drugs"}]
    answer = cast.ask(cast.rowan, RAISE, input=report(concernCode="DRUGS"))["raiseFlag"]
    assert answer["__typename"] == "Invalid"
    done(cast, "setConcern", code="DRUGS", display="Drugs")
    assert "DRUGS" in concerns(cast)


def test_a_new_concern_gets_a_code_of_its_own_and_can_be_raised(cast: Cast, elsewhere: Cast) -> None:
    done(cast, "setConcern", display="E-scooters & mopeds")
    assert concerns(cast)["E_SCOOTERS_MOPEDS"] == "E-scooters & mopeds"
    assert "E_SCOOTERS_MOPEDS" not in concerns(elsewhere)
    flag = raised(cast, concernCode="E_SCOOTERS_MOPEDS")
    done(cast, "endConcern", code="E_SCOOTERS_MOPEDS")
    done(cast, "setConcern", display="E-scooters & mopeds")
    assert concerns(cast)["E_SCOOTERS_MOPEDS_2"] == "E-scooters & mopeds"
    [shown] = cast.ask(cast.rowan, SEEN, id=flag["id"])["flag"]["concerns"]
    assert shown == {"code": "E_SCOOTERS_MOPEDS", "display": "E-scooters & mopeds"}
    answer = elsewhere.ask(elsewhere.rowan, RAISE, input=report(concernCode="E_SCOOTERS_MOPEDS"))["raiseFlag"]
    assert answer["__typename"] == "Invalid"


def test_concerns_are_put_in_another_order(cast: Cast) -> None:
    wanted = list(reversed(concerns(cast)))
    done(cast, "orderConcerns", codes=wanted)
    assert list(concerns(cast)) == wanted
    for codes in (wanted[1:], [*wanted, wanted[0]], [*wanted[1:], "NOTHING"]):
        with unchanged(cast.owner):
            assert change(cast, "orderConcerns", codes=codes)["__typename"] == "Invalid"


def test_words_to_come_hold_from_their_day(cast: Cast) -> None:
    done(cast, "setConcern", code="ALCOHOL", display="Drinking", **{"from": str(LATER)})
    assert concerns(cast)["ALCOHOL"] == "Alcohol"
    assert [each["display"] for each in read(cast)["concernHistory"]] == ["Drinking"]
    done(cast, "setConcern", code="ALCOHOL", display="Drink")
    assert [each["display"] for each in read(cast)["concernHistory"]] == ["Drink"]


def test_wards_and_beats_are_named_renamed_and_ended(cast: Cast, elsewhere: Cast) -> None:
    def names(cast: Cast) -> list[str]:
        return [each["name"] for each in read(cast)["wards"]]

    there = names(cast)
    done(cast, "setWard", kind="BEAT", name="Riverside beat")
    [beat] = [each for each in read(cast)["wards"] if each["name"] == "Riverside beat"]
    assert (beat["kindCode"], beat["code"]["list"]) == ("BEAT", f"PARTNERSHIP-{cast.settled.partnership_id}")
    assert "Riverside beat" not in names(elsewhere)
    flag = raised(cast, place={"description": "By the river", "wardCode": beat["code"]["value"]})
    assert change(cast, "setWard", kind="BEAT", name="riverside BEAT")["__typename"] == "Invalid"
    done(cast, "setWard", kind="BEAT", name="Docks beat", wardId=beat["id"])
    assert sorted(names(cast)) == sorted([*there, "Docks beat"])
    seen = "query($id: ID!) { flag(by: {id: $id}) { ward { name } } }"
    assert cast.ask(cast.rowan, seen, id=flag["id"])["flag"]["ward"] == {"name": "Riverside beat"}
    [docks] = [each for each in read(cast)["wards"] if each["name"] == "Docks beat"]
    assert change(cast, "endWard", wardId=beat["id"])["__typename"] == "Invalid"
    done(cast, "endWard", wardId=docks["id"])
    assert names(cast) == there
    for wrong in ({"kind": "COUNTY", "name": "X"}, {"kind": "WARD", "name": ""}):
        assert change(cast, "setWard", **wrong)["__typename"] == "Invalid"
    for official in read(cast)["wards"][:1]:
        assert change(cast, "endWard", wardId=official["id"])["__typename"] == "Invalid"


def test_shipping_words_again_leaves_a_partnerships_own_alone(cast: Cast, owner: Database) -> None:
    done(cast, "setConcern", code="ALCOHOL", display="Drinking")
    with owner.transaction() as session:
        assert load_concepts(session) == 0
    assert concerns(cast)["ALCOHOL"] == "Drinking"


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("setPartnershipClocks", {"clocks": [{"kind": "TRIAGE", "minutes": 30}]}),
        ("setPartnershipClocks", {"clocks": [{"kind": "TRIAGE", "urgency": "URGENT", "minutes": 0}]}),
        ("setPartnershipClocks", {"clocks": [{"kind": "TRIAGE", "urgency": "URGENT", "minutes": 43201}]}),
        ("setPartnershipClocks", {"clocks": [], "from": "2020-01-01"}),
        ("setPartnershipClocks", {"clocks": [], "from": "9999-12-31"}),
        ("setWorkingWeek", {"hours": []}),
        ("setWorkingWeek", {"hours": [{"weekday": 1, "opens": "17:00", "closes": "09:00"}]}),
        ("setWorkingWeek", {"hours": [{"weekday": 8, "opens": "09:00", "closes": "17:00"}]}),
        ("setWorkingWeek", {"hours": [{"weekday": 1, "opens": "soon", "closes": "17:00"}]}),
        (
            "setWorkingWeek",
            {
                "hours": [
                    {"weekday": 1, "opens": "09:00", "closes": "13:00"},
                    {"weekday": 1, "opens": "12:00", "closes": "17:00"},
                ]
            },
        ),
        ("setDutyDesks", {"desks": []}),
        ("setDutyDesks", {"desks": [DESK | {"telephone": "ring us"}]}),
        ("setDutyDesks", {"desks": [DESK | {"name": ""}]}),
        ("setConcern", {"display": " "}),
        ("setConcern", {"display": "Alcohol"}),
        ("setConcern", {"display": "X", "code": "NOTHING"}),
        ("endConcern", {"code": "NOTHING"}),
    ],
)
def test_what_breaks_a_rule_changes_nothing(cast: Cast, name: str, given: dict[str, Any]) -> None:
    with unchanged(cast.owner):
        assert change(cast, name, **given)["__typename"] == "Invalid"


TRIES: dict[str, dict[str, Any]] = {
    "setPartnershipClocks": {"clocks": [{"kind": "TRIAGE", "urgency": "URGENT", "minutes": 30}]},
    "setWorkingWeek": {"hours": [{"weekday": 1, "opens": "09:00", "closes": "17:00"}]},
    "setPartnershipDay": {"day": str(LATER), "working": False, "name": "X"},
    "removePartnershipDay": {"day": str(LATER)},
    "setDutyDesks": {"desks": [DESK]},
    "setConcern": {"display": "X"},
    "endConcern": {"code": "DRUGS"},
    "orderConcerns": {"codes": []},
    "setWard": {"kind": "BEAT", "name": "X"},
    "endWard": {"wardId": "nothing"},
}


@pytest.mark.parametrize("name", TRIES)
def test_only_the_administrators_of_the_lead_change_a_partnership(cast: Cast, elsewhere: Cast, name: str) -> None:
    # The administrator of another member, a manager and a triage worker of the lead, an officer.
    for who in ("noor", "dee", "morgan", "rowan"):
        with unchanged(cast.owner):
            assert change(cast, name, by=who, **TRIES[name])["__typename"] == "NotPermitted", who
    theirs = read(elsewhere)
    with unchanged(cast.owner):
        given = {"id": theirs["id"], "expectedVersion": theirs["version"]}
        assert change(cast, name, **TRIES[name] | given)["__typename"] == "NotFound"
        assert change(cast, name, **TRIES[name] | {"expectedVersion": 99})["__typename"] == "Conflict"


def test_every_change_of_a_partnership_leaves_one_line_that_names_it(cast: Cast) -> None:
    before = mark(cast.owner)
    done(cast, "setDutyDesks", desks=[DESK])
    change(cast, "setDutyDesks", desks=[])
    lines = lines_since(cast.owner, before)
    assert [(line.operation, line.outcome) for line in lines] == [("setDutyDesks", "DONE"), ("setDutyDesks", "Invalid")]
    with cast.owner.transaction() as session:
        for line in lines:
            assert cast.settled.partnership_id in subjects_of(session, line.id)
        assert "960120" not in str([vars(line) for line in lines])


def test_what_was_in_force_is_never_rewritten(cast: Cast) -> None:
    done(cast, "setConcern", code="ALCOHOL", display="Drinking")
    with cast.door.wall.acting_as(cast.hollis) as session:
        for table in ("partnership_clock", "partnership_working_week", "duty_desk", "local_concept"):
            deleted = session.execute(text(f"delete from {table} where partnership_id = :id"), _here(cast))
            assert deleted.rowcount == 0, table  # type: ignore[attr-defined]
        session.rollback()


def _here(cast: Cast) -> dict[str, Any]:
    return {"id": cast.settled.partnership_id}
