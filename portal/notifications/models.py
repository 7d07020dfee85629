"""Decides what a notification is: that something waits under a flag, never what it says, and who hears of it how."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, PrimaryKeyConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, coded, now


class NotificationKind(StrEnum):
    """What waits."""

    ANSWER = "ANSWER"
    QUESTION = "QUESTION"
    QUESTION_ANSWERED = "QUESTION_ANSWERED"
    NEW_FLAG = "NEW_FLAG"
    SHARED_WITH_US = "SHARED_WITH_US"
    ESCALATED_TO_US = "ESCALATED_TO_US"
    WITHDRAWN = "WITHDRAWN"
    REOPENED = "REOPENED"
    OVERDUE = "OVERDUE"


class EmailChoice(StrEnum):
    """How somebody hears by e-mail that something waits; in the portal they always do."""

    NEVER = "NEVER"
    AT_ONCE = "AT_ONCE"
    DAILY = "DAILY"


class Notification(Base):
    """Something waits for one membership under one flag."""

    __tablename__ = "notification"
    __table_args__ = (
        Index("ix_notification_membership", "membership_id", "created_at"),
        Index("ix_notification_waiting", "membership_id", "created_at", postgresql_where=text("read_at is null")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    flag_id: Mapped[UUID] = mapped_column(ForeignKey("flag.id"), index=True)
    membership_id: Mapped[UUID] = mapped_column(ForeignKey("membership.id"))
    kind: Mapped[NotificationKind] = mapped_column(coded(NotificationKind))
    created_at: Mapped[datetime] = mapped_column(default=now)
    read_at: Mapped[datetime | None]
    # When a mail that tells of it was sent, or was found to be needless or impossible.
    mailed_at: Mapped[datetime | None]


class NotificationPreference(Base):
    """What one user chose for one kind; where there is no row, the default holds."""

    __tablename__ = "notification_preference"
    __table_args__ = (PrimaryKeyConstraint("user_id", "kind"),)

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    kind: Mapped[NotificationKind] = mapped_column(coded(NotificationKind))
    email: Mapped[EmailChoice] = mapped_column(coded(EmailChoice))


class NoticeMail(Base):
    """One mail to one user that something waits: what it tells of is found when it is sent, not when it is planned."""

    __tablename__ = "notice_mail"
    __table_args__ = (
        # What comes while a mail waits to be sent goes into it.
        Index("uq_notice_mail_open", "user_id", unique=True, postgresql_where=text("closed_at is null")),
        Index("ix_notice_mail_tried", "user_id", "tried_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    due_at: Mapped[datetime]
    # A daily digest tells of what came before this moment; None for a mail that is none.
    digest_until: Mapped[datetime | None]
    # Set before the mail is handed over, so that a worker that dies right after does not send it twice in a minute.
    tried_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
