"""Decides what an audit event says: who did what, when, in which hat, to which roots, at which field groups."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, PrimaryKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, coded, now


class AuditAction(StrEnum):
    """What was done."""

    READ = "READ"
    WRITE = "WRITE"
    DENY = "DENY"
    SHARE = "SHARE"
    EXPORT = "EXPORT"
    SIGN_IN = "SIGN_IN"


class AuditEvent(Base):
    """One line of the audit: append only, written in the transaction it tells of."""

    __tablename__ = "audit_event"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    at: Mapped[datetime] = mapped_column(default=now)
    action: Mapped[AuditAction] = mapped_column(coded(AuditAction))
    operation: Mapped[str]
    outcome: Mapped[str]
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    membership_id: Mapped[UUID | None] = mapped_column(ForeignKey("membership.id"))
    request_id: Mapped[UUID]


class AuditSubject(Base):
    """One root an audit event touched, and the field groups of it that were shown, as packed levels.

    No foreign key to the root: a line of audit outlives the record, and a refused look at an id that does not
    exist is audited like a refused look at one that does.
    """

    __tablename__ = "audit_subject"
    __table_args__ = (
        PrimaryKeyConstraint("audit_event_id", "root_id"),
        Index("ix_audit_subject_root", "root_id", "audit_event_id"),
    )

    audit_event_id: Mapped[int] = mapped_column(ForeignKey("audit_event.id"))
    root_id: Mapped[UUID]
    field_groups: Mapped[int] = mapped_column(BigInteger)


class IdempotencyRecord(Base):
    """An intent that was carried out: what a retry with the same key re-reads. Never the answer itself."""

    __tablename__ = "idempotency_record"
    __table_args__ = (PrimaryKeyConstraint("membership_id", "key"),)

    membership_id: Mapped[UUID] = mapped_column(ForeignKey("membership.id"))
    key: Mapped[UUID]
    operation: Mapped[str]
    input_hash: Mapped[str]
    result: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=now)
