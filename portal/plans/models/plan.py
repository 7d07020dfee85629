"""Decides what a plan is: a partnership's intent with a state, its parties over time, and what happened to it."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, PrimaryKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, Versioned, coded, now
from portal.plans.states import PlanState


class Plan(Versioned, Base):
    """A joint commissioning plan; its words and money are in its versions."""

    __tablename__ = "plan"
    __table_args__ = (UniqueConstraint("reference"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    reference: Mapped[str]
    partnership_id: Mapped[UUID] = mapped_column(ForeignKey("partnership.id"), index=True)
    state: Mapped[PlanState] = mapped_column(coded(PlanState), default=PlanState.DRAFT)
    # The version that is worked on, or was agreed last: the top number.
    current_number: Mapped[int] = mapped_column(default=1)
    # Set once every required party of the agreed version wants it public.
    published_at: Mapped[datetime | None]


class PlanParty(Base):
    """An agency takes part in a plan from a day on, and reads it; whether it must sign is said by each version."""

    __tablename__ = "plan_party"
    __table_args__ = (
        PrimaryKeyConstraint("plan_id", "agency_id"),
        CheckConstraint("left_on is null or left_on >= joined_on", name="period_runs_forward"),
        CheckConstraint("(left_on is null) = (left_because is null)", name="leaving_has_a_reason"),
    )

    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plan.id"))
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"), index=True)
    joined_on: Mapped[date]
    left_on: Mapped[date | None]
    left_because: Mapped[str | None]
    left_by_membership_id: Mapped[UUID | None] = mapped_column(ForeignKey("membership.id"))


class PlanEventKind(StrEnum):
    """What happened to a plan."""

    DRAFTED = "DRAFTED"
    EDITED = "EDITED"
    PROPOSED = "PROPOSED"
    COUNTERED = "COUNTERED"
    ACCEPTED = "ACCEPTED"
    REJECTED = "REJECTED"
    TAKEN_BACK = "TAKEN_BACK"
    COMMENTED = "COMMENTED"
    RESOLVED = "RESOLVED"
    REVISED = "REVISED"
    CHECKED = "CHECKED"
    SIGNING_OPENED = "SIGNING_OPENED"
    SIGNED = "SIGNED"
    DECLINED = "DECLINED"
    WITHDREW = "WITHDREW"
    AGREED = "AGREED"
    IN_FORCE = "IN_FORCE"
    PUBLISHED = "PUBLISHED"
    MILESTONE_REPORTED = "MILESTONE_REPORTED"


class PlanEvent(Base):
    """One thing that happened, in order: the history people read, and what webhooks will be told."""

    __tablename__ = "plan_event"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plan.id"), index=True)
    plan_version_id: Mapped[UUID | None] = mapped_column(ForeignKey("plan_version.id"), index=True)
    kind: Mapped[PlanEventKind] = mapped_column(coded(PlanEventKind))
    at: Mapped[datetime] = mapped_column(default=now)
    # Nobody acted when a day came.
    agency_id: Mapped[UUID | None] = mapped_column(ForeignKey("agency.id"))
    membership_id: Mapped[UUID | None] = mapped_column(ForeignKey("membership.id"))
    # The clause, scheme, proposal or comment it is about, by key or id.
    subject_id: Mapped[UUID | None]
