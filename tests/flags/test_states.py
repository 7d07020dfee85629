"""A flag takes the steps that are listed and no other, whatever is tried in whatever order."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphql_schema import Door
from portal.db import Database
from portal.errors import Invalid
from portal.flags.rules import next_state
from portal.flags.states import FlagState, Step
from tests.factories.cast import Cast, settle_cast
from tests.factories.snapshot import changed, snapshot
from tests.flags.steps import LEADS, MADE, STATES, STEP, STEPS, now

NAMES = {"submit": Step.SUBMIT, "take": Step.START_TRIAGE, "end": Step.END_WITHOUT_ACTION, "share": Step.SHARE}


@pytest.fixture(scope="module")
def team(owner: Database, door: Door) -> Cast:
    """A cast whose flags each test makes for itself."""
    return settle_cast(owner, door)


@pytest.mark.parametrize("state", FlagState)
@pytest.mark.parametrize("step", NAMES)
def test_the_state_machine_is_the_domains(state: FlagState, step: str) -> None:
    to = LEADS.get((state.value, step))
    if to is not None:
        assert next_state(state, NAMES[step]) == to
        return
    with pytest.raises(Invalid):
        next_state(state, NAMES[step])


def test_every_state_and_step_is_tried_here() -> None:
    assert set(STATES) == {state.value for state in FlagState}
    assert set(NAMES.values()) == set(Step)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("step", STEPS)
def test_a_step_leads_where_it_is_listed_and_otherwise_changes_nothing(
    team: Cast, owner: Database, state: str, step: str
) -> None:
    flag = MADE[state](team)
    before = snapshot(owner)
    answer = STEP[step](team, flag)
    to = LEADS.get((state, step))
    if to is not None:
        assert answer["__typename"] in {"FlagRaised", "FlagSaved"}
        found = now(team, flag)
        assert (found["id"], found["state"], found["version"]) == (flag["id"], to, flag["version"] + 1)
        return
    # Triage is never told of a draft; everybody else is told that the flag has moved on.
    assert answer["__typename"] == ("NotFound" if state == "DRAFT" else "Invalid"), answer
    if answer["__typename"] == "Invalid":
        assert [(each["code"], each["path"]) for each in answer["errors"]] == [("TRANSITION", ["id"])]
    assert changed(before, snapshot(owner)) == {}


@settings(max_examples=10, deadline=None)
@given(steps=st.lists(st.sampled_from(STEPS), min_size=1, max_size=6), state=st.sampled_from(["DRAFT", "SUBMITTED"]))
def test_no_sequence_of_steps_leaves_the_listed_paths(team: Cast, steps: list[str], state: str) -> None:
    flag = MADE[state](team)
    for step in steps:
        answer = STEP[step](team, now(team, flag))
        listed = (state, step) in LEADS
        state = LEADS.get((state, step), state)
        assert (answer["__typename"] in {"FlagRaised", "FlagSaved"}) == listed, (steps, step)
        assert now(team, flag)["state"] == state, (steps, step)
