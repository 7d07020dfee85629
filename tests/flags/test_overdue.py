"""Who sees a flag that is late: the managers of the lead agency, from that moment on, and hardly more."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from portal.access.context import Wall
from portal.access.viewer import Role, Viewer
from portal.db import Database
from portal.flags.models import Flag
from portal.flags.overdue import deadline_passed, overdue
from portal.identity.viewers import viewer_for_membership
from tests.factories.accounts import make_member
from tests.factories.cast import Cast, key
from tests.factories.clock import date_due, key_of, triage_due
from tests.factories.flags import DECIDE, TAKE, ended, group_report, raised, shared, sharing, taken

SEE = """
query See($id: ID!) {
  flag(by: {id: $id}) {
    id state reference raisedAt expiresAt triageDueAt fact ownWords strengths opinion standpoint placeDescription told
    urgency setting thirdPartyNotes raisedBy { displayName } ageBand { code } concerns { code } purpose { code }
    sourceReference { value } triagedBy { displayName }
    decision { outcome rationale reason { code } thresholdLevel { code } }
    feedback(first: 5) { edges { node { text } } }
    transitions(first: 5) { edges { node { to } } }
    shares(first: 5) { edges { node { id } } }
    subject { ... on Person { preferredName } ... on PlaceGroup { description estimatedSize usualTimes } }
    disclosure { because granted { fieldGroup level } validFrom }
    withheld { fieldGroup clause { number } }
    viewerCanStartTriage viewerCanTriage viewerCanAskForInformation viewerCanWithdraw viewerCanReopen viewerCanClose
    viewerCanGiveFeedback viewerCanEscalate viewerCanShare
  }
}
"""
WORDS = ("Kai", "cans", "somewhere to go", "brother", "Third time", "Station Parade", "parade of shops", "evenings")
LIFE = """
mutation Life($input: {name}Input!) {{
  {field}(input: $input) {{
    __typename ... on FlagSaved {{ flag {{ id version state }} }} ... on Failure {{ message }}
    ... on Invalid {{ errors {{ path message }} }}
  }}
}}
"""


def see(cast: Cast, viewer: Viewer, flag: dict[str, Any]) -> dict[str, Any] | None:
    found: dict[str, Any] | None = cast.ask(viewer, SEE, id=flag["id"])["flag"]
    return found


def change(cast: Cast, by: Viewer, field: str, flag: dict[str, Any], **given: Any) -> dict[str, Any]:
    """Take a step of a flag's life that must succeed."""
    name = field[0].upper() + field[1:]
    about = {"id": flag["id"], "expectedVersion": flag["version"], "idempotencyKey": key()}
    answer = cast.ask(by, LIFE.format(name=name, field=field), input=about | given)[field]
    assert answer["__typename"] == "FlagSaved", answer
    found: dict[str, Any] = answer["flag"]
    return found


def asked(cast: Cast, flag: dict[str, Any] | None = None) -> dict[str, Any]:
    """A flag whose flagger was asked something."""
    given = sharing(cast, flag or taken(cast)) | {"decision": {"moreInformation": {"question": "Were others there?"}}}
    answer = cast.ask(cast.morgan, DECIDE, input=given)["triageFlag"]
    assert answer["__typename"] == "FlagSaved", answer
    found: dict[str, Any] = answer["flag"]
    return found


def in_truth(cast: Cast, flag: dict[str, Any]) -> Flag:
    with cast.truth() as session:
        return session.get_one(Flag, key_of(cast, flag))


def managers_rows(cast: Cast, flag: dict[str, Any]) -> list[tuple[datetime, datetime | None]]:
    """The rows through which managers see a flag now or will, by when they begin."""
    rows = text(
        "select valid_from, valid_to from disclosure where root_id = :flag and because = 'OVERDUE'"
        " and (valid_to is null or valid_to > greatest(valid_from, now())) order by valid_from"
    )
    with cast.truth() as session:
        return [(row.valid_from, row.valid_to) for row in session.execute(rows, {"flag": key_of(cast, flag)})]


@pytest.mark.parametrize(("urgency", "hours"), [("URGENT", 6), ("IMMEDIATE", 2)])
def test_raising_a_flag_starts_the_clock_of_its_urgency(cast: Cast, urgency: str, hours: int) -> None:
    emergency = {"actionCode": "CONTROL_ROOM", "incidentNumber": "INC 7"} if urgency == "IMMEDIATE" else None
    flag = raised(cast, urgency=urgency, emergency=emergency)

    seen = see(cast, cast.rowan, flag)
    assert seen is not None
    raised_at, due_at = (datetime.fromisoformat(seen[name]) for name in ("raisedAt", "triageDueAt"))
    assert due_at - raised_at == timedelta(hours=hours)


def test_a_raised_flag_will_open_to_managers_at_its_two_dates_and_is_not_open_before(cast: Cast) -> None:
    flag = raised(cast)
    truth = in_truth(cast, flag)

    assert managers_rows(cast, flag) == [(truth.triage_due_at, None), (truth.expires_at, None)]
    assert see(cast, cast.dee, flag) is None


def test_managers_see_a_flag_from_the_moment_it_is_due_and_not_a_second_before(cast: Cast, wall: Wall) -> None:
    flag = triage_due(cast, raised(cast), ago="-20 seconds")
    assert see(cast, cast.dee, flag) is None
    with wall.acting_as(cast.dee) as session:
        for table in ("flag", "disclosure", "root", "flag_transition"):
            assert session.execute(text(f"select from {table}")).all() == []

    triage_due(cast, flag, ago="0 seconds")
    seen = see(cast, cast.dee, flag)
    assert seen is not None
    assert seen["disclosure"]["because"] == "OVERDUE"
    assert seen["disclosure"]["validFrom"] == seen["triageDueAt"]


@pytest.mark.parametrize("report", [{}, group_report()], ids=["somebody", "a group"])
def test_managers_see_that_a_late_flag_is_there_and_nothing_of_whom_it_is_about(
    cast: Cast, wall: Wall, report: dict[str, Any]
) -> None:
    flag = triage_due(cast, taken(cast, raised(cast, **report | {"idempotencyKey": key()})))

    seen = see(cast, cast.dee, flag)
    assert seen is not None
    assert seen["state"] == "IN_TRIAGE"
    assert seen["triagedBy"] == {"displayName": "Morgan Teale"}
    assert seen["disclosure"]["granted"] == [{"fieldGroup": "TRIAGE", "level": "CODED"}]
    hidden = {
        "fact", "ownWords", "strengths", "opinion", "standpoint", "placeDescription", "told", "urgency", "setting",
        "thirdPartyNotes", "raisedBy", "ageBand", "concerns", "purpose", "sourceReference", "shares",
    }  # fmt: skip
    assert {name: seen[name] for name in hidden} == dict.fromkeys(hidden)
    assert not any((seen["subject"] or {}).values())
    assert not [name for name, value in seen.items() if name.startswith("viewerCan") and value]
    assert not [word for word in WORDS if word in json.dumps(seen)]
    closed = {each["fieldGroup"] for each in seen["withheld"]}
    assert {"FLAG_FACTS", "FLAG_OPINION", "IDENTITY", "STANDPOINT"} <= closed
    assert all(each["clause"] for each in seen["withheld"])
    with wall.acting_as(cast.dee) as session:
        assert session.execute(text("select from person")).all() == []


def test_managers_read_the_coded_reason_of_a_flag_that_outlived_its_date_and_never_the_free_text(cast: Cast) -> None:
    flag = date_due(cast, shared(cast))

    seen = see(cast, cast.dee, flag)
    assert seen is not None
    assert seen["decision"]["thresholdLevel"] == {"code": "LEVEL_2"}
    assert seen["decision"]["rationale"] is None


def test_no_other_manager_and_nobody_else_sees_a_flag_because_it_is_late(cast: Cast, owner: Database) -> None:
    flag = triage_due(cast, raised(cast))
    member = make_member(owner, agency_id=cast.settled.agencies["SEVERN-MHS"], role=Role.SERVICE_MANAGER)
    with owner.transaction() as session:
        elsewhere = viewer_for_membership(session, member.membership_id)
    assert elsewhere is not None

    for viewer in (elsewhere, cast.sam, cast.robin, cast.priya, cast.ari, cast.gail, None):
        assert cast.ask(viewer, SEE, id=flag["id"])["flag"] is None


def test_managers_may_do_nothing_to_a_late_flag(cast: Cast) -> None:
    flag = triage_due(cast, raised(cast))
    given = {"id": flag["id"], "expectedVersion": flag["version"], "idempotencyKey": key()}

    assert cast.ask(cast.dee, TAKE, input=given)["startTriage"]["__typename"] == "NotPermitted"
    assert cast.ask(cast.dee, DECIDE, input=sharing(cast, flag))["triageFlag"]["__typename"] == "NotPermitted"
    assert in_truth(cast, flag).state == "SUBMITTED"


def withdrawn(cast: Cast, flag: dict[str, Any]) -> dict[str, Any]:
    return change(cast, cast.rowan, "withdrawFlag", flag, reasonCode="RAISED_BY_MISTAKE")


@pytest.mark.parametrize("step", [shared, ended, withdrawn, asked])
def test_a_flag_that_is_decided_or_ends_or_waits_for_somebody_else_disappears_for_managers(
    cast: Cast, step: Callable[[Cast, dict[str, Any]], dict[str, Any]]
) -> None:
    flag = triage_due(cast, taken(cast))
    assert see(cast, cast.dee, flag) is not None

    flag = step(cast, flag)
    assert see(cast, cast.dee, flag) is None
    assert cast.ask(cast.dee, "{ flags(first: 5) { edges { node { id } } } }")["flags"]["edges"] == []


def test_what_would_open_later_never_opens_when_the_flag_ends_first(cast: Cast) -> None:
    flag = ended(cast)
    rows = text("select valid_from, valid_to from disclosure where root_id = :flag and because = 'OVERDUE'")

    assert managers_rows(cast, flag) == []
    with cast.truth() as session:
        found = session.execute(rows, {"flag": key_of(cast, flag)}).all()
    assert [row.valid_to for row in found] == [row.valid_from for row in found]
    assert len(found) == 2


def test_a_shared_flag_still_opens_at_the_date_it_was_due_to_end(cast: Cast) -> None:
    flag = shared(cast)

    assert managers_rows(cast, flag) == [(in_truth(cast, flag).expires_at, None)]


def test_an_answered_question_starts_the_clock_anew(cast: Cast) -> None:
    flag = asked(cast)
    assert in_truth(cast, flag).triage_due_at is None
    question = (
        "query($id: ID!) { flag(by: {id: $id}) { informationRequests(first: 1) { edges { node { id dueAt } } } } }"
    )
    [edge] = cast.ask(cast.rowan, question, id=flag["id"])["flag"]["informationRequests"]["edges"]
    request = edge["node"]
    assert request["dueAt"] is not None

    flag = change(
        cast, cast.rowan, "answerInformationRequest", flag, requestId=request["id"], answer="Two more, about fifteen."
    )
    truth = in_truth(cast, flag)
    assert truth.triage_due_at is not None
    assert truth.triage_due_at > truth.updated_at
    assert managers_rows(cast, flag) == [(truth.triage_due_at, None), (truth.expires_at, None)]
    triage_due(cast, flag)
    assert see(cast, cast.dee, flag) is not None


def test_a_flag_that_is_opened_again_has_a_new_clock(cast: Cast) -> None:
    flag = ended(cast, triage_due(cast, taken(cast)))
    flag = change(
        cast, cast.rowan, "reopenFlag", flag, newFact="Seen again with a bruise.", observedAt="2026-11-01T20:00:00Z"
    )

    truth = in_truth(cast, flag)
    assert truth.triage_due_at is not None
    assert truth.triage_due_at > truth.updated_at
    assert see(cast, cast.dee, flag) is None
    triage_due(cast, flag)
    assert see(cast, cast.dee, flag) is not None


def test_where_the_agreement_gives_managers_nothing_they_see_nothing(cast: Cast) -> None:
    with cast.owner.transaction() as session:
        session.execute(
            text(
                "delete from grid_cell where column_code = 'LEAD_MANAGER' and agreement_version_id in (select v.id from"
                " agreement_version v join sharing_agreement a on a.id = v.agreement_id where a.partnership_id = :ours)"
            ),
            {"ours": cast.settled.partnership_id},
        )
    flag = triage_due(cast, raised(cast))

    assert see(cast, cast.dee, flag) is None


def test_closing_a_disclosure_that_has_not_begun_lets_it_never_begin(cast: Cast, wall: Wall) -> None:
    flag = raised(cast)
    audience = text("select audience_id from disclosure where root_id = :flag and because = 'OVERDUE' limit 1")
    with cast.owner.transaction() as session:
        managers = session.scalar(audience, {"flag": key_of(cast, flag)})
    with wall.acting_as(cast.morgan) as session:
        session.execute(
            text("select close_disclosures(:flag, :managers)"), {"flag": key_of(cast, flag), "managers": managers}
        )

    assert managers_rows(cast, flag) == []


def test_the_rule_in_sql_says_of_each_flag_what_its_managers_see(cast: Cast) -> None:
    flags = {
        "raised": raised(cast),
        "late": triage_due(cast, raised(cast)),
        "late in triage": triage_due(cast, taken(cast)),
        "decided after its time": shared(cast, triage_due(cast, taken(cast))),
        "outlived its date": date_due(cast, shared(cast)),
        "ended": date_due(cast, ended(cast, triage_due(cast, taken(cast)))),
        "asked": asked(cast),
    }
    keys = {key_of(cast, flag): name for name, flag in flags.items()}
    with cast.truth() as session:
        rule = select(Flag.id, overdue(Flag), deadline_passed(Flag)).where(Flag.id.in_(keys))
        said = {keys[row[0]]: row[1] for row in session.execute(rule)}

    assert {name for name, late in said.items() if late} == {"late", "late in triage", "outlived its date"}
    assert said == {name: see(cast, cast.dee, flag) is not None for name, flag in flags.items()}
