"""What the world can ask of a plan's history: what happened to it, in order, for its parties."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry
from sqlalchemy import FromClause

from graphql_schema.agencies import Agency
from graphql_schema.identity import Actor
from graphql_schema.need_to_know import PARTIES
from graphql_schema.plan_sight import among_parties
from graphql_schema.selection.declare import by_key, column, one, paged, planned
from graphql_schema.selection.paged import Order, Start, Window
from graphql_schema.selection.planner import Planner
from graphql_schema.selection.record import Scope
from portal.plans import models

if TYPE_CHECKING:
    from graphql_schema.plan_versions import PlanVersion

strawberry.enum(models.PlanEventKind, description="What happened to a plan.")


@planned(models.PlanEvent, readers=PARTIES)
@strawberry.type(description="One thing that happened to a plan. [PLAN]")
class PlanEvent:
    kind: models.PlanEventKind = column(models.PlanEvent.kind, "What.")
    at: datetime = column(models.PlanEvent.at, "When.")
    agency: Agency | None = one(
        "Agency", by_key(models.PlanEvent.agency_id), "For which agency somebody acted; null when a day came."
    )
    by: Actor | None = one("Actor", by_key(models.PlanEvent.membership_id), "Who; null when a day came.")
    plan_version: Annotated["PlanVersion", strawberry.lazy("graphql_schema.plan_versions")] | None = one(
        "PlanVersion", by_key(models.PlanEvent.plan_version_id), "On which version."
    )


def _begin(planner: Planner, scope: Scope, row: FromClause, arguments: Mapping[str, Any], window: Window) -> Start:
    return Start(source=row, where=(), order=Order(sort=row.c.id, tie=row.c.id, descending=True))


def events_field() -> Any:
    """The connection of a plan's history."""
    return paged(
        "PlanEvent",
        among_parties(lambda scope, row: row.c.plan_id == scope.row.c.id),
        "What happened to it, newest first; for parties alone.",
        begin=_begin,
    )
