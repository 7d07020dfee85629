"""Decides what a disclosure is: root records, audiences, and the rows that open one to the other."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Text,
    false,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
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
    SAFEGUARDING = "SAFEGUARDING"
    OVERDUE = "OVERDUE"


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


# What an index over waiting work carries, so that a filter reads the index alone.
_CARRIED = [
    "because", "flag_state", "urgency", "raised_by_agency_id", "held_by_membership_id", "concern_codes", "ward_id",
    "levels", "valid_from", "valid_to", "word_owed",
]  # fmt: skip
_WORD_OWED = text("word_owed")


class Disclosure(Base):
    """One root record opened to one audience, at packed levels, for a time, and why.

    The columns from `flag_state` on are the index of the worklists: copies of what the flag says, which the database
    keeps (`keep_worklists` in the migrations) and nobody writes. They are null for a root that is no flag.
    """

    __tablename__ = "disclosure"
    __table_args__ = (
        Index("ix_disclosure_inbox", "audience_id", "root_kind", "sort_at", "root_id"),
        Index("ix_disclosure_root", "root_id", "audience_id"),
        Index("ix_disclosure_share", "share_id", postgresql_where=text("share_id is not null")),
        Index(
            "ix_disclosure_waiting_due",
            "audience_id",
            "due_at",
            "root_id",
            postgresql_where=text("waits"),
            postgresql_include=[*_CARRIED, "sort_at"],
        ),
        Index(
            "ix_disclosure_waiting_newest",
            "audience_id",
            "sort_at",
            "root_id",
            postgresql_where=text("waits"),
            postgresql_include=[*_CARRIED, "due_at"],
        ),
        Index("ix_disclosure_due", "audience_id", "due_at", "root_id", postgresql_where=text("due_at IS NOT NULL")),
        Index("ix_disclosure_word_owed_due", "audience_id", "due_at", "root_id", postgresql_where=text("word_owed")),
        Index(
            "ix_disclosure_word_owed_newest", "audience_id", "sort_at", "root_id", postgresql_where=text("word_owed")
        ),
        Index("ix_disclosure_state", "audience_id", "flag_state", "sort_at", "root_id"),
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
    flag_state: Mapped[str | None]
    # Whether whoever the row opens the flag to must act now, and by when; a flag that is decided may still be due.
    waits: Mapped[bool] = mapped_column(default=False, server_default=false())
    due_at: Mapped[datetime | None]
    # Whether triage owes the flagger a word, or a recipient its answer.
    word_owed: Mapped[bool] = mapped_column(default=False, server_default=false())
    urgency: Mapped[str | None]
    raised_by_agency_id: Mapped[UUID | None]
    held_by_membership_id: Mapped[UUID | None]
    concern_codes: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    ward_id: Mapped[UUID | None]


class ViewerContextKey(Base):
    """Precomputed HMAC pads that check a viewer context; only the owner reads them."""

    __tablename__ = "viewer_context_key"

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    inner_pad: Mapped[bytes] = mapped_column(LargeBinary)
    outer_pad: Mapped[bytes] = mapped_column(LargeBinary)
