"""Each agency says itself what it checks before it signs, and passes that anew for every version, each by its role."""

from typing import Any

import pytest

from portal.access.viewer import Role, Viewer
from portal.plans.checks import MOST, shipped_checks
from tests.factories.cast import Cast
from tests.factories.plans import (
    AGENCIES,
    accepted,
    countered,
    done,
    drafted,
    in_signing,
    nodes,
    pass_checks,
    proposed,
    read_plan,
    say,
)
from tests.factories.snapshot import unchanged

CHECKS = """
query Checks($id: ID!) { plan(by: {id: $id}) {
  parties { agency { id name } checks { code name role passedAt passedBy { displayName } viewerCanPass } }
} }
"""
Record = dict[str, Any]


def checks(cast: Cast, plan: Record, code: str = "SEVERN-POLICE", by: Viewer | None = None) -> list[Record]:
    """What one agency of a plan checks, as somebody reads it."""
    parties = cast.ask(by or cast.brook, CHECKS, id=plan["id"])["plan"]["parties"]
    [party] = [each for each in parties if each["agency"]["id"] == cast.agency_id(code)]
    found: list[Record] = party["checks"]
    return found


def passing(cast: Cast, plan: Record, by: Viewer | None, code: str) -> Record:
    return say(cast, by, "passPreSignCheck", planVersionId=plan["currentVersion"]["id"], code=code)


def setting(cast: Cast, plan: Record, by: Viewer, *wanted: Record) -> Record:
    return say(cast, by, "setPreSignChecks", planId=plan["id"], checks=list(wanted))


def check(name: str, role: str = "COMMISSIONER", code: str | None = None) -> Record:
    return {"name": name, "role": role, "code": code}


def kept() -> list[Record]:
    """The list that every agency begins with."""
    return [check(each.name, each.role.value, each.code) for each in shipped_checks()]


def test_every_party_begins_with_the_shipped_checks(cast: Cast) -> None:
    plan = drafted(cast)
    for code in AGENCIES:
        found = [check(each["name"], each["role"], each["code"]) for each in checks(cast, plan, code)]
        assert found == kept()
    assert {each.role for each in shipped_checks()} == {Role.COMMISSIONER, Role.GUARDIAN}


def test_a_check_whose_role_nobody_has_goes_to_the_commissioners(cast: Cast) -> None:
    # Nobody of the court is a guardian.
    parties = [{"agencyId": cast.agency_id(code), "required": True} for code in ("SEVERN-POLICE", "SEVERN-COURT")]
    plan = drafted(cast, parties=parties)
    assert [each["role"] for each in checks(cast, plan, "SEVERN-COURT")] == ["COMMISSIONER"] * 3


def test_a_check_is_passed_by_the_role_it_was_given_to(cast: Cast) -> None:
    plan = proposed(cast)
    assert passing(cast, plan, cast.brook, "FINANCE")["__typename"] == "PlanPartySaved"
    assert passing(cast, plan, cast.wren, "GUARDIAN")["__typename"] == "PlanPartySaved"
    found = {each["code"]: each for each in checks(cast, plan, by=cast.lou)}
    assert found["FINANCE"]["passedBy"] == {"displayName": "Brook Tanner"}
    assert found["GUARDIAN"]["passedBy"] == {"displayName": "Wren Castellan"}
    assert found["LEGAL"]["passedAt"] is None
    # Of one's own agency alone: the council's are as they were.
    assert {each["passedAt"] for each in checks(cast, plan, "SEVERN-LA")} == {None}
    assert [each["viewerCanPass"] for each in checks(cast, plan)] == [False, True, False]
    assert [each["viewerCanPass"] for each in checks(cast, plan, by=cast.lou)] == [False] * 3


def test_nobody_passes_what_is_not_theirs(cast: Cast) -> None:
    draft = drafted(cast)
    with unchanged(cast.owner):
        assert passing(cast, draft, cast.brook, "FINANCE")["errors"][0]["code"] == "TRANSITION"
    plan = proposed(cast, draft)
    passing(cast, plan, cast.brook, "FINANCE")
    with unchanged(cast.owner):
        assert passing(cast, plan, cast.brook, "FINANCE")["errors"][0]["code"] == "NOT_UNIQUE"
        assert passing(cast, plan, cast.brook, "GUARDIAN")["because"] == "ROLE"
        assert passing(cast, plan, cast.ellis, "FINANCE")["because"] == "ROLE"
        for unknown in ("NOTHING", "", "\ud800"):
            assert passing(cast, plan, cast.brook, unknown)["errors"][0]["code"] == "UNKNOWN"
        for stranger in (cast.indra, cast.robin, None):
            assert passing(cast, plan, stranger, "FINANCE")["__typename"] == "NotFound"


def test_the_next_version_passes_every_check_anew(cast: Cast) -> None:
    plan = proposed(cast)
    pass_checks(cast, plan)
    assert None not in {each["passedAt"] for each in checks(cast, plan)}
    accepted(cast, countered(cast, plan))
    assert {each["passedAt"] for each in checks(cast, plan)} == {None}
    # What was passed on the version that moved on is passed on that one, and no more there.
    with unchanged(cast.owner):
        assert passing(cast, plan, cast.brook, "LEGAL")["errors"][0]["code"] == "TRANSITION"
    assert [each["viewerCanPass"] for each in checks(cast, plan)] == [True, True, False]
    assert passing(cast, read_plan(cast, plan["id"]), cast.brook, "LEGAL")["__typename"] == "PlanPartySaved"


@pytest.mark.parametrize("who", ["brook", "noor"])
def test_an_agency_says_itself_what_it_checks(cast: Cast, who: str) -> None:
    plan = drafted(cast)
    legal = check("Read by our lawyers", "COMMISSIONER", "LEGAL")
    given = setting(cast, plan, cast.viewers[who], legal, check("Read by the guardian", "GUARDIAN"))
    assert given["__typename"] == "PlanPartySaved"
    found = [(each["name"], each["role"]) for each in checks(cast, plan)]
    assert found == [("Read by our lawyers", "COMMISSIONER"), ("Read by the guardian", "GUARDIAN")]
    assert [each["code"] for each in checks(cast, plan)] == ["LEGAL", "OWN_1"]
    assert len(checks(cast, plan, "SEVERN-LA")) == 3
    # Nothing to check is for an agency to say, too.
    assert setting(cast, plan, cast.viewers[who])["__typename"] == "PlanPartySaved"
    assert checks(cast, plan) == []


def test_nobody_else_says_it_and_not_once_signing_is_open(cast: Cast) -> None:
    plan = drafted(cast)
    with unchanged(cast.owner):
        for by in (cast.ellis, cast.wren, cast.rowan):
            assert setting(cast, plan, by)["because"] == "ROLE"
        for by in (cast.robin, cast.val):
            assert setting(cast, plan, by)["__typename"] == "NotFound"
    plan = in_signing(cast, proposed(cast, plan), checked=False)
    with unchanged(cast.owner):
        assert setting(cast, plan, cast.brook)["errors"][0]["code"] == "TRANSITION"


def test_a_list_is_taken_whole_or_not_at_all(cast: Cast) -> None:
    plan = drafted(cast)
    wrong = {
        ("checks", "0", "name"): [check(" ")],
        ("checks", "1", "name"): [check("Once"), check("once ")],
        ("checks", "0", "role"): [check("By a clinician", "CLINICIAN")],
        ("checks", "0", "code"): [check("Nobody's", code="NOTHING")],
        ("checks",): [check(f"Check {number}") for number in range(MOST + 1)],
    }
    with unchanged(cast.owner):
        for path, wanted in wrong.items():
            assert [tuple(each["path"]) for each in setting(cast, plan, cast.brook, *wanted)["errors"]] == [path]
        twice = setting(cast, plan, cast.brook, check("One", code="LEGAL"), check("Two", code="LEGAL"))
        assert {each["code"] for each in twice["errors"]} == {"UNKNOWN"}
        long = setting(cast, plan, cast.brook, check("x" * 201))
        assert [each["code"] for each in long["errors"]] == ["TOO_LONG"]


def test_a_check_that_was_passed_stays_as_it_was_passed(cast: Cast) -> None:
    plan = proposed(cast)
    passing(cast, plan, cast.brook, "FINANCE")
    finance, legal, guardian = kept()
    with unchanged(cast.owner):
        for wanted in ([legal, guardian], [finance | {"name": "Another"}], [finance | {"role": "GUARDIAN"}]):
            assert setting(cast, plan, cast.brook, *wanted)["errors"][0]["code"] == "NOT_ALLOWED"
    assert setting(cast, plan, cast.brook, legal, finance)["__typename"] == "PlanPartySaved"
    assert [each["code"] for each in checks(cast, plan)] == ["LEGAL", "FINANCE"]
    assert checks(cast, plan)[1]["passedAt"] is not None


def test_history_says_that_something_was_checked(cast: Cast) -> None:
    plan = proposed(cast)
    passing(cast, plan, cast.ash, "GUARDIAN")
    events = nodes(read_plan(cast, plan["id"])["events"])
    assert [each["by"] for each in events if each["kind"] == "CHECKED"] == [{"displayName": "Ash Corvin"}]


def test_a_list_of_one_version_is_the_list_of_the_next(cast: Cast) -> None:
    plan = proposed(cast)
    setting(cast, plan, cast.brook, check("Only this", "GUARDIAN"))
    done(cast, cast.lou, "draftNextPlanVersion", id=plan["id"], expectedVersion=plan["version"])
    assert [each["name"] for each in checks(cast, plan)] == ["Only this"]
