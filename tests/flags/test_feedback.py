"""Whoever works on a flag tells its flagger more, whenever there is more to tell."""

from typing import Any

import pytest
from sqlalchemy import text

from graphql_schema import Door
from portal.db import Database
from tests.factories import life
from tests.factories.cast import Cast, key, settle_cast
from tests.factories.flags import ended, raised, shared, taken
from tests.factories.snapshot import changed, snapshot

READ = """
query($id: ID!) {
  flag(by: {id: $id}) {
    version state viewerCanGiveFeedback
    feedback(first: 9) { edges { node { text engagement givenByAgency { name } } } }
  }
}
"""


@pytest.fixture(scope="module")
def team(owner: Database, door: Door) -> Cast:
    """A cast whose flags each test makes for itself."""
    return settle_cast(owner, door)


@pytest.mark.parametrize(
    ("name", "agency"), [("sam", "Health and Care"), ("ines", "Health and Care"), ("jo", "Council")]
)
def test_whoever_holds_a_share_and_triage_tell_the_flagger_more(team: Cast, name: str, agency: str) -> None:
    flag = shared(team)
    told = life.saved(team, team.viewers[name], life.TELL, life.change(flag, text="A place is free on Monday."))
    assert (told["state"], told["version"]) == ("SHARED", flag["version"] + 1)
    node = team.ask(team.rowan, READ, id=flag["id"])["flag"]["feedback"]["edges"][0]["node"]
    assert (node["text"], node["engagement"]) == ("A place is free on Monday.", None)
    assert agency in node["givenByAgency"]["name"]


def test_safeguarding_tells_the_flagger_more(team: Cast) -> None:
    flag = life.escalated(team)
    life.saved(team, team.priya, life.TELL, life.change(flag, text="We have seen the family."))
    assert team.ask(team.priya, READ, id=flag["id"])["flag"]["viewerCanGiveFeedback"]


def test_a_flag_that_has_ended_can_still_be_told_of_by_triage_alone(team: Cast) -> None:
    flag = ended(team)
    life.saved(team, team.morgan, life.TELL, life.change(flag, text="They are doing well."))
    assert not team.ask(team.rowan, READ, id=flag["id"])["flag"]["viewerCanGiveFeedback"]


def test_a_flag_that_was_taken_back_is_told_of_no_more(team: Cast) -> None:
    flag = life.withdrawn(team)
    assert not team.ask(team.morgan, READ, id=flag["id"])["flag"]["viewerCanGiveFeedback"]
    before = snapshot(team.owner)
    answer = team.ask(team.morgan, life.TELL, input=life.change(flag, text="Fine."))["giveFeedback"]
    assert [each["code"] for each in answer["errors"]] == ["TRANSITION"]
    assert changed(before, snapshot(team.owner)) == {}


@pytest.mark.parametrize("words", ["", "  ", "x" * 10_001, "a\0b"])
def test_a_word_to_the_flagger_can_be_read(team: Cast, words: str) -> None:
    flag = taken(team)
    before = snapshot(team.owner)
    answer = team.ask(team.morgan, life.TELL, input=life.change(flag, text=words))["giveFeedback"]
    assert [each["path"] for each in answer["errors"]] == [["text"]]
    assert changed(before, snapshot(team.owner)) == {}


def test_a_conflict_shows_the_flag_as_it_stands_and_only_what_its_reader_may_see(team: Cast) -> None:
    flag = shared(team)
    given = life.change(flag, text="A place is free.")
    life.saved(team, team.morgan, life.TELL, given)

    def conflict(name: str) -> dict[str, Any]:
        stale = given | {"idempotencyKey": key()}
        found: dict[str, Any] = team.ask(team.viewers[name], life.TELL, input=stale)["giveFeedback"]
        assert (found["__typename"], found["reason"]) == ("Conflict", "STALE_VERSION")
        assert found["currentVersion"] == found["current"]["version"] == flag["version"] + 1
        return dict(found["current"])

    fact = "Sitting alone with two empty cans."
    assert conflict("morgan")["fact"] == fact
    # A service administrator is told of a flag in codes, and so is told of a conflict.
    assert conflict("sam")["fact"] is None
    assert conflict("sam")["state"] == "SHARED"


def test_what_a_conflict_shows_is_in_the_audit(team: Cast) -> None:
    flag = shared(team)
    life.saved(team, team.morgan, life.TELL, life.change(flag, text="A place is free."))
    asked = life.change(flag, text="Another.")
    team.ask(team.jo, life.TELL, input=asked)
    with team.truth() as session:
        line = session.execute(
            text(
                "select e.action, e.outcome, s.field_groups from audit_event e join audit_subject s"
                " on s.audit_event_id = e.id where e.membership_id = :by and s.pseudonym = audit_pseudonym(:root)"
                " order by e.id desc limit 1"
            ),
            {"by": team.jo.membership_id, "root": life.uncovered(team, flag)},
        ).one()
    assert (line[0], line[1]) == ("DENY", "Conflict")
    assert line[2] > 0


def test_nobody_learns_of_a_flag_they_do_not_see_from_a_conflict(team: Cast) -> None:
    flag = raised(team)
    answer = team.ask(team.sam, life.TELL, input=life.change(flag, text="x") | {"expectedVersion": 99})["giveFeedback"]
    assert answer["__typename"] == "NotFound"
