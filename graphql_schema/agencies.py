"""What the world can ask of agencies and areas: public reference data with official codes."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import strawberry
from sqlalchemy import ColumnElement, FromClause, and_, func, or_, select

from graphql_schema.nodes import Node, Versioned
from graphql_schema.selection.declare import (
    anyone,
    anything,
    column,
    concept,
    expression,
    global_id,
    lookup,
    paged,
    planned,
    same,
)
from graphql_schema.selection.paged import Order, Start, Window
from graphql_schema.selection.planner import Planner
from graphql_schema.selection.record import Scope
from graphql_schema.vocabularies import Concept
from portal.agencies import models
from portal.partnerships.models import PartnershipMember


@planned(readers="REFERENCE")
@strawberry.type(description="An official code with the list it comes from; never identity. [REFERENCE]")
class OfficialCode:
    list: str = expression(lambda scope: scope.row.c.code_list, "The list.")
    value: str = expression(lambda scope: scope.row.c.code, "The code.")


@planned(readers="REFERENCE")
@strawberry.type(description="From a day, to a day or open. [REFERENCE]")
class Period:
    start: date = expression(lambda scope: scope.row.c.active_from, "First day.", name="from")
    end: date | None = expression(lambda scope: scope.row.c.active_to, "Last day; null while open.", name="to")


@planned(readers="REFERENCE")
@strawberry.type(description="Where an agency or a duty team answers. [REFERENCE]")
class ContactDesk:
    name: str | None = expression(lambda scope: scope.row.c.name, "Whose desk it is.")
    email: str | None = expression(lambda scope: scope.row.c.desk_email, "Shared mailbox.")
    telephone: str | None = expression(lambda scope: scope.row.c.desk_telephone, "Number.")
    hours: str | None = expression(lambda scope: scope.row.c.desk_hours, "When it is staffed.")


@planned(models.Area, seen_by=anyone, readers="REFERENCE")
@strawberry.type(description="A place with an official code: an authority, a force, a ward, a beat. [REFERENCE]")
class Area(Node):
    id: strawberry.ID = global_id("Area", models.Area.id)
    name: str = column(models.Area.name, "Its name.")
    kind_code: str = column(models.Area.kind_code, "Kind of area, coded.")
    code: OfficialCode = same("OfficialCode", "Official code with its list.")
    active_period: Period = same("Period", "When it existed.")


@planned(models.Agency, seen_by=anyone, readers="REFERENCE")
@strawberry.type(description="A body that shares or commissions; created, renamed and abolished as data. [REFERENCE]")
class Agency(Node, Versioned):
    id: strawberry.ID = global_id("Agency", models.Agency.id)
    name: str = column(models.Agency.name, "Official name.")
    kind: Concept = concept("agency-kind", models.Agency.kind_code, "Kind of agency.")
    code: OfficialCode = same("OfficialCode", "Official code with its list.")
    active_period: Period = same("Period", "When it existed.")
    contact_desk: ContactDesk | None = same(
        "ContactDesk", "Where to reach it.", present=lambda scope: scope.row.c.desk_telephone.is_not(None)
    )


@strawberry.input(description="An official code as it was on a day, because codes move between bodies.")
class OfficialCodeOnDay:
    list: str = strawberry.field(description="The list.")
    value: str = strawberry.field(description="The code.")
    on: date | None = strawberry.field(default=None, description="The day; today when left out.")


@strawberry.input(description="Which agencies; every member must hold, and a list means any of.")
class AgencyFilter:
    kinds: list[str] | None = strawberry.field(default=None, description="Of any of these kinds, by code.")
    code_list: str | None = strawberry.field(default=None, description="With a code of this list.")
    partnership_id: strawberry.ID | None = strawberry.field(default=None, description="Members of this partnership.")


@strawberry.input(one_of=True, description="One way to name an agency.")
class AgencyLookup:
    id: strawberry.ID | None = strawberry.field(default=strawberry.UNSET, description="By id.")
    code: OfficialCodeOnDay | None = strawberry.field(
        default=strawberry.UNSET, description="By official code on a day."
    )


def _agencies(
    self: Any,
    filter: AgencyFilter | None = None,  # noqa: A002  the schema's own word
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> None: ...


def _lookup(self: Any, by: AgencyLookup) -> None: ...


def _begin(planner: Planner, scope: Scope, row: FromClause, arguments: Mapping[str, Any], window: Window) -> Start:
    wanted = arguments.get("filter") or {}
    where: list[ColumnElement[bool]] = []
    if wanted.get("kinds") is not None:
        where.append(row.c.kind_code.in_(wanted["kinds"]))
    if wanted.get("codeList") is not None:
        where.append(row.c.code_list == wanted["codeList"])
    if wanted.get("partnershipId") is not None:
        member = PartnershipMember.__table__.alias()
        partnership_id = planner.key("Partnership", wanted["partnershipId"])
        where.append(row.c.id.in_(select(member.c.agency_id).where(member.c.partnership_id == partnership_id)))
    return Start(source=row, where=where, order=Order(sort=row.c.name, tie=row.c.id, descending=False))


def _locate(planner: Planner, scope: Scope, row: FromClause, arguments: Mapping[str, Any]) -> ColumnElement[bool]:
    by = arguments["by"]
    if by.get("id") is not None:
        found: ColumnElement[bool] = row.c.id == planner.key("Agency", by["id"])
        return found
    code = by["code"]
    on = code.get("on") or func.current_date()
    return and_(
        row.c.code_list == code["list"],
        row.c.code == code["value"],
        row.c.active_from <= on,
        or_(row.c.active_to.is_(None), row.c.active_to >= on),
    )


def agencies_field() -> Any:
    """The root field over agencies."""
    return paged("Agency", anything, "Agencies, current and past, by name.", begin=_begin, signature=_agencies)


def agency_field() -> Any:
    """The root field for one agency."""
    return lookup("Agency", _locate, "One agency, by id or by official code on a day.", signature=_lookup)
