"""Decides how a clause, or a plan as a whole, is commented on, and how a comment is settled."""

from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access.plans import COMMENT, RESOLVE
from portal.access.viewer import Viewer
from portal.db import now
from portal.errors import Invalid, NotFound
from portal.plans.events import note_event
from portal.plans.models import PlanClause, PlanComment, PlanEventKind, PlanVersion
from portal.plans.moving import touch
from portal.plans.opening import check_version, lock, permit, stands
from portal.text import LONG, text_problems, tidied


def comment(
    session: Session, viewer: Viewer, *, version_id: UUID | None = None, clause_id: UUID | None = None, text: str
) -> UUID:
    """Comment on a clause, or on a version as a whole; gives the id of the comment.

    Nothing is locked: whoever comments takes nothing out of anybody's hands.
    """
    clause_key = None
    if clause_id is not None:
        clause = session.execute(
            select(PlanClause.plan_version_id, PlanClause.key).where(PlanClause.id == clause_id)
        ).one_or_none()
        version_id, clause_key = clause or (None, None)
    version = None if version_id is None else session.get(PlanVersion, version_id)
    if version is None:
        raise NotFound
    permit(session, viewer, version.plan_id, version.id, COMMENT)
    stands(session, version.id, COMMENT)
    words = tidied(text)
    if problems := list(text_problems(("text",), words, limit=LONG, needed="Write your comment.")):
        raise Invalid(*problems)
    made = PlanComment(
        id=uuid4(),
        plan_id=version.plan_id,
        plan_version_id=version.id,
        clause_key=clause_key,
        text=words,
        commented_by_membership_id=viewer.membership_id,
        agency_id=viewer.agency_id,
    )
    session.add(made)
    session.flush()
    note_event(session, viewer, version.plan_id, PlanEventKind.COMMENTED, version_id=version.id, subject_id=made.id)
    return made.id


def resolve_comment(session: Session, viewer: Viewer, *, comment_id: UUID, expected_version: int) -> UUID:
    """Say that a comment is settled; gives its id."""
    plan_id = session.scalar(select(PlanComment.plan_id).where(PlanComment.id == comment_id))
    if plan_id is None:
        raise NotFound
    permit(session, viewer, plan_id, comment_id, RESOLVE)
    found = lock(session, PlanComment, comment_id)
    check_version(found, expected_version)
    stands(session, comment_id, RESOLVE)
    found.resolved_at, found.resolved_by_membership_id = now(), viewer.membership_id
    touch(found)
    session.flush()
    note_event(session, viewer, plan_id, PlanEventKind.RESOLVED, version_id=found.plan_version_id, subject_id=found.id)
    return found.id
