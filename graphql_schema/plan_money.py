"""What the world can ask of a plan's money: who pays what in which year by which power, and what that adds up to."""

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

import strawberry
from sqlalchemy import ColumnElement, FromClause, Numeric, Text, and_, func, literal, select

from graphql_schema.agencies import Agency
from graphql_schema.nodes import Node, Versioned
from graphql_schema.plan_sight import agency_named, of_seen_version
from graphql_schema.selection.declare import (
    anything,
    by_key,
    column,
    declared,
    expression,
    global_id,
    made,
    many,
    one,
    planned,
)
from graphql_schema.selection.kinds import On, Related
from graphql_schema.selection.paged import Order, Paged, Start, Window
from graphql_schema.selection.planner import Planner
from graphql_schema.selection.record import Plain, Scope
from portal.agencies.models import Agency as AgencyModel
from portal.plans import models
from portal.plans.money import Share, cost_per_person, joint_funding_share

if TYPE_CHECKING:
    from graphql_schema.plan_schemes import Scheme

strawberry.enum(models.FundingRoute, description="Powers money can flow through.")

CURRENCY = "GBP"


@strawberry.type(description="An amount of money. [PLAN]")
class Money:
    amount: Decimal = strawberry.field(description="How much, exactly. [PLAN]")
    currency: str = strawberry.field(description="Its currency, by ISO 4217. [PLAN]")


def money(amount: str) -> Plain:
    """An amount as answered."""
    return Plain("Money", amount=amount, currency=CURRENCY)


def as_money(amount: ColumnElement[Any]) -> ColumnElement[Any]:
    """An amount as it travels out of the database: text, because a number in JSON is read inexactly.

    It has room for the sum of as many contributions as a plan can have, each as large as one can be.
    """
    return amount.cast(Numeric(20, 2)).cast(Text)


def _amount(scope: Scope) -> ColumnElement[Any]:
    return as_money(scope.row.c.amount)


def same_version(key: str, target_key: str = "key") -> On:
    """The relation in which a column of this row is the key of a row of the same version."""
    return lambda scope, row: and_(
        row.c.plan_version_id == scope.row.c.plan_version_id, row.c[target_key] == scope.row.c[key]
    )


@planned(models.PlanContribution, seen_by=of_seen_version, readers="PLAN")
@strawberry.type(description="What one agency pays for a scheme in one year. [PLAN]")
class Contribution(Node, Versioned):
    id: strawberry.ID = global_id("Contribution", models.PlanContribution.id)
    agency: Agency = one("Agency", by_key(models.PlanContribution.agency_id), "Who pays.")
    scheme: Annotated["Scheme", strawberry.lazy("graphql_schema.plan_schemes")] = one(
        "Scheme", same_version("scheme_key"), "For what."
    )
    year: int = column(models.PlanContribution.year, "Financial year, by its first calendar year.")
    amount: Money = made(_amount, money, "How much.")
    route: models.FundingRoute = column(models.PlanContribution.route, "Through which power.")
    condition: str | None = column(models.PlanContribution.condition, "On what condition.")


def total_of(on: On, scope: Scope) -> ColumnElement[Any]:
    """The contributions that belong to a row, added up."""
    given = models.PlanContribution.__table__.alias()
    total = select(func.coalesce(func.sum(given.c.amount), literal(0))).where(on(scope, given))
    return total.correlate_except(given).scalar_subquery()


def shares_of(on: On, scope: Scope) -> ColumnElement[Any]:
    """The contributions that belong to a row, as the rules of `portal.plans.money` take them once they are read."""
    given, payer = models.PlanContribution.__table__.alias(), AgencyModel.__table__.alias()
    share = func.json_build_object(
        "payer",
        func.json_build_array(payer.c.code_list, payer.c.code, payer.c.active_from),
        *("year", given.c.year, "amount", given.c.amount.cast(Text)),
    )
    return (
        select(func.coalesce(func.json_agg(share), func.json_build_array()))
        .select_from(given.join(payer, payer.c.id == given.c.agency_id))
        .where(on(scope, given))
        .correlate_except(given, payer)
        .scalar_subquery()
    )


def _read(shares: list[dict[str, Any]]) -> list[Share[tuple[str, ...]]]:
    return [Share(payer=tuple(each["payer"]), year=each["year"], amount=Decimal(each["amount"])) for each in shares]


def joint_share(shares: list[dict[str, Any]]) -> Decimal | None:
    """The part of a scheme's money that the largest payer does not pay."""
    return joint_funding_share(_read(shares))


def cost_of_a_person(given: dict[str, Any]) -> Plain | None:
    """What reaching one person costs, as answered."""
    reach = None if given["reach"] is None else Decimal(given["reach"])
    cost = cost_per_person(_read(given["shares"]), reach=reach)
    return None if cost is None else money(str(cost))


def _summed(scope: Scope, *by: str) -> Any:
    """The contributions of a version, added up by some of their columns."""
    given = models.PlanContribution.__table__.alias()
    groups = [given.c[name] for name in by]
    return (
        select(*groups, func.sum(given.c.amount).label("amount"))
        .where(given.c.plan_version_id == scope.row.c.id)
        .group_by(*groups)
        .correlate(*scope.outer)
    )


def _by_year(scope: Scope) -> FromClause:
    found: FromClause = _summed(scope, "year").lateral()
    return found


def _by_agency(scope: Scope) -> FromClause:
    found: FromClause = _summed(scope, "agency_id").lateral()
    return found


def _by_both(scope: Scope) -> FromClause:
    found: FromClause = _summed(scope, "agency_id", "year").lateral()
    return found


def _of_version(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    found: ColumnElement[bool] = row.c.plan_version_id == scope.row.c.id
    return found


def _total(scope: Scope) -> ColumnElement[Any]:
    return as_money(total_of(_of_version, scope))


@planned(readers="PLAN")
@strawberry.type(description="One year's money. [PLAN]")
class YearTotal:
    year: int = expression(lambda scope: scope.row.c.year, "The financial year, by its first calendar year.")
    amount: Money = made(_amount, money, "How much.")


def _payer(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    found: ColumnElement[bool] = row.c.id == scope.row.c.agency_id
    return found


@planned(readers="PLAN")
@strawberry.type(description="One agency's money. [PLAN]")
class AgencyTotal:
    agency: Agency = one("Agency", _payer, "Who.")
    amount: Money = made(_amount, money, "How much.")


@planned(readers="PLAN")
@strawberry.type(description="One agency's money in one year. [PLAN]")
class AgencyYearTotal:
    agency: Agency = one("Agency", _payer, "Who.")
    year: int = expression(lambda scope: scope.row.c.year, "The financial year, by its first calendar year.")
    amount: Money = made(_amount, money, "How much.")


@planned(readers="PLAN")
@strawberry.type(description="Money added up exactly. [PLAN]")
class PlanTotals:
    total: Money = made(_total, money, "All of it.")
    by_year: list[YearTotal] = many(
        "YearTotal", anything, "Year by year.", order=lambda row: [row.c.year], source=_by_year, limit=250
    )
    by_agency: list[AgencyTotal] = many(
        "AgencyTotal",
        anything,
        "Agency by agency, the largest payer first.",
        order=lambda row: [row.c.amount.desc(), row.c.agency_id],
        source=_by_agency,
    )
    by_agency_and_year: list[AgencyYearTotal] = many(
        "AgencyYearTotal",
        anything,
        "Agency by agency in each year.",
        order=lambda row: [row.c.year, row.c.amount.desc(), row.c.agency_id],
        source=_by_both,
        # As many agencies as a partnership has, for more years than anybody plans.
        limit=1000,
    )


@strawberry.input(description="Which contributions; every member must hold, and a list means any of.")
class ContributionFilter:
    agency_id: strawberry.ID | None = strawberry.field(default=None, description="Of this agency.")
    years: list[int] | None = strawberry.field(default=None, description="In any of these financial years.")
    routes: list[models.FundingRoute] | None = strawberry.field(default=None, description="By any of these routes.")


def _filtered(
    self: Any,
    filter: ContributionFilter | None = None,  # noqa: A002  the schema's own word
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> None: ...


def _begin(planner: Planner, scope: Scope, row: FromClause, arguments: Mapping[str, Any], window: Window) -> Start:
    wanted = arguments.get("filter") or {}
    where: list[ColumnElement[bool]] = []
    if wanted.get("agencyId") is not None:
        where.append(row.c.agency_id == agency_named(planner, wanted["agencyId"]))
    if wanted.get("years") is not None:
        where.append(row.c.year.in_(wanted["years"]))
    if wanted.get("routes") is not None:
        where.append(row.c.route.in_(wanted["routes"]))
    return Start(source=row, where=where, order=Order(sort=row.c.year, tie=row.c.id, descending=False))


def contributions_field(on: On, description: str) -> Any:
    """A connection of contributions that belong to a version or to a scheme."""
    return declared(
        Paged(related=Related(target="Contribution", on=on), begin=_begin), description, signature=_filtered
    )
