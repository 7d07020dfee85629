"""Decides how the rows of a plan are tied to who may read it: by its parties alone, or by anyone once published."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, and_, select

from graphql_schema.selection.kinds import On
from graphql_schema.selection.planner import Planner
from graphql_schema.selection.record import Scope
from portal.access.plans import is_current, is_party, is_party_of_version, sees_plan, sees_version
from portal.plans.models import Plan, PlanVersion


def seen_plan(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    """Whether the viewer may read a plan: its parties may, and anyone once it is published."""
    return sees_plan(scope.viewer, row.c.id)


def seen_version(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    """Whether the viewer may read a version: the plan's parties may, and anyone the published one."""
    return sees_version(scope.viewer, row.c.id)


def of_seen_version(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    """Whether the viewer may read the version that a row is part of."""
    return sees_version(scope.viewer, row.c.plan_version_id)


def of_own_plan(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    """Whether a row is of a plan that the viewer's agency takes part in: for what is never published."""
    return is_party(scope.viewer, row.c.plan_id)


def takes_part(scope: Scope) -> ColumnElement[bool]:
    """Whether the viewer's agency takes part in the plan that this row is of, or in that of its version."""
    columns = scope.row.c
    if "plan_id" in columns:
        return is_party(scope.viewer, columns.plan_id)
    if "plan_version_id" in columns:
        return is_party_of_version(scope.viewer, columns.plan_version_id)
    return is_party(scope.viewer, columns.id)


def staff(key: str) -> On:
    """The relation to who acted, whom a column of this row names; the public is told no name of staff."""
    return among_parties(lambda scope, row: row.c.id == scope.row.c[key])


def among_parties(on: On) -> On:
    """A relation that is there for the plan's parties alone."""

    def both(scope: Scope, row: FromClause) -> ColumnElement[bool]:
        return and_(on(scope, row), takes_part(scope))

    return both


def agency_named(planner: Planner, sealed: str) -> UUID | None:
    """The agency that an id in the filter of an inner list names; agencies are public, so nothing is noted of it."""
    found = planner.seal.open_id(sealed)
    return found[1] if found is not None and found[0] == "Agency" else None


def current(plan_id: Any) -> Any:
    """The id of the version that a plan stands at."""
    plan, version = Plan.__table__.alias(), PlanVersion.__table__.alias()
    return (
        select(version.c.id)
        .select_from(plan.join(version, is_current(version.c, plan.c)))
        .where(plan.c.id == plan_id)
        .correlate_except(plan, version)
        .scalar_subquery()
    )
