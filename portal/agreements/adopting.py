"""Decides how a partnership adopts the template: an agreement whose first version is in force with clauses and grid."""

import hashlib
from dataclasses import asdict
from typing import Any
from uuid import UUID, uuid4

import rfc8785
from sqlalchemy.orm import Session

from portal.agreements.models import (
    AgreementClause,
    AgreementVersion,
    AgreementVersionState,
    GridCell,
    GridRecipient,
    SharingAgreement,
)
from portal.agreements.template import Template, read_template
from portal.db import now


def content_hash(template: Template) -> str:
    """The SHA-256 of a template in canonical JSON (RFC 8785)."""

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: plain(inner) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return [plain(inner) for inner in value]
        return value if value is None else str(value)

    return hashlib.sha256(rfc8785.dumps(plain(asdict(template)))).hexdigest()


def adopt_template(session: Session, *, partnership_id: UUID, name: str) -> AgreementVersion:
    """Put version 1 of the template in force for a partnership that has no agreement yet."""
    template = read_template()
    agreement = SharingAgreement(id=uuid4(), partnership_id=partnership_id, name=name)
    version = AgreementVersion(
        id=uuid4(),
        agreement_id=agreement.id,
        number=1,
        state=AgreementVersionState.IN_FORCE,
        content_hash=content_hash(template),
        in_force_from=now(),
    )
    session.add(agreement)
    session.flush()
    session.add(version)
    session.flush()
    session.add_all(
        AgreementClause(
            agreement_version_id=version.id,
            number=clause.number,
            position=position,
            heading=clause.heading,
            text=clause.text,
            field_group=clause.field_group,
        )
        for position, clause in enumerate(template.clauses)
    )
    session.add_all(
        GridCell(
            agreement_version_id=version.id,
            column_code=cell.column,
            field_group=cell.field_group,
            level=int(cell.level),
            condition=cell.condition,
            conditional_level=None if cell.conditional_level is None else int(cell.conditional_level),
        )
        for cell in template.cells
    )
    session.add_all(
        GridRecipient(
            agreement_version_id=version.id,
            agency_kind_code=recipient.agency_kind,
            role=recipient.role,
            column_code=recipient.column,
        )
        for recipient in template.recipients
    )
    session.flush()
    return version
