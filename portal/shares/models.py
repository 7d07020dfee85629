"""Decides what a share is: a flag opened by one agency to another, for a purpose, under an agreement in force."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, Versioned, coded, now
from portal.flags.models import Engagement


class ShareState(StrEnum):
    """Where a share stands."""

    ACTIVE = "ACTIVE"
    ENDED = "ENDED"


class SourceRegime(StrEnum):
    """Which part of the Data Protection Act 2018 the data was held under before the share."""

    PART_2 = "PART_2"
    PART_3 = "PART_3"


class Share(Versioned, Base):
    """A flag, and its person, opened to the recipients of another agency."""

    __tablename__ = "share"
    __table_args__ = (
        Index("ix_share_to", "to_agency_id", "state"),
        Index("ix_share_owed", "to_agency_id", postgresql_where=text("state = 'ACTIVE' and engagement is null")),
        Index("ix_share_answered", "answered_at", postgresql_where=text("answered_at is not null")),
        CheckConstraint("(engagement is null) = (answered_at is null)", name="answer_has_a_time"),
        CheckConstraint("from_agency_id <> to_agency_id", name="opens_to_another_agency"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    flag_id: Mapped[UUID] = mapped_column(ForeignKey("flag.id"), index=True)
    from_agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"))
    to_agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"))
    state: Mapped[ShareState] = mapped_column(coded(ShareState))
    # The groups the share names, each at FULL; what a recipient then holds is what the grid gives under SHARE.
    field_groups: Mapped[int] = mapped_column(BigInteger)
    purpose_code: Mapped[str]
    lawful_basis_code: Mapped[str] = mapped_column(ForeignKey("lawful_basis.code"))
    source_regime: Mapped[SourceRegime] = mapped_column(coded(SourceRegime))
    proportionality_note: Mapped[str]
    agreement_version_id: Mapped[UUID] = mapped_column(ForeignKey("agreement_version.id"))
    valid_from: Mapped[datetime] = mapped_column(default=now)
    valid_to: Mapped[datetime | None]
    answer_due_at: Mapped[datetime | None]
    engagement: Mapped[Engagement | None] = mapped_column(coded(Engagement))
    answer_note: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    answered_by_membership_id: Mapped[UUID | None] = mapped_column(ForeignKey("membership.id"))
