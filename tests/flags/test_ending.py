"""A flag ends with an outcome and a word to its flagger, or at its date with nothing owed; its shares end with it."""

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from graphql_schema import Door
from portal.access.context import Wall
from portal.db import Database
from portal.flags.models import Engagement
from portal.shares.ending import owes_nothing
from portal.shares.models import Share, ShareState
from tests.factories import life
from tests.factories.cast import Cast, settle_cast
from tests.factories.flags import answered, ended, raised, shared, taken
from tests.factories.snapshot import changed, snapshot
from tests.flags.steps import clock_step

READ = """
query($id: ID!) {
  flag(by: {id: $id}) {
    state viewerCanClose closeOutcome { code } feedback(first: 9) { edges { node { text } } }
    shares(first: 9) { edges { node { state engagement viewerCanAnswer } } }
    subject { ... on Person { preferredName } }
  }
}
"""
UNMET = ("NO_SERVICE", "FULL", "INELIGIBLE", "DECLINED_BY_SERVICE", "DECLINED_BY_PERSON")


@pytest.fixture(scope="module")
def team(owner: Database, door: Door) -> Cast:
    """A cast whose flags each test makes for itself."""
    return settle_cast(owner, door)


def test_closing_ends_the_shares_and_whoever_received_them_sees_the_flag_no_more(team: Cast) -> None:
    flag = answered(team)
    assert team.ask(team.sam, READ, id=flag["id"])["flag"]["state"] == "SHARED"
    life.closed(team, flag)
    assert team.ask(team.sam, READ, id=flag["id"])["flag"] is None
    assert team.ask(team.ines, READ, id=flag["id"])["flag"] is None
    for viewer in (team.rowan, team.mel, team.morgan):
        read = team.ask(viewer, READ, id=flag["id"])["flag"]
        assert (read["state"], read["subject"]) == ("CLOSED", {"preferredName": "Kai"})
        assert [edge["node"]["state"] for edge in read["shares"]["edges"]] == ["ENDED"]
        assert read["feedback"]["edges"][0]["node"]["text"] == "They have a place, and go there."
    assert team.ask(team.morgan, READ, id=flag["id"])["flag"]["closeOutcome"] == {"code": "HELP_IN_PLACE"}
    assert team.ask(team.rowan, READ, id=flag["id"])["flag"]["closeOutcome"] is None


@pytest.mark.parametrize("outcome", UNMET)
def test_a_flag_can_end_at_a_need_that_was_not_met(team: Cast, outcome: str) -> None:
    flag = life.stands(team, answered(team))
    life.saved(team, team.morgan, life.CLOSE, life.closing(flag, outcomeCode=outcome))
    assert team.ask(team.morgan, READ, id=flag["id"])["flag"]["closeOutcome"] == {"code": outcome}


def test_the_words_of_an_unmet_need_say_that_support_was_needed(team: Cast) -> None:
    words = '{ concepts(vocabulary: "close-outcome", first: 50) { edges { node { code display } } } }'
    found = {each["node"]["code"]: each["node"]["display"] for each in team.ask(team.rowan, words)["concepts"]["edges"]}
    assert all(found[code].startswith("Support was needed and not") for code in UNMET)


def test_a_flag_is_not_closed_while_an_answer_is_owed(team: Cast) -> None:
    flag = shared(team)
    assert not team.ask(team.morgan, READ, id=flag["id"])["flag"]["viewerCanClose"]
    before = snapshot(team.owner)
    answer = team.ask(team.morgan, life.CLOSE, input=life.closing(flag))["closeFlag"]
    assert [(each["code"], each["path"]) for each in answer["errors"]] == [("NOT_ALLOWED", ["id"])]
    assert changed(before, snapshot(team.owner)) == {}
    answered(team, flag)
    assert team.ask(team.morgan, READ, id=flag["id"])["flag"]["viewerCanClose"]


def test_a_share_that_ran_out_unanswered_keeps_a_flag_from_expiring_and_triage_can_close_it(
    team: Cast, worker: Database
) -> None:
    flag = life.past_its_date(team, shared(team))
    assert not clock_step(worker, team, flag, "expire")
    assert team.ask(team.morgan, READ, id=flag["id"])["flag"]["viewerCanClose"]
    assert life.saved(team, team.morgan, life.CLOSE, life.closing(life.stands(team, flag)))["state"] == "CLOSED"


def test_an_escalated_flag_is_closed_with_an_outcome_whatever_is_owed(team: Cast) -> None:
    flag = life.escalated(team, shared(team))
    read = team.ask(team.morgan, READ, id=flag["id"])["flag"]
    assert read["viewerCanClose"]
    assert read["shares"]["edges"][0]["node"]["engagement"] is None
    assert team.ask(team.priya, READ, id=flag["id"])["flag"]["state"] == "ESCALATED"
    life.saved(team, team.morgan, life.CLOSE, life.closing(flag, outcomeCode="SAFEGUARDED"))
    assert team.ask(team.priya, READ, id=flag["id"])["flag"] is None
    assert team.ask(team.sam, READ, id=flag["id"])["flag"] is None


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"outcomeCode": "FORGOTTEN"}, ["outcomeCode"]),
        ({"outcomeCode": "NEED_MET"}, ["outcomeCode"]),
        ({"outcomeCode": "a\0"}, ["outcomeCode"]),
        ({"feedback": " "}, ["feedback"]),
        ({"feedback": "x" * 10_001}, ["feedback"]),
    ],
)
def test_a_flag_is_closed_with_an_outcome_and_a_word(team: Cast, changes: dict[str, Any], wrong: list[str]) -> None:
    flag = life.stands(team, answered(team))
    before = snapshot(team.owner)
    answer = team.ask(team.morgan, life.CLOSE, input=life.closing(flag, **changes))["closeFlag"]
    assert [each["path"] for each in answer["errors"]] == [wrong]
    assert changed(before, snapshot(team.owner)) == {}


def test_an_expired_flag_says_so_and_its_shares_have_ended(team: Cast, worker: Database) -> None:
    flag = life.past_its_date(team, answered(team))
    assert clock_step(worker, team, flag, "expire")
    read = team.ask(team.rowan, READ, id=flag["id"])["flag"]
    assert read["state"] == "EXPIRED"
    assert [edge["node"]["state"] for edge in read["shares"]["edges"]] == ["ENDED"]
    with team.truth() as session:
        line = session.execute(
            text(
                "select e.action, e.operation, e.outcome, e.membership_id from audit_event e"
                " join audit_subject s on s.audit_event_id = e.id where s.pseudonym = audit_pseudonym(:id)"
                " order by e.id desc limit 1 offset 1"
            ),
            {"id": life.uncovered(team, flag)},
        ).one()
    assert tuple(line) == ("WRITE", "clock:expire", "DONE", None)


def test_a_flag_does_not_expire_before_its_date(team: Cast, worker: Database) -> None:
    before = snapshot(team.owner)
    flag = answered(team)
    assert changed(before, snapshot(team.owner))
    before = snapshot(team.owner)
    assert not clock_step(worker, team, flag, "expire")
    assert changed(before, snapshot(team.owner)) == {}


def test_what_is_owed_is_every_share_that_nobody_answered_and_nobody_ended() -> None:
    answered_, open_ = (
        Share(state=ShareState.ACTIVE, engagement=engagement) for engagement in (Engagement.ENGAGED, None)
    )
    ended_ = Share(state=ShareState.ENDED, engagement=None)
    assert owes_nothing([])
    assert owes_nothing([answered_, ended_])
    assert not owes_nothing([answered_, open_, ended_])


@pytest.mark.parametrize("state", ["NFA", "CLOSED", "MERGED"])
def test_the_database_lets_no_flag_end_without_a_word_to_its_flagger(team: Cast, wall: Wall, state: str) -> None:
    flag, target = taken(team), raised(team)
    into = "cast(:target as uuid)" if state == "MERGED" else "null"
    ending = text(
        f"update flag set state = '{state}', close_outcome_code = 'HELP_IN_PLACE', merged_into_flag_id = {into}"
        " where id = :id"
    )
    values = {"id": life.uncovered(team, flag)} | (
        {"target": life.uncovered(team, target)} if state == "MERGED" else {}
    )
    before = snapshot(team.owner)
    with pytest.raises(DBAPIError, match="A flag ends with a word"), wall.acting_as(team.morgan) as session:
        session.execute(ending, values)
    assert changed(before, snapshot(team.owner)) == {}


def test_a_flag_that_ends_anew_needs_a_new_word(team: Cast, wall: Wall) -> None:
    flag = life.saved(team, team.morgan, life.REOPEN, life.reopening(ended(team)))
    with pytest.raises(DBAPIError, match="A flag ends with a word"), wall.acting_as(team.morgan) as session:
        session.execute(text("update flag set state = 'NFA' where id = :id"), {"id": life.uncovered(team, flag)})
    assert life.stands(team, flag)["state"] == "IN_TRIAGE"


def test_nobody_but_triage_ends_what_a_flag_was_opened_for(team: Cast, wall: Wall) -> None:
    flag = life.stands(team, answered(team))
    asked = {"id": life.uncovered(team, flag)}
    for viewer in (team.rowan, team.mel, team.sam, team.priya):
        with pytest.raises(DBAPIError, match=r"may not close|permission denied"), wall.acting_as(viewer) as session:
            session.execute(text("select close_recipients_as_triage(:id)"), asked)
        with pytest.raises(DBAPIError, match="permission denied"), wall.acting_as(viewer) as session:
            session.execute(text("select close_recipients(:id)"), asked)
    assert team.ask(team.sam, READ, id=flag["id"])["flag"]["state"] == "SHARED"
