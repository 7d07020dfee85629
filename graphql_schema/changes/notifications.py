"""Notifications: whomever one waits for says that they have read it, and chooses how to hear of the next."""

from datetime import datetime
from typing import Annotated, Any, cast
from uuid import UUID

import strawberry
from sqlalchemy.orm import Session
from strawberry.types import Info

from graphql_schema.answers import REPLAYED, UNION, NotificationResult
from graphql_schema.errors import Conflict, Invalid, NotFound, NotPermitted
from graphql_schema.flag_inputs import KEY, needed, optional
from graphql_schema.need_to_know import ONESELF, changing
from graphql_schema.notification_preferences import NotificationPreference, preferences_field
from graphql_schema.selection.declare import constant, planned
from graphql_schema.writing import attempt, change, open_id
from portal.access.viewer import Viewer
from portal.notifications import actions
from portal.notifications.choices import set_preferences
from portal.notifications.models import EmailChoice, NotificationKind


@strawberry.input(description="What acknowledgeNotification needs.")
class AcknowledgeNotificationInput:
    id: strawberry.ID = needed("The notification.")
    idempotency_key: UUID = needed(KEY)


@strawberry.input(description="What acknowledgeNotifications needs.")
class AcknowledgeNotificationsInput:
    idempotency_key: UUID = needed(KEY)
    flag_id: strawberry.ID | None = optional("Only what waits under this flag.", None)
    up_to: datetime | None = optional("Only what waited by then, so that nothing is marked that nobody saw.", None)


@strawberry.input(description="How to hear of one kind.")
class NotificationPreferenceInput:
    kind: NotificationKind = needed("What waits.")
    email: EmailChoice = needed("How to hear of it by e-mail.")


@strawberry.input(description="What setNotificationPreferences needs.")
class SetNotificationPreferencesInput:
    preferences: list[NotificationPreferenceInput] = needed("The kinds to choose for; the others stay as they are.")
    idempotency_key: UUID = needed(KEY)


@planned(readers=ONESELF)
@strawberry.type(description="What waited was marked as read. [ACCOUNT]")
class NotificationsAcknowledged:
    count: int = constant("count", "How many were marked.")
    replayed: bool = constant("replayed", REPLAYED)


@planned(readers=ONESELF)
@strawberry.type(description="The choice was kept. [ACCOUNT]")
class NotificationPreferencesSaved:
    preferences: list[NotificationPreference] = preferences_field()
    replayed: bool = constant("replayed", REPLAYED)


NotificationsResult = Annotated[
    NotificationsAcknowledged | Invalid | NotFound | NotPermitted | Conflict,
    strawberry.union("NotificationsResult", description=UNION),
]
NotificationPreferencesResult = Annotated[
    NotificationPreferencesSaved | Invalid | NotFound | NotPermitted | Conflict,
    strawberry.union("NotificationPreferencesResult", description=UNION),
]


@strawberry.type
class Notifications:
    @changing("Say that you have read what waits for you.", done_by="Whomever it waits for.")
    def acknowledge_notification(
        self,
        info: Info,
        input: AcknowledgeNotificationInput,  # noqa: A002
    ) -> NotificationResult:
        def act(session: Session, viewer: Viewer) -> UUID:
            return actions.acknowledge(session, viewer, notification_id=open_id(info, "Notification", input.id))

        return change(info, input, act, answer="NotificationSaved")

    @changing("Say that you have read all that waits for you, or all of one flag.", done_by="Everybody.")
    def acknowledge_notifications(
        self,
        info: Info,
        input: AcknowledgeNotificationsInput,  # noqa: A002
    ) -> NotificationsResult:
        def act(session: Session, viewer: Viewer) -> int:
            flag_id = None if input.flag_id is None else open_id(info, "Flag", input.flag_id)
            return actions.acknowledge_all(session, viewer, flag_id=flag_id, up_to=input.up_to)

        count, replayed, failure = attempt(info, input, act)
        if failure is not None:
            return cast(Any, failure)
        core = info._raw_info
        return core.context.read_back(core, "NotificationsAcknowledged", None, count=count, replayed=replayed)

    @changing("Choose how you hear by e-mail that something waits.", done_by="Everybody, for themselves.")
    def set_notification_preferences(
        self,
        info: Info,
        input: SetNotificationPreferencesInput,  # noqa: A002
    ) -> NotificationPreferencesResult:
        def act(session: Session, viewer: Viewer) -> None:
            set_preferences(session, viewer, chosen={each.kind: each.email for each in input.preferences})

        _, replayed, failure = attempt(info, input, act)
        if failure is not None:
            return cast(Any, failure)
        core = info._raw_info
        return core.context.read_back(core, "NotificationPreferencesSaved", None, replayed=replayed)
