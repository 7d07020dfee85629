"""Decides where a plan and its versions can stand and which step leads where: what is not listed does not exist."""

from enum import StrEnum


class PlanState(StrEnum):
    """Where a plan stands."""

    DRAFT = "DRAFT"
    PROPOSED = "PROPOSED"
    NEGOTIATION = "NEGOTIATION"
    SIGNING = "SIGNING"
    AGREED = "AGREED"
    IN_FORCE = "IN_FORCE"


class PlanVersionState(StrEnum):
    """Where a version stands. One version of a plan at most is not superseded: the current one, with the top number."""

    DRAFT = "DRAFT"
    PROPOSED = "PROPOSED"
    SUPERSEDED = "SUPERSEDED"
    SIGNING = "SIGNING"
    AGREED = "AGREED"


class PlanStep(StrEnum):
    """What moves a plan on."""

    PROPOSE = "PROPOSE"
    ACCEPT = "ACCEPT"
    REVISE = "REVISE"
    OPEN_SIGNING = "OPEN_SIGNING"
    WITHDRAW = "WITHDRAW"
    AGREE = "AGREE"
    TAKE_EFFECT = "TAKE_EFFECT"


# Each step with the one state it leads to, from each state it may start in. A plan is a DRAFT until its first version
# is proposed; from then on a version being written again is NEGOTIATION.
TRANSITIONS: dict[PlanStep, dict[PlanState, PlanState]] = {
    PlanStep.PROPOSE: {PlanState.DRAFT: PlanState.PROPOSED, PlanState.NEGOTIATION: PlanState.NEGOTIATION},
    PlanStep.ACCEPT: {
        PlanState.PROPOSED: PlanState.NEGOTIATION,
        PlanState.NEGOTIATION: PlanState.NEGOTIATION,
        PlanState.SIGNING: PlanState.NEGOTIATION,
    },
    PlanStep.REVISE: {
        PlanState.PROPOSED: PlanState.NEGOTIATION,
        PlanState.NEGOTIATION: PlanState.NEGOTIATION,
        PlanState.SIGNING: PlanState.NEGOTIATION,
    },
    PlanStep.OPEN_SIGNING: {PlanState.PROPOSED: PlanState.SIGNING, PlanState.NEGOTIATION: PlanState.SIGNING},
    PlanStep.WITHDRAW: {
        PlanState.DRAFT: PlanState.DRAFT,
        PlanState.PROPOSED: PlanState.NEGOTIATION,
        PlanState.NEGOTIATION: PlanState.NEGOTIATION,
        PlanState.SIGNING: PlanState.NEGOTIATION,
    },
    PlanStep.AGREE: {PlanState.SIGNING: PlanState.AGREED},
    PlanStep.TAKE_EFFECT: {PlanState.AGREED: PlanState.IN_FORCE},
}

# A version leaves DRAFT with its bytes frozen, and nothing leads back.
VERSION_TRANSITIONS: dict[PlanVersionState, frozenset[PlanVersionState]] = {
    PlanVersionState.DRAFT: frozenset({PlanVersionState.PROPOSED}),
    PlanVersionState.PROPOSED: frozenset({PlanVersionState.SUPERSEDED, PlanVersionState.SIGNING}),
    PlanVersionState.SIGNING: frozenset({PlanVersionState.SUPERSEDED, PlanVersionState.AGREED}),
    PlanVersionState.SUPERSEDED: frozenset(),
    PlanVersionState.AGREED: frozenset(),
}

# Counter-proposals are made to a frozen version that is not agreed yet.
NEGOTIABLE = frozenset({PlanVersionState.PROPOSED, PlanVersionState.SIGNING})


class ProposalState(StrEnum):
    """What becomes of a counter-proposal."""

    OPEN = "OPEN"
    ACCEPTED = "ACCEPTED"
    REJECTED = "REJECTED"
    WITHDRAWN = "WITHDRAWN"
