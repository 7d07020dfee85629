"""Decides what is said about a frozen version: counter-proposals with the words they answer, and comments."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, Versioned, coded
from portal.plans.states import ProposalState


class PlanProposal(Versioned, Base):
    """Other words for one clause, or other money for one scheme, with the hash of what they answer."""

    __tablename__ = "plan_proposal"
    __table_args__ = (
        CheckConstraint("(clause_key is null) <> (scheme_key is null)", name="answers_one_thing"),
        CheckConstraint(
            "(clause_key is null) = (words is null) and (scheme_key is null) = (contributions is null)",
            name="words_or_money",
        ),
        CheckConstraint("(state = 'OPEN') = (decided_at is null)", name="decided_when_not_open"),
        CheckConstraint("state <> 'REJECTED' or decided_because is not null", name="rejected_with_a_reason"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plan.id"), index=True)
    # The version it was made on; it stays good while a later one says the same in this place.
    plan_version_id: Mapped[UUID] = mapped_column(ForeignKey("plan_version.id"), index=True)
    clause_key: Mapped[UUID | None]
    scheme_key: Mapped[UUID | None]
    base_hash: Mapped[str]
    words: Mapped[str | None]
    # Each: agency_id, year, amount (a decimal string), route, condition.
    contributions: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB)
    reason: Mapped[str | None]
    proposed_by_membership_id: Mapped[UUID] = mapped_column(ForeignKey("membership.id"))
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"))
    state: Mapped[ProposalState] = mapped_column(coded(ProposalState), default=ProposalState.OPEN)
    decided_by_membership_id: Mapped[UUID | None] = mapped_column(ForeignKey("membership.id"))
    decided_at: Mapped[datetime | None]
    decided_because: Mapped[str | None]


class PlanComment(Versioned, Base):
    """A comment on a clause, or on the plan; open until somebody resolves it."""

    __tablename__ = "plan_comment"
    __table_args__ = (
        CheckConstraint("(resolved_at is null) = (resolved_by_membership_id is null)", name="resolved_by_somebody"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plan.id"), index=True)
    plan_version_id: Mapped[UUID] = mapped_column(ForeignKey("plan_version.id"), index=True)
    clause_key: Mapped[UUID | None]
    text: Mapped[str]
    commented_by_membership_id: Mapped[UUID] = mapped_column(ForeignKey("membership.id"))
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"))
    resolved_at: Mapped[datetime | None]
    resolved_by_membership_id: Mapped[UUID | None] = mapped_column(ForeignKey("membership.id"))
