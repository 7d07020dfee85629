"""Decides where a list of flags begins: at the disclosure rows of the viewer's audiences, never at the flags.

The first rows of each audience are read from an index and made distinct, so a page costs the same at any size: what a
worklist is filtered and sorted by stands on the disclosure row (`flag_queues`, decision 0012).
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any
from uuid import UUID

import strawberry
from sqlalchemy import ColumnElement, FromClause, Integer, Text, Uuid, any_, func, literal, select, true
from sqlalchemy.dialects.postgresql import ARRAY

from graphql_schema.flag_queues import DRAFTS, WAITING, FlagDue, FlagQueue, due_within, may_read, may_read_due, on_queue
from graphql_schema.flag_words import FlagState, Urgency
from graphql_schema.selection.declare import anything, lookup, paged
from graphql_schema.selection.paged import Order, Start, Window
from graphql_schema.selection.planner import Planner
from graphql_schema.selection.record import Scope
from portal.access.disclosure import currently_disclosed
from portal.access.field_groups import FieldGroup, Level
from portal.access.models import Disclosure, RootKind
from portal.access.viewer import Viewer


@strawberry.enum(description="Which way a list runs.")
class OrderDirection(StrEnum):
    ASC = "ASC"
    DESC = "DESC"


@strawberry.enum(
    description="What flags can be ordered by; the id always breaks ties. By DUE_AT only flags that wait for the"
    " viewer's side are listed, by when it must act."
)
class FlagOrderField(StrEnum):
    RAISED_AT = "RAISED_AT"
    DUE_AT = "DUE_AT"


@strawberry.enum(description="In whose hand a flag is.")
class FlagHeldBy(StrEnum):
    ME = "ME"
    SOMEBODY = "SOMEBODY"
    NOBODY = "NOBODY"


@strawberry.input(description="How to order flags.")
class FlagOrder:
    field: FlagOrderField = strawberry.field(
        description="What to order by; a draft counts from when it was made, a share from when it was opened."
    )
    direction: OrderDirection = strawberry.field(default=OrderDirection.DESC, description="Which way.")


@strawberry.input(description="Which flags; every member must hold, and a list means any of.")
class FlagFilter:
    ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Any of these, for fetching many at once."
    )
    queue: FlagQueue | None = strawberry.field(default=None, description="On this worklist of the viewer.")
    states: list[FlagState] | None = strawberry.field(default=None, description="In any of these states.")
    due: FlagDue | None = strawberry.field(
        default=None, description="Waiting for the viewer's side, until then. [needs TRIAGE for triage's own clock]"
    )
    urgencies: list[Urgency] | None = strawberry.field(
        default=None, description="Of any of these urgencies. [needs FLAG_FACTS]"
    )
    concern_codes: list[str] | None = strawberry.field(
        default=None, description="With any of these concerns. [needs FLAG_FACTS]"
    )
    raised_by_agency_ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Raised by any of these agencies."
    )
    ward_ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Seen in any of these wards. [needs FLAG_FACTS]"
    )
    held_by: FlagHeldBy | None = strawberry.field(default=None, description="In whose hand it is. [needs TRIAGE]")


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


def _filtered(
    planner: Planner, viewer: Viewer, wanted: Mapping[str, Any], row: FromClause
) -> list[ColumnElement[bool]]:
    """What a disclosure row must meet. A filter on a field the viewer cannot read would tell its value, so it leaves
    out every flag whose value is not theirs to read."""
    conditions: list[ColumnElement[bool]] = []
    if wanted.get("ids") is not None:
        conditions.append(_among(row.c.root_id, _opened(planner, "Flag", wanted["ids"])))
    if wanted.get("queue") is not None:
        conditions.append(on_queue(FlagQueue(wanted["queue"]), viewer, row))
    if wanted.get("due") is not None:
        conditions.append(due_within(FlagDue(wanted["due"]), viewer, row))
    if wanted.get("urgencies") is not None:
        conditions.append(row.c.urgency.in_(wanted["urgencies"]))
    if wanted.get("concernCodes") is not None:
        conditions.append(row.c.concern_codes.op("&&")(literal(wanted["concernCodes"], type_=ARRAY(Text))))
    if wanted.get("wardIds") is not None:
        conditions.append(_among(row.c.ward_id, _opened(planner, "Area", wanted["wardIds"])))
    if any(wanted.get(fact) is not None for fact in ("urgencies", "concernCodes", "wardIds")):
        conditions.append(may_read(viewer, row, FieldGroup.FLAG_FACTS, Level.CODED))
    if wanted.get("raisedByAgencyIds") is not None:
        conditions.append(_among(row.c.raised_by_agency_id, _opened(planner, "Agency", wanted["raisedByAgencyIds"])))
    if wanted.get("heldBy") is not None:
        conditions += [_held(FlagHeldBy(wanted["heldBy"]), viewer, row)]
        conditions += [may_read(viewer, row, FieldGroup.TRIAGE, Level.CODED)]
    return conditions


def _opened(planner: Planner, type_name: str, sealed: list[str]) -> list[UUID]:
    """The keys that ids of one type name; one that names nothing finds nothing, as a hidden one does."""
    found = [planner.seal.open_id(each) for each in sealed]
    return [each[1] for each in found if each is not None and each[0] == type_name]


def _among(column: ColumnElement[Any], keys: list[UUID]) -> ColumnElement[bool]:
    return column == any_(literal(keys, type_=ARRAY(Uuid)))


def _held(held_by: FlagHeldBy, viewer: Viewer, row: FromClause) -> ColumnElement[bool]:
    held: ColumnElement[bool] = row.c.held_by_membership_id == viewer.membership_id
    if held_by is FlagHeldBy.ME:
        return held
    return row.c.held_by_membership_id.is_(None) == (held_by is FlagHeldBy.NOBODY)


def _stands_elsewhere(
    viewer: Viewer, row: FromClause, place: str, conditions: Any, *, later: bool
) -> ColumnElement[bool]:
    """Whether a flag stands on the same list once more, by another row: it is listed once, at its newest or soonest."""
    other = Disclosure.__table__.alias()
    first = other.c[place] > row.c[place] if later else other.c[place] < row.c[place]
    # Asked row by row, because an EXISTS may be joined with every row in view; and as "is not 1", which the planner
    # takes for nearly always true, so that it reads a page in order and stops.
    one = (
        select(literal(1))
        .select_from(other)
        .where(other.c.root_id == row.c.root_id, first, *currently_disclosed(viewer, other), *conditions(other))
        .correlate(row)
        .limit(1)
        .scalar_subquery()
    )
    return func.coalesce(one, 0) == 1


def _each(name: str, values: list[Any], kind: Any) -> FromClause:
    return func.unnest(literal(values, type_=ARRAY(kind))).table_valued("value", name=name).render_derived()


def _begin(planner: Planner, scope: Scope, row: FromClause, arguments: Mapping[str, Any], window: Window) -> Start:
    """The first disclosed flags of each audience, and of each state asked for, that meet the filter, made distinct."""
    viewer = scope.viewer
    wanted, asked = arguments.get("filter") or {}, arguments.get("order") or {}
    by_due = asked.get("field") == FlagOrderField.DUE_AT
    descending = asked.get("direction", OrderDirection.DESC) == OrderDirection.DESC
    # A list of what waits is read from the indexes that hold nothing else; any other, state by state.
    waiting = wanted.get("queue") in WAITING
    timed = by_due or wanted.get("due") is not None or wanted.get("queue") == FlagQueue.OVERDUE
    states = wanted.get("states")
    if wanted.get("queue") in DRAFTS and states is None:
        states = [FlagState.DRAFT]

    state = None if states is None or waiting or timed else _each("state", sorted(set(states)), Text)

    def conditions(each: FromClause) -> list[ColumnElement[bool]]:
        if viewer is None:
            return []
        # Only flags wait or are due, and the indexes of both carry no kind.
        found: list[ColumnElement[bool]] = [] if waiting or timed else [each.c.root_kind == RootKind.FLAG]
        found += [each.c.waits] if waiting else []
        found += [each.c.due_at.is_not(None)] if timed else []
        if by_due:
            found.append(may_read_due(viewer, each))
        if states is not None and state is None:
            found.append(each.c.flag_state.in_(states))
        return found + _filtered(planner, viewer, wanted, each)

    disclosure = Disclosure.__table__.alias()
    place = "due_at" if by_due else "sort_at"
    audience = _each("audience", [] if viewer is None else list(viewer.audience_ids), Integer)
    outer = (audience,) if state is None else (audience, state)
    order = Order(sort=disclosure.c[place], tie=disclosure.c.root_id, descending=descending)
    ways = order.ways(window)
    of_audience = (
        select(disclosure.c.root_id, disclosure.c[place].label("place"))
        .where(
            disclosure.c.audience_id == audience.c.value,
            *([] if state is None else [disclosure.c.flag_state == state.c.value]),
            *currently_disclosed(viewer, disclosure)[1:],
            *order.beyond(window),
            *conditions(disclosure),
            *([] if viewer is None else [~_stands_elsewhere(viewer, disclosure, place, conditions, later=not by_due)]),
        )
        .order_by(ways[0](disclosure.c[place]), ways[1](disclosure.c.root_id))
        # The same flag may reach an audience twice, say by two shares.
        .distinct()
        .limit(window.size + 1)
        .correlate(*outer)
        .lateral("of_audience")
    )
    source = audience if state is None else audience.join(state, true())
    page = (
        select(of_audience.c.root_id, of_audience.c.place)
        .select_from(source.join(of_audience, true()))
        .distinct()
        .order_by(ways[0](of_audience.c.place), ways[1](of_audience.c.root_id))
        .limit(window.size + 1)
        .subquery("page")
    )
    return Start(
        source=page.join(row, row.c.id == page.c.root_id),
        where=(),
        order=Order(sort=page.c.place, tie=page.c.root_id, descending=descending),
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
