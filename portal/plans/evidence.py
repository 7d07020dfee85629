"""Decides which evidence a version rests on: a sentence with its source, as it read on a day."""

from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import true
from sqlalchemy.orm import Session

from portal.access.plans import EDIT
from portal.access.viewer import Viewer
from portal.errors import Invalid, InvalidCode, InvalidField
from portal.partnerships.leading import today
from portal.plans.editing import count_edit, how_many, put, scheme_key_of, take_out
from portal.plans.models import PlanEvidence
from portal.plans.opening import check_version, open_row, open_version
from portal.text import LONG, text_problems, tidied

LIMIT = 100


def add_evidence(
    session: Session,
    viewer: Viewer,
    *,
    version_id: UUID,
    scheme_id: UUID | None,
    sentence: str,
    source: str,
    read_on: date | None,
) -> UUID:
    """Rest a draft, or one of its schemes, on a sentence with its source; gives the id of the evidence."""
    opened = open_version(session, viewer, version_id, to=EDIT)
    words, where = tidied(sentence), tidied(source)
    problems = [
        *text_problems(("sentence",), words, limit=LONG, needed="Write what it says, in a sentence."),
        *text_problems(("source",), where, limit=LONG, needed="Say where it comes from."),
    ]
    if read_on is not None and read_on > today():
        message = "Evidence was read today or before."
        problems.append(InvalidField(path=("readOn",), code=InvalidCode.OUT_OF_RANGE, message=message))
    if how_many(session, PlanEvidence, PlanEvidence.plan_version_id == version_id) >= LIMIT:
        message = f"A plan rests on {LIMIT} lines of evidence at most."
        problems.append(InvalidField(path=("planVersionId",), code=InvalidCode.TOO_LONG, message=message))
    scheme_key, unnamed = scheme_key_of(session, version_id, scheme_id)
    if problems := [*problems, *unnamed]:
        raise Invalid(*problems)
    made = PlanEvidence(
        id=uuid4(),
        plan_version_id=version_id,
        key=uuid4(),
        scheme_key=scheme_key,
        position=0,
        sentence=words,
        source=where,
        read_on=read_on or today(),
    )
    put(session, PlanEvidence, made, at=None, among=true())
    session.add(made)
    session.flush()
    count_edit(session, viewer, opened.version, subject_id=made.key)
    return made.id


def remove_evidence(session: Session, viewer: Viewer, *, evidence_id: UUID, expected_version: int) -> UUID:
    """Take a line of evidence out of a draft; gives the id of the version."""
    opened = open_row(session, viewer, PlanEvidence, evidence_id, to=EDIT)
    check_version(opened.record, expected_version, plan_version_id=opened.version.id)
    key = opened.record.key
    take_out(session, opened.record)
    count_edit(session, viewer, opened.version, subject_id=key)
    return opened.version.id
