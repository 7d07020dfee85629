"""Decides what a disclosure is: root records, audiences, and the rows that open one to the other."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, Integer, LargeBinary, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from portal.access.viewer import Role
from portal.db import Base, coded, now


class RootKind(StrEnum):
    """Records that are disclosed; every other personal row hangs under exactly one of them."""

    FLAG = "FLAG"
    PERSON = "PERSON"


class DisclosureReason(StrEnum):
    """The relationship that opens a record."""

    AUTHOR = "AUTHOR"
    RAISED_BY_US = "RAISED_BY_US"
    PARTNERSHIP_TRIAGE = "PARTNERSHIP_TRIAGE"
    SHARE = "SHARE"


class Root(Base):
    """A record that can be disclosed, whatever its kind: what disclosure rows and audit subjects point at."""

    __tablename__ = "root"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    kind: Mapped[RootKind] = mapped_column(coded(RootKind))
    partnership_id: Mapped[UUID] = mapped_column(ForeignKey("partnership.id"))
    created_by_membership_id: Mapped[UUID] = mapped_column(ForeignKey("membership.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)


class Audience(Base):
    """One role of an agency, one team, one role within a team, or one user acting for an agency."""

    __tablename__ = "audience"
    __table_args__ = (
        CheckConstraint("role is not null or team_id is not null or user_id is not null", name="names_somebody"),
        CheckConstraint("user_id is null or (role is null and team_id is null)", name="user_stands_alone"),
        Index(
            "uq_audience_whom",
            "agency_id",
            "role",
            "team_id",
            "user_id",
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
    )

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"))
    role: Mapped[Role | None] = mapped_column(coded(Role))
    team_id: Mapped[UUID | None] = mapped_column(ForeignKey("team.id"))
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))


class Disclosure(Base):
    """One root record opened to one audience, at packed levels, for a time, and why."""

    __tablename__ = "disclosure"
    __table_args__ = (
        Index("ix_disclosure_inbox", "audience_id", "root_kind", "sort_at", "root_id"),
        Index("ix_disclosure_root", "root_id", "audience_id"),
        CheckConstraint("valid_to is null or valid_to >= valid_from", name="period_runs_forward"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    root_kind: Mapped[RootKind] = mapped_column(coded(RootKind))
    root_id: Mapped[UUID] = mapped_column(ForeignKey("root.id"))
    audience_id: Mapped[int] = mapped_column(ForeignKey("audience.id"))
    levels: Mapped[int] = mapped_column(BigInteger)
    sort_at: Mapped[datetime]
    because: Mapped[DisclosureReason] = mapped_column(coded(DisclosureReason))
    share_id: Mapped[UUID | None] = mapped_column(ForeignKey("share.id"))
    agreement_version_id: Mapped[UUID] = mapped_column(ForeignKey("agreement_version.id"))
    column_code: Mapped[str]
    lawful_basis_code: Mapped[str | None] = mapped_column(ForeignKey("lawful_basis.code"))
    granted_by_membership_id: Mapped[UUID] = mapped_column(ForeignKey("membership.id"))
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime | None]


class ViewerContextKey(Base):
    """Precomputed HMAC pads that check a viewer context; only the owner reads them."""

    __tablename__ = "viewer_context_key"

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    inner_pad: Mapped[bytes] = mapped_column(LargeBinary)
    outer_pad: Mapped[bytes] = mapped_column(LargeBinary)
