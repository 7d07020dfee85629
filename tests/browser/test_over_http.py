"""The whole path as tools walk it: real HTTP, one token for each, and each answer at the levels of the grid."""

import re
from typing import Any

import pytest
from flask import Flask

from portal.db import Database
from portal.operations.embedded import DatabaseUrls
from tests.browser.tool import Tool, tool_of
from tests.factories.cast import Cast, key
from tests.factories.flags import ANSWER, DECIDE, RAISE, TAKE, raised, report, shared, sharing, taken
from tests.factories.jobs import work_off
from tests.factories.site import cookie_of, start_session
from tests.factories.snapshot import unchanged

INBOX = """
query Inbox($queue: FlagQueue!) {
  flags(filter: {queue: $queue}, first: 10) { totalCount { value more } edges { node { id version reference state } } }
}
"""
FLAG = """
query Flag($id: ID!) {
  flag(by: {id: $id}) {
    reference state urgency fact placeDescription ownWords strengths opinion standpoint thirdPartyNotes told
    sourceReference { system value }
    concerns { code }
    ageBand { code }
    raisedBy { displayName }
    triagedBy { displayName }
    subject { __typename ... on Person { preferredName description withheld { fieldGroup } } }
    decision { outcome thresholdLevel { code } rationale decidedBy { displayName } withheld { fieldGroup } }
    feedback(first: 5) { edges { node { text engagement } } }
    shares(first: 5) { edges { node { id version proportionalityNote engagement answerNote withheld { fieldGroup } } } }
    disclosure { granted { fieldGroup level } because }
    withheld { fieldGroup fields because clause { number } }
  }
}
"""
NOTICES = "{ notifications(first: 10) { edges { node { kind flag { id } } } } }"
NOTE = "First appointment kept. Wants help to sleep."
# The cells of the grid (version 1) for whoever reads a flag, as the schema names them.
AUTHOR = {"IDENTITY": "FULL", "FLAG_FACTS": "FULL", "FLAG_OPINION": "FULL", "STANDPOINT": "FULL", "TRIAGE": "STATUS"}
TRIAGE = {"IDENTITY": "FULL", "FLAG_FACTS": "FULL", "FLAG_OPINION": "FULL", "STANDPOINT": "CODED", "TRIAGE": "FULL"}
HEALTH = {"IDENTITY": "FULL", "FLAG_FACTS": "CODED", "TRIAGE": "CODED", "HEALTH": "CODED", "LAWFUL_BASIS": "CODED"}


def of_the_grid(flag: dict[str, Any], cells: dict[str, str], *absent: str) -> None:
    """The levels a flag was opened at: these, and none of the absent groups."""
    granted = {each["fieldGroup"]: each["level"] for each in flag["disclosure"]["granted"]}
    assert granted | cells == granted
    assert not set(absent) & set(granted)


def told(answer: str) -> str:
    """An answer without what is left of the allowance, which fills again while somebody asks."""
    return re.sub(r'"remaining":[0-9]+', "", answer)


def test_a_flag_goes_from_tool_to_tool_and_back(cast: Cast, owner: Database, address: str, urls: DatabaseUrls) -> None:
    rowan, morgan, sam = (tool_of(address, owner, viewer) for viewer in (cast.rowan, cast.morgan, cast.sam))
    flag = police_raise(rowan)
    triage_shares(morgan, cast, flag)
    health_answers(sam, flag)
    work_off(urls.worker)
    police_hear(rowan, flag)


def police_raise(rowan: Tool) -> dict[str, Any]:
    """Raised, and sent again with the same key: one flag."""
    said = report(source={"system": "Records", "value": "OC 4471/26"})
    made = rowan.ask(RAISE, input=said)["raiseFlag"]
    again = rowan.ask(RAISE, input=said)["raiseFlag"]
    assert (made["__typename"], made["replayed"], again["replayed"]) == ("FlagRaised", False, True)
    flag: dict[str, Any] = made["flag"]
    assert again["flag"]["id"] == flag["id"]
    of_the_grid(rowan.ask(FLAG, id=flag["id"])["flag"], AUTHOR, "HEALTH", "SOCIAL_CARE", "HEALTH_IDENTIFIER")
    return flag


def triage_shares(morgan: Tool, cast: Cast, flag: dict[str, Any]) -> None:
    """Found in the worklist, read, taken, shared."""
    waiting = morgan.ask(INBOX, queue="TO_TRIAGE")["flags"]
    assert [edge["node"]["id"] for edge in waiting["edges"]] == [flag["id"]]
    read = morgan.ask(FLAG, id=flag["id"])["flag"]
    of_the_grid(read, TRIAGE, "HEALTH_IDENTIFIER")
    assert read["fact"] == "Sitting alone with two empty cans."
    given = {"id": flag["id"], "expectedVersion": flag["version"], "idempotencyKey": key()}
    took = morgan.ask(TAKE, input=given)["startTriage"]["flag"]
    decided = morgan.ask(DECIDE, input=sharing(cast, took))["triageFlag"]
    assert (decided["__typename"], decided["flag"]["state"]) == ("FlagSaved", "SHARED")


def health_answers(sam: Tool, flag: dict[str, Any]) -> None:
    """Read at the levels of a service administrator, and answered."""
    waiting = sam.ask(INBOX, queue="AWAITING_OUR_ANSWER")["flags"]
    assert [edge["node"]["id"] for edge in waiting["edges"]] == [flag["id"]]
    answer = sam.send(FLAG, id=flag["id"])
    read = answer.body["data"]["flag"]
    of_the_grid(read, HEALTH, "FLAG_OPINION", "STANDPOINT", "SOURCE_REFERENCE", "THIRD_PARTIES", "SOCIAL_CARE")
    assert read["subject"]["preferredName"] == "Kai"
    assert (read["concerns"], read["ageBand"]) == ([{"code": "ALCOHOL"}], {"code": "14_15"})
    hidden = ("fact", "placeDescription", "ownWords", "opinion", "standpoint", "thirdPartyNotes", "sourceReference")
    assert {name: read[name] for name in hidden} == dict.fromkeys(hidden)
    withheld = {each["fieldGroup"]: each["clause"]["number"] for each in read["withheld"]}
    named = {"FLAG_FACTS": "4.4", "FLAG_OPINION": "4.5", "STANDPOINT": "4.6", "SOURCE_REFERENCE": "4.7"}
    assert withheld | named == withheld
    for words in ("empty cans", "Bus shelter", "somewhere to go", "Third time", "brother", "OC 4471", "wants help"):
        assert words not in answer.text
    share = read["shares"]["edges"][0]["node"]
    given = {"id": share["id"], "expectedVersion": share["version"], "engagement": "ENGAGED", "note": NOTE}
    answered = sam.ask(ANSWER, input=given | {"idempotencyKey": key()})["answerShare"]
    assert (answered["__typename"], answered["share"]["engagement"]) == ("ShareSaved", "ENGAGED")
    assert sam.ask(INBOX, queue="AWAITING_OUR_ANSWER")["flags"]["edges"] == []


def police_hear(rowan: Tool, flag: dict[str, Any]) -> None:
    """Two notices, the words meant for the flagger, and nothing of health or of the reasons."""
    notices = rowan.ask(NOTICES)["notifications"]["edges"]
    assert [edge["node"]["flag"]["id"] for edge in notices] == [flag["id"]] * 2
    answer = rowan.send(FLAG, id=flag["id"])
    read = answer.body["data"]["flag"]
    heard = [(edge["node"]["engagement"], edge["node"]["text"]) for edge in read["feedback"]["edges"]]
    assert heard == [
        ("ENGAGED", "The service is working with them."),
        (None, "Thank you. Health will offer them a place."),
    ]
    assert (read["triagedBy"], read["decision"]["rationale"], read["decision"]["decidedBy"]) == (None, None, None)
    for words in (NOTE, "Morgan Teale", "Sam Okafor", "wants help", "only offer a place", "LEVEL_2"):
        assert words not in answer.text


REFUSED = "Only the partnership's triage takes a flag."


def test_a_tool_of_the_wrong_role_is_refused_and_changes_nothing(cast: Cast, owner: Database, address: str) -> None:
    waiting, shared_one = raised(cast), shared(cast)
    rowan, sam, robin = (tool_of(address, owner, viewer) for viewer in (cast.rowan, cast.sam, cast.robin))
    takes = {"id": waiting["id"], "expectedVersion": waiting["version"], "idempotencyKey": key()}
    decides = sharing(cast, taken(cast)) | {"id": shared_one["id"], "expectedVersion": shared_one["version"]}
    with unchanged(owner):
        for tool, document, given, message in (
            (rowan, TAKE, takes, REFUSED),
            (sam, DECIDE, decides, "Only the partnership's triage decides on a flag."),
            (robin, RAISE, report(), "Your role does not raise flags."),
        ):
            [answer] = tool.ask(document, input=given | {"idempotencyKey": key()}).values()
            assert (answer["__typename"], answer["message"]) == ("NotPermitted", message)


def test_a_tool_learns_nothing_of_what_it_may_not_see(cast: Cast, owner: Database, address: str) -> None:
    flag = raised(cast)
    ari = tool_of(address, owner, cast.ari)
    with unchanged(owner):
        assert ari.ask(FLAG, id=flag["id"]) == ari.ask(FLAG, id="nothing") == {"flag": None}
        given = {"id": flag["id"], "expectedVersion": flag["version"], "idempotencyKey": key()}
        hidden = told(ari.send(TAKE, input=given).text)
        nothing = told(ari.send(TAKE, input=given | {"id": "nothing"}).text)
        assert hidden == nothing
        assert "NotFound" in hidden


@pytest.mark.parametrize("token", [None, "Bearer", "Bearer nothing", "Basic cm93YW46", "bearer ", "Token x"])
def test_without_a_token_that_is_known_nothing_is_answered(owner: Database, address: str, token: str | None) -> None:
    tool = Tool(address, {"Authorization": token} if token else {})
    with unchanged(owner):
        answer = tool.send(RAISE, input=report())
    assert answer.status == 401
    assert set(answer.body) == {"errors"}


def test_the_cookie_of_a_page_is_nobody_here(cast: Cast, owner: Database, site: Flask, address: str) -> None:
    secret = start_session(owner, user_id=cast.rowan.user_id, membership_id=cast.rowan.membership_id)
    cookie = f"{site.config['SESSION_COOKIE_NAME']}={cookie_of(site, secret)}"
    for headers in ({"Cookie": cookie}, {"Authorization": f"Bearer {secret}"}):
        with unchanged(owner):
            answer = Tool(address, headers).send(RAISE, input=report())
        assert answer.status == 401
        assert set(answer.body) == {"errors"}
