"""Decides what an alarm is: that one person read many records, how many and against which number, never which."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.access.viewer import Role
from portal.db import Base, coded, now


class ReadingAlarm(Base):
    """Somebody of an agency was shown more records than a rule expects, at most once a person and day.

    It goes to the guardians of the agency they acted for, and blocks nothing.
    """

    __tablename__ = "reading_alarm"
    __table_args__ = (
        UniqueConstraint("agency_id", "user_id", "day"),
        Index("ix_reading_alarm_agency", "agency_id", "raised_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    role: Mapped[Role] = mapped_column(coded(Role))
    day: Mapped[date]
    # The rule as it was when it spoke: so many records in so many minutes.
    window_minutes: Mapped[int]
    allowed: Mapped[int]
    records: Mapped[int]
    raised_at: Mapped[datetime] = mapped_column(default=now)


class ReadingAlarmMail(Base):
    """One mail to one guardian that an alarm waits: of what and about whom, it does not say."""

    __tablename__ = "reading_alarm_mail"
    __table_args__ = (UniqueConstraint("reading_alarm_id", "membership_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    reading_alarm_id: Mapped[UUID] = mapped_column(ForeignKey("reading_alarm.id"))
    membership_id: Mapped[UUID] = mapped_column(ForeignKey("membership.id"))
    # Set before the mail is handed over, so that a worker that dies right after does not send it twice in a minute.
    tried_at: Mapped[datetime | None]
    # When it was handed over, or found to be impossible.
    closed_at: Mapped[datetime | None]
