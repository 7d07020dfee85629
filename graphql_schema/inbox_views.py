"""What the world can ask of a viewer's own views of the inbox: the one they looked at last, and those with a name."""

from typing import Any

import strawberry
from sqlalchemy import ColumnElement, FromClause, and_, any_

from graphql_schema.agencies import Agency, Area
from graphql_schema.flag_lists import FlagHeldBy, FlagOrderField, OrderDirection
from graphql_schema.flag_queues import FlagDue, FlagQueue
from graphql_schema.flag_words import FlagState, Urgency
from graphql_schema.need_to_know import ONESELF
from graphql_schema.nodes import Node, Versioned
from graphql_schema.selection.declare import column, expression, global_id, many, one, planned
from graphql_schema.selection.record import Scope
from portal.inbox import models
from portal.inbox.actions import NAMED_LIMIT, VALUES_LIMIT


def _own(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    found: ColumnElement[bool] = row.c.membership_id == (scope.viewer.membership_id if scope.viewer else None)
    return found


def _agency(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    found: ColumnElement[bool] = row.c.id == any_(scope.row.c.raised_by_agency_ids)
    return found


def _ward(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    found: ColumnElement[bool] = row.c.id == any_(scope.row.c.ward_ids)
    return found


@planned(models.SavedView, seen_by=_own, readers=ONESELF)
@strawberry.type(description="One way to look at the flags in view, kept for one membership. [ACCOUNT]")
class InboxView(Node, Versioned):
    id: strawberry.ID = global_id("InboxView", models.SavedView.id)
    name: str | None = column(models.SavedView.name, "Its name; null for how the inbox was looked at last.")
    queue: FlagQueue | None = expression(lambda scope: scope.row.c.queue, "On this worklist.")
    states: list[FlagState] = expression(lambda scope: scope.row.c.states, "In any of these states; none means all.")
    due: FlagDue | None = expression(lambda scope: scope.row.c.due, "Waiting until then.")
    urgencies: list[Urgency] = expression(lambda scope: scope.row.c.urgencies, "Of any of these urgencies.")
    concern_codes: list[str] = expression(lambda scope: scope.row.c.concern_codes, "With any of these concerns.")
    raised_by_agencies: list[Agency] = many(
        "Agency", _agency, "Raised by any of these agencies.", order=lambda row: [row.c.name], limit=VALUES_LIMIT
    )
    wards: list[Area] = many(
        "Area", _ward, "Seen in any of these wards.", order=lambda row: [row.c.name, row.c.id], limit=VALUES_LIMIT
    )
    held_by: FlagHeldBy | None = expression(lambda scope: scope.row.c.held_by, "In whose hand.")
    order_field: FlagOrderField = expression(lambda scope: scope.row.c.order_field, "In the order of what.")
    order_direction: OrderDirection = expression(lambda scope: scope.row.c.order_direction, "Which way.")


def _last(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    return and_(_own(scope, row), row.c.name.is_(None))


def _named(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    return and_(_own(scope, row), row.c.name.is_not(None))


def inbox_view_field() -> Any:
    """The field for how the viewer looked at the inbox last."""
    return one("InboxView", _last, "How the viewer looked at the inbox last; null before the first time.")


def inbox_views_field() -> Any:
    """The field for the views the viewer gave a name."""
    return many(
        "InboxView",
        _named,
        "Views of the inbox that the viewer gave a name.",
        order=lambda row: [row.c.name, row.c.id],
        limit=NAMED_LIMIT,
    )
