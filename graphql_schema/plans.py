"""What the world can ask of joint commissioning plans: those of the viewer's agency, and published ones for anyone."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

import strawberry
from sqlalchemy import ColumnElement, FromClause, and_, case, exists, func, literal, null, select
from sqlalchemy.dialects.postgresql import array

from graphql_schema.agencies import Period
from graphql_schema.flag_lists import OrderDirection
from graphql_schema.nodes import Node, Versioned
from graphql_schema.paging import Connection
from graphql_schema.partnerships import Partnership
from graphql_schema.plan_history import PlanEvent, events_field
from graphql_schema.plan_missing import PlanMissing, missing_field
from graphql_schema.plan_sight import seen_plan, seen_version, takes_part
from graphql_schema.plan_signing import PlanParty, by_agency_name
from graphql_schema.plan_versions import PlanVersion, period_of
from graphql_schema.selection.declare import (
    anything,
    begin_at,
    by_key,
    column,
    expression,
    global_id,
    lookup,
    many,
    one,
    paged,
    planned,
)
from graphql_schema.selection.paged import Order, Start, Window
from graphql_schema.selection.planner import Planner
from graphql_schema.selection.record import Scope
from portal.access.plan_signing import PUBLISH_NOW
from portal.access.plan_waiting import PlanTask, waits
from portal.access.plans import EDIT, LEAVE, PASS_CHECK, REPORT, REVISE, SET_CHECKS, is_current, is_party
from portal.access.rule import Verb, may
from portal.plans import models
from portal.plans.states import PlanState, PlanVersionState

strawberry.enum(PlanState, description="Where a plan stands.")
strawberry.enum(PlanTask, description="What a plan can wait for, the most pressing first.")


def _stands_at(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    return and_(is_current(row.c, scope.row.c), seen_version(scope, row))


def _agreed(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    agreed = row.c.state == literal(PlanVersionState.AGREED.value)
    return and_(row.c.plan_id == scope.row.c.id, agreed, seen_version(scope, row))


def _version(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    return and_(row.c.plan_id == scope.row.c.id, seen_version(scope, row))


def _of_current(name: str) -> Any:
    """A column of the version the plan stands at."""

    def value(scope: Scope) -> ColumnElement[Any]:
        version = models.PlanVersion.__table__.alias()
        return (
            select(version.c[name])
            .where(is_current(version.c, scope.row.c))
            .correlate_except(version)
            .scalar_subquery()
        )

    return value


def _party(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    return and_(row.c.plan_id == scope.row.c.id, takes_part(scope))


def _can(verb: Verb[Any], words: str) -> Any:
    """Whether something may be done to the version the plan stands at."""

    def value(scope: Scope) -> ColumnElement[bool]:
        version = models.PlanVersion.__table__.alias()
        here = and_(is_current(version.c, scope.row.c), may(scope.viewer, verb, version))
        return exists(select(literal(1)).select_from(version).where(here).correlate_except(version))

    return expression(value, f"Whether the viewer may {words} now.")


def _waits(scope: Scope) -> ColumnElement[Any]:
    """The tasks that wait for the viewer."""
    tasks = [case((waits(scope.viewer, scope.row.c.id, task), literal(task.value)), else_=null()) for task in PlanTask]
    return func.array_remove(array(tasks), null())


@planned(models.Plan, seen_by=seen_plan, readers="PLAN")
@strawberry.type(description="A joint commissioning plan; its words and its money are in its versions. [PLAN]")
class Plan(Node, Versioned):
    id: strawberry.ID = global_id("Plan", models.Plan.id)
    reference: str = column(models.Plan.reference, "Short reference.")
    title: str = expression(_of_current("title"), "What the version it stands at calls it.")
    partnership: Partnership = one("Partnership", by_key(models.Plan.partnership_id), "Whose it is.")
    state: PlanState = column(models.Plan.state, "Where it stands.")
    period: Period = one("Period", anything, "Years that version covers.", source=period_of(is_current))
    parties: list[PlanParty] = many(
        "PlanParty",
        _party,
        "Agencies that take or took part; for parties alone, and the public reads them from the version.",
        order=by_agency_name,
    )
    current_version: PlanVersion = one("PlanVersion", _stands_at, "The version it stands at.")
    version_in_force: PlanVersion | None = one(
        "PlanVersion",
        _agreed,
        "The version that was agreed last; null until one is.",
        order=lambda row: [row.c.number.desc()],
    )
    versions: Connection[PlanVersion] = paged(
        "PlanVersion",
        _version,
        "Every version, newest first.",
        begin=begin_at(models.PlanVersion.number, descending=True),
    )
    published: bool = expression(lambda scope: scope.row.c.published_at.is_not(None), "Whether anyone may read it.")
    published_at: datetime | None = column(
        models.Plan.published_at, "When every required party had made it public; null until then."
    )
    missing: list[PlanMissing] = missing_field()
    events: Connection[PlanEvent] = events_field()
    waits_for_viewer: list[PlanTask] = expression(
        _waits, "What it waits for the viewer to do; empty when it waits for nobody or for others."
    )
    viewer_can_edit: bool = _can(EDIT, "write in its draft")
    viewer_can_revise: bool = _can(REVISE, "begin its next version")
    viewer_can_set_checks: bool = _can(SET_CHECKS, "say what their agency checks")
    viewer_can_pass_checks: bool = _can(PASS_CHECK, "pass a check of their agency")
    viewer_can_withdraw: bool = _can(LEAVE, "take their agency out of it")
    viewer_can_publish: bool = _can(PUBLISH_NOW, "say for their agency that it may be public")
    viewer_can_report_milestones: bool = _can(REPORT, "say how its milestones stand")


@strawberry.enum(description="What plans can be ordered by; the id always breaks ties.")
class PlanOrderField(StrEnum):
    UPDATED_AT = "UPDATED_AT"
    STARTS_ON = "STARTS_ON"


@strawberry.input(description="How to order plans.")
class PlanOrder:
    field: PlanOrderField = strawberry.field(description="What to order by.")
    direction: OrderDirection = strawberry.field(default=OrderDirection.DESC, description="Which way.")


@strawberry.input(description="Which plans; every member must hold, and a list means any of.")
class PlanFilter:
    partnership_id: strawberry.ID | None = strawberry.field(default=None, description="Of this partnership.")
    states: list[PlanState] | None = strawberry.field(default=None, description="In any of these states.")
    party_id: strawberry.ID | None = strawberry.field(default=None, description="With this agency as a party.")
    awaiting_signature_of: strawberry.ID | None = strawberry.field(
        default=None, description="Open for signing, and not signed yet by this agency, whose signature is needed."
    )
    waits_for_viewer: bool | None = strawberry.field(
        default=None, description="Waiting for something the viewer can do now, or not."
    )
    published: bool | None = strawberry.field(default=None, description="Public or not.")


@strawberry.input(one_of=True, description="One way to name a plan.")
class PlanLookup:
    id: strawberry.ID | None = strawberry.field(default=strawberry.UNSET, description="By id.")
    reference: str | None = strawberry.field(default=strawberry.UNSET, description="By its short reference.")


@strawberry.input(description="A version of a plan by its number.")
class PlanVersionOfPlan:
    plan_id: strawberry.ID = strawberry.field(description="The plan.")
    number: int = strawberry.field(description="1, 2, 3.")


@strawberry.input(one_of=True, description="One way to name a version of a plan.")
class PlanVersionLookup:
    id: strawberry.ID | None = strawberry.field(default=strawberry.UNSET, description="By id.")
    of: PlanVersionOfPlan | None = strawberry.field(default=strawberry.UNSET, description="By plan and number.")


def _plans(
    self: Any,
    filter: PlanFilter | None = None,  # noqa: A002  the schema's own word
    order: PlanOrder | None = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> None: ...


def _lookup(self: Any, by: PlanLookup) -> None: ...


def _version_lookup(self: Any, by: PlanVersionLookup) -> None: ...


def _by_reference(self: Any, reference: str) -> None: ...


def _awaits(agency_id: Any, row: FromClause) -> ColumnElement[bool]:
    """Whether the version a plan stands at is open for signing and lacks the signature of a required party."""
    version, party = models.PlanVersion.__table__.alias(), models.PlanVersionParty.__table__.alias()
    signature = models.PlanSignature.__table__.alias()
    signed = and_(signature.c.plan_version_id == version.c.id, signature.c.agency_id == party.c.agency_id)
    waits = and_(
        is_current(version.c, row.c),
        version.c.state == literal(PlanVersionState.SIGNING.value),
        party.c.agency_id == agency_id,
        party.c.required,
        signature.c.id.is_(None),
    )
    joined = version.join(party, party.c.plan_version_id == version.c.id).outerjoin(signature, signed)
    return exists(select(literal(1)).select_from(joined).where(waits).correlate_except(version, party, signature))


def _takes_part_now(agency_id: Any, row: FromClause) -> ColumnElement[bool]:
    party = models.PlanParty.__table__.alias()
    there = and_(party.c.plan_id == row.c.id, party.c.agency_id == agency_id, party.c.left_on.is_(None))
    return exists(select(literal(1)).select_from(party).where(there).correlate_except(party))


def _own(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    return is_party(scope.viewer, row.c.id)


def _begin(planner: Planner, scope: Scope, row: FromClause, arguments: Mapping[str, Any], window: Window) -> Start:
    wanted = arguments.get("filter") or {}
    where: list[ColumnElement[bool]] = []
    if wanted.get("partnershipId") is not None:
        where.append(row.c.partnership_id == planner.key("Partnership", wanted["partnershipId"]))
    if wanted.get("states") is not None:
        where.append(row.c.state.in_(wanted["states"]))
    if wanted.get("partyId") is not None:
        where.append(_takes_part_now(planner.key("Agency", wanted["partyId"]), row))
    if wanted.get("awaitingSignatureOf") is not None:
        where.append(_awaits(planner.key("Agency", wanted["awaitingSignatureOf"]), row))
    if wanted.get("waitsForViewer") is not None:
        where.append(waits(scope.viewer, row.c.id) == literal(wanted["waitsForViewer"]))
    if wanted.get("published") is not None:
        where.append(row.c.published_at.is_not(None) == literal(wanted["published"]))
    return _ordered(row, where, arguments.get("order"))


def _ordered(row: FromClause, where: list[ColumnElement[bool]], order: Mapping[str, Any] | None) -> Start:
    """Plans by their last change, or by the first day of the version each stands at."""
    descending = order is None or OrderDirection(order["direction"]) is OrderDirection.DESC
    if order is None or PlanOrderField(order["field"]) is PlanOrderField.UPDATED_AT:
        return Start(source=row, where=where, order=Order(sort=row.c.updated_at, tie=row.c.id, descending=descending))
    version = models.PlanVersion.__table__.alias()
    return Start(
        source=row.join(version, is_current(version.c, row.c)),
        where=where,
        order=Order(sort=version.c.starts_on, tie=row.c.id, descending=descending),
    )


def _locate(planner: Planner, scope: Scope, row: FromClause, arguments: Mapping[str, Any]) -> ColumnElement[bool]:
    by = arguments["by"]
    if by.get("id") is not None:
        return and_(row.c.id == planner.key("Plan", by["id"]), seen_plan(scope, row))
    planner.named = True
    return and_(row.c.reference == by["reference"], seen_plan(scope, row))


def _locate_version(
    planner: Planner, scope: Scope, row: FromClause, arguments: Mapping[str, Any]
) -> ColumnElement[bool]:
    by = arguments["by"]
    if by.get("id") is not None:
        return and_(row.c.id == planner.key("PlanVersion", by["id"]), seen_version(scope, row))
    of = by["of"]
    plan_id = planner.key("Plan", of["planId"])
    return and_(row.c.plan_id == plan_id, row.c.number == of["number"], seen_version(scope, row))


def _public(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    found: ColumnElement[bool] = row.c.published_at.is_not(None)
    return found


def _published(planner: Planner, scope: Scope, row: FromClause, arguments: Mapping[str, Any]) -> ColumnElement[bool]:
    planner.named = True
    return and_(row.c.reference == arguments["reference"], _public(scope, row))


def plans_field() -> Any:
    """The root field over the plans of the viewer's agency."""
    return paged(
        "Plan",
        _own,
        "Joint commissioning plans that the viewer's agency takes or took part in, the last changed first.",
        begin=_begin,
        signature=_plans,
    )


def plan_field() -> Any:
    """The root field for one plan."""
    return lookup("Plan", _locate, "One plan, by its id or its short reference.", signature=_lookup)


def plan_version_field() -> Any:
    """The root field for one version of a plan."""
    return lookup(
        "PlanVersion", _locate_version, "One version of a plan, by its id or its number.", signature=_version_lookup
    )


def published_plans_field() -> Any:
    """The root field over what parties made public, for anyone."""
    return paged(
        "Plan",
        _public,
        "Plans that their parties made public, the latest first; for anyone, signed in or not.",
        begin=begin_at(models.Plan.published_at, descending=True),
    )


def published_plan_field() -> Any:
    """The root field for one public plan, for anyone."""
    return lookup(
        "Plan", _published, "One public plan, by its reference; for anyone, signed in or not.", signature=_by_reference
    )
