"""How a milestone stands follows from days: the one promised, and the one it is expected or was reached."""

from datetime import date, timedelta
from typing import Any

import pytest

from portal.access.viewer import Viewer
from portal.partnerships.leading import today
from tests.factories.cast import Cast
from tests.factories.plans import (
    accepted,
    agreed,
    countered,
    done,
    drafted,
    first_scheme,
    nodes,
    proposed,
    read_plan,
    say,
    scheme_of,
)
from tests.factories.snapshot import unchanged

MILESTONES = """
query Milestones($id: ID!) { plan(by: {id: $id}) { currentVersion { schemes { edges { node {
  milestones { id version key title targetOn expectedOn reachedOn slippageDays rating }
} } } } } }
"""
Record = dict[str, Any]


def promised(cast: Cast, *days: int) -> Record:
    """A proposed plan whose milestones are due so many days from now."""
    plan = drafted(cast)
    here = first_scheme(plan)
    due = [{"title": f"Step {number}", "targetOn": after(day)} for number, day in enumerate(days)]
    which = {"planVersionId": plan["currentVersion"]["id"], "schemeId": here["id"], "expectedVersion": here["version"]}
    done(cast, cast.brook, "saveScheme", **which, scheme=scheme_of(cast, milestones=due))
    return proposed(cast, read_plan(cast, plan["id"]))


def after(days: int) -> str:
    return (today() + timedelta(days=days)).isoformat()


def milestones(cast: Cast, plan: Record, by: Viewer | None = None) -> list[Record]:
    [scheme] = nodes(cast.ask(by or cast.lou, MILESTONES, id=plan["id"])["plan"]["currentVersion"]["schemes"])
    found: list[Record] = scheme["milestones"]
    return found


def report(cast: Cast, milestone: Record, by: Viewer | None, **more: Any) -> Record:
    given = {"id": milestone["id"], "expectedVersion": milestone["version"]} | more
    return say(cast, by, "reportMilestone", **given)


def standing(cast: Cast, plan: Record) -> list[tuple[int, str]]:
    return [(each["slippageDays"], each["rating"]) for each in milestones(cast, plan)]


def test_one_that_nobody_reports_is_late_from_the_day_after_it_was_promised(cast: Cast) -> None:
    plan = promised(cast, 10, 0, -1, -30, -31)
    assert standing(cast, plan) == [(0, "GREEN"), (0, "GREEN"), (1, "AMBER"), (30, "AMBER"), (31, "RED")]
    assert [each["reachedOn"] for each in milestones(cast, plan)] == [None] * 5
    assert [each["expectedOn"] for each in milestones(cast, plan)] == [after(10), *[after(0)] * 4]


def test_the_latest_report_counts(cast: Cast) -> None:
    plan = promised(cast, 10)
    [milestone] = milestones(cast, plan)
    for day, stands in ((50, (40, "RED")), (15, (5, "AMBER")), (5, (-5, "GREEN"))):
        assert report(cast, milestone, cast.frankie, expectedOn=after(day))["__typename"] == "MilestoneSaved"
        assert standing(cast, plan) == [stands]
    report(cast, milestone, cast.lou, reachedOn=after(-3))
    assert standing(cast, plan) == [(-13, "GREEN")]
    assert milestones(cast, plan)[0]["reachedOn"] == after(-3)
    # Said too soon: it is taken back by saying when it is expected.
    report(cast, milestone, cast.brook, expectedOn=after(10))
    assert standing(cast, plan) == [(0, "GREEN")]
    assert milestones(cast, plan)[0]["reachedOn"] is None


def test_one_that_was_reached_late_stays_late(cast: Cast) -> None:
    plan = promised(cast, -40)
    [milestone] = milestones(cast, plan)
    report(cast, milestone, cast.brook, reachedOn=after(-20))
    assert standing(cast, plan) == [(20, "AMBER")]


def test_a_report_is_no_change_of_the_signed_words(cast: Cast) -> None:
    plan = agreed(cast)
    [milestone] = milestones(cast, plan)
    report(cast, milestone, cast.brook, expectedOn=max(after(0), milestone["targetOn"]))
    later = read_plan(cast, plan["id"])
    assert later["currentVersion"] == plan["currentVersion"]
    assert later["state"] == "AGREED"
    assert "MILESTONE_REPORTED" in [each["kind"] for each in nodes(later["events"])]


def test_a_report_follows_the_milestone_into_the_next_version(cast: Cast) -> None:
    plan = promised(cast, 10)
    [old] = milestones(cast, plan)
    report(cast, old, cast.brook, expectedOn=after(30))
    accepted(cast, countered(cast, plan))
    assert standing(cast, plan) == [(20, "AMBER")]
    with unchanged(cast.owner):
        assert report(cast, old, cast.brook, expectedOn=after(5))["errors"][0]["code"] == "TRANSITION"


def test_one_day_is_given_and_it_can_be_so(cast: Cast) -> None:
    plan = promised(cast, 10)
    [milestone] = milestones(cast, plan)
    wrong: list[tuple[str, dict[str, str]]] = [
        ("expectedOn", {}),
        ("expectedOn", {"expectedOn": after(1), "reachedOn": after(-1)}),
        ("expectedOn", {"expectedOn": after(-1)}),
        ("expectedOn", {"expectedOn": date.max.isoformat()}),
        ("reachedOn", {"reachedOn": after(1)}),
        ("reachedOn", {"reachedOn": date.min.isoformat()}),
    ]
    with unchanged(cast.owner):
        for path, given in wrong:
            assert [each["path"] for each in report(cast, milestone, cast.brook, **given)["errors"]] == [[path]]


def test_a_milestone_of_a_plan_far_ahead_is_expected_when_it_is(cast: Cast) -> None:
    plan = promised(cast, 20 * 366)
    [milestone] = milestones(cast, plan)
    late = date.fromisoformat(milestone["targetOn"]) + timedelta(days=14)
    assert report(cast, milestone, cast.brook, expectedOn=late.isoformat())["__typename"] == "MilestoneSaved"
    assert standing(cast, plan) == [(14, "AMBER")]
    [wrong] = report(cast, milestone, cast.brook, expectedOn="2200-04-01")["errors"]
    assert (wrong["path"], wrong["code"]) == (["expectedOn"], "OUT_OF_RANGE")
    assert "31 March 2200" in wrong["message"]


@pytest.mark.parametrize("who", ["ellis", "wren", "noor", "rowan"])
def test_only_commissioners_of_a_party_report(cast: Cast, who: str) -> None:
    plan = promised(cast, 10)
    [milestone] = milestones(cast, plan)
    with unchanged(cast.owner):
        assert report(cast, milestone, cast.viewers[who], expectedOn=after(20))["because"] == "ROLE"
        for stranger in (cast.robin, None):
            assert report(cast, milestone, stranger, expectedOn=after(20))["__typename"] == "NotFound"
        stale = report(cast, milestone | {"version": 9}, cast.brook, expectedOn=after(20))
        assert stale["__typename"] == "Conflict"
