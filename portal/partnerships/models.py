"""Decides what a partnership is: the agencies of an area that work together, and the desks that answer."""

from datetime import date, datetime, time
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import ARRAY, Boolean, CheckConstraint, ForeignKey, Index, PrimaryKeyConstraint, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, Versioned, coded, now


class Partnership(Versioned, Base):
    """The agencies of an area under one agreement; every root record belongs to one."""

    __tablename__ = "partnership"
    __table_args__ = (
        CheckConstraint("holiday_subdivision in ('ENG', 'NIR', 'SCT', 'WLS')", name="holidays_are_known"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    name: Mapped[str]
    area_id: Mapped[UUID | None] = mapped_column(ForeignKey("area.id"))
    lead_agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"))
    # Whose bank holidays it keeps: a country of the United Kingdom, by its ISO 3166-2 code without "GB-".
    holiday_subdivision: Mapped[str] = mapped_column(default="ENG")


class PartnershipMember(Base):
    """An agency belongs to a partnership for a period."""

    __tablename__ = "partnership_member"
    __table_args__ = (PrimaryKeyConstraint("partnership_id", "agency_id"),)

    partnership_id: Mapped[UUID] = mapped_column(ForeignKey("partnership.id"))
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"))
    active_from: Mapped[date]
    active_to: Mapped[date | None]


class DutyDeskKind(StrEnum):
    """When a desk answers."""

    DAY = "DAY"
    OUT_OF_HOURS = "OUT_OF_HOURS"


class DutyDesk(Base):
    """The partnership's children's duty team, by day and out of hours, as it is to be rung for a period."""

    __tablename__ = "duty_desk"
    __table_args__ = (CheckConstraint("valid_to is null or valid_to >= valid_from", name="period_runs_forward"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    partnership_id: Mapped[UUID] = mapped_column(ForeignKey("partnership.id"), index=True)
    kind: Mapped[DutyDeskKind] = mapped_column(coded(DutyDeskKind))
    name: Mapped[str]
    telephone: Mapped[str]
    hours: Mapped[str]
    position: Mapped[int] = mapped_column(SmallInteger, default=0)
    valid_from: Mapped[datetime] = mapped_column(default=now)
    valid_to: Mapped[datetime | None]


class Urgency(StrEnum):
    """How soon somebody must look."""

    ROUTINE = "ROUTINE"
    URGENT = "URGENT"
    IMMEDIATE = "IMMEDIATE"


class ClockKind(StrEnum):
    """What a partnership promises to do in time."""

    TRIAGE = "TRIAGE"
    SHARE_ANSWER = "SHARE_ANSWER"
    INFORMATION = "INFORMATION"


class PartnershipClock(Base):
    """A promise to answer within so many minutes, for a period; triage has one for each urgency."""

    __tablename__ = "partnership_clock"
    __table_args__ = (
        Index(
            "uq_partnership_clock_since",
            "partnership_id",
            "kind",
            "urgency",
            "valid_from",
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
        CheckConstraint("(kind = 'TRIAGE') = (urgency is not null)", name="urgency_is_of_triage"),
        # Thirty days at most, so that something is due before it is forgotten.
        CheckConstraint("minutes between 1 and 43200", name="minutes_are_a_promise"),
        CheckConstraint("valid_to is null or valid_to >= valid_from", name="period_runs_forward"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    partnership_id: Mapped[UUID] = mapped_column(ForeignKey("partnership.id"))
    kind: Mapped[ClockKind] = mapped_column(coded(ClockKind))
    urgency: Mapped[Urgency | None] = mapped_column(coded(Urgency))
    minutes: Mapped[int]
    working_hours_only: Mapped[bool]
    valid_from: Mapped[datetime] = mapped_column(default=now)
    valid_to: Mapped[datetime | None]


class PartnershipWorkingWeek(Base):
    """A span of working hours on one weekday, on the wall clock of Europe/London, for a period."""

    __tablename__ = "partnership_working_week"
    __table_args__ = (
        PrimaryKeyConstraint("partnership_id", "weekday", "opens", "valid_from"),
        CheckConstraint("weekday between 1 and 7", name="weekday_is_iso"),
        CheckConstraint("closes > opens", name="hours_run_forward"),
        CheckConstraint("valid_to is null or valid_to >= valid_from", name="period_runs_forward"),
    )

    partnership_id: Mapped[UUID] = mapped_column(ForeignKey("partnership.id"))
    weekday: Mapped[int] = mapped_column(SmallInteger)
    opens: Mapped[time]
    closes: Mapped[time]
    valid_from: Mapped[datetime] = mapped_column(default=now)
    valid_to: Mapped[datetime | None]


class PartnershipDay(Base):
    """A day that differs from its weekday: a holiday of the partnership's own, or one that is worked all the same."""

    __tablename__ = "partnership_day"
    __table_args__ = (PrimaryKeyConstraint("partnership_id", "day"),)

    partnership_id: Mapped[UUID] = mapped_column(ForeignKey("partnership.id"))
    day: Mapped[date]
    working: Mapped[bool]
    name: Mapped[str]


class EmergencyAdvice(Base):
    """What somebody of a kind of agency does before any form when a young person is in danger now."""

    __tablename__ = "emergency_advice"

    agency_kind_code: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    body: Mapped[str]
    steps: Mapped[list[str]] = mapped_column(ARRAY(String))
    # What they can say they did; where there is one thing only, `tick` is the sentence they agree to.
    action_codes: Mapped[list[str]] = mapped_column(ARRAY(String))
    tick: Mapped[str | None]
    call_999: Mapped[bool]
    needs_incident_number: Mapped[bool]


class Installation(Base):
    """The one row that says whether this database is a demonstration, and the key its global ids are sealed with."""

    __tablename__ = "installation"

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, default=1)
    name: Mapped[str]
    demo: Mapped[bool] = mapped_column(Boolean)
    id_key: Mapped[bytes]
