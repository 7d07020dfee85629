"""Decides what a version of a plan is: one text of it, written together until it is proposed, frozen from then on."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, PrimaryKeyConstraint, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, Versioned, coded
from portal.plans.states import PlanVersionState


class PlanVersion(Versioned, Base):
    """One text of a plan. Its rows change while it is a draft; then its canonical bytes are what is talked about."""

    __tablename__ = "plan_version"
    __table_args__ = (
        UniqueConstraint("plan_id", "number"),
        # What a signature points at: a version together with its hash.
        UniqueConstraint("id", "content_hash"),
        Index(
            "uq_plan_version_current",
            "plan_id",
            unique=True,
            postgresql_where=text("state in ('DRAFT', 'PROPOSED', 'SIGNING')"),
        ),
        CheckConstraint("ends_on > starts_on", name="period_runs_forward"),
        CheckConstraint(
            "(state = 'DRAFT') = (content is null) and (content is null) = (content_hash is null)"
            " and (content is null) = (merkle_root is null) and (content is null) = (proposed_at is null)"
            " and (content is null) = (proposed_by_membership_id is null)",
            name="frozen_when_proposed",
        ),
        CheckConstraint("content_hash = encode(sha256(content), 'hex')", name="hash_is_of_the_content"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plan.id"))
    number: Mapped[int]
    state: Mapped[PlanVersionState] = mapped_column(coded(PlanVersionState), default=PlanVersionState.DRAFT)
    title: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    # Which checklist of standards it answers.
    template_code: Mapped[str | None]
    based_on_id: Mapped[UUID | None] = mapped_column(ForeignKey("plan_version.id"), index=True)
    drafted_by_membership_id: Mapped[UUID] = mapped_column(ForeignKey("membership.id"))
    # Whose words it puts forward: for an accepted counter-proposal, whoever made that.
    proposed_by_membership_id: Mapped[UUID | None] = mapped_column(ForeignKey("membership.id"))
    # Who took the counter-proposal that made it.
    accepted_by_membership_id: Mapped[UUID | None] = mapped_column(ForeignKey("membership.id"))
    proposed_at: Mapped[datetime | None]
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    content_hash: Mapped[str | None]
    merkle_root: Mapped[str | None]
    signing_opened_at: Mapped[datetime | None]
    agreed_at: Mapped[datetime | None]


class PlanVersionParty(Base):
    """An agency is a party of a version; without the signature of a required one nothing is agreed."""

    __tablename__ = "plan_version_party"
    __table_args__ = (PrimaryKeyConstraint("plan_version_id", "agency_id"),)

    plan_version_id: Mapped[UUID] = mapped_column(ForeignKey("plan_version.id"))
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"), index=True)
    required: Mapped[bool] = mapped_column(default=True)


class PlanStandard(Versioned, Base):
    """One line of the version's checklist of standards, answered or not."""

    __tablename__ = "plan_standard"
    __table_args__ = (UniqueConstraint("plan_version_id", "standard_code"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    plan_version_id: Mapped[UUID] = mapped_column(ForeignKey("plan_version.id"))
    position: Mapped[int]
    standard_code: Mapped[str]
    met: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str | None]


class PlanEvidence(Versioned, Base):
    """A figure or finding a version rests on, as it read on a day."""

    __tablename__ = "plan_evidence"
    __table_args__ = (UniqueConstraint("plan_version_id", "key"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    plan_version_id: Mapped[UUID] = mapped_column(ForeignKey("plan_version.id"))
    key: Mapped[UUID] = mapped_column(default=uuid4)
    # The scheme it speaks for; null for the plan as a whole.
    scheme_key: Mapped[UUID | None]
    position: Mapped[int]
    sentence: Mapped[str]
    source: Mapped[str]
    read_on: Mapped[date]


class PlanProblemCode(StrEnum):
    """What makes a version unfit to propose."""

    ROUTE_NOT_ALLOWED = "ROUTE_NOT_ALLOWED"
    YEAR_OUTSIDE_PLAN = "YEAR_OUTSIDE_PLAN"
    TOTALS_DIFFER = "TOTALS_DIFFER"
    UNFUNDED_SCHEME = "UNFUNDED_SCHEME"
    FUNDER_NOT_PARTY = "FUNDER_NOT_PARTY"
    AGENCY_ENDS_FIRST = "AGENCY_ENDS_FIRST"


class PlanProblem(Base):
    """One thing a validator found in a version, written after each edit."""

    __tablename__ = "plan_problem"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    plan_version_id: Mapped[UUID] = mapped_column(ForeignKey("plan_version.id"), index=True)
    position: Mapped[int]
    code: Mapped[PlanProblemCode] = mapped_column(coded(PlanProblemCode))
    scheme_key: Mapped[UUID | None]
    agency_id: Mapped[UUID | None] = mapped_column(ForeignKey("agency.id"))
    message: Mapped[str]
    source: Mapped[str]
