"""Whoever received a share answers it with one coded word, which is all the police hear."""

from typing import Any

import pytest
from sqlalchemy import text

from graphql_schema import Door
from portal.db import Database
from tests.factories.cast import Cast, key, settle_cast
from tests.factories.flags import raised, shared, taken
from tests.factories.snapshot import changed, snapshot

ANSWER = """
mutation Answer($input: AnswerShareInput!) {
  answerShare(input: $input) {
    __typename ... on ShareSaved { replayed share { version engagement answerNote answeredBy { displayName } } }
    ... on Failure { message } ... on Invalid { errors { path code message } } ... on Conflict { reason currentVersion }
  }
}
"""
READ = """
query($id: ID!) { flag(by: {id: $id}) {
  feedback(first: 9) { edges { node { text engagement givenByAgency { name } } } }
  shares(first: 9) { edges { node { id version engagement answerNote answeredBy { displayName } viewerCanAnswer } } }
} }
"""
AWAITING = "{ flags(filter: {queue: AWAITING_OUR_ANSWER}, first: 100) { edges { node { id } } } }"


@pytest.fixture(scope="module")
def team(owner: Database, door: Door) -> Cast:
    """A cast whose flags each test makes for itself."""
    return settle_cast(owner, door)


def read(cast: Cast, flag: dict[str, Any], viewer: str) -> Any:
    """The flag as somebody reads it."""
    return cast.ask(cast.viewers[viewer], READ, id=flag["id"])["flag"]


def the_share(cast: Cast, flag: dict[str, Any], viewer: str = "sam") -> dict[str, Any]:
    """The one share of a flag as somebody reads it."""
    [edge] = read(cast, flag, viewer)["shares"]["edges"]
    return dict(edge["node"])


def answer(cast: Cast, share: dict[str, Any], by: str = "sam", **changes: Any) -> dict[str, Any]:
    """What answering a share answers."""
    given = {
        "id": share["id"],
        "expectedVersion": share["version"],
        "engagement": "ENGAGED",
        "note": "First visit Monday.",
    }
    return dict(cast.ask(cast.viewers[by], ANSWER, input=given | {"idempotencyKey": key()} | changes)["answerShare"])


@pytest.mark.parametrize(
    ("engagement", "words"),
    [
        ("ENGAGED", "The service is working with them."),
        ("NOT_ENGAGED", "The service offered help, and it is not being taken up at the moment."),
        ("CLOSED", "The service has finished its part."),
    ],
)
def test_police_hear_one_of_three_words_and_triage_reads_the_note(team: Cast, engagement: str, words: str) -> None:
    flag = shared(team)
    assert answer(team, the_share(team, flag), engagement=engagement)["__typename"] == "ShareSaved"
    newest = read(team, flag, "rowan")["feedback"]["edges"][0]["node"]
    assert newest == {"text": words, "engagement": engagement, "givenByAgency": {"name": "Severnshire Health and Care"}}
    mine, theirs = the_share(team, flag, "rowan"), the_share(team, flag, "morgan")
    assert (mine["engagement"], mine["answerNote"], mine["answeredBy"]) == (engagement, None, None)
    assert theirs["answerNote"] == "First visit Monday."
    assert theirs["answeredBy"] == {"displayName": "Sam Okafor"}


def test_a_share_waits_until_it_is_answered_and_is_answered_once(team: Cast) -> None:
    flag = shared(team)
    share = the_share(team, flag)
    waits = [edge["node"]["id"] for edge in team.ask(team.sam, AWAITING)["flags"]["edges"]]
    assert flag["id"] in waits
    assert share["viewerCanAnswer"] is True
    answered = answer(team, share)["share"]
    before = snapshot(team.owner)
    again = answer(team, share | {"version": answered["version"]}, by="ines", engagement="CLOSED")
    assert [(each["code"], each["path"]) for each in again["errors"]] == [("TRANSITION", ["id"])]
    assert changed(before, snapshot(team.owner)) == {}
    assert flag["id"] not in [edge["node"]["id"] for edge in team.ask(team.sam, AWAITING)["flags"]["edges"]]
    assert the_share(team, flag)["viewerCanAnswer"] is False


def test_an_answer_to_what_has_changed_since_is_a_conflict(team: Cast) -> None:
    share = the_share(team, shared(team))
    before = snapshot(team.owner)
    stale = answer(team, share, expectedVersion=share["version"] + 1)
    assert (stale["__typename"], stale["reason"], stale["currentVersion"]) == (
        "Conflict",
        "STALE_VERSION",
        share["version"],
    )
    assert changed(before, snapshot(team.owner)) == {}


def test_a_note_that_cannot_be_kept_is_refused(team: Cast) -> None:
    share = the_share(team, shared(team))
    before = snapshot(team.owner)
    for note, code in {"x" * 10_001: "TOO_LONG", "a\0b": "FORMAT", "a\ud800b": "FORMAT"}.items():
        assert [(each["code"], each["path"]) for each in answer(team, share, note=note)["errors"]] == [(code, ["note"])]
    assert changed(before, snapshot(team.owner)) == {}


def test_a_share_that_has_ended_is_not_answered_even_by_whoever_raised_the_flag(team: Cast) -> None:
    flag = shared(team, taken(team, raised(team, team.sam)))
    share = the_share(team, flag)
    with team.owner.transaction() as session:
        for table, column in (("share", "id"), ("disclosure", "share_id")):
            session.execute(
                text(
                    f"update {table} set valid_from = now() - interval '2 days', valid_to = now() - interval '1 day'"
                    f" where {column} = :id"
                ),
                {"id": team.door._opened_seal().open_id(share["id"])[1]},  # type: ignore[index]
            )
    assert the_share(team, flag)["viewerCanAnswer"] is False
    before = snapshot(team.owner)
    assert [each["code"] for each in answer(team, share)["errors"]] == ["TRANSITION"]
    assert answer(team, share, by="ines")["__typename"] == "NotFound"
    assert changed(before, snapshot(team.owner)) == {}


def test_a_court_team_answers_through_its_practitioner(team: Cast) -> None:
    flag = shared(team, toAgencyId=team.agency_id("SEVERN-COURT"))
    (share,) = [edge["node"] for edge in read(team, flag, "alex")["shares"]["edges"]]
    given = {"id": share["id"], "expectedVersion": share["version"], "engagement": "ENGAGED", "idempotencyKey": key()}
    assert share["viewerCanAnswer"]
    assert team.ask(team.alex, ANSWER, input=given)["answerShare"]["__typename"] == "ShareSaved"
    told = read(team, flag, "rowan")["feedback"]["edges"][0]["node"]
    assert told["givenByAgency"]["name"] == "Severnshire Magistrates' Court"
