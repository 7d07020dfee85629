"""Decides what a scheme is: one thing to commission, with its clauses, money, milestones and measures.

Every row has an id of its own in each version, and a key that is the same in all of them.
"""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Numeric,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, Versioned, coded, now

AMOUNT = Numeric(14, 2)


def _of_a_scheme(*more: Any) -> tuple[Any, ...]:
    return (
        UniqueConstraint("plan_version_id", "key"),
        ForeignKeyConstraint(["plan_version_id", "scheme_key"], ["plan_scheme.plan_version_id", "plan_scheme.key"]),
        *more,
    )


class PlanScheme(Versioned, Base):
    """One thing to commission."""

    __tablename__ = "plan_scheme"
    __table_args__ = (
        UniqueConstraint("plan_version_id", "key"),
        CheckConstraint("capacity_target >= 0", name="capacity_is_no_debt"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    plan_version_id: Mapped[UUID] = mapped_column(ForeignKey("plan_version.id"))
    key: Mapped[UUID] = mapped_column(default=uuid4)
    position: Mapped[int]
    title: Mapped[str]
    need_codes: Mapped[list[str]] = mapped_column(ARRAY(String))
    area_id: Mapped[UUID] = mapped_column(ForeignKey("area.id"))
    capacity_target: Mapped[int]
    # SHA-256 of who pays what for it: what a counter-proposal of money answers.
    money_hash: Mapped[str]


class ClauseKind(StrEnum):
    """What a clause settles."""

    SPECIFICATION = "SPECIFICATION"
    CAPACITY = "CAPACITY"
    MONEY = "MONEY"
    MILESTONE = "MILESTONE"
    MEASURE = "MEASURE"
    GENERAL = "GENERAL"


class PlanClause(Versioned, Base):
    """One clause, with a version of its own while it is written; of a scheme, or of the plan as a whole."""

    __tablename__ = "plan_clause"
    __table_args__ = _of_a_scheme()

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    plan_version_id: Mapped[UUID] = mapped_column(ForeignKey("plan_version.id"))
    scheme_key: Mapped[UUID | None]
    key: Mapped[UUID] = mapped_column(default=uuid4)
    position: Mapped[int]
    kind: Mapped[ClauseKind] = mapped_column(coded(ClauseKind))
    heading: Mapped[str]
    text: Mapped[str]
    # SHA-256 of its canonical form: what a counter-proposal answers.
    clause_hash: Mapped[str]
    last_changed_by_membership_id: Mapped[UUID] = mapped_column(ForeignKey("membership.id"))


class FundingRoute(StrEnum):
    """Powers money can flow through."""

    S75_POOLED = "S75_POOLED"
    S256 = "S256"
    S76 = "S76"
    PCC_GRANT = "PCC_GRANT"
    POLICE_COLLABORATION = "POLICE_COLLABORATION"
    ALIGNED = "ALIGNED"
    IN_KIND = "IN_KIND"


class PlanContribution(Versioned, Base):
    """What one agency gives to a scheme in one financial year (named by its first calendar year), in pounds."""

    __tablename__ = "plan_contribution"
    __table_args__ = _of_a_scheme(
        Index("uq_plan_contribution_once", "plan_version_id", "scheme_key", "agency_id", "year", "route", unique=True),
        CheckConstraint("amount > 0", name="amount_is_given"),
        CheckConstraint("year between 1990 and 2200", name="year_is_a_year"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    plan_version_id: Mapped[UUID] = mapped_column(ForeignKey("plan_version.id"))
    scheme_key: Mapped[UUID]
    key: Mapped[UUID] = mapped_column(default=uuid4)
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"))
    year: Mapped[int]
    amount: Mapped[Decimal] = mapped_column(AMOUNT)
    route: Mapped[FundingRoute] = mapped_column(coded(FundingRoute))
    condition: Mapped[str | None]


class PlanMilestone(Versioned, Base):
    """Something promised for a day."""

    __tablename__ = "plan_milestone"
    __table_args__ = _of_a_scheme()

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    plan_version_id: Mapped[UUID] = mapped_column(ForeignKey("plan_version.id"))
    scheme_key: Mapped[UUID]
    key: Mapped[UUID] = mapped_column(default=uuid4)
    position: Mapped[int]
    title: Mapped[str]
    target_on: Mapped[date]


class PlanMilestoneReport(Base):
    """How a milestone stands, said on a day and outside the signed words: the latest report counts."""

    __tablename__ = "plan_milestone_report"
    __table_args__ = (
        CheckConstraint("(expected_on is null) <> (reached_on is null)", name="expected_or_reached"),
        Index("ix_plan_milestone_report_of", "plan_id", "milestone_key", "reported_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plan.id"))
    milestone_key: Mapped[UUID]
    expected_on: Mapped[date | None]
    reached_on: Mapped[date | None]
    reported_by_membership_id: Mapped[UUID] = mapped_column(ForeignKey("membership.id"))
    reported_at: Mapped[datetime] = mapped_column(default=now)


class PlanMeasure(Versioned, Base):
    """How a scheme is judged."""

    __tablename__ = "plan_measure"
    __table_args__ = _of_a_scheme(CheckConstraint("target >= 0", name="target_is_no_debt"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    plan_version_id: Mapped[UUID] = mapped_column(ForeignKey("plan_version.id"))
    scheme_key: Mapped[UUID]
    key: Mapped[UUID] = mapped_column(default=uuid4)
    position: Mapped[int]
    name_code: Mapped[str]
    target: Mapped[Decimal] = mapped_column(Numeric(12, 2))
