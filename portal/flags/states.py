"""Decides where a flag can stand and which step leads where: a transition that is not listed does not exist."""

from enum import StrEnum


class FlagState(StrEnum):
    """Where a flag stands."""

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    IN_TRIAGE = "IN_TRIAGE"
    NFA = "NFA"
    SHARED = "SHARED"


class Step(StrEnum):
    """What moves a flag on."""

    SUBMIT = "SUBMIT"
    START_TRIAGE = "START_TRIAGE"
    END_WITHOUT_ACTION = "END_WITHOUT_ACTION"
    SHARE = "SHARE"


# Each step with the one state it leads to, from each state it may start in.
TRANSITIONS: dict[Step, dict[FlagState, FlagState]] = {
    Step.SUBMIT: {FlagState.DRAFT: FlagState.SUBMITTED},
    Step.START_TRIAGE: {FlagState.SUBMITTED: FlagState.IN_TRIAGE},
    Step.END_WITHOUT_ACTION: {FlagState.IN_TRIAGE: FlagState.NFA},
    Step.SHARE: {FlagState.IN_TRIAGE: FlagState.SHARED},
}


def sources(step: Step) -> tuple[FlagState, ...]:
    """The states a step may start in."""
    return tuple(TRANSITIONS[step])
