"""What the world can ask of what a plan commissions: its schemes, with their clauses, milestones and measures."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import strawberry
from sqlalchemy import ColumnElement, FromClause, Text, and_, any_, case, exists, func, literal, or_, select

from graphql_schema.agencies import Area
from graphql_schema.identity import Actor
from graphql_schema.nodes import Node, Versioned
from graphql_schema.paging import Connection
from graphql_schema.plan_money import (
    Contribution,
    Money,
    as_money,
    contributions_field,
    cost_of_a_person,
    joint_share,
    money,
    same_version,
    shares_of,
    total_of,
)
from graphql_schema.plan_sight import of_seen_version, staff, takes_part
from graphql_schema.plan_words import words_of_version
from graphql_schema.selection.declare import by_key, column, concept, expression, global_id, made, many, one, planned
from graphql_schema.selection.paged import Order, Start, Window
from graphql_schema.selection.planner import Planner
from graphql_schema.selection.record import Scope
from graphql_schema.vocabularies import Concept
from portal.access.plans import REPORT, is_current
from portal.access.rule import may
from portal.plans import milestones, models
from portal.plans.words import MEASURES, NEEDS

if TYPE_CHECKING:
    from graphql_schema.plan_versions import PlanVersion

strawberry.enum(models.ClauseKind, description="What a clause settles.")

strawberry.enum(milestones.Rating, description="How a milestone stands.")

REACH = "REACH"


def of_scheme(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    """The relation of a scheme's own rows to it."""
    return and_(row.c.plan_version_id == scope.row.c.plan_version_id, row.c.scheme_key == scope.row.c.key)


def in_order(row: FromClause) -> list[ColumnElement[Any]]:
    """The order of what people put in places; of two in one place the keys decide, as in the document."""
    return [row.c.position, row.c.key]


def by_place(planner: Planner, scope: Scope, row: FromClause, arguments: Mapping[str, Any], window: Window) -> Start:
    """The same order for a list with pages."""
    return Start(source=row, where=(), order=Order(sort=row.c.position, tie=row.c.key, descending=False))


def version_of() -> Any:
    """The version a row is part of."""
    return one("PlanVersion", lambda scope, row: row.c.id == scope.row.c.plan_version_id, "The version it is part of.")


def _rank(row: FromClause, table: FromClause, *among: ColumnElement[bool]) -> ColumnElement[Any]:
    """Which place a row has, from 1, among the rows of a table that is an alias of its own."""
    earlier = or_(table.c.position < row.c.position, and_(table.c.position == row.c.position, table.c.key <= row.c.key))
    return (
        select(func.count())
        .select_from(table)
        .where(table.c.plan_version_id == row.c.plan_version_id, earlier, *among)
        .correlate_except(table)
        .scalar_subquery()
    )


def _scheme_number(row: FromClause) -> ColumnElement[Any]:
    return _rank(row, models.PlanScheme.__table__.alias())


def _clause_number(scope: Scope) -> ColumnElement[Any]:
    """What the document calls a clause: G1 is the first of the plan as a whole, 2.3 the third of the second scheme."""
    row, clause, scheme = scope.row, models.PlanClause.__table__.alias(), models.PlanScheme.__table__.alias()
    place = _rank(row, clause, clause.c.scheme_key.is_not_distinct_from(row.c.scheme_key))
    of_scheme = (
        select(_scheme_number(scheme))
        .where(scheme.c.plan_version_id == row.c.plan_version_id, scheme.c.key == row.c.scheme_key)
        .correlate_except(scheme)
        .scalar_subquery()
    )
    return case((row.c.scheme_key.is_(None), func.concat("G", place)), else_=func.concat(of_scheme, ".", place))


@planned(models.PlanClause, seen_by=of_seen_version, readers="PLAN")
@strawberry.type(description="One clause, with a version of its own while it is written. [PLAN]")
class Clause(Node, Versioned):
    id: strawberry.ID = global_id("Clause", models.PlanClause.id)
    key: UUID = column(models.PlanClause.key, "The same in every version of the plan.")
    number: str = expression(_clause_number, "Such as 2.3 of the second scheme, or G1 of the plan as a whole.")
    kind: models.ClauseKind = column(models.PlanClause.kind, "What it settles.")
    heading: str = column(models.PlanClause.heading, "Its heading.")
    text: str = column(models.PlanClause.text, "Its words.")
    clause_hash: str = column(
        models.PlanClause.clause_hash, "SHA-256 of its canonical form: what a counter-proposal answers."
    )
    last_changed_by: Actor | None = one(
        "Actor", staff("last_changed_by_membership_id"), "Who wrote it last; for parties alone."
    )
    scheme: Annotated["Scheme", strawberry.lazy("graphql_schema.plan_schemes")] | None = one(
        "Scheme", same_version("scheme_key"), "The scheme it belongs to; null for the plan as a whole."
    )
    plan_version: Annotated["PlanVersion", strawberry.lazy("graphql_schema.plan_versions")] = version_of()


def _stands(value: Callable[[Any, Any], ColumnElement[Any]], description: str) -> Any:
    """What follows from the reports on a milestone, which are outside the signed words."""

    def reported(scope: Scope) -> ColumnElement[Any]:
        version = models.PlanVersion.__table__.alias()
        plan_id = (
            select(version.c.plan_id)
            .where(version.c.id == scope.row.c.plan_version_id)
            .correlate_except(version)
            .scalar_subquery()
        )
        return case((takes_part(scope), value(plan_id, scope.row.c)))

    return expression(reported, f"{description} For parties alone.")


def _may_report(scope: Scope) -> ColumnElement[bool]:
    version, plan = models.PlanVersion.__table__.alias(), models.Plan.__table__.alias()
    joined = version.join(plan, is_current(version.c, plan.c))
    here = and_(version.c.id == scope.row.c.plan_version_id, may(scope.viewer, REPORT, version))
    return exists(select(literal(1)).select_from(joined).where(here).correlate_except(version, plan))


@planned(models.PlanMilestone, seen_by=of_seen_version, readers="PLAN")
@strawberry.type(description="Something due on a day. [PLAN]")
class Milestone(Node, Versioned):
    id: strawberry.ID = global_id("Milestone", models.PlanMilestone.id)
    key: UUID = column(models.PlanMilestone.key, "The same in every version of the plan.")
    title: str = column(models.PlanMilestone.title, "What.")
    target_on: date = column(models.PlanMilestone.target_on, "When it was promised.")
    expected_on: date | None = _stands(
        milestones.expected_on, "When it was reached, or is now expected: as last reported, and never before today."
    )
    reached_on: date | None = _stands(milestones.reached_on, "When it was reached.")
    slippage_days: int | None = _stands(milestones.slippage_days, "By how many days it is late, or early below zero.")
    rating: milestones.Rating | None = _stands(milestones.rating, "Derived from slippage, never typed.")
    scheme: Annotated["Scheme", strawberry.lazy("graphql_schema.plan_schemes")] = one(
        "Scheme", same_version("scheme_key"), "The scheme it belongs to."
    )
    viewer_can_report: bool = expression(_may_report, "Whether the viewer may say how it stands now.")


@planned(models.PlanMeasure, seen_by=of_seen_version, readers="PLAN")
@strawberry.type(description="How a scheme is judged. [PLAN]")
class Measure(Node, Versioned):
    id: strawberry.ID = global_id("Measure", models.PlanMeasure.id)
    key: UUID = column(models.PlanMeasure.key, "The same in every version of the plan.")
    name: Concept = concept(
        MEASURES,
        models.PlanMeasure.name_code,
        "What is measured, in the words that were frozen; in a draft, in those of today.",
        source=words_of_version(MEASURES),
    )
    target: Decimal = expression(lambda scope: scope.row.c.target.cast(Text), "What is aimed at.")


def _shares(scope: Scope) -> ColumnElement[Any]:
    return shares_of(of_scheme, scope)


def _shares_and_reach(scope: Scope) -> ColumnElement[Any]:
    """What is paid for a scheme, and how many people it shall reach in a year."""
    measure = models.PlanMeasure.__table__.alias()
    reach = (
        select(func.max(measure.c.target).cast(Text))
        .where(of_scheme(scope, measure), measure.c.name_code == REACH)
        .correlate_except(measure)
        .scalar_subquery()
    )
    return func.json_build_object("shares", _shares(scope), "reach", reach)


def _needs(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    found: ColumnElement[bool] = row.c.code == any_(scope.row.c.need_codes)
    return found


@planned(models.PlanScheme, seen_by=of_seen_version, readers="PLAN")
@strawberry.type(description="One thing to commission, made of clauses. [PLAN]")
class Scheme(Node, Versioned):
    id: strawberry.ID = global_id("Scheme", models.PlanScheme.id)
    key: UUID = column(models.PlanScheme.key, "The same in every version of the plan.")
    number: int = expression(lambda scope: _scheme_number(scope.row), "Its place among the schemes, from 1.")
    title: str = column(models.PlanScheme.title, "Its name.")
    needs: list[Concept] = many(
        "Concept",
        _needs,
        "Needs it meets, in the words that were frozen; in a draft, in those of today.",
        order=lambda row: [row.c.position, row.c.code],
        source=words_of_version(NEEDS),
    )
    area: Area = one("Area", by_key(models.PlanScheme.area_id), "Where.")
    capacity_target: int = column(models.PlanScheme.capacity_target, "Places to create.")
    clauses: list[Clause] = many("Clause", of_scheme, "Its text, in order.", order=in_order)
    milestones: list[Milestone] = many("Milestone", of_scheme, "What is due when, in order.", order=in_order)
    measures: list[Measure] = many("Measure", of_scheme, "How it is judged, in order.", order=in_order)
    contributions: Connection[Contribution] = contributions_field(of_scheme, "Who pays, by year.")
    total: Money = made(lambda scope: as_money(total_of(of_scheme, scope)), money, "What it costs, all years added up.")
    money_hash: str = column(
        models.PlanScheme.money_hash, "SHA-256 of who pays what: what a counter-proposal to its money answers."
    )
    joint_funding_share: Decimal | None = made(
        _shares, joint_share, "The part that the largest payer does not pay, 0 to 1; null while nobody pays."
    )
    cost_per_person_reached: Money | None = made(
        _shares_and_reach, cost_of_a_person, "What reaching one person costs; null unless it says how many it reaches."
    )
    plan_version: Annotated["PlanVersion", strawberry.lazy("graphql_schema.plan_versions")] = version_of()
