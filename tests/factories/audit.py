"""Reads the audit as its owner, for tests that ask what was written down."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from portal.audit.models import AuditEvent, AuditSubject, AuditSubjectKey
from portal.db import Database
from tests.factories.cast import Cast

NAMED = ("user_account", "membership", "team", "invitation", "partnership", "agency")


def mark(owner: Database) -> int:
    """The number of the newest line."""
    with owner.transaction() as session:
        return session.scalar(select(func.max(AuditEvent.id))) or 0


def lines_since(owner: Database, line: int) -> list[AuditEvent]:
    """The lines after one, oldest first."""
    with owner.transaction() as session:
        return list(session.scalars(select(AuditEvent).where(AuditEvent.id > line).order_by(AuditEvent.id)))


def subjects_of(session: Session, line: int, *, asked_for: Iterable[UUID] = ()) -> dict[UUID, int]:
    """The records a line touched, by their own ids, and the field groups that were shown of each.

    The line holds pseudonyms. One of an id that nothing in the database has is understood if the id is `asked_for`.
    """
    rows = session.execute(
        select(AuditSubject.pseudonym, AuditSubject.field_groups, AuditSubjectKey.root_id)
        .outerjoin(AuditSubjectKey, AuditSubjectKey.pseudonym == AuditSubject.pseudonym)
        .where(AuditSubject.audit_event_id == line)
    ).all()
    others = _others(session) if any(row.root_id is None for row in rows) else {}
    others |= {pseudonym_of(session, each): each for each in asked_for}
    return {row.root_id or others.get(row.pseudonym, row.pseudonym): row.field_groups for row in rows}


def pseudonym_of(session: Session, named: UUID) -> UUID:
    """What the audit calls an id, whether there is such a record or not."""
    return session.scalars(select(func.audit_pseudonym(named))).one()


def _others(session: Session) -> dict[UUID, UUID]:
    """What a line may name beside roots, by pseudonym."""
    rows = session.execute(text(" union all ".join(f"select audit_pseudonym(id), id from {table}" for table in NAMED)))
    return {row[0]: row[1] for row in rows}


def record_id(cast: Cast, flag: Mapping[str, Any]) -> str:
    """The id by which the audit is asked for a flag."""
    seal = cast.door._opened_seal()
    opened = seal.open_id(flag["id"])
    assert opened is not None
    return seal.seal_id("AuditedRecord", opened[1])
