"""Reads the audit as its owner, for tests that ask what was written down."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.audit.models import AuditEvent, AuditSubject
from portal.db import Database


def mark(owner: Database) -> int:
    """The number of the newest line."""
    with owner.transaction() as session:
        return session.scalar(select(func.max(AuditEvent.id))) or 0


def lines_since(owner: Database, line: int) -> list[AuditEvent]:
    """The lines after one, oldest first."""
    with owner.transaction() as session:
        return list(session.scalars(select(AuditEvent).where(AuditEvent.id > line).order_by(AuditEvent.id)))


def subjects_of(session: Session, line: int) -> dict[UUID, int]:
    """The roots a line touched and the field groups that were shown of each."""
    rows = session.execute(
        select(AuditSubject.root_id, AuditSubject.field_groups).where(AuditSubject.audit_event_id == line)
    )
    return {row.root_id: row.field_groups for row in rows}
