"""A flag takes the steps that are listed and no other, whatever is tried."""

import re
from typing import Any

import pytest
from sqlalchemy import text

from graphql_schema import Door
from portal.db import Database
from portal.errors import Invalid
from portal.flags.rules import next_state
from portal.flags.states import OPEN, TRANSITIONS, UNDECIDED, FlagState, Step
from tests.factories import life
from tests.factories.cast import Cast, settle_cast
from tests.factories.snapshot import changed, snapshot
from tests.flags.steps import (
    CLOCK_MADE,
    DONE,
    LEADS,
    MADE,
    STATES,
    STEP,
    STEPS,
    UNREACHED,
    clock_step,
    expired,
    now,
    spare,
)

NAMES = {
    "submit": Step.SUBMIT,
    "take": Step.START_TRIAGE,
    "ask": Step.ASK,
    "answer": Step.RESUME,
    "lapse": Step.RESUME,
    "end": Step.END_WITHOUT_ACTION,
    "merge": Step.MERGE,
    "share": Step.SHARE,
    "escalate": Step.ESCALATE,
    "withdraw": Step.WITHDRAW,
    "close": Step.CLOSE,
    "expire": Step.EXPIRE,
    "reopen": Step.REOPEN,
}
# Referrals have their place in the table and no verb yet.
REFERRALS = {
    ("SHARED", Step.REFER): "REFERRED",
    ("REFERRED", Step.REROUTE): "SHARED",
    ("REFERRED", Step.CLOSE): "CLOSED",
}


@pytest.fixture(scope="module")
def team(owner: Database, door: Door) -> Cast:
    """A cast whose flags each test makes for itself."""
    made = settle_cast(owner, door)
    spare(made)
    return made


def made(team: Cast, worker: Database, state: str) -> dict[str, Any]:
    """A flag in a state."""
    return expired(team, worker) if state == CLOCK_MADE else MADE[state](team)


def test_the_state_machine_is_the_domains() -> None:
    told = {(state, NAMES[step]): to for (state, step), to in LEADS.items()} | REFERRALS
    for step in Step:
        for state in FlagState:
            to = told.get((state.value, step))
            if to is not None:
                assert next_state(state, step) == to, (state, step)
                continue
            with pytest.raises(Invalid):
                next_state(state, step)


def test_every_state_and_step_is_tried_here() -> None:
    assert {*STATES, UNREACHED} == {state.value for state in FlagState}
    assert {*NAMES.values(), Step.REFER, Step.REROUTE} == set(Step) == TRANSITIONS.keys()
    assert {step for _, step in LEADS} == NAMES.keys() == {*STEPS, "lapse", "expire"}


def test_nothing_leads_out_of_what_is_over_but_new_facts() -> None:
    over = set(FlagState) - OPEN - {FlagState.DRAFT}
    assert over == {FlagState.NFA, FlagState.MERGED, FlagState.CLOSED, FlagState.EXPIRED, FlagState.WITHDRAWN}
    ways = {(step, state) for step, ways in TRANSITIONS.items() for state in ways if state in over}
    reopened = {FlagState.NFA, FlagState.CLOSED, FlagState.EXPIRED}
    assert ways == {(Step.REOPEN, state) for state in reopened}


@pytest.mark.parametrize("state", STATES)
def test_a_step_that_is_not_listed_changes_nothing(team: Cast, owner: Database, worker: Database, state: str) -> None:
    flag = made(team, worker, state)
    for step in STEPS:
        if (state, step) in LEADS:
            continue
        before = snapshot(owner)
        answer = STEP[step](team, flag)
        # A flag that was never asked about has no question to answer; triage is never told of a draft.
        unseen = state == "DRAFT" and step not in {"withdraw", "reopen"}
        missing = unseen or step == "answer"
        refusals = {"NotFound", "Invalid"} if missing else {"Invalid"}
        assert answer["__typename"] in refusals | ({"NotPermitted"} if state == "DRAFT" else set()), (step, answer)
        if answer["__typename"] == "Invalid" and state != "DRAFT":
            assert ("TRANSITION", ["id"]) in [(each["code"], each["path"]) for each in answer["errors"]], step
        assert changed(before, snapshot(owner)) == {}, step


@pytest.mark.parametrize(("state", "step"), [way for way in LEADS if way[1] in STEPS])
def test_a_step_leads_where_it_is_listed(team: Cast, worker: Database, state: str, step: str) -> None:
    flag = made(team, worker, state)
    answer = STEP[step](team, flag)
    assert answer["__typename"] in DONE, answer
    found = now(team, flag)
    assert (found["id"], found["state"], found["version"]) == (flag["id"], LEADS[state, step], flag["version"] + 1)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("step", ["expire", "lapse"])
def test_the_clock_takes_its_own_steps_and_no_other(
    team: Cast, owner: Database, worker: Database, state: str, step: str
) -> None:
    flag = made(team, worker, state)
    if state != "DRAFT":
        life.past_its_date(team, flag)
        life.unanswered_in_time(team, flag)
    before, listed = snapshot(owner), (state, step) in LEADS
    assert clock_step(worker, team, flag, step) == listed
    assert bool(changed(before, snapshot(owner))) == listed
    assert now(team, flag)["state"] == LEADS.get((state, step), state)
    # Once is enough.
    after = snapshot(owner)
    assert not clock_step(worker, team, flag, step)
    assert changed(after, snapshot(owner)) == {}


def test_the_database_calls_the_same_flags_open(owner: Database) -> None:
    """Its functions keep lists of states of their own, because a migration stays as it was written."""
    with owner.transaction() as session:
        written = session.scalars(text("select prosrc from pg_proc where pronamespace = 'public'::regnamespace")).all()
    lists = {
        frozenset(re.findall(r"'(\w+)'", found))
        for source in written
        for found in re.findall(r"f\.state in \(([^)]*)\)", source)
    }
    known = {"open": OPEN, "undecided": UNDECIDED, "nothing told yet": UNDECIDED | {FlagState.MORE_INFO_REQUESTED}}
    assert lists == {frozenset(map(str, states)) for states in known.values()}, (
        "A state list of portal/flags/states.py changed: let a migration write the functions anew that keep one."
    )
