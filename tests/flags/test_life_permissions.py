"""Every change of a flag on its way is tried by everybody there is, in every role.

Who does not see the flag is told that there is none; who sees it and may not is told so; nobody else's try changes or
tells anything.
"""

from typing import Any

import pytest

from graphql_schema import Door
from portal.db import Database
from tests.factories import life
from tests.factories.cast import key
from tests.factories.flags import DECIDE, answered, ended, raised, shared, taken
from tests.flags.trying import CANARIES, Prepare, Stage, Try, refuse, set_stage, succeed

FLAGGER = {"rowan", "mel"}
TRIAGE = {"morgan", "jo"}
# Whoever a share to the mental health service reaches, and whoever an escalation to the council reaches.
HEALTH = {"sam", "ines", "kit"}
SAFEGUARDING = {"priya"}
# The author sees what they raised in whatever they act as; the role decides what they may do.
AUTHOR_ELSEWHERE = {"rowan.as.guardian"}
OPEN_TO = FLAGGER | TRIAGE | AUTHOR_ELSEWHERE


@pytest.fixture(scope="module")
def stage(owner: Database, door: Door) -> Stage:
    """Everybody who could try."""
    return set_stage(owner, door)


def _flag(stage: Stage) -> dict[str, Any]:
    return taken(stage.cast, raised(stage.cast, **CANARIES))


def _ask(stage: Stage) -> Try:
    return DECIDE, life.deciding(_flag(stage), life.asking())


def _merge(stage: Stage) -> Try:
    return DECIDE, life.deciding(_flag(stage), life.merging(raised(stage.cast, stage.cast.ari)))


def _escalate(stage: Stage) -> Try:
    return DECIDE, life.deciding(shared(stage.cast, _flag(stage)), life.escalating(stage.cast))


def _answer(stage: Stage) -> Try:
    return life.ANSWER_QUESTION, life.answering(stage.cast, life.asked(stage.cast, _flag(stage)))


def _tell(stage: Stage) -> Try:
    flag = shared(stage.cast, life.escalated(stage.cast, _flag(stage)))
    return life.TELL, life.change(flag, text="A place is free on Monday.")


def _withdraw(stage: Stage) -> Try:
    return life.WITHDRAW, life.withdrawing(_flag(stage))


def _close(stage: Stage) -> Try:
    flag = answered(stage.cast, shared(stage.cast, life.escalated(stage.cast, _flag(stage))))
    return life.CLOSE, life.closing(life.stands(stage.cast, flag))


def _reopen(stage: Stage) -> Try:
    return life.REOPEN, life.reopening(ended(stage.cast, _flag(stage)))


# What is tried, who sees the flag it is tried on, and who may.
CASES: dict[str, tuple[Prepare, set[str], set[str]]] = {
    "ask": (_ask, OPEN_TO, TRIAGE),
    "merge": (_merge, OPEN_TO, TRIAGE),
    "escalate": (_escalate, OPEN_TO | HEALTH, TRIAGE),
    "answer": (_answer, OPEN_TO, FLAGGER),
    "tell": (_tell, OPEN_TO | HEALTH | SAFEGUARDING, TRIAGE | HEALTH | SAFEGUARDING),
    "withdraw": (_withdraw, OPEN_TO, FLAGGER),
    "close": (_close, OPEN_TO | HEALTH | SAFEGUARDING, TRIAGE),
    "reopen": (_reopen, OPEN_TO, FLAGGER | TRIAGE),
}


@pytest.mark.parametrize("case", CASES)
def test_everybody_else_is_refused_learns_nothing_and_changes_nothing(stage: Stage, owner: Database, case: str) -> None:
    prepare, seen, able = CASES[case]
    document, given = prepare(stage)
    refusals = {name: "NotPermitted" if name in seen else "NotFound" for name in stage.everybody() if name not in able}
    assert len(refusals) > 25
    refuse(stage, owner, document, given, refusals.items())


@pytest.mark.parametrize(("case", "able"), [(case, able) for case in CASES for able in sorted(CASES[case][2])])
def test_everybody_who_may_can(stage: Stage, owner: Database, case: str, able: str) -> None:
    document, given = CASES[case][0](stage)
    succeed(stage, owner, document, given, able)


@pytest.mark.parametrize("case", ["take many", "end many"])
def test_of_many_flags_nobody_but_triage_changes_one(stage: Stage, case: str) -> None:
    flag = raised(stage.cast, **CANARIES) if case == "take many" else _flag(stage)
    named = {"flags": [{"id": flag["id"], "expectedVersion": flag["version"]}]}
    said = {"reasonCode": "NEED_MET", "thresholdLevelCode": "LEVEL_1", "feedback": "It is done."}
    document = life.TAKE_MANY if case == "take many" else life.END_MANY
    given = named if case == "take many" else named | said
    unseen = "Either there is no such record, or it is not yours to see."
    for name in stage.everybody():
        viewer = stage.viewer(name)
        if name in TRIAGE:
            continue
        [answer] = stage.cast.ask(viewer, document, input=given | {"idempotencyKey": key()}).values()
        if viewer is None:
            assert answer["__typename"] == "NotFound"
            continue
        [outcome] = answer["outcomes"]
        assert (outcome["problem"] == unseen) == (name not in OPEN_TO), name
        assert (outcome["flag"] is None) == (name not in OPEN_TO), name
        assert "canary" not in str(answer).lower()
    assert life.stands(stage.cast, flag) == {name: flag[name] for name in ("id", "version", "state", "reference")}


def test_what_each_may_do_is_told_before_they_try(stage: Stage) -> None:
    names = (
        "viewerCanAskForInformation", "viewerCanMerge", "viewerCanShare", "viewerCanEscalate", "viewerCanWithdraw",
        "viewerCanTriage", "viewerCanClose", "viewerCanReopen", "viewerCanAnswerInformation", "viewerCanGiveFeedback",
    )  # fmt: skip
    read = f"query($id: ID!) {{ flag(by: {{id: $id}}) {{ {' '.join(names)} }} }}"
    flag = _flag(stage)
    deciding = {
        "viewerCanAskForInformation",
        "viewerCanMerge",
        "viewerCanShare",
        "viewerCanEscalate",
        "viewerCanTriage",
    }
    told = {
        "rowan": {"viewerCanWithdraw"},
        "mel": {"viewerCanWithdraw"},
        "rowan.as.guardian": set(),
        "morgan": deciding | {"viewerCanGiveFeedback"},
    }
    for name, may in told.items():
        found = stage.cast.ask(stage.viewer(name), read, id=flag["id"])["flag"]
        assert {each for each, can in found.items() if can} == may, name
