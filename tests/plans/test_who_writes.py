"""Every change of writing and negotiating a plan, tried by everybody: hidden is missing, and seen is not allowed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from graphql_schema import Door
from portal.access.viewer import Role
from portal.db import Database
from tests.factories.cast import PEOPLE
from tests.factories.plans import (
    AGENCIES,
    countered,
    done,
    drafted,
    drafting,
    edit,
    first_clause,
    first_scheme,
    nodes,
    proposed,
    read_plan,
    say,
    scheme_of,
)
from tests.factories.snapshot import changed, snapshot, unchanged
from tests.flags.trying import Stage, set_stage

Record = dict[str, Any]
EVIDENCE = {"typed": {"sentence": "canary in the evidence", "source": "canary in the source"}}
WORDS = {"heading": "canary in the heading", "text": "canary in the words"}
WRITERS = {"brook", "frankie", "lou", "lead.commissioner"}


@pytest.fixture(scope="module")
def stage(owner: Database, door: Door) -> Stage:
    """Two partnerships, and people with roles that the cast does not have."""
    return set_stage(owner, door)


@pytest.fixture(scope="module")
def draft(stage: Stage) -> Record:
    """A plan being written, with evidence."""
    plan = drafted(stage.cast)
    done(stage.cast, stage.cast.lou, "addEvidence", planVersionId=plan["currentVersion"]["id"], evidence=EVIDENCE)
    return read_plan(stage.cast, plan["id"])


@pytest.fixture(scope="module")
def table(stage: Stage) -> Record:
    """A plan on the table, with a counter-proposal of the council and a comment of an officer of the police."""
    plan = proposed(stage.cast)
    countered(stage.cast, plan)
    done(stage.cast, stage.cast.rowan, "commentOnClause", clauseId=first_clause(plan)["id"], text="canary")
    return read_plan(stage.cast, plan["id"])


@dataclass(frozen=True, kw_only=True)
class Try:
    """A change with what is sent, on a draft or on the table, and who may make it."""

    change: str
    given: Callable[[Stage, Record], Record]
    on: str = "draft"
    able: Callable[[str], bool] = WRITERS.__contains__


def of_version(plan: Record, **more: Any) -> Record:
    """The part of a change that names the version it is made in."""
    return {"planVersionId": plan["currentVersion"]["id"], **more}


def existing_scheme(stage: Stage, plan: Record) -> Record:
    """A scheme as it shall be, in place of one that is there."""
    scheme = first_scheme(plan)
    given = {"schemeId": scheme["id"], "expectedVersion": scheme["version"], "scheme": scheme_of(stage.cast)}
    return of_version(plan, **given)


def clause_text(plan: Record) -> Record:
    """Other words for the first clause."""
    clause = first_clause(plan)
    return {"clauseId": clause["id"], "baseHash": clause["clauseHash"], "text": "canary"}


def said(plan: Record, name: str, by: str) -> Record:
    """What somebody said of the current version: a counter-proposal or a comment."""
    return next(each for each in nodes(plan["currentVersion"][name]) if each["by"]["displayName"] == by)


def police(name: str) -> bool:
    """Whether somebody acts for the police, who made the comment."""
    return PEOPLE.get(name, ("", ""))[1] == "SEVERN-POLICE" or name in {"teamless", "rowan.as.guardian"}


# After these the next could not try theirs; that whoever may can is promised where each is tested by itself.
TAKING_AWAY = {
    "removeEvidence", "removeClause", "removeScheme", "proposePlanVersion", "withdrawProposal", "rejectProposal",
    "acceptProposal", "draftNextPlanVersion", "resolveComment",
}  # fmt: skip
PERIOD = {"from": "2027-04-01", "to": "2030-03-31"}
TRIES = [
    Try(
        change="setPlanParticulars",
        given=lambda _, plan: edit(plan, title="canary", period=PERIOD),
    ),
    Try(
        change="setPlanParties",
        given=lambda stage, plan: edit(plan, parties=drafting(stage.cast)["parties"]),
    ),
    Try(change="saveScheme", given=lambda stage, plan: of_version(plan, scheme=scheme_of(stage.cast))),
    Try(change="saveScheme", given=existing_scheme),
    Try(change="addClause", given=lambda _, plan: of_version(plan, kind="GENERAL", **WORDS)),
    Try(change="moveClause", given=lambda _, plan: edit(first_clause(plan), position=1)),
    Try(change="editClause", given=lambda _, plan: edit(first_clause(plan), **WORDS)),
    Try(change="addEvidence", given=lambda _, plan: of_version(plan, evidence=EVIDENCE)),
    Try(change="removeEvidence", given=lambda _, plan: edit(nodes(plan["currentVersion"]["evidence"])[0])),
    Try(
        change="answerStandard",
        given=lambda _, plan: edit(plan["currentVersion"]["standards"][0], met=True, note="canary"),
    ),
    Try(change="removeClause", given=lambda _, plan: edit(plan["currentVersion"]["clauses"][0])),
    Try(change="removeScheme", given=lambda _, plan: edit(nodes(plan["currentVersion"]["schemes"])[-1])),
    Try(change="proposePlanVersion", given=lambda _, plan: edit(plan["currentVersion"])),
    Try(change="counterPropose", given=lambda _, plan: clause_text(plan), on="table"),
    Try(
        change="commentOnClause",
        given=lambda _, plan: {"clauseId": first_clause(plan)["id"], "text": "canary"},
        on="table",
        able=lambda _: True,
    ),
    Try(
        change="resolveComment",
        given=lambda _, plan: edit(said(plan, "comments", "PC Rowan Hale")),
        on="table",
        able=lambda name: name in WRITERS or police(name),
    ),
    Try(
        change="withdrawProposal",
        given=lambda _, plan: edit(said(plan, "proposals", "Frankie Dunmore")),
        on="table",
        able={"frankie", "lead.commissioner"}.__contains__,
    ),
    Try(
        change="rejectProposal",
        given=lambda _, plan: edit(said(plan, "proposals", "Frankie Dunmore"), reason="canary"),
        on="table",
        able={"brook", "lou"}.__contains__,
    ),
    Try(
        change="acceptProposal",
        given=lambda _, plan: edit(said(plan, "proposals", "Frankie Dunmore")),
        on="table",
        able={"brook", "lou"}.__contains__,
    ),
    Try(change="draftNextPlanVersion", given=lambda _, plan: edit(plan), on="table"),
]


def takes_part(name: str) -> bool:
    """Whether somebody acts for an agency that is party to the plans of this file."""
    if name in PEOPLE:
        return PEOPLE[name][1] in AGENCIES
    return name != "None" and not name.startswith("other.")


@pytest.mark.some_of(8)
@pytest.mark.parametrize("tried", TRIES, ids=lambda tried: tried.change)
def test_everybody_tries_and_only_whoever_may_is_heard(
    stage: Stage, draft: Record, table: Record, owner: Database, tried: Try
) -> None:
    plan = read_plan(stage.cast, (draft if tried.on == "draft" else table)["id"])
    given = tried.given(stage, plan)
    able = {name for name in stage.everybody() if takes_part(name) and tried.able(name)}
    before = snapshot(owner)
    for name in stage.everybody():
        if name in able:
            continue
        answer = say(stage.cast, stage.viewer(name), tried.change, **given)
        assert answer["__typename"] == ("NotPermitted" if takes_part(name) else "NotFound"), name
        assert "canary" not in str(answer), name
    assert changed(before, snapshot(owner)) == {}
    if tried.change not in TAKING_AWAY:
        done(stage.cast, stage.viewer(min(able)) or stage.cast.brook, tried.change, **given)
        assert changed(before, snapshot(owner))


def test_only_commissioners_of_the_partnership_begin_its_plans(stage: Stage, owner: Database) -> None:
    given = drafting(stage.cast)
    able = {"brook", "frankie", "lou", "robin", "lead.commissioner"}
    with unchanged(owner):
        for name in stage.everybody():
            if name in able:
                continue
            answer = say(stage.cast, stage.viewer(name), "draftPlan", **given)
            hidden = name == "None" or name.startswith("other.")
            assert answer["__typename"] == ("NotFound" if hidden else "NotPermitted"), name
    own = {"agencyId": stage.cast.agency_id("SEVERN-PCT")}
    done(stage.cast, stage.cast.robin, "draftPlan", **given | {"parties": [*given["parties"], own]})


MAY = """
query($draft: ID!, $table: ID!) {
  draft: plan(by: {id: $draft}) { currentVersion { viewerCanEdit viewerCanPropose } }
  table: plan(by: {id: $table}) {
    viewerCanRevise
    currentVersion {
      viewerCanEdit viewerCanCounterPropose viewerCanComment
      proposals { edges { node { by { displayName } viewerCanAccept viewerCanReject viewerCanWithdraw } } }
    }
  }
}
"""


def test_what_a_viewer_is_told_they_can_do_is_what_they_can_do(stage: Stage) -> None:
    draft, plan = drafted(stage.cast), proposed(stage.cast)
    countered(stage.cast, plan)
    for name in filter(takes_part, stage.everybody()):
        told = stage.cast.ask(stage.viewer(name), MAY, draft=draft["id"], table=plan["id"])
        writes = name in WRITERS
        assert set(told["draft"]["currentVersion"].values()) == {writes}, name
        assert told["table"]["viewerCanRevise"] == writes, name
        current = told["table"]["currentVersion"]
        [proposal] = nodes(current["proposals"])
        assert (current["viewerCanEdit"], current["viewerCanComment"]) == (False, True), name
        assert current["viewerCanCounterPropose"] == writes, name
        answers = name in {"brook", "lou"}
        assert (proposal["viewerCanAccept"], proposal["viewerCanReject"]) == (answers, answers), name
        assert proposal["viewerCanWithdraw"] == (writes and not answers), name


def test_nobody_changes_a_plan_by_the_id_of_something_else(stage: Stage, draft: Record, owner: Database) -> None:
    clause, scheme = first_clause(draft), first_scheme(draft)
    with unchanged(owner):
        for change, given in (
            ("editClause", edit(scheme, text="Words.")),
            ("removeScheme", edit(clause)),
            ("proposePlanVersion", edit(draft)),
            ("acceptProposal", edit(draft["currentVersion"])),
            ("resolveComment", {"id": "nothing", "expectedVersion": 1}),
        ):
            assert say(stage.cast, stage.cast.brook, change, **given)["__typename"] == "NotFound", change


def test_a_role_is_held_in_the_agency_that_one_acts_for(stage: Stage) -> None:
    assert stage.cast.robin.role is Role.COMMISSIONER
    plan = drafted(stage.cast)
    clause = first_clause(plan)
    # The commissioner of an agency that takes no part knows of no plan, whatever the role.
    answer = say(stage.cast, stage.cast.robin, "editClause", **edit(clause, text="Words."))
    assert answer["__typename"] == "NotFound"
