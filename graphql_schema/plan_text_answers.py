"""What can come of a change of a plan's text, or of what is said of it: the record as it now stands, or a failure."""

from typing import Annotated

import strawberry

from graphql_schema.answers import REPLAYED, UNION
from graphql_schema.errors import Conflict, Invalid, NotFound, NotPermitted
from graphql_schema.plan_answers import AS_IT_STANDS
from graphql_schema.plan_schemes import Clause, Scheme
from graphql_schema.plan_sight import of_own_plan, of_seen_version
from graphql_schema.plan_talk import Comment, Proposal
from graphql_schema.plan_versions import Evidence, StandardCheck
from graphql_schema.selection.declare import by_key, constant, one, planned
from portal.plans import models


@planned(models.PlanScheme, seen_by=of_seen_version)
@strawberry.type(description="The change was made and recorded. [RECORD]")
class SchemeSaved:
    scheme: Scheme | None = one("Scheme", by_key(models.PlanScheme.id), AS_IT_STANDS)
    replayed: bool = constant("replayed", REPLAYED)


@planned(models.PlanClause, seen_by=of_seen_version)
@strawberry.type(description="The change was made and recorded. [RECORD]")
class ClauseSaved:
    clause: Clause | None = one("Clause", by_key(models.PlanClause.id), AS_IT_STANDS)
    replayed: bool = constant("replayed", REPLAYED)


@planned(models.PlanEvidence, seen_by=of_seen_version)
@strawberry.type(description="The change was made and recorded. [RECORD]")
class EvidenceSaved:
    evidence: Evidence | None = one("Evidence", by_key(models.PlanEvidence.id), AS_IT_STANDS)
    replayed: bool = constant("replayed", REPLAYED)


@planned(models.PlanStandard, seen_by=of_seen_version)
@strawberry.type(description="The change was made and recorded. [RECORD]")
class StandardSaved:
    standard: StandardCheck | None = one("StandardCheck", by_key(models.PlanStandard.id), AS_IT_STANDS)
    replayed: bool = constant("replayed", REPLAYED)


@planned(models.PlanProposal, seen_by=of_own_plan)
@strawberry.type(description="The change was made and recorded. [RECORD]")
class ProposalSaved:
    proposal: Proposal | None = one("Proposal", by_key(models.PlanProposal.id), AS_IT_STANDS)
    replayed: bool = constant("replayed", REPLAYED)


@planned(models.PlanComment, seen_by=of_own_plan)
@strawberry.type(description="The change was made and recorded. [RECORD]")
class CommentSaved:
    comment: Comment | None = one("Comment", by_key(models.PlanComment.id), AS_IT_STANDS)
    replayed: bool = constant("replayed", REPLAYED)


SchemeResult = Annotated[
    SchemeSaved | Invalid | NotFound | NotPermitted | Conflict, strawberry.union("SchemeResult", description=UNION)
]
ClauseResult = Annotated[
    ClauseSaved | Invalid | NotFound | NotPermitted | Conflict, strawberry.union("ClauseResult", description=UNION)
]
EvidenceResult = Annotated[
    EvidenceSaved | Invalid | NotFound | NotPermitted | Conflict, strawberry.union("EvidenceResult", description=UNION)
]
StandardResult = Annotated[
    StandardSaved | Invalid | NotFound | NotPermitted | Conflict, strawberry.union("StandardResult", description=UNION)
]
ProposalResult = Annotated[
    ProposalSaved | Invalid | NotFound | NotPermitted | Conflict, strawberry.union("ProposalResult", description=UNION)
]
CommentResult = Annotated[
    CommentSaved | Invalid | NotFound | NotPermitted | Conflict, strawberry.union("CommentResult", description=UNION)
]
