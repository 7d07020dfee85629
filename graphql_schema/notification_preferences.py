"""What the world can ask of notification preferences: how a person hears by e-mail of each kind, and only oneself."""

from typing import Any

import strawberry
from sqlalchemy import FromClause, literal, select

from graphql_schema.need_to_know import ONESELF
from graphql_schema.selection.declare import anything, expression, many, planned
from graphql_schema.selection.record import Scope
from portal.notifications import models
from portal.notifications.choices import choice, defaults

strawberry.enum(models.NotificationKind, description="What waits.")
strawberry.enum(
    models.EmailChoice,
    name="NotificationEmail",
    description="How somebody hears by e-mail; in the portal they always do.",
)


@planned(readers=ONESELF)
@strawberry.type(description="How the viewer hears of one kind. [ACCOUNT]")
class NotificationPreference:
    kind: models.NotificationKind = expression(lambda scope: scope.row.c.kind, "What waits.")
    email: models.EmailChoice = expression(lambda scope: scope.row.c.email, "How they hear by e-mail.")
    is_default: bool = expression(
        lambda scope: scope.row.c.email == scope.row.c.by_default, "Whether it is what holds for who chose nothing."
    )


def _preferences(scope: Scope) -> FromClause:
    """Every kind, with what the viewer chose or what holds otherwise."""
    kinds = defaults()
    viewer = literal(scope.viewer.user_id if scope.viewer else None)
    return (
        select(
            kinds.c.kind,
            kinds.c.position,
            kinds.c.email.label("by_default"),
            choice(viewer, kinds.c.kind).label("email"),
        )
        .select_from(kinds)
        .subquery("preferences")
    )


def preferences_field() -> Any:
    """The field of a viewer, or of an answer, that says how they hear of each kind."""
    return many(
        "NotificationPreference",
        anything,
        "How they hear of each kind, in the order people read them in.",
        order=lambda row: [row.c.position],
        source=_preferences,
    )
