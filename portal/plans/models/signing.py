"""Decides what signing leaves behind: checks an agency sets itself, signatures over one hash, refusals, publication."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import (
    CheckConstraint,
    FetchedValue,
    ForeignKey,
    ForeignKeyConstraint,
    PrimaryKeyConstraint,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from portal.access.viewer import Role
from portal.db import Base, coded, now


class PlanCheck(Base):
    """A check that an agency sets itself before it signs any version of a plan, and which role passes it."""

    __tablename__ = "plan_check"
    __table_args__ = (PrimaryKeyConstraint("plan_id", "agency_id", "code"),)

    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plan.id"))
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"))
    code: Mapped[str]
    name: Mapped[str]
    position: Mapped[int]
    role: Mapped[Role] = mapped_column(coded(Role))


class PlanCheckPass(Base):
    """A check was passed on one version: the next version has to pass it again."""

    __tablename__ = "plan_check_pass"
    __table_args__ = (
        PrimaryKeyConstraint("plan_version_id", "agency_id", "code"),
        ForeignKeyConstraint(
            ["plan_id", "agency_id", "code"], ["plan_check.plan_id", "plan_check.agency_id", "plan_check.code"]
        ),
    )

    plan_version_id: Mapped[UUID] = mapped_column(ForeignKey("plan_version.id"))
    plan_id: Mapped[UUID]
    agency_id: Mapped[UUID]
    code: Mapped[str]
    passed_by_membership_id: Mapped[UUID] = mapped_column(ForeignKey("membership.id"))
    passed_at: Mapped[datetime] = mapped_column(default=now)


class SignatureMethod(StrEnum):
    """How a signatory proved who they are."""

    PASSWORD = "PASSWORD"  # noqa: S105  the name of a method
    PASSKEY = "PASSKEY"


class PlanSignature(Base):
    """One agency's signature over the very bytes of a version, by one person; written once, changed never."""

    __tablename__ = "plan_signature"
    __table_args__ = (
        UniqueConstraint("plan_version_id", "agency_id"),
        # Whoever acts for two agencies agrees with themselves for one of them only.
        UniqueConstraint("plan_version_id", "user_id"),
        ForeignKeyConstraint(["plan_version_id", "content_hash"], ["plan_version.id", "plan_version.content_hash"]),
        CheckConstraint("role = 'SIGNATORY'", name="signed_by_a_signatory"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    plan_version_id: Mapped[UUID]
    content_hash: Mapped[str]
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    membership_id: Mapped[UUID] = mapped_column(ForeignKey("membership.id"))
    role: Mapped[Role] = mapped_column(coded(Role))
    # Their name as it was then, which the database takes from the account: a bundle stays the same when they rename.
    signed_name: Mapped[str] = mapped_column(server_default=FetchedValue())
    method: Mapped[SignatureMethod] = mapped_column(coded(SignatureMethod))
    # The moment the database saw it.
    signed_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())


class PlanRefusal(Base):
    """An agency said why it does not sign a version; the other parties read it, and it may still sign later."""

    __tablename__ = "plan_refusal"
    __table_args__ = (UniqueConstraint("plan_version_id", "agency_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    plan_version_id: Mapped[UUID] = mapped_column(ForeignKey("plan_version.id"))
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"))
    membership_id: Mapped[UUID] = mapped_column(ForeignKey("membership.id"))
    reason: Mapped[str]
    refused_at: Mapped[datetime] = mapped_column(default=now)


class PlanPublication(Base):
    """A party wants an agreed version public; it is public once every required party does."""

    __tablename__ = "plan_publication"
    __table_args__ = (PrimaryKeyConstraint("plan_version_id", "agency_id"),)

    plan_version_id: Mapped[UUID] = mapped_column(ForeignKey("plan_version.id"))
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"))
    membership_id: Mapped[UUID] = mapped_column(ForeignKey("membership.id"))
    at: Mapped[datetime] = mapped_column(default=now)
