"""Triage asks the flagger, the answer stands beside the facts, and the flag goes back to whoever asked."""

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.access.context import Wall
from portal.db import Database
from tests.factories import life
from tests.factories.cast import Cast, key
from tests.factories.flags import DECIDE, raised, taken
from tests.factories.snapshot import changed, snapshot
from tests.flags.steps import clock_step

READ = """
query($id: ID!) {
  flag(by: {id: $id}) {
    state fact triagedBy { displayName } viewerCanAnswerInformation viewerCanAskForInformation
    decision { outcome } feedback(first: 3) { edges { node { text } } }
    informationRequests(first: 9) {
      edges { node { question answer lapsed answeredAt answeredBy { displayName } askedBy { displayName } } }
    }
    transitions(first: 9) { edges { node { from to by { displayName } } } }
  }
}
"""


def announced(cast: Cast, flag: dict[str, Any]) -> list[str]:
    """The kinds of event that were put off to be told of a flag, oldest first."""
    with cast.truth() as session:
        return list(
            session.scalars(
                text(
                    "select args ->> 'kind' from procrastinate_jobs where task_name = 'notifications:announce'"
                    " and args ->> 'flag_id' = :id and args ->> 'kind' <> 'NEW_FLAG' order by id"
                ),
                {"id": str(life.uncovered(cast, flag))},
            )
        )


def test_the_flagger_is_asked_and_their_answer_gives_the_flag_back_to_whoever_asked(cast: Cast) -> None:
    flag = taken(cast, by=cast.jo)
    asked = life.saved(cast, cast.morgan, DECIDE, life.deciding(flag, life.asking()))
    read = cast.ask(cast.rowan, READ, id=flag["id"])["flag"]
    assert (read["state"], read["viewerCanAnswerInformation"]) == ("MORE_INFO_REQUESTED", True)
    assert read["decision"] == {"outcome": "MORE_INFORMATION"}
    assert read["feedback"]["edges"] == [{"node": {"text": "Thank you. We are looking into it."}}]
    [question] = [edge["node"] for edge in read["informationRequests"]["edges"]]
    assert question["question"] == "Which bus stop was it?"
    assert (question["answer"], question["answeredAt"]) == (None, None)
    answered = life.saved(cast, cast.rowan, life.ANSWER_QUESTION, life.answering(cast, asked))
    assert answered["state"] == "IN_TRIAGE"
    read = cast.ask(cast.jo, READ, id=flag["id"])["flag"]
    assert read["triagedBy"] == {"displayName": "Jo Adeyemi"}
    assert read["fact"] == "Sitting alone with two empty cans."
    [question] = [edge["node"] for edge in read["informationRequests"]["edges"]]
    assert question["answer"] == "The one by the library."
    assert question["answeredBy"] == {"displayName": "PC Rowan Hale"}
    assert question["askedBy"] == {"displayName": "Morgan Teale"}
    assert not read["viewerCanAnswerInformation"]
    assert announced(cast, flag) == ["QUESTION", "QUESTION_ANSWERED"]


def test_the_sergeant_of_the_team_may_answer_for_whoever_flagged(cast: Cast) -> None:
    asked = life.asked(cast)
    assert life.saved(cast, cast.mel, life.ANSWER_QUESTION, life.answering(cast, asked))["state"] == "IN_TRIAGE"


def test_a_question_can_be_asked_again_after_it_was_answered(cast: Cast) -> None:
    flag = life.saved(cast, cast.rowan, life.ANSWER_QUESTION, life.answering(cast, life.asked(cast)))
    again = life.decided(cast, flag, life.asking("And at what time?"))
    assert life.question_of(cast, again)["question"] == "And at what time?"
    assert again["state"] == "MORE_INFO_REQUESTED"


def test_the_clock_gives_an_unanswered_flag_back_and_a_late_answer_is_kept_all_the_same(
    cast: Cast, worker: Database
) -> None:
    asked = life.unanswered_in_time(cast, life.asked(cast))
    assert clock_step(worker, cast, asked, "lapse")
    read = cast.ask(cast.morgan, READ, id=asked["id"])["flag"]
    assert (read["state"], read["triagedBy"]) == ("IN_TRIAGE", {"displayName": "Morgan Teale"})
    assert read["transitions"]["edges"][0]["node"] == {"from": "MORE_INFO_REQUESTED", "to": "IN_TRIAGE", "by": None}
    assert read["informationRequests"]["edges"][0]["node"]["lapsed"]
    now = life.stands(cast, asked)
    assert cast.ask(cast.rowan, READ, id=asked["id"])["flag"]["viewerCanAnswerInformation"]
    late = life.saved(cast, cast.rowan, life.ANSWER_QUESTION, life.answering(cast, now))
    assert (late["state"], late["version"]) == ("IN_TRIAGE", now["version"] + 1)
    assert life.question_of(cast, late)["answer"] == "The one by the library."
    assert len(cast.ask(cast.morgan, READ, id=asked["id"])["flag"]["transitions"]["edges"]) == 4


def test_a_question_is_answered_once(cast: Cast) -> None:
    asked = life.asked(cast)
    given = life.answering(cast, asked)
    flag = life.saved(cast, cast.rowan, life.ANSWER_QUESTION, given)
    # Another question is open, so the flag could be answered; that question could not.
    again = life.decided(cast, flag, life.asking("And at what time?"))
    before = snapshot(cast.owner)
    second = life.change(again, requestId=given["requestId"], answer="No, the other one.")
    answer = cast.ask(cast.rowan, life.ANSWER_QUESTION, input=second)["answerInformationRequest"]
    assert [(each["code"], each["path"]) for each in answer["errors"]] == [("TRANSITION", ["requestId"])]
    assert changed(before, snapshot(cast.owner)) == {}


def test_a_question_about_another_flag_is_not_there(cast: Cast) -> None:
    one, other = life.asked(cast), life.asked(cast)
    before = snapshot(cast.owner)
    for wrong in (life.question_of(cast, other)["id"], one["id"], "nonsense"):
        given = life.change(one, requestId=wrong, answer="The one by the library.")
        assert cast.ask(cast.rowan, life.ANSWER_QUESTION, input=given)["answerInformationRequest"]["__typename"] == (
            "NotFound"
        )
    assert changed(before, snapshot(cast.owner)) == {}


@pytest.mark.parametrize(
    ("decision", "changes", "wrong"),
    [
        ({"question": " "}, {}, ["decision", "moreInformation", "question"]),
        ({"question": "x" * 10_001}, {}, ["decision", "moreInformation", "question"]),
        ({"question": "When?", "dueAt": "2020-01-01T00:00:00Z"}, {}, ["decision", "moreInformation", "dueAt"]),
        ({"question": "When?"}, {"feedback": ""}, ["feedback"]),
        ({"question": "When?"}, {"thresholdLevelCode": "NONE"}, ["thresholdLevelCode"]),
    ],
)
def test_what_is_wrong_with_a_question_is_named(
    cast: Cast, decision: dict[str, Any], changes: dict[str, Any], wrong: list[str]
) -> None:
    flag = taken(cast)
    before = snapshot(cast.owner)
    given = life.deciding(flag, {"moreInformation": decision}, **changes)
    answer = cast.ask(cast.morgan, DECIDE, input=given)["triageFlag"]
    assert [each["path"] for each in answer["errors"]] == [wrong]
    assert changed(before, snapshot(cast.owner)) == {}


@pytest.mark.parametrize("answer", ["", " \n", "x" * 10_001, "a\0b"])
def test_an_answer_is_words_that_can_be_kept(cast: Cast, answer: str) -> None:
    asked = life.asked(cast)
    before = snapshot(cast.owner)
    given = life.answering(cast, asked, answer)
    found = cast.ask(cast.rowan, life.ANSWER_QUESTION, input=given)["answerInformationRequest"]
    assert [each["path"] for each in found["errors"]] == [["answer"]]
    assert changed(before, snapshot(cast.owner)) == {}


@pytest.mark.parametrize(
    "change", ["answer = 'Another one.'", "question = 'Why?'", "asked_at = now()", "answer = null, answered_at = null"]
)
def test_the_database_keeps_what_was_asked_and_answered(cast: Cast, wall: Wall, change: str) -> None:
    asked = life.asked(cast)
    life.saved(cast, cast.rowan, life.ANSWER_QUESTION, life.answering(cast, asked))
    where = {"id": life.uncovered(cast, asked)}
    before = snapshot(cast.owner)
    statement = text(f"update information_request set {change} where flag_id = :id")
    refusals = "does not change|permission denied"
    with pytest.raises(DBAPIError, match=refusals), wall.acting_as(cast.rowan) as session:
        session.execute(statement, where)
    with pytest.raises(DBAPIError, match=refusals), cast.owner.transaction() as session:
        session.execute(statement, where)
    assert changed(before, snapshot(cast.owner)) == {}


def test_a_retried_answer_is_given_once(cast: Cast) -> None:
    given = life.answering(cast, life.asked(cast))
    first, again = (
        cast.ask(cast.rowan, life.ANSWER_QUESTION, input=given)["answerInformationRequest"] for _ in range(2)
    )
    assert (first["replayed"], again["replayed"]) == (False, True)
    other = given | {"answer": "Another."}
    assert cast.ask(cast.rowan, life.ANSWER_QUESTION, input=other)["answerInformationRequest"]["reason"] == "KEY_REUSED"
    stale = given | {"idempotencyKey": key()}
    answer = cast.ask(cast.rowan, life.ANSWER_QUESTION, input=stale)["answerInformationRequest"]
    assert (answer["reason"], answer["current"]["state"]) == ("STALE_VERSION", "IN_TRIAGE")


def test_nobody_is_asked_about_a_flag_that_nobody_triages(cast: Cast) -> None:
    flag = raised(cast)
    answer = cast.ask(cast.morgan, DECIDE, input=life.deciding(flag, life.asking()))["triageFlag"]
    assert [each["code"] for each in answer["errors"]] == ["TRANSITION"]
