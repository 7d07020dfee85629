"""Every change of a notification: read by the one it waits for."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.access.disclosure import visible
from portal.access.touched import note_written
from portal.access.viewer import Viewer
from portal.db import now
from portal.errors import NotFound
from portal.flags.models import Flag
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


def acknowledge_all(session: Session, viewer: Viewer, *, flag_id: UUID | None, up_to: datetime | None) -> int:
    """Mark as read what waits for the viewer, all of it or what waits under one flag, and give how many were marked.

    `up_to` spares what began to wait later. Raises NotFound for a flag the viewer does not see.
    """
    own = [
        Notification.membership_id == viewer.membership_id,
        Notification.read_at.is_(None),
        visible(viewer, Notification.__table__.c.flag_id),
    ]
    if flag_id is not None:
        flag = Flag.__table__
        if session.scalar(select(flag.c.id).where(flag.c.id == flag_id, visible(viewer, flag.c.id))) is None:
            raise NotFound
        own.append(Notification.flag_id == flag_id)
    if up_to is not None:
        own.append(Notification.created_at <= up_to)
    statement = update(Notification).where(*own).values(read_at=now()).returning(Notification.flag_id)
    marked = session.scalars(statement).all()
    for about in set(marked):
        note_written(session, about)
    return len(marked)
