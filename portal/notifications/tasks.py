"""Decides how somebody learns that an answer waits: a notice in the portal, which says nothing of what it is."""

from uuid import NAMESPACE_URL, UUID, uuid5

from procrastinate import Blueprint
from sqlalchemy.dialects.postgresql import insert

from portal.db import Database
from portal.notifications.models import Notification, NotificationKind


def tasks(database: Database) -> Blueprint:
    """The jobs of this noun, over the worker's database."""
    blueprint = Blueprint()

    @blueprint.task(name="tell_flagger", pass_context=True)
    def tell_flagger(context: object, *, flag_id: str, membership_id: str) -> None:
        """Leave one notice for one answer; run twice, it leaves one."""
        job = getattr(context, "job", None)
        notice = uuid5(NAMESPACE_URL, f"concord:job:{getattr(job, 'id', None)}")
        with database.transaction() as session:
            session.execute(
                insert(Notification)
                .values(
                    id=notice, flag_id=UUID(flag_id), membership_id=UUID(membership_id), kind=NotificationKind.ANSWER
                )
                .on_conflict_do_nothing()
            )

    return blueprint
