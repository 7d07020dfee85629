"""Triage shares a flag with whom the agreement names, for a purpose, and tells whoever raised it."""

from typing import Any

import pytest
from sqlalchemy import text

from graphql_schema import Door
from portal.db import Database
from portal.partnerships.models import PartnershipMember
from tests.factories.accounts import LONG_AGO, make_agency
from tests.factories.cast import Cast, settle_cast
from tests.factories.flags import DECIDE, raised, shared, sharing, taken
from tests.factories.snapshot import changed, snapshot

READ = """
query($id: ID!) {
  flag(by: {id: $id}) {
    state version fact opinion expiresAt decision { outcome rationale reason { code } }
    feedback(first: 5) { edges { node { text engagement givenByAgency { name } } } }
    shares(first: 5) { edges { node {
      state toAgency { name } fieldGroups purpose { code } lawfulBasis { code } sourceRegime validTo proportionalityNote
    } } }
    disclosure { because validTo } subject { ... on Person { preferredName disclosure { because validTo } } }
  }
}
"""


@pytest.fixture(scope="module")
def team(owner: Database, door: Door) -> Cast:
    """A cast whose flags each test makes for itself."""
    return settle_cast(owner, door)


@pytest.fixture(scope="module")
def in_triage(team: Cast) -> dict[str, Any]:
    """A flag in triage, on which every refused decision is tried."""
    return taken(team)


def read(cast: Cast, flag: dict[str, Any], viewer: str) -> Any:
    """The flag as somebody reads it."""
    return cast.ask(cast.viewers[viewer], READ, id=flag["id"])["flag"]


def refusal(cast: Cast, given: dict[str, Any]) -> list[tuple[str, str]]:
    """The broken rules of a decision that must be refused, having changed nothing: (path, code)."""
    before = snapshot(cast.owner)
    answer = cast.ask(cast.morgan, DECIDE, input=given)["triageFlag"]
    assert answer["__typename"] == "Invalid", answer
    assert changed(before, snapshot(cast.owner)) == {}
    return [(".".join(each["path"]), each["code"]) for each in answer["errors"]]


FIRST = "decision.share.shares.0"


def test_a_flag_is_not_shared_with_whom_the_agreement_does_not_name(
    team: Cast, in_triage: dict[str, Any], owner: Database
) -> None:
    other = settle_cast(owner, team.door)
    school = make_agency(owner, kind="SCHOOL")
    with owner.transaction() as session:
        partnership_id = team.settled.partnership_id
        session.add(PartnershipMember(partnership_id=partnership_id, agency_id=school, active_from=LONG_AGO))
    seal = team.door._opened_seal()
    for agency, code in {
        other.agency_id("SEVERN-MHS"): "UNKNOWN",
        team.agency_id("SEVERN-LA"): "UNKNOWN",
        "no id": "UNKNOWN",
        in_triage["id"]: "UNKNOWN",
        team.agency_id("SEVERN-POLICE"): "NOT_ALLOWED",
        seal.seal_id("Agency", school): "NOT_ALLOWED",
    }.items():
        assert refusal(team, sharing(team, in_triage, toAgencyId=agency)) == [(f"{FIRST}.toAgencyId", code)]


def test_a_flag_is_not_shared_with_an_agency_that_has_left_the_partnership(cast: Cast) -> None:
    flag = taken(cast)
    with cast.owner.transaction() as session:
        session.execute(
            text("update partnership_member set active_to = current_date - 1 where agency_id = :agency"),
            {"agency": cast.settled.agencies["SEVERN-MHS"]},
        )
    assert refusal(cast, sharing(cast, flag)) == [(f"{FIRST}.toAgencyId", "UNKNOWN")]


def test_a_decision_says_why_at_which_level_and_what_the_flagger_is_told(team: Cast, in_triage: dict[str, Any]) -> None:
    end = {"decision": {"noFurtherAction": {"reasonCode": "NEED_MET"}}}
    for decision in ({}, end):
        given = sharing(team, in_triage) | decision
        for blank in ("", " \n"):
            assert refusal(team, given | {"feedback": blank}) == [("feedback", "REQUIRED")]
            assert refusal(team, given | {"rationale": blank}) == [("rationale", "REQUIRED")]
        assert refusal(team, given | {"thresholdLevelCode": "LEVEL_9"}) == [("thresholdLevelCode", "UNKNOWN")]
    unreasoned = {"decision": {"noFurtherAction": {"reasonCode": "NO_TIME"}}}
    assert refusal(team, sharing(team, in_triage) | unreasoned) == [("decision.noFurtherAction.reasonCode", "UNKNOWN")]


def test_a_share_says_what_for_and_why_no_less_would_do(team: Cast, in_triage: dict[str, Any]) -> None:
    assert refusal(team, sharing(team, in_triage, purposeCode="CURIOSITY")) == [(f"{FIRST}.purposeCode", "UNKNOWN")]
    assert refusal(team, sharing(team, in_triage, proportionalityNote=" ")) == [
        (f"{FIRST}.proportionalityNote", "REQUIRED")
    ]


def test_a_decision_to_share_names_agencies_and_each_once(team: Cast, in_triage: dict[str, Any]) -> None:
    given = sharing(team, in_triage)
    one = given["decision"]["share"]["shares"]
    assert refusal(team, given | {"decision": {"share": {"shares": []}}}) == [("decision.share.shares", "REQUIRED")]
    assert refusal(team, given | {"decision": {"share": {"shares": one * 2}}}) == [
        ("decision.share.shares", "NOT_UNIQUE")
    ]


def test_nothing_is_shared_when_one_of_several_cannot_be(team: Cast, in_triage: dict[str, Any]) -> None:
    given = sharing(team, in_triage)
    [good] = given["decision"]["share"]["shares"]
    both = {"decision": {"share": {"shares": [good, good | {"toAgencyId": team.agency_id("SEVERN-POLICE")}]}}}
    assert refusal(team, given | both) == [("decision.share.shares.1.toAgencyId", "NOT_ALLOWED")]
    assert read(team, in_triage, "sam") is None


def test_nothing_is_shared_without_an_agreement_in_force(cast: Cast) -> None:
    flag = taken(cast)
    with cast.owner.transaction() as session:
        session.execute(
            text(
                "update agreement_version set state = 'ENDED' where agreement_id in"
                " (select id from sharing_agreement where partnership_id = :partnership)"
            ),
            {"partnership": cast.settled.partnership_id},
        )
    before = snapshot(cast.owner)
    answer = cast.ask(cast.morgan, DECIDE, input=sharing(cast, flag))["triageFlag"]
    assert answer["__typename"] == "NotPermitted"
    assert changed(before, snapshot(cast.owner)) == {}


def test_recipients_read_what_the_agreement_gives_until_the_flag_ends(team: Cast) -> None:
    flag = shared(team, fieldGroups=["FLAG_FACTS"])
    found = {name: read(team, flag, name) for name in team.viewers}
    assert {name for name, each in found.items() if each} == {"rowan", "mel", "morgan", "jo", "sam", "ines", "kit"}
    assert found["ines"]["fact"] == "Sitting alone with two empty cans."
    assert found["sam"]["fact"] is None
    assert found["ines"]["opinion"] is None
    for name in ("sam", "ines", "kit"):
        assert found[name]["disclosure"] == {"because": "SHARE", "validTo": found["rowan"]["expiresAt"]}
        assert found[name]["subject"]["preferredName"] == "Kai"
        assert found[name]["subject"]["disclosure"] == found[name]["disclosure"]


def test_a_share_keeps_what_it_rests_on(team: Cast) -> None:
    for raiser, regime in {"rowan": "PART_3", "priya": "PART_2"}.items():
        flag = shared(team, taken(team, raised(team, team.viewers[raiser])), fieldGroups=["FLAG_OPINION", "FLAG_FACTS"])
        [edge] = read(team, flag, "morgan")["shares"]["edges"]
        share = edge["node"]
        assert (share["state"], share["sourceRegime"]) == ("ACTIVE", regime)
        assert (share["purpose"], share["lawfulBasis"]) == ({"code": "HEALTH_SUPPORT"}, {"code": "HEALTH_SOCIAL_CARE"})
        assert set(share["fieldGroups"]) == {"FLAG_FACTS", "FLAG_OPINION"}
        assert share["validTo"] == read(team, flag, "morgan")["expiresAt"]


def test_whoever_raised_it_reads_the_word_back_and_not_the_reasons(team: Cast) -> None:
    flag = shared(team)
    mine = read(team, flag, "rowan")
    assert [edge["node"]["text"] for edge in mine["feedback"]["edges"]] == [
        "Thank you. Health will offer them a place."
    ]
    assert mine["decision"] == {"outcome": "SHARE", "rationale": None, "reason": None}
    assert read(team, flag, "morgan")["decision"]["rationale"] == "Drinking alone, wants help."


def test_when_its_time_is_over_a_share_shows_its_recipients_nothing(team: Cast) -> None:
    flag = shared(team)
    assert read(team, flag, "ines")
    with team.owner.transaction() as session:
        for table, key in (("disclosure", "share_id"), ("share", "id")):
            session.execute(
                text(
                    f"update {table} set valid_from = now() - interval '2 days', valid_to = now() - interval '1 day'"
                    f" where {key} in (select s.id from share s join flag f on f.id = s.flag_id"
                    "               where f.reference = :reference)"
                ),
                {"reference": flag["reference"]},
            )
    assert read(team, flag, "ines") is None
    [edge] = read(team, flag, "morgan")["shares"]["edges"]
    assert edge["node"]["state"] == "ENDED"
