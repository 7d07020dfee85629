"""A flag that has ended is opened again on new facts only, which stand beside what was raised."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from graphql_schema import Door
from portal.db import Database
from portal.flags.reopening import is_known
from tests.factories import life
from tests.factories.cast import Cast, settle_cast
from tests.factories.flags import ended, raised, taken
from tests.factories.snapshot import changed, snapshot
from tests.flags.steps import expired

READ = """
query($id: ID!) {
  flag(by: {id: $id}) {
    state fact raisedAt expiresAt triagedBy { displayName } viewerCanReopen viewerCanTriage closeOutcome { code }
    additions(first: 9) { edges { node { fact observedAt addedBy { displayName } } } }
  }
}
"""
FACT = "Sitting alone with two empty cans."


@pytest.fixture(scope="module")
def team(owner: Database, door: Door) -> Cast:
    """A cast whose flags each test makes for itself."""
    return settle_cast(owner, door)


def test_the_flagger_opens_a_flag_again_and_it_waits_for_triage(team: Cast) -> None:
    flag = ended(team)
    assert team.ask(team.rowan, READ, id=flag["id"])["flag"]["viewerCanReopen"]
    given = life.reopening(flag, newFact="Asleep in the shelter at noon.", observedAt="2026-11-02T12:00:00Z")
    assert life.saved(team, team.rowan, life.REOPEN, given)["state"] == "IN_TRIAGE"
    read = team.ask(team.morgan, READ, id=flag["id"])["flag"]
    assert (read["triagedBy"], read["viewerCanTriage"], read["fact"]) == (None, True, FACT)
    assert [edge["node"] for edge in read["additions"]["edges"]] == [
        {
            "fact": "Asleep in the shelter at noon.",
            "observedAt": "2026-11-02T12:00:00Z",
            "addedBy": {"displayName": "PC Rowan Hale"},
        }
    ]


def test_a_triage_worker_who_opens_a_flag_again_has_it(team: Cast) -> None:
    flag = ended(team)
    life.saved(team, team.jo, life.REOPEN, life.reopening(flag))
    assert team.ask(team.morgan, READ, id=flag["id"])["flag"]["triagedBy"] == {"displayName": "Jo Adeyemi"}


def test_the_time_of_a_flag_runs_anew_when_it_is_opened_again(team: Cast, worker: Database) -> None:
    flag = expired(team, worker)
    life.saved(team, team.mel, life.REOPEN, life.reopening(flag))
    read = team.ask(team.morgan, READ, id=flag["id"])["flag"]
    runs = datetime.fromisoformat(read["expiresAt"]) - datetime.now(UTC)
    assert timedelta(days=179, hours=23) < runs <= timedelta(days=180)


def test_how_a_closed_flag_ended_stays_part_of_its_story(team: Cast) -> None:
    flag = life.closed(team)
    life.saved(team, team.rowan, life.REOPEN, life.reopening(flag))
    read = team.ask(team.morgan, READ, id=flag["id"])["flag"]
    assert (read["state"], read["closeOutcome"]) == ("IN_TRIAGE", {"code": "HELP_IN_PLACE"})


def test_a_flag_is_opened_again_as_often_as_something_new_is_known(team: Cast) -> None:
    flag = ended(team)
    for fact in ("Seen on Monday.", "Seen on Tuesday."):
        flag = life.saved(team, team.morgan, life.REOPEN, life.reopening(flag, newFact=fact))
        flag = ended(team, flag)
    read = team.ask(team.rowan, READ, id=flag["id"])["flag"]
    assert [edge["node"]["fact"] for edge in read["additions"]["edges"]] == ["Seen on Tuesday.", "Seen on Monday."]


@pytest.mark.parametrize(
    "known", [FACT, FACT.upper(), "  Sitting alone,\nwith two empty cans", "The one by the library!", "Seen on MONDAY"]
)
def test_what_the_flag_says_already_opens_nothing(team: Cast, known: str) -> None:
    asked = life.asked(team, taken(team, raised(team, fact=FACT)))
    flag = ended(team, life.saved(team, team.rowan, life.ANSWER_QUESTION, life.answering(team, asked)))
    flag = ended(team, life.saved(team, team.rowan, life.REOPEN, life.reopening(flag, newFact="Seen on Monday.")))
    before = snapshot(team.owner)
    answer = team.ask(team.rowan, life.REOPEN, input=life.reopening(flag, newFact=known))["reopenFlag"]
    assert [(each["code"], each["path"]) for each in answer["errors"]] == [("NOT_ALLOWED", ["newFact"])]
    assert changed(before, snapshot(team.owner)) == {}


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"newFact": ""}, ("REQUIRED", ["newFact"])),
        ({"newFact": " \t\n"}, ("REQUIRED", ["newFact"])),
        ({"newFact": "... !"}, ("REQUIRED", ["newFact"])),
        ({"newFact": "x" * 10_001}, ("TOO_LONG", ["newFact"])),
        ({"newFact": "a\0b"}, ("FORMAT", ["newFact"])),
        ({"observedAt": "2999-01-01T00:00:00Z"}, ("OUT_OF_RANGE", ["observedAt"])),
        ({"observedAt": "1800-01-01T00:00:00Z"}, ("OUT_OF_RANGE", ["observedAt"])),
    ],
)
def test_a_new_fact_says_something_and_when(team: Cast, changes: dict[str, Any], wrong: tuple[str, list[str]]) -> None:
    flag = ended(team)
    before = snapshot(team.owner)
    answer = team.ask(team.rowan, life.REOPEN, input=life.reopening(flag, **changes))["reopenFlag"]
    assert [(each["code"], each["path"]) for each in answer["errors"]] == [wrong]
    assert changed(before, snapshot(team.owner)) == {}


def test_a_fact_is_known_word_for_word_and_no_more() -> None:
    assert is_known("ＫＡＩ was  there.", ["kai was there"])
    assert not is_known("Kai was not there.", ["kai was there"])
    assert not is_known("Kai", ["kai was there"])
    assert not is_known("Кай был там", ["Kai was there"])
