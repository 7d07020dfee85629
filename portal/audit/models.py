"""Decides what an audit event says: who did what, when, in which hat, to which roots, at which field groups."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from portal.access.viewer import Role
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
    """One line of the audit: append only, written in the transaction it tells of.

    Agency and role are those of the membership at that moment: the database fills them in (`enter_audit`).
    """

    __tablename__ = "audit_event"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    at: Mapped[datetime] = mapped_column(default=now)
    action: Mapped[AuditAction] = mapped_column(coded(AuditAction))
    operation: Mapped[str]
    outcome: Mapped[str]
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    membership_id: Mapped[UUID | None] = mapped_column(ForeignKey("membership.id"))
    agency_id: Mapped[UUID | None] = mapped_column(ForeignKey("agency.id"))
    role: Mapped[Role | None] = mapped_column(coded(Role))
    request_id: Mapped[UUID]


class AuditSubject(Base):
    """One root an audit event touched, and the field groups of it that were shown, as packed levels.

    A root goes by a pseudonym that only its key leads back to it (`audit_pseudonym`): a line of audit outlives the
    record, and a refused look at an id that does not exist is audited like a refused look at one that does.
    """

    __tablename__ = "audit_subject"
    __table_args__ = (
        PrimaryKeyConstraint("audit_event_id", "pseudonym"),
        Index("ix_audit_subject_pseudonym", "pseudonym", "audit_event_id"),
    )

    audit_event_id: Mapped[int] = mapped_column(ForeignKey("audit_event.id"))
    pseudonym: Mapped[UUID]
    # Never stored: the version before names a root here, and the database puts a pseudonym in its place.
    root_id: Mapped[UUID | None]
    field_groups: Mapped[int] = mapped_column(BigInteger)


class AuditSubjectKey(Base):
    """The key of a root's pseudonym, made with the root: once this row is destroyed, no line leads to the record.

    The pseudonym is HMAC-SHA256 of the root's id under the key, cut to 128 bits. No foreign key to the root: the lines
    about a discarded draft can be found until somebody decides that they cannot.
    """

    __tablename__ = "audit_subject_key"
    __table_args__ = (CheckConstraint("octet_length(key) = 32", name="is_whole"),)

    root_id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[bytes] = mapped_column(LargeBinary)
    pseudonym: Mapped[UUID] = mapped_column(unique=True)


class AuditInstallationKey(Base):
    """The one key under which ids that are no root's have their pseudonyms."""

    __tablename__ = "audit_installation_key"
    __table_args__ = (CheckConstraint("octet_length(key) = 32", name="is_whole"),)

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    key: Mapped[bytes] = mapped_column(LargeBinary)


class AuditPending(Base):
    """A line that waits to be sealed. The database puts every line here; whoever seals it takes it away."""

    __tablename__ = "audit_pending"

    audit_event_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    since: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))


class AuditSeal(Base):
    """One link of the chain: the root of a Merkle tree over some lines, bound to every seal before it, and signed."""

    __tablename__ = "audit_seal"
    __table_args__ = (CheckConstraint("number > 0 and leaf_count > 0", name="counts_from_one"),)

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    sealed_at: Mapped[datetime]
    merkle_root: Mapped[bytes] = mapped_column(LargeBinary)
    leaf_count: Mapped[int]
    previous_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    chain_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    signature: Mapped[bytes] = mapped_column(LargeBinary)


class AuditLeaf(Base):
    """Which line stands where in which seal, and the hash of what it said when it was sealed."""

    __tablename__ = "audit_leaf"
    __table_args__ = (PrimaryKeyConstraint("seal_number", "position"),)

    seal_number: Mapped[int] = mapped_column(ForeignKey("audit_seal.number"))
    position: Mapped[int]
    audit_event_id: Mapped[int] = mapped_column(ForeignKey("audit_event.id"), unique=True)
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class AuditCheckpoint(Base):
    """A seal as it was signed to be kept outside: an anchor that a cut tail is found by."""

    __tablename__ = "audit_checkpoint"

    seal_number: Mapped[int] = mapped_column(ForeignKey("audit_seal.number"), primary_key=True)
    chain_hash: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime]
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    signature: Mapped[bytes] = mapped_column(LargeBinary)


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
