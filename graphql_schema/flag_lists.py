"""Decides where a list of flags begins: at the disclosure rows of the viewer's audiences, never at the flags.

The newest rows of each audience are read from the inbox index and made distinct, so a page costs the same at any size.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import strawberry
from sqlalchemy import ColumnElement, FromClause, Integer, and_, func, literal, select, true
from sqlalchemy.dialects.postgresql import ARRAY

from graphql_schema.selection.declare import anything, lookup, paged
from graphql_schema.selection.paged import Order, Start, Window
from graphql_schema.selection.planner import Planner, held_levels
from graphql_schema.selection.record import Scope
from portal.access.disclosure import currently_disclosed
from portal.access.field_groups import FieldGroup, Level, bit
from portal.access.models import Disclosure, DisclosureReason, RootKind
from portal.access.viewer import Viewer
from portal.flags.models import Flag, Urgency
from portal.flags.states import FlagState
from portal.shares.models import Share, ShareState


@strawberry.enum(description="Worklists every agency has, each a fixed rule of state and relation.")
class FlagQueue(StrEnum):
    TO_TRIAGE = "TO_TRIAGE"
    MINE = "MINE"
    RAISED_BY_ME = "RAISED_BY_ME"
    SHARED_WITH_US = "SHARED_WITH_US"
    AWAITING_OUR_ANSWER = "AWAITING_OUR_ANSWER"
    IMPORTED_DRAFTS = "IMPORTED_DRAFTS"


@strawberry.enum(description="Which way a list runs.")
class OrderDirection(StrEnum):
    ASC = "ASC"
    DESC = "DESC"


@strawberry.enum(description="What flags can be ordered by; the id always breaks ties.")
class FlagOrderField(StrEnum):
    RAISED_AT = "RAISED_AT"


@strawberry.input(description="How to order flags.")
class FlagOrder:
    field: FlagOrderField = strawberry.field(description="What to order by; a draft counts from when it was made.")
    direction: OrderDirection = strawberry.field(default=OrderDirection.DESC, description="Which way.")


@strawberry.input(description="Which flags; every member must hold, and a list means any of.")
class FlagFilter:
    queue: FlagQueue | None = strawberry.field(default=None, description="On this worklist of the viewer.")
    states: list[FlagState] | None = strawberry.field(default=None, description="In any of these states.")
    urgencies: list[Urgency] | None = strawberry.field(
        default=None, description="Of any of these urgencies. [needs FLAG_FACTS]"
    )


@strawberry.input(one_of=True, description="One way to name a flag.")
class FlagLookup:
    id: strawberry.ID | None = strawberry.field(default=strawberry.UNSET, description="By id.")
    reference: str | None = strawberry.field(default=strawberry.UNSET, description="By receipt reference.")


def _flags(
    self: Any,
    filter: FlagFilter | None = None,  # noqa: A002  the schema's own word
    order: FlagOrder | None = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> None: ...


def _lookup(self: Any, by: FlagLookup) -> None: ...


def _awaits(viewer: Viewer, flag: FromClause, outer: tuple[FromClause, ...]) -> ColumnElement[bool]:
    share = Share.__table__.alias()
    return (
        select(literal(1))
        .select_from(share)
        .where(
            share.c.flag_id == flag.c.id,
            share.c.to_agency_id == viewer.agency_id,
            share.c.state == ShareState.ACTIVE,
            share.c.engagement.is_(None),
        )
        .correlate(flag, *outer)
        .exists()
    )


def _queue(queue: str, viewer: Viewer, flag: FromClause, row: FromClause) -> ColumnElement[bool]:
    """The fixed rule of a worklist, over a flag and one disclosure row of it."""
    match FlagQueue(queue):
        case FlagQueue.TO_TRIAGE:
            return and_(
                row.c.because == DisclosureReason.PARTNERSHIP_TRIAGE,
                flag.c.state.in_([FlagState.SUBMITTED, FlagState.IN_TRIAGE]),
            )
        case FlagQueue.MINE:
            return and_(flag.c.triaged_by_membership_id == viewer.membership_id, flag.c.state == FlagState.IN_TRIAGE)
        case FlagQueue.RAISED_BY_ME:
            return and_(
                flag.c.raised_by_membership_id == viewer.membership_id,
                row.c.because == DisclosureReason.AUTHOR,
                flag.c.state != FlagState.DRAFT,
            )
        case FlagQueue.SHARED_WITH_US:
            return row.c.because == DisclosureReason.SHARE
        case FlagQueue.AWAITING_OUR_ANSWER:
            return and_(row.c.because == DisclosureReason.SHARE, _awaits(viewer, flag, (row,)))
        case FlagQueue.IMPORTED_DRAFTS:
            return flag.c.state == FlagState.DRAFT


def _conditions(
    viewer: Viewer, wanted: Mapping[str, Any], flag: FromClause, row: FromClause
) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.get("queue") is not None:
        conditions.append(_queue(wanted["queue"], viewer, flag, row))
    if wanted.get("states") is not None:
        conditions.append(flag.c.state.in_(wanted["states"]))
    if wanted.get("urgencies") is not None:
        # A filter on a field the viewer cannot read would tell its value, so such flags are left out.
        levels = held_levels(flag.c.id, viewer, outer=(flag, row))
        readable = levels.c.levels.op("&")(literal(bit(FieldGroup.FLAG_FACTS, Level.CODED))) != 0
        conditions += [
            flag.c.urgency.in_(wanted["urgencies"]),
            select(literal(1)).select_from(levels).where(readable).correlate(flag, row).exists(),
        ]
    return conditions


def _reached_later(viewer: Viewer, wanted: Mapping[str, Any], flag: FromClause, row: FromClause) -> ColumnElement[bool]:
    """Whether a flag reached the viewer once more, later, on the same worklist: it stands there once, at its newest."""
    later = Disclosure.__table__.alias()
    queue = [] if wanted.get("queue") is None else [_queue(wanted["queue"], viewer, flag, later)]
    return (
        select(literal(1))
        .select_from(later)
        .where(
            later.c.root_id == row.c.root_id,
            later.c.sort_at > row.c.sort_at,
            *currently_disclosed(viewer, later),
            *queue,
        )
        .correlate(flag, row)
        .exists()
    )


def _begin(planner: Planner, scope: Scope, row: FromClause, arguments: Mapping[str, Any], window: Window) -> Start:
    """The newest (or oldest) disclosed flags of each audience that meet the filter, made distinct."""
    viewer = scope.viewer
    wanted = arguments.get("filter") or {}
    descending = (arguments.get("order") or {}).get("direction", OrderDirection.DESC) == OrderDirection.DESC
    disclosure, flag = Disclosure.__table__.alias(), Flag.__table__.alias()
    audiences = [] if viewer is None else list(viewer.audience_ids)
    audience = (
        func.unnest(literal(audiences, type_=ARRAY(Integer))).table_valued("id", name="audience").render_derived()
    )
    order = Order(sort=disclosure.c.sort_at, tie=disclosure.c.root_id, descending=descending)
    ways = order.ways(window)
    of_audience = (
        select(disclosure.c.root_id, disclosure.c.sort_at)
        .select_from(disclosure.join(flag, flag.c.id == disclosure.c.root_id))
        .where(
            disclosure.c.audience_id == audience.c.id,
            disclosure.c.root_kind == RootKind.FLAG,
            *currently_disclosed(viewer, disclosure)[1:],
            *order.beyond(window),
            *([] if viewer is None else _conditions(viewer, wanted, flag, disclosure)),
            *([] if viewer is None else [~_reached_later(viewer, wanted, flag, disclosure)]),
        )
        .order_by(ways[0](disclosure.c.sort_at), ways[1](disclosure.c.root_id))
        # The same flag may reach an audience twice, say by two shares.
        .distinct()
        .limit(window.size + 1)
        .correlate(audience)
        .lateral("of_audience")
    )
    page = (
        select(of_audience.c.root_id, of_audience.c.sort_at)
        .select_from(audience.join(of_audience, true()))
        .distinct()
        .order_by(ways[0](of_audience.c.sort_at), ways[1](of_audience.c.root_id))
        .limit(window.size + 1)
        .subquery("page")
    )
    return Start(
        source=page.join(row, row.c.id == page.c.root_id),
        where=(),
        order=Order(sort=page.c.sort_at, tie=page.c.root_id, descending=descending),
    )


def flags_field() -> Any:
    """The root field over flags."""
    return paged(
        "Flag",
        anything,
        "Flags disclosed to the viewer, newest first; every worklist is a filter of this.",
        begin=_begin,
        signature=_flags,
    )


def _locate(planner: Planner, scope: Scope, row: FromClause, arguments: Mapping[str, Any]) -> ColumnElement[bool]:
    by = arguments["by"]
    if by.get("id") is not None:
        found: ColumnElement[bool] = row.c.id == planner.key("Flag", by["id"])
        return found
    planner.named = True
    return func.upper(row.c.reference) == func.upper(by["reference"])


def flag_field() -> Any:
    """The root field for one flag."""
    return lookup("Flag", _locate, "One flag, by id or by receipt reference.", signature=_lookup)
