"""Decides how the audit is found again: an index by the agency whose records a line touches, and by who did what."""

from uuid import UUID

from sqlalchemy import BigInteger, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.audit.models import AuditEvent
from portal.db import Base


class AuditEventAgency(Base):
    """That a line touches a record which an agency raised; written by the database, granted to nobody.

    Under nobody (the UUID of zeros) stands what is no agency's, such as a look at an id that does not exist.
    """

    __tablename__ = "audit_event_agency"

    agency_id: Mapped[UUID] = mapped_column(primary_key=True)
    audit_event_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)


Index("ix_audit_event_agency", AuditEvent.agency_id, AuditEvent.id)
Index("ix_audit_event_person", AuditEvent.agency_id, AuditEvent.user_id, AuditEvent.id)
Index("ix_audit_event_at", AuditEvent.at)
Index("ix_audit_event_membership", AuditEvent.membership_id, AuditEvent.at)
# What is looked for by itself, over years, and would otherwise be looked for among all the reading.
Index(
    "ix_audit_event_rare",
    AuditEvent.action,
    AuditEvent.id,
    postgresql_where=text("action in ('SHARE', 'EXPORT', 'DENY')"),
)
