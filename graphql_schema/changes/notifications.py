"""Notifications: whomever one waits for says that they have read it."""

from uuid import UUID

import strawberry
from sqlalchemy.orm import Session
from strawberry.types import Info

from graphql_schema.answers import NotificationResult
from graphql_schema.flag_inputs import KEY, needed
from graphql_schema.writing import change, open_id
from portal.access.viewer import Viewer
from portal.notifications.actions import acknowledge


@strawberry.input(description="What acknowledgeNotification needs.")
class AcknowledgeNotificationInput:
    id: strawberry.ID = needed("The notification.")
    idempotency_key: UUID = needed(KEY)


@strawberry.type
class Notifications:
    @strawberry.mutation(description="Say that you have read what waits for you. Whomever it waits for.")
    def acknowledge_notification(
        self,
        info: Info,
        input: AcknowledgeNotificationInput,  # noqa: A002
    ) -> NotificationResult:
        def act(session: Session, viewer: Viewer) -> UUID:
            return acknowledge(session, viewer, notification_id=open_id(info, "Notification", input.id))

        return change(info, input, act, answer="NotificationSaved")
