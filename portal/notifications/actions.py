"""Every change of a notification: read by the one it waits for."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access.disclosure import visible
from portal.access.touched import note_written
from portal.access.viewer import Viewer
from portal.db import now
from portal.errors import NotFound
from portal.notifications.models import Notification


def acknowledge(session: Session, viewer: Viewer, *, notification_id: UUID) -> UUID:
    """Mark a notice as read; a second time changes nothing. Raises NotFound."""
    notice = session.scalar(
        select(Notification).where(
            Notification.id == notification_id,
            Notification.membership_id == viewer.membership_id,
            visible(viewer, Notification.__table__.c.flag_id),
        )
    )
    if notice is None:
        raise NotFound
    note_written(session, notice.flag_id)
    notice.read_at = notice.read_at or now()
    session.flush()
    return notice.id
