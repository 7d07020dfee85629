"""What the world can ask of notifications: that something waits, never what it says."""

from datetime import datetime
from typing import Any

import strawberry
from sqlalchemy import ColumnElement, FromClause

from graphql_schema.flags import Flag
from graphql_schema.nodes import Node
from graphql_schema.selection.declare import begin_at, by_key, column, global_id, one, paged, planned
from graphql_schema.selection.record import Scope
from portal.notifications import models

strawberry.enum(models.NotificationKind, description="What waits.")


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


def _unread(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    return _for_the_viewer(scope, row) & row.c.read_at.is_(None)


def notifications_field() -> Any:
    """The root field over what waits for the viewer."""
    return paged(
        "Notification",
        _unread,
        "What waits for the viewer and has not been read, newest first.",
        begin=begin_at(models.Notification.created_at, descending=True),
    )
