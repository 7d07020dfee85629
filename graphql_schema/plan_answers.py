"""What can come of a change of a plan: what it left, as it now stands, or one of the four expected failures."""

from typing import Annotated

import strawberry
from sqlalchemy import ColumnElement, FromClause, and_, false, literal

from graphql_schema.answers import REPLAYED, UNION
from graphql_schema.errors import Conflict, Invalid, NotFound, NotPermitted
from graphql_schema.plan_schemes import Milestone
from graphql_schema.plan_sight import of_seen_version, seen_plan, seen_version
from graphql_schema.plan_signing import PlanParty, PlanSignature
from graphql_schema.plan_versions import PlanVersion
from graphql_schema.plans import Plan
from graphql_schema.selection.declare import by_key, constant, expression, one, planned
from graphql_schema.selection.record import Scope
from portal.plans import models
from portal.plans.states import PlanVersionState

AS_IT_STANDS = "The record as it now stands, under the same need to know as any read."


@planned(models.Plan, seen_by=seen_plan)
@strawberry.type(description="The change was made and recorded. [RECORD]")
class PlanSaved:
    plan: Plan | None = one("Plan", by_key(models.Plan.id), AS_IT_STANDS)
    replayed: bool = constant("replayed", REPLAYED)


@planned(models.PlanVersion, seen_by=seen_version)
@strawberry.type(description="The change was made and recorded. [RECORD]")
class PlanVersionSaved:
    plan_version: PlanVersion | None = one("PlanVersion", by_key(models.PlanVersion.id), AS_IT_STANDS)
    replayed: bool = constant("replayed", REPLAYED)


def _own_party(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    own: ColumnElement[bool] = row.c.agency_id == scope.viewer.agency_id if scope.viewer else false()
    return and_(row.c.plan_id == scope.row.c.id, own)


@planned(models.Plan, seen_by=seen_plan)
@strawberry.type(description="The change was made and recorded. [RECORD]")
class PlanPartySaved:
    plan_party: PlanParty | None = one("PlanParty", _own_party, "The viewer's agency in the plan, as it now stands.")
    plan: Plan | None = one("Plan", by_key(models.Plan.id), AS_IT_STANDS)
    replayed: bool = constant("replayed", REPLAYED)


def _signed(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    found: ColumnElement[bool] = row.c.id == scope.row.c.plan_version_id
    return found


def _agreed(scope: Scope) -> ColumnElement[bool]:
    version = models.PlanVersion.__table__.alias()
    agreed = (version.c.id == scope.row.c.plan_version_id, version.c.state == literal(PlanVersionState.AGREED.value))
    return version.select().where(*agreed).correlate(*scope.outer).exists()


@planned(models.PlanSignature, seen_by=of_seen_version)
@strawberry.type(description="The signature was given and recorded. [RECORD]")
class PlanSigned:
    plan_signature: PlanSignature | None = one("PlanSignature", by_key(models.PlanSignature.id), AS_IT_STANDS)
    plan_version: PlanVersion | None = one("PlanVersion", _signed, "The version with its signatures.")
    agreed: bool = expression(_agreed, "Whether the version is agreed now: no required signature is missing.")
    replayed: bool = constant("replayed", REPLAYED)


@planned(models.PlanMilestone, seen_by=of_seen_version)
@strawberry.type(description="The change was made and recorded. [RECORD]")
class MilestoneSaved:
    milestone: Milestone | None = one("Milestone", by_key(models.PlanMilestone.id), AS_IT_STANDS)
    replayed: bool = constant("replayed", REPLAYED)


PlanResult = Annotated[
    PlanSaved | Invalid | NotFound | NotPermitted | Conflict, strawberry.union("PlanResult", description=UNION)
]
PlanVersionResult = Annotated[
    PlanVersionSaved | Invalid | NotFound | NotPermitted | Conflict,
    strawberry.union("PlanVersionResult", description=UNION),
]
PlanPartyResult = Annotated[
    PlanPartySaved | Invalid | NotFound | NotPermitted | Conflict,
    strawberry.union("PlanPartyResult", description=UNION),
]
SignPlanResult = Annotated[
    PlanSigned | Invalid | NotFound | NotPermitted | Conflict, strawberry.union("SignPlanResult", description=UNION)
]
MilestoneResult = Annotated[
    MilestoneSaved | Invalid | NotFound | NotPermitted | Conflict,
    strawberry.union("MilestoneResult", description=UNION),
]
