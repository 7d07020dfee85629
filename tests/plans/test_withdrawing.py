"""An agency leaves a plan by its own signatory, and the others go on with a version that it is no party of."""

from datetime import date, timedelta
from typing import Any

import pytest

from portal.access.viewer import Viewer
from portal.partnerships.leading import today
from tests.factories.cast import Cast
from tests.factories.plans import (
    agreed,
    done,
    drafted,
    first_scheme,
    in_signing,
    nodes,
    proposed,
    read_plan,
    say,
    scheme_of,
    sign,
)
from tests.factories.snapshot import unchanged

PARTIES = """
query Parties($id: ID!) { plan(by: {id: $id}) {
  parties { agency { name } leftOn leftBecause leftBy { displayName } }
  viewerCanWithdraw currentVersion { viewerCanEdit viewerCanSign }
} }
"""
REASON = "Our board has decided to build a service of its own."
Record = dict[str, Any]


def leave(
    cast: Cast, plan: Record, by: Viewer | None = None, *, day: date | None = None, reason: str = REASON, **more: Any
) -> Record:
    """Try to take the mental health service, or whose signatory it is, out of a plan."""
    given = {"id": plan["id"], "expectedVersion": plan["version"], "reason": reason, **more}
    return say(cast, by or cast.remy, "withdrawFromPlan", lastDay=(day or today()).isoformat(), **given)


def names(plan: Record) -> set[str]:
    """The agencies that the current version is between, without what sets this cast apart."""
    return {each["agency"]["name"] for each in plan["currentVersion"]["parties"]}


@pytest.mark.parametrize("stands", ["PROPOSED", "SIGNING"])
def test_leaving_what_is_on_the_table_forces_a_new_version_without_that_agency(cast: Cast, stands: str) -> None:
    plan = proposed(cast) if stands == "PROPOSED" else sign(cast, in_signing(cast), "SEVERN-POLICE")
    day = today() + timedelta(days=90)
    assert leave(cast, plan, day=day)["__typename"] == "PlanSaved"
    after = read_plan(cast, plan["id"])
    assert (after["state"], after["currentVersion"]["state"]) == ("NEGOTIATION", "DRAFT")
    assert [(each["number"], each["state"]) for each in nodes(after["versions"])] == [(2, "DRAFT"), (1, "SUPERSEDED")]
    assert names(after) == names(plan) - {"Severnshire Health and Care"}
    for by in (cast.brook, cast.quinn, cast.remy):
        parties = cast.ask(by, PARTIES, id=plan["id"])["plan"]["parties"]
        [gone] = [each for each in parties if each["leftOn"]]
        assert gone["agency"] == {"name": "Severnshire Health and Care"}
        assert (gone["leftOn"], gone["leftBecause"]) == (day.isoformat(), REASON)
        assert gone["leftBy"] == {"displayName": "Remy Aldous"}


def test_what_it_was_to_pay_stays_for_the_others_to_settle(cast: Cast) -> None:
    plan = proposed(cast)
    leave(cast, plan)
    after = read_plan(cast, plan["id"])
    assert after["currentVersion"]["totals"] == plan["currentVersion"]["totals"]
    assert {each["code"] for each in after["currentVersion"]["problems"]} == {"FUNDER_NOT_PARTY"}
    version = after["currentVersion"]
    with unchanged(cast.owner):
        refused = say(cast, cast.brook, "proposePlanVersion", id=version["id"], expectedVersion=version["version"])
    assert refused["__typename"] == "Invalid"
    others = scheme_of(cast)
    others["contributions"] = [
        each for each in others["contributions"] if each["agencyId"] != cast.agency_id("SEVERN-MHS")
    ]
    scheme = first_scheme(after)
    which = {"planVersionId": version["id"], "schemeId": scheme["id"], "expectedVersion": scheme["version"]}
    done(cast, cast.brook, "saveScheme", **which, scheme=others)
    again = in_signing(cast, proposed(cast, read_plan(cast, plan["id"])))
    assert sign(cast, again, "SEVERN-POLICE", "SEVERN-LA")["state"] == "AGREED"


def test_who_left_reads_on_and_changes_nothing(cast: Cast) -> None:
    plan = proposed(cast)
    leave(cast, plan)
    after = read_plan(cast, plan["id"], cast.lou)
    assert after["currentVersion"]["number"] == 2
    can = cast.ask(cast.remy, PARTIES, id=plan["id"])["plan"]
    assert [can["viewerCanWithdraw"], *can["currentVersion"].values()] == [False] * 3
    scheme = first_scheme(after)
    which = {"planVersionId": after["currentVersion"]["id"], "schemeId": scheme["id"], "expectedVersion": 1}
    with unchanged(cast.owner):
        assert say(cast, cast.lou, "saveScheme", **which, scheme=scheme_of(cast))["because"] == "ROLE"
        assert leave(cast, after)["because"] == "ROLE"


def test_in_a_draft_only_the_party_goes(cast: Cast) -> None:
    plan = drafted(cast)
    assert leave(cast, plan)["__typename"] == "PlanSaved"
    after = read_plan(cast, plan["id"])
    assert [each["number"] for each in nodes(after["versions"])] == [1]
    assert (after["state"], after["currentVersion"]["id"]) == ("DRAFT", plan["currentVersion"]["id"])
    assert names(after) == names(plan) - {"Severnshire Health and Care"}
    assert {each["code"] for each in after["currentVersion"]["problems"]} == {"FUNDER_NOT_PARTY"}


def test_an_agreed_plan_is_not_left(cast: Cast) -> None:
    plan = agreed(cast)
    with unchanged(cast.owner):
        answer = leave(cast, plan)
    assert answer["errors"][0]["message"].startswith("An agreed plan is left by agreeing another one")


def test_only_its_own_signatory_takes_an_agency_out(cast: Cast) -> None:
    plan = proposed(cast)
    with unchanged(cast.owner):
        for by in (cast.lou, cast.ash, cast.sam):
            assert leave(cast, plan, by)["because"] == "ROLE"
        for by in (cast.val, cast.robin):
            assert leave(cast, plan, by)["__typename"] == "NotFound"
        assert leave(cast, plan, expectedVersion=plan["version"] - 1)["__typename"] == "Conflict"


def test_leaving_needs_a_reason_and_a_day_to_come(cast: Cast) -> None:
    plan = proposed(cast)
    with unchanged(cast.owner):
        assert leave(cast, plan, reason=" \n")["errors"][0]["path"] == ["reason"]
        assert leave(cast, plan, reason="x" * 10_001)["errors"][0]["code"] == "TOO_LONG"
        for day in (today() - timedelta(days=1), today() + timedelta(days=800)):
            assert leave(cast, plan, day=day)["errors"][0]["path"] == ["lastDay"]


def test_the_last_agency_stays(cast: Cast) -> None:
    plan = proposed(cast)
    leave(cast, plan)
    leave(cast, read_plan(cast, plan["id"]), cast.quinn)
    alone = read_plan(cast, plan["id"])
    assert names(alone) == {"Severnshire Constabulary"}
    with unchanged(cast.owner):
        assert leave(cast, alone, cast.ellis)["errors"][0]["code"] == "NOT_ALLOWED"
