"""Commissioners of the parties begin a plan, say what it is and whom it is between, and put it on the table."""

from typing import Any

import pytest
from sqlalchemy import func, select

from portal.partnerships.leading import today
from portal.plans.models import PlanParty
from tests.factories.cast import Cast, key
from tests.factories.plans import (
    AGENCIES,
    TITLE,
    done,
    drafted,
    drafting,
    edit,
    failed,
    first_clause,
    first_scheme,
    nodes,
    proposed,
    read_plan,
    say,
    scheme_of,
)
from tests.factories.snapshot import unchanged


def test_a_plan_begins_as_a_draft_with_its_parties_and_its_checklist(cast: Cast) -> None:
    plan = drafted(cast)
    assert plan["reference"].startswith("P-")
    assert (plan["state"], plan["title"]) == ("DRAFT", TITLE)
    assert plan["period"] == {"from": "2027-04-01", "to": "2030-03-31"}
    assert [each["required"] for each in plan["currentVersion"]["parties"]] == [True] * len(AGENCIES)
    assert len(plan["currentVersion"]["standards"]) > 3
    assert plan["currentVersion"]["problems"] == []
    assert plan["currentVersion"]["totals"]["total"] == {"amount": "240001.50"}
    assert [each["kind"] for each in nodes(plan["events"])][-1] == "DRAFTED"


def test_every_party_reads_a_draft_and_nobody_else_knows_of_it(cast: Cast) -> None:
    plan = drafted(cast)
    for viewer in (cast.frankie, cast.lou, cast.quinn, cast.gail, cast.rowan):
        assert read_plan(cast, plan["id"], viewer)["reference"] == plan["reference"]
    assert read_plan(cast, plan["id"], cast.robin) is None
    assert read_plan(cast, plan["id"], cast.alex) is None


@pytest.mark.parametrize(
    ("changes", "path", "code"),
    [
        ({"title": " \r\n "}, ("title",), "REQUIRED"),
        ({"title": "x" * 201}, ("title",), "TOO_LONG"),
        ({"title": "a\0b"}, ("title",), "FORMAT"),
        ({"period": {"from": "2027-04-01", "to": "2027-04-01"}}, ("period",), "OUT_OF_RANGE"),
        ({"period": {"from": "2027-04-01", "to": "2050-04-01"}}, ("period",), "OUT_OF_RANGE"),
        ({"period": {"from": "1900-04-01", "to": "1903-03-31"}}, ("period",), "OUT_OF_RANGE"),
        ({"templateCode": "NO_SUCH"}, ("templateCode",), "UNKNOWN"),
        ({"parties": []}, ("parties",), "REQUIRED"),
    ],
)
def test_a_plan_that_breaks_a_rule_is_not_begun(
    cast: Cast, changes: dict[str, Any], path: tuple[str, ...], code: str
) -> None:
    given = drafting(cast) | changes
    with unchanged(cast.owner):
        assert failed(say(cast, cast.brook, "draftPlan", **given), *path) == code


def test_parties_are_members_of_the_partnership_each_named_once_with_ones_own_among_them(cast: Cast) -> None:
    police, council = ({"agencyId": cast.agency_id(code)} for code in AGENCIES[:2])
    stranger = {"agencyId": drafted(cast)["id"]}
    for parties, code in (
        ([council], "REQUIRED"),
        ([police, council, council], "NOT_UNIQUE"),
        ([police, stranger], "UNKNOWN"),
        ([police] * 21, "TOO_LONG"),
    ):
        given = drafting(cast, parties=parties)
        with unchanged(cast.owner):
            assert failed(say(cast, cast.brook, "draftPlan", **given), "parties") == code


def test_the_same_intent_sent_twice_begins_one_plan(cast: Cast) -> None:
    given = drafting(cast, idempotencyKey=key())
    first, second = (say(cast, cast.brook, "draftPlan", **given) for _ in range(2))
    assert (first["replayed"], second["replayed"]) == (False, True)
    assert first["plan"] == second["plan"]
    with cast.truth() as session:
        party = PlanParty.agency_id == cast.brook.agency_id
        assert session.execute(select(func.count()).select_from(PlanParty).where(party)).scalar_one() == 1
    given["title"] = "Another"
    assert say(cast, cast.brook, "draftPlan", **given)["reason"] == "KEY_REUSED"


def test_a_draft_is_called_otherwise_and_moved_by_any_party(cast: Cast) -> None:
    plan = drafted(cast)
    period = {"from": "2027-04-01", "to": "2029-03-31"}
    done(cast, cast.frankie, "setPlanParticulars", **edit(plan), title="Somewhere  to\ngo", period=period)
    after = read_plan(cast, plan["id"])
    assert (after["title"], after["period"]) == ("Somewhere to go", period)
    # Money in a year that the plan covers no more is named at once.
    assert {each["code"] for each in after["currentVersion"]["problems"]} == {"YEAR_OUTSIDE_PLAN"}
    assert len(after["currentVersion"]["standards"]) == len(plan["currentVersion"]["standards"])


def test_writing_a_clause_takes_nothing_out_of_the_hands_of_whoever_names_the_plan(cast: Cast) -> None:
    plan = drafted(cast)
    clause = first_clause(plan)
    done(cast, cast.lou, "editClause", id=clause["id"], expectedVersion=clause["version"], text="Other words.")
    period = {"from": "2027-04-01", "to": "2030-03-31"}
    done(cast, cast.brook, "setPlanParticulars", **edit(plan), title="New name", period=period)
    stale = say(cast, cast.frankie, "setPlanParticulars", **edit(plan), title="My name", period=period)
    assert stale["reason"] == "STALE_VERSION"
    assert stale["planVersion"]["title"] == "New name"
    assert read_plan(cast, plan["id"])["title"] == "New name"


def test_parties_come_and_go_while_nothing_was_proposed(cast: Cast) -> None:
    plan = drafted(cast)
    police, council, court = (cast.agency_id(code) for code in ("SEVERN-POLICE", "SEVERN-LA", "SEVERN-COURT"))
    parties = [{"agencyId": police}, {"agencyId": council, "required": False}, {"agencyId": court}]
    done(cast, cast.brook, "setPlanParties", **edit(plan), parties=parties)
    after = read_plan(cast, plan["id"])
    found = {each["agency"]["id"]: each["required"] for each in after["currentVersion"]["parties"]}
    assert found == {police: True, council: False, court: True}
    assert read_plan(cast, plan["id"], cast.alex)["id"] == plan["id"]
    assert read_plan(cast, plan["id"], cast.lou) is None
    # What the health service was to pay is still there, for the others to settle.
    assert "FUNDER_NOT_PARTY" in {each["code"] for each in after["currentVersion"]["problems"]}


def test_a_party_of_a_proposed_version_is_not_pushed_out_by_the_others(cast: Cast) -> None:
    plan = proposed(cast)
    done(cast, cast.frankie, "draftNextPlanVersion", **edit(plan))
    plan = read_plan(cast, plan["id"])
    parties = [{"agencyId": cast.agency_id(code)} for code in AGENCIES[:2]]
    with unchanged(cast.owner):
        answer = say(cast, cast.brook, "setPlanParties", **edit(plan), parties=parties)
    assert failed(answer, "parties") == "NOT_ALLOWED"
    done(
        cast, cast.brook, "setPlanParties", **edit(plan),
        parties=[*parties, {"agencyId": cast.agency_id("SEVERN-MHS"), "required": False}],
    )  # fmt: skip


def test_an_agency_that_left_is_not_put_back_by_the_others(cast: Cast) -> None:
    plan = drafted(cast)
    leaving = edit(plan, lastDay=str(today()), reason="We have no money this year.")
    done(cast, cast.remy, "withdrawFromPlan", **leaving)
    plan = read_plan(cast, plan["id"])
    with unchanged(cast.owner):
        answer = say(cast, cast.brook, "setPlanParties", **edit(plan, parties=drafting(cast)["parties"]))
    assert failed(answer, "parties") == "NOT_ALLOWED"


def test_proposing_freezes_the_bytes_and_every_edit_since_it_was_read_is_a_conflict(cast: Cast) -> None:
    plan = drafted(cast)
    version, clause = plan["currentVersion"], first_clause(plan)
    done(cast, cast.frankie, "editClause", id=clause["id"], expectedVersion=clause["version"], text="Other words.")
    with unchanged(cast.owner):
        stale = say(cast, cast.brook, "proposePlanVersion", id=version["id"], expectedVersion=version["version"])
    assert stale["reason"] == "STALE_VERSION"
    after = proposed(cast, read_plan(cast, plan["id"]))
    assert (after["state"], after["currentVersion"]["state"]) == ("PROPOSED", "PROPOSED")
    assert len(after["currentVersion"]["contentHash"]) == len(after["currentVersion"]["merkleRoot"]) == 64
    current = first_clause(after)
    with unchanged(cast.owner):
        answers = [
            say(cast, cast.brook, "editClause", id=current["id"], expectedVersion=current["version"], text="No."),
            say(cast, cast.brook, "removeClause", id=current["id"], expectedVersion=current["version"]),
            say(cast, cast.brook, "saveScheme", planVersionId=version["id"], scheme=scheme_of(cast)),
            say(cast, cast.brook, "setPlanParties", **edit(after), parties=drafting(cast)["parties"]),
        ]
    assert {failed(answer, "id") for answer in answers} == {"TRANSITION"}


def test_a_version_with_a_problem_is_not_proposed_and_each_problem_names_its_source(cast: Cast) -> None:
    plan = drafted(cast)
    version, scheme = plan["currentVersion"], first_scheme(plan)
    wanted = scheme_of(cast, contributions=[])
    done(
        cast, cast.brook, "saveScheme", planVersionId=version["id"], schemeId=scheme["id"],
        expectedVersion=scheme["version"], scheme=wanted,
    )  # fmt: skip
    version = read_plan(cast, plan["id"])["currentVersion"]
    with unchanged(cast.owner):
        answer = say(cast, cast.brook, "proposePlanVersion", id=version["id"], expectedVersion=version["version"])
    assert failed(answer, "problems", "UNFUNDED_SCHEME") == "NOT_ALLOWED"
    assert all(each["rule"] for each in answer["errors"])


def test_the_next_version_begins_as_a_copy_with_the_same_keys(cast: Cast) -> None:
    plan = proposed(cast)
    done(cast, cast.lou, "draftNextPlanVersion", **edit(plan))
    after = read_plan(cast, plan["id"])
    assert after["state"] == "NEGOTIATION"
    assert [(each["number"], each["state"]) for each in nodes(after["versions"])] == [(2, "DRAFT"), (1, "SUPERSEDED")]
    before, now = first_scheme(plan), first_scheme(after)
    for name in ("key", "title", "moneyHash", "capacityTarget", "needs"):
        assert now[name] == before[name]
    for name in ("key", "clauseHash", "number"):
        assert [each[name] for each in now["clauses"]] == [each[name] for each in before["clauses"]]
    assert [each["key"] for each in now["milestones"]] == [each["key"] for each in before["milestones"]]
    assert now["id"] != before["id"]
    again = say(cast, cast.brook, "draftNextPlanVersion", **edit(plan))
    assert again["reason"] == "STALE_VERSION"
    assert failed(say(cast, cast.brook, "draftNextPlanVersion", **edit(after)), "id") == "TRANSITION"
