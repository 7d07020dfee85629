"""Notices of a test, as the worker would leave them."""

from typing import Any
from uuid import uuid4

from sqlalchemy import insert

from portal.access.viewer import Viewer
from portal.notifications.models import Notification, NotificationKind
from tests.factories.cast import Cast


def waiting(cast: Cast, flag: dict[str, Any], to: Viewer) -> str:
    """Leave a notice that an answer waits under a flag, and give its global id."""
    seal = cast.door._opened_seal()
    opened = seal.open_id(flag["id"])
    assert opened is not None
    notice = uuid4()
    with cast.owner.transaction() as session:
        session.execute(
            insert(Notification).values(
                id=notice, flag_id=opened[1], membership_id=to.membership_id, kind=NotificationKind.ANSWER
            )
        )
    return seal.seal_id("Notification", notice)
