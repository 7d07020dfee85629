"""A young person is seen through a disclosure of their own, and as far as the agreement says."""

from typing import Any

import pytest
from sqlalchemy import text

from graphql_schema import Door
from portal.db import Database
from tests.factories.cast import Cast, settle_cast
from tests.factories.flags import raised, shared, taken

SUBJECT = """
query($id: ID!) { flag(by: {id: $id}) { fact subject { ... on Person {
  id preferredName description ageBand { code } restricted withheld { fieldGroup } disclosure { because }
} } } }
"""
NODE = "query($id: ID!) { node(id: $id) { ... on Person { id preferredName disclosure { because } } } }"


@pytest.fixture(scope="module")
def team(owner: Database, door: Door) -> Cast:
    """A cast whose flags each test makes for itself."""
    return settle_cast(owner, door)


def subject(cast: Cast, flag: dict[str, Any], viewer: str = "rowan") -> Any:
    """Whom a flag is about, as somebody reads it."""
    return cast.ask(cast.viewers[viewer], SUBJECT, id=flag["id"])["flag"]["subject"]


def key_of(cast: Cast, global_id: str) -> Any:
    """The key inside a global id."""
    opened = cast.door._opened_seal().open_id(global_id)
    assert opened is not None
    return opened[1]


def test_everybody_who_works_on_a_flag_sees_who_it_is_about(team: Cast) -> None:
    flag = shared(team)
    person = subject(team, flag)
    for name in ("rowan", "mel", "morgan", "sam", "ines"):
        found = subject(team, flag, name)
        assert (found["preferredName"], found["ageBand"], found["withheld"]) == ("Kai", {"code": "14_15"}, [])
        node = team.ask(team.viewers[name], NODE, id=person["id"])["node"]
        assert node == {"id": person["id"], "preferredName": "Kai", "disclosure": found["disclosure"]}


def test_nobody_else_finds_the_person_by_id(team: Cast) -> None:
    person = subject(team, shared(team))
    for name in ("dana", "ari", "lee", "noor", "priya", "robin", "alex"):
        assert team.ask(team.viewers[name], NODE, id=person["id"])["node"] is None


def test_each_flag_has_a_person_of_its_own_until_somebody_says_they_are_one(team: Cast) -> None:
    assert subject(team, raised(team))["id"] != subject(team, raised(team))["id"]


def test_a_person_whose_disclosure_ended_is_gone_while_their_flag_is_still_read(team: Cast) -> None:
    flag = taken(team)
    person = subject(team, flag)
    with team.owner.transaction() as session:
        session.execute(
            text("update disclosure set valid_to = now() where root_id = :person"),
            {"person": key_of(team, person["id"])},
        )
    for name in ("rowan", "morgan"):
        answered = team.ask(team.viewers[name], SUBJECT, id=flag["id"])["flag"]
        assert answered == {"fact": "Sitting alone with two empty cans.", "subject": None}
        assert team.ask(team.viewers[name], NODE, id=person["id"])["node"] is None


def test_a_persons_fields_follow_the_persons_own_levels_and_not_the_flags(team: Cast) -> None:
    flag = raised(team, subject={"person": {"preferredName": "Kai", "description": "Tall.", "ageBandCode": "14_15"}})
    person = subject(team, flag)
    with team.owner.transaction() as session:
        # Identity STATUS is one bit: less than the coded level that a name needs.
        session.execute(
            text("update disclosure set levels = (levels & ~7) | 1 where root_id = :person"),
            {"person": key_of(team, person["id"])},
        )
    found = team.ask(team.rowan, SUBJECT, id=flag["id"])["flag"]
    assert found["fact"] == "Sitting alone with two empty cans."
    hidden = {"preferredName": None, "description": None, "ageBand": None, "withheld": [{"fieldGroup": "IDENTITY"}]}
    assert found["subject"] == person | hidden


def test_a_person_may_be_known_by_what_they_look_like_alone(team: Cast) -> None:
    flag = raised(team, subject={"person": {"description": "Tall, grey coat.", "ageBandCode": "16_17"}})
    found = subject(team, flag, "morgan")
    assert (found["preferredName"], found["description"]) == (None, "Tall, grey coat.")
    assert (found["withheld"], found["restricted"]) == ([], False)
