"""Two versions are laid beside each other for whoever reads both: in one statement, with who changed what and why."""

import pytest

from graphql_schema import Door
from portal.db import Database
from tests.factories.cast import Cast, settle_cast
from tests.factories.plans import (
    Record,
    accepted,
    countered,
    done,
    edit,
    first_clause,
    first_scheme,
    nodes,
    proposed,
    read_plan,
    scheme_of,
)
from tests.selection.test_statements import counted

REDLINE = """
query($from: ID!, $to: ID!) { planRedline(from: $from, to: $to) {
  clauses { key number change pieces { kind text } by { displayName agencyName reason } }
  contributions { agencyName year route before { amount } after { amount } by { displayName } }
  other { what before after }
} }
"""


@pytest.fixture(scope="module")
def team(owner: Database, door: Door) -> Cast:
    """Everybody of one partnership; each test makes plans of its own."""
    return settle_cast(owner, door)


def redline(cast: Cast, name: str | None, before: Record, after: Record) -> Record | None:
    by = None if name is None else cast.viewers[name]
    found: Record | None = cast.ask(by, REDLINE, **{"from": before["id"], "to": after["id"]})["planRedline"]
    return found


def test_a_changed_clause_says_who_wanted_it_and_why(team: Cast) -> None:
    plan = proposed(team)
    clause = first_clause(plan)
    after = accepted(team, countered(team, plan))

    found = redline(team, "rowan", plan["currentVersion"], after)
    assert found is not None
    [changed] = found["clauses"]
    assert (changed["key"], changed["number"], changed["change"]) == (clause["key"], "1.1", "CHANGED")
    kept = "".join(each["text"] for each in changed["pieces"] if each["kind"] != "ADDED")
    now = "".join(each["text"] for each in changed["pieces"] if each["kind"] != "REMOVED")
    assert (kept, now) == (clause["text"], "Workers meet young people where they are, in the evening too.")
    assert changed["by"] == {
        "displayName": "Frankie Dunmore",
        "agencyName": "Severnshire County Council",
        "reason": "Most of them are seen after dark.",
    }
    assert (found["contributions"], found["other"]) == ([], [])


def test_a_counter_proposal_is_named_for_what_reads_as_it_wanted_and_for_nothing_that_was_written_since(
    team: Cast,
) -> None:
    plan = proposed(team)
    before, scheme = plan["currentVersion"], first_scheme(plan)
    money = scheme_of(team)["contributions"]
    money[0] = money[0] | {"amount": {"amount": "21000"}}
    paid = {"schemeId": scheme["id"], "baseHash": scheme["moneyHash"], "contributions": money}
    accepted(team, countered(team, plan))
    after = accepted(team, done(team, team.frankie, "counterPropose", **paid))

    found = redline(team, "rowan", before, after)
    assert found is not None
    assert [each["by"]["displayName"] for each in found["contributions"]] == ["Frankie Dunmore"]
    assert [each["by"]["reason"] for each in found["clauses"]] == ["Most of them are seen after dark."]

    done(team, team.frankie, "draftNextPlanVersion", **edit(read_plan(team, plan["id"])))
    draft = read_plan(team, plan["id"])
    done(team, team.frankie, "editClause", **edit(first_clause(draft)), text="Workers wait in the office.")
    scheme = first_scheme(draft)
    money[0] = money[0] | {"amount": {"amount": "22000"}}
    done(
        team, team.brook, "saveScheme", planVersionId=draft["currentVersion"]["id"], schemeId=scheme["id"],
        expectedVersion=scheme["version"], scheme=scheme_of(team, contributions=money),
    )  # fmt: skip
    found = redline(team, "rowan", before, draft["currentVersion"])
    assert found is not None
    assert [(each["by"]["displayName"], each["by"]["reason"]) for each in found["clauses"]] == [
        ("Frankie Dunmore", None)
    ]
    assert [each["by"] for each in found["contributions"]] == [None]


def test_a_draft_is_compared_as_it_stands_and_a_frozen_version_in_one_statement(team: Cast) -> None:
    plan = proposed(team)
    frozen = accepted(team, countered(team, plan))
    given = {"from": plan["currentVersion"]["id"], "to": frozen["id"]}
    team.ask(team.rowan, REDLINE, **given)
    with counted(team.door.wall.database) as sent:
        team.ask(team.rowan, REDLINE, **given)
    assert len(sent) == 3, "Two settings and the question."

    plan = read_plan(team, plan["id"])
    done(team, team.lou, "draftNextPlanVersion", id=plan["id"], expectedVersion=plan["version"])
    plan = read_plan(team, plan["id"])
    done(
        team, team.lou, "setPlanParticulars", id=plan["id"], expectedVersion=plan["version"], title="Further",
        period={"from": "2027-04-01", "to": "2030-03-31"}, templateCode="BRADLEY_2009",
    )  # fmt: skip
    found = redline(team, "lou", frozen, plan["currentVersion"])
    assert found is not None
    assert [each["after"] for each in found["other"]] == ["Further"]


def test_nobody_compares_what_they_do_not_read_or_two_plans(team: Cast) -> None:
    plan, other = proposed(team), proposed(team)
    after = accepted(team, countered(team, plan))

    for name in ("robin", "alex", None):
        assert redline(team, name, plan["currentVersion"], after) is None
    assert redline(team, "brook", plan["currentVersion"], other["currentVersion"]) is None
    assert nodes(read_plan(team, plan["id"])["versions"])[0]["id"] == after["id"]
