"""Decides how somebody learns that an answer waits: a notice in the portal, which says nothing of what it is."""

from uuid import UUID

from procrastinate import Blueprint
from sqlalchemy.dialects.postgresql import insert

from portal.db import Database
from portal.notifications.models import Notification, NotificationKind


def tasks(database: Database) -> Blueprint:
    """The jobs of this noun, over the worker's database."""
    blueprint = Blueprint()

    @blueprint.task(name="tell_flagger")
    def tell_flagger(*, feedback_id: str, flag_id: str, membership_id: str) -> None:
        """Leave one notice for one answer; run twice, it leaves one.

        The notice has the id of the word it is about: numbers of jobs begin again when a queue is made anew.
        """
        with database.transaction() as session:
            session.execute(
                insert(Notification)
                .values(
                    id=UUID(feedback_id),
                    flag_id=UUID(flag_id),
                    membership_id=UUID(membership_id),
                    kind=NotificationKind.ANSWER,
                )
                .on_conflict_do_nothing()
            )

    return blueprint
