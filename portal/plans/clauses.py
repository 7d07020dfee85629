"""Decides how the clauses of a draft are written together: each with a version of its own, so that nothing is lost."""

from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from portal.access.plans import EDIT
from portal.access.viewer import Viewer
from portal.errors import Invalid, InvalidCode, InvalidField
from portal.plans.document import clause_hash
from portal.plans.editing import count_edit, how_many, put, scheme_key_of, take_out
from portal.plans.models import ClauseKind, PlanClause
from portal.plans.moving import touch
from portal.plans.opening import check_version, open_row, open_version
from portal.text import LONG, SHORT, one_line, text_problems, tidied

# As many as can be read through in one go, beside each other and altogether.
LIMIT, LIMIT_IN_ALL = 100, 500


def add_clause(
    session: Session,
    viewer: Viewer,
    *,
    version_id: UUID,
    scheme_id: UUID | None,
    kind: ClauseKind,
    heading: str,
    text: str,
    position: int | None = None,
) -> UUID:
    """Write a new clause of a draft: of one of its schemes, or of the plan as a whole; gives its id."""
    opened = open_version(session, viewer, version_id, to=EDIT)
    scheme_key, unnamed = scheme_key_of(session, version_id, scheme_id)
    problems = [*_word_problems(heading, text), *unnamed]
    if how_many(session, PlanClause, PlanClause.plan_version_id == version_id, _beside(scheme_key)) >= LIMIT:
        message = f"A scheme has {LIMIT} clauses at most, and so has the plan as a whole."
        problems.append(InvalidField(path=("schemeId",), code=InvalidCode.TOO_LONG, message=message))
    if how_many(session, PlanClause, PlanClause.plan_version_id == version_id) >= LIMIT_IN_ALL:
        message = f"A plan has {LIMIT_IN_ALL} clauses at most."
        problems.append(InvalidField(path=("planVersionId",), code=InvalidCode.TOO_LONG, message=message))
    if problems:
        raise Invalid(*problems)
    clause = PlanClause(id=uuid4(), plan_version_id=version_id, scheme_key=scheme_key, key=uuid4(), position=0)
    write_clause(clause, viewer.membership_id, kind=kind, heading=heading, text=text)
    put(session, PlanClause, clause, at=position, among=_beside(scheme_key))
    session.add(clause)
    session.flush()
    count_edit(session, viewer, opened.version, subject_id=clause.key)
    return clause.id


def edit_clause(
    session: Session,
    viewer: Viewer,
    *,
    clause_id: UUID,
    expected_version: int,
    text: str,
    heading: str | None = None,
    kind: ClauseKind | None = None,
) -> UUID:
    """Write a clause of a draft anew; what is left out stays as it is. Gives its id.

    Whoever saves it as it stands has not written it, and makes nobody's edit stale.

    Raises Conflict with the clause as it now stands when somebody else wrote it since it was read.
    """
    opened = open_row(session, viewer, PlanClause, clause_id, to=EDIT)
    clause = opened.record
    check_version(clause, expected_version, clause_id=clause.id)
    heading = clause.heading if heading is None else heading
    if problems := _word_problems(heading, text):
        raise Invalid(*problems)
    kind = kind or clause.kind
    if clause_hash(kind, one_line(heading), tidied(text)) == clause.clause_hash:
        return clause.id
    write_clause(clause, viewer.membership_id, kind=kind, heading=heading, text=text)
    touch(clause)
    count_edit(session, viewer, opened.version, subject_id=clause.key)
    return clause.id


def move_clause(session: Session, viewer: Viewer, *, clause_id: UUID, expected_version: int, position: int) -> UUID:
    """Put a clause of a draft in another place, from 1; its words stay, so that nobody's edit of them becomes stale."""
    opened = open_row(session, viewer, PlanClause, clause_id, to=EDIT)
    clause = opened.record
    check_version(clause, expected_version, clause_id=clause.id)
    put(session, PlanClause, clause, at=position, among=_beside(clause.scheme_key))
    count_edit(session, viewer, opened.version, subject_id=clause.key)
    return clause.id


def remove_clause(session: Session, viewer: Viewer, *, clause_id: UUID, expected_version: int) -> UUID:
    """Take a clause out of a draft; gives the id of the version. Raises Conflict as `edit_clause` does."""
    opened = open_row(session, viewer, PlanClause, clause_id, to=EDIT)
    clause = opened.record
    check_version(clause, expected_version, clause_id=clause.id)
    key = clause.key
    take_out(session, clause)
    count_edit(session, viewer, opened.version, subject_id=key)
    return opened.version.id


def write_clause(clause: PlanClause, written_by: UUID, *, kind: ClauseKind, heading: str, text: str) -> None:
    """Put words into a clause, with their hash and the membership that wrote them."""
    clause.kind, clause.heading, clause.text = kind, one_line(heading), tidied(text)
    clause.clause_hash = clause_hash(clause.kind, clause.heading, clause.text)
    clause.last_changed_by_membership_id = written_by


def _beside(scheme_key: UUID | None) -> Any:
    return PlanClause.scheme_key.is_(None) if scheme_key is None else PlanClause.scheme_key == scheme_key


def _word_problems(heading: str, text: str) -> list[InvalidField]:
    return [
        *text_problems(("heading",), one_line(heading), limit=SHORT, needed="Give the clause a heading."),
        *text_problems(("text",), tidied(text), limit=LONG, needed="Write the words of the clause."),
    ]
