"""What the world can ask of notifications: that something waits, never what it says."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import strawberry
from sqlalchemy import ColumnElement, FromClause, false

from graphql_schema.flags import Flag
from graphql_schema.nodes import Node
from graphql_schema.selection.declare import by_key, column, global_id, one, paged, planned
from graphql_schema.selection.paged import Order, Start, Window
from graphql_schema.selection.planner import Planner
from graphql_schema.selection.record import Scope
from portal.notifications import models
from portal.notifications.waiting import unsettled


def _for_the_viewer(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    found: ColumnElement[bool] = row.c.membership_id == (scope.viewer.membership_id if scope.viewer else None)
    return found


@planned(models.Notification, root=models.Notification.flag_id, seen_by=_for_the_viewer)
@strawberry.type(description="Something waits for the viewer under one flag. [ACCOUNT]")
class Notification(Node):
    id: strawberry.ID = global_id("Notification", models.Notification.id)
    kind: models.NotificationKind = column(models.Notification.kind, "What waits.")
    created_at: datetime = column(models.Notification.created_at, "Since when.")
    read_at: datetime | None = column(models.Notification.read_at, "When the viewer opened the flag since.")
    flag: Flag | None = one("Flag", by_key(models.Notification.flag_id), "The flag it is about.")


def _waiting(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    return _for_the_viewer(scope, row) & row.c.read_at.is_(None) & unsettled(row.c)


def _arguments(
    self: Any,
    flag_id: strawberry.ID | None = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> None: ...


def _begin(planner: Planner, scope: Scope, row: FromClause, arguments: Mapping[str, Any], window: Window) -> Start:
    """What waits, newest first; under one flag where it is named."""
    where = []
    if (named := arguments.get("flagId")) is not None:
        key = planner.key("Flag", named)
        where.append(false() if key is None else row.c.flag_id == key)
    return Start(source=row, where=where, order=Order(sort=row.c.created_at, tie=row.c.id, descending=True))


def notifications_field() -> Any:
    """The root field over what waits for the viewer."""
    return paged(
        "Notification",
        _waiting,
        "What waits for the viewer and has not been read, newest first; under one flag where it is named.",
        begin=_begin,
        signature=_arguments,
    )
