"""The tables of plans, by noun."""

from portal.plans.models.plan import Plan, PlanEvent, PlanEventKind, PlanParty
from portal.plans.models.scheme import (
    ClauseKind,
    FundingRoute,
    PlanClause,
    PlanContribution,
    PlanMeasure,
    PlanMilestone,
    PlanMilestoneReport,
    PlanScheme,
)
from portal.plans.models.signing import (
    PlanCheck,
    PlanCheckPass,
    PlanPublication,
    PlanRefusal,
    PlanSignature,
    SignatureMethod,
)
from portal.plans.models.talk import PlanComment, PlanProposal
from portal.plans.models.version import (
    PlanEvidence,
    PlanProblem,
    PlanProblemCode,
    PlanStandard,
    PlanVersion,
    PlanVersionParty,
)

__all__ = [
    "ClauseKind", "FundingRoute", "Plan", "PlanCheck", "PlanCheckPass", "PlanClause", "PlanComment", "PlanContribution",
    "PlanEvent", "PlanEventKind", "PlanEvidence", "PlanMeasure", "PlanMilestone", "PlanMilestoneReport", "PlanParty",
    "PlanProblem", "PlanProblemCode", "PlanProposal", "PlanPublication", "PlanRefusal", "PlanScheme", "PlanSignature",
    "PlanStandard", "PlanVersion", "PlanVersionParty", "SignatureMethod",
]  # fmt: skip
