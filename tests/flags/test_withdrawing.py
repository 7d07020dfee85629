"""The flagger's agency takes a flag back before triage has decided on it, and says why."""

from typing import Any

import pytest

from graphql_schema import Door
from portal.access.viewer import Viewer
from portal.db import Database
from tests.factories import life
from tests.factories.cast import Cast, settle_cast
from tests.factories.flags import raised, taken
from tests.factories.snapshot import changed, snapshot
from tests.flags.test_information import announced

READ = """
query($id: ID!) { flag(by: {id: $id}) { state withdrawReason { code display } withdrawNote viewerCanWithdraw } }
"""


@pytest.fixture(scope="module")
def team(owner: Database, door: Door) -> Cast:
    """A cast whose flags each test makes for itself."""
    return settle_cast(owner, door)


@pytest.mark.parametrize("stage", [raised, taken])
@pytest.mark.parametrize("name", ["rowan", "mel"])
def test_whoever_flagged_takes_it_back_and_triage_is_told_why(team: Cast, stage: Any, name: str) -> None:
    flag, by = stage(team), team.viewers[name]
    assert team.ask(by, READ, id=flag["id"])["flag"]["viewerCanWithdraw"]
    assert life.saved(team, by, life.WITHDRAW, life.withdrawing(flag))["state"] == "WITHDRAWN"
    for viewer in (team.rowan, team.morgan):
        assert team.ask(viewer, READ, id=flag["id"])["flag"] == {
            "state": "WITHDRAWN",
            "withdrawReason": {"code": "RAISED_BY_MISTAKE", "display": "Raised by mistake"},
            "withdrawNote": "I mixed up two names.",
            "viewerCanWithdraw": False,
        }
    assert announced(team, flag) == ["WITHDRAWN"]


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"reasonCode": "BORED"}, ["reasonCode"]),
        ({"reasonCode": "NEED_MET"}, ["reasonCode"]),
        ({"note": "x" * 10_001}, ["note"]),
        ({"note": "a\0b"}, ["note"]),
    ],
)
def test_a_flag_is_taken_back_for_a_coded_reason(team: Cast, changes: dict[str, Any], wrong: list[str]) -> None:
    flag = raised(team)
    before = snapshot(team.owner)
    answer = team.ask(team.rowan, life.WITHDRAW, input=life.withdrawing(flag, **changes))["withdrawFlag"]
    assert [each["path"] for each in answer["errors"]] == [wrong]
    assert changed(before, snapshot(team.owner)) == {}


def test_a_note_may_be_left_out(team: Cast) -> None:
    flag = raised(team)
    life.saved(team, team.rowan, life.WITHDRAW, life.withdrawing(flag, note=" "))
    assert team.ask(team.rowan, READ, id=flag["id"])["flag"]["withdrawNote"] is None


def test_triage_does_not_take_back_what_others_raised_but_what_it_raised_itself(team: Cast) -> None:
    def may(viewer: Viewer, flag: dict[str, Any]) -> bool:
        return bool(team.ask(viewer, READ, id=flag["id"])["flag"]["viewerCanWithdraw"])

    assert not may(team.morgan, raised(team))
    own = raised(team, team.morgan)
    assert may(team.morgan, own)
    assert not may(team.jo, own)
