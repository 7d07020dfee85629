"""Decides where a flag can stand and which step leads where: a transition that is not listed does not exist."""

from enum import StrEnum


class FlagState(StrEnum):
    """Where a flag stands."""

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    IN_TRIAGE = "IN_TRIAGE"
    MORE_INFO_REQUESTED = "MORE_INFO_REQUESTED"
    NFA = "NFA"
    MERGED = "MERGED"
    SHARED = "SHARED"
    REFERRED = "REFERRED"
    ESCALATED = "ESCALATED"
    CLOSED = "CLOSED"
    EXPIRED = "EXPIRED"
    WITHDRAWN = "WITHDRAWN"


class Step(StrEnum):
    """What moves a flag on."""

    SUBMIT = "SUBMIT"
    START_TRIAGE = "START_TRIAGE"
    ASK = "ASK"
    RESUME = "RESUME"
    END_WITHOUT_ACTION = "END_WITHOUT_ACTION"
    MERGE = "MERGE"
    SHARE = "SHARE"
    ESCALATE = "ESCALATE"
    WITHDRAW = "WITHDRAW"
    CLOSE = "CLOSE"
    EXPIRE = "EXPIRE"
    REFER = "REFER"
    REROUTE = "REROUTE"
    REOPEN = "REOPEN"


# Each step with the one state it leads to, from each state it may start in.
# REFER and REROUTE have no verb: nothing makes a referral, so nothing leads to REFERRED.
TRANSITIONS: dict[Step, dict[FlagState, FlagState]] = {
    Step.SUBMIT: {FlagState.DRAFT: FlagState.SUBMITTED},
    Step.START_TRIAGE: {FlagState.SUBMITTED: FlagState.IN_TRIAGE},
    Step.ASK: {FlagState.IN_TRIAGE: FlagState.MORE_INFO_REQUESTED},
    Step.RESUME: {FlagState.MORE_INFO_REQUESTED: FlagState.IN_TRIAGE},
    Step.END_WITHOUT_ACTION: {FlagState.IN_TRIAGE: FlagState.NFA},
    Step.MERGE: {FlagState.IN_TRIAGE: FlagState.MERGED},
    Step.SHARE: {FlagState.IN_TRIAGE: FlagState.SHARED, FlagState.ESCALATED: FlagState.SHARED},
    Step.ESCALATE: {FlagState.IN_TRIAGE: FlagState.ESCALATED, FlagState.SHARED: FlagState.ESCALATED},
    Step.WITHDRAW: {FlagState.SUBMITTED: FlagState.WITHDRAWN, FlagState.IN_TRIAGE: FlagState.WITHDRAWN},
    Step.CLOSE: {
        FlagState.SHARED: FlagState.CLOSED,
        FlagState.REFERRED: FlagState.CLOSED,
        FlagState.ESCALATED: FlagState.CLOSED,
    },
    Step.EXPIRE: {FlagState.SHARED: FlagState.EXPIRED},
    Step.REFER: {FlagState.SHARED: FlagState.REFERRED},
    Step.REROUTE: {FlagState.REFERRED: FlagState.SHARED},
    Step.REOPEN: {
        FlagState.NFA: FlagState.IN_TRIAGE,
        FlagState.CLOSED: FlagState.IN_TRIAGE,
        FlagState.EXPIRED: FlagState.IN_TRIAGE,
    },
}

# Triage has not decided yet.
UNDECIDED = frozenset({FlagState.SUBMITTED, FlagState.IN_TRIAGE})

# Somebody still has to do something about a flag in these states; another flag can be merged into it.
OPEN = frozenset(
    {
        FlagState.SUBMITTED,
        FlagState.IN_TRIAGE,
        FlagState.MORE_INFO_REQUESTED,
        FlagState.SHARED,
        FlagState.REFERRED,
        FlagState.ESCALATED,
    }
)

# Nobody has decided anything of a flag in these states that its flagger could be told.
UNTOLD = frozenset({FlagState.DRAFT, FlagState.WITHDRAWN})


def listed(states: frozenset[FlagState]) -> str:
    """States as SQL lists them, in the order of a flag's life."""
    return ", ".join(f"'{state}'" for state in FlagState if state in states)


def sources(step: Step) -> tuple[FlagState, ...]:
    """The states a step may start in."""
    return tuple(TRANSITIONS[step])
