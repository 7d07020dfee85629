"""Decides what a notification is: that something waits under a flag, never what it says."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, coded, now


class NotificationKind(StrEnum):
    """What waits."""

    ANSWER = "ANSWER"


class Notification(Base):
    """Something waits for one membership under one flag."""

    __tablename__ = "notification"
    __table_args__ = (Index("ix_notification_membership", "membership_id", "created_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    flag_id: Mapped[UUID] = mapped_column(ForeignKey("flag.id"), index=True)
    membership_id: Mapped[UUID] = mapped_column(ForeignKey("membership.id"))
    kind: Mapped[NotificationKind] = mapped_column(coded(NotificationKind))
    created_at: Mapped[datetime] = mapped_column(default=now)
    read_at: Mapped[datetime | None]
