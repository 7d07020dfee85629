"""A flag is handed to the authority that safeguards children, on a lawful basis that is written down."""

from typing import Any

import pytest
from sqlalchemy import text

from graphql_schema import Door
from portal.db import Database
from tests.factories import life
from tests.factories.cast import Cast, settle_cast
from tests.factories.flags import DECIDE, group_report, raised, shared, sharing, taken
from tests.factories.snapshot import changed, snapshot
from tests.flags.test_information import announced

READ = """
query($id: ID!) {
  flag(by: {id: $id}) {
    state fact opinion disclosure { because } viewerCanShare viewerCanEscalate viewerCanTriage
    decisions(first: 9) { edges { node { outcome reason { code vocabulary } escalatedTo { name } rationale } } }
    feedback(first: 9) { edges { node { text } } } subject { ... on Person { preferredName } }
  }
}
"""


@pytest.fixture(scope="module")
def team(owner: Database, door: Door) -> Cast:
    """A cast whose flags each test makes for itself."""
    return settle_cast(owner, door)


def test_safeguarding_sees_the_flag_and_its_person_from_the_moment_it_is_handed_over(team: Cast) -> None:
    flag = taken(team)
    assert team.ask(team.priya, READ, id=flag["id"])["flag"] is None
    life.escalated(team, flag)
    read = team.ask(team.priya, READ, id=flag["id"])["flag"]
    assert read["disclosure"] == {"because": "SAFEGUARDING"}
    assert (read["state"], read["fact"]) == ("ESCALATED", "Sitting alone with two empty cans.")
    assert read["subject"] == {"preferredName": "Kai"}
    # The agreement opens an opinion to a practitioner where a share names it; handing over names no group.
    assert read["opinion"] is None
    [decision] = [edge["node"] for edge in read["decisions"]["edges"]]
    assert decision["outcome"] == "ESCALATE"
    assert decision["reason"] == {"code": "EXPLOITATION", "vocabulary": "escalation-reason"}
    assert decision["escalatedTo"] == {"name": "Severnshire County Council"}
    told = team.ask(team.rowan, READ, id=flag["id"])["flag"]
    assert told["feedback"]["edges"] == [{"node": {"text": "Thank you. We are looking into it."}}]
    assert told["decisions"]["edges"][0]["node"] == {
        "outcome": "ESCALATE", "reason": None, "escalatedTo": None, "rationale": None,
    }  # fmt: skip
    assert announced(team, flag) == ["ESCALATED_TO_US"]


def test_the_lawful_basis_is_kept_with_what_was_opened(team: Cast) -> None:
    flag = life.escalated(team)
    with team.truth() as session:
        rows = session.execute(
            text(
                "select root_kind, lawful_basis_code, valid_to, share_id from disclosure where because = 'SAFEGUARDING'"
                " and root_id in (select unnest(array[id, person_id]) from flag where id = :id)"
            ),
            {"id": life.uncovered(team, flag)},
        ).all()
    assert {row[0] for row in rows} == {"FLAG", "PERSON"}
    assert {tuple(row[1:]) for row in rows} == {("SAFEGUARDING", None, None)}


def test_a_group_can_be_handed_over_too(team: Cast) -> None:
    flag = life.escalated(team, taken(team, raised(team, subject=group_report()["subject"])))
    assert team.ask(team.priya, READ, id=flag["id"])["flag"]["state"] == "ESCALATED"


def test_shares_stay_open_when_a_shared_flag_is_handed_over_and_it_can_be_shared_again(team: Cast) -> None:
    flag = life.escalated(team, shared(team))
    assert team.ask(team.sam, READ, id=flag["id"])["flag"]["state"] == "ESCALATED"
    read = team.ask(team.morgan, READ, id=flag["id"])["flag"]
    assert (read["viewerCanShare"], read["viewerCanEscalate"], read["viewerCanTriage"]) == (True, False, False)
    again = life.saved(team, team.morgan, DECIDE, sharing(team, flag, toAgencyId=team.agency_id("SEVERN-COURT")))
    assert again["state"] == "SHARED"
    for viewer in (team.alex, team.sam, team.priya):
        assert team.ask(viewer, READ, id=flag["id"])["flag"]["state"] == "SHARED"
    outcomes = team.ask(team.morgan, READ, id=flag["id"])["flag"]["decisions"]["edges"]
    assert [edge["node"]["outcome"] for edge in outcomes] == ["SHARE", "ESCALATE", "SHARE"]


@pytest.mark.parametrize(
    ("code", "reason", "wrong"),
    [
        ("SEVERN-MHS", "EXPLOITATION", "toAgencyId"),
        ("SEVERN-POLICE", "EXPLOITATION", "toAgencyId"),
        (None, "EXPLOITATION", "toAgencyId"),
        ("SEVERN-LA", "NEED_MET", "reasonCode"),
        ("SEVERN-LA", "", "reasonCode"),
    ],
)
def test_a_flag_is_handed_to_a_safeguarding_authority_for_a_coded_reason(
    team: Cast, code: str | None, reason: str, wrong: str
) -> None:
    flag = taken(team)
    agency = "nonsense" if code is None else team.agency_id(code)
    before = snapshot(team.owner)
    given: dict[str, Any] = life.deciding(flag, {"escalate": {"toAgencyId": agency, "reasonCode": reason}})
    answer = team.ask(team.morgan, DECIDE, input=given)["triageFlag"]
    assert [each["path"] for each in answer["errors"]] == [["decision", "escalate", wrong]]
    assert changed(before, snapshot(team.owner)) == {}


def test_an_authority_of_another_partnership_is_not_one_of_this(owner: Database, door: Door, team: Cast) -> None:
    other, flag = settle_cast(owner, door), taken(team)
    before = snapshot(owner)
    answer = team.ask(team.morgan, DECIDE, input=life.deciding(flag, life.escalating(other)))["triageFlag"]
    assert [each["path"] for each in answer["errors"]] == [["decision", "escalate", "toAgencyId"]]
    assert changed(before, snapshot(owner)) == {}
