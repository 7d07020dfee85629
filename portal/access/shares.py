"""Who may do what to a share."""

from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, literal, or_, select

from portal.access.flags import ANSWERING_ROLES, triages
from portal.access.rule import Verb
from portal.access.viewer import Viewer
from portal.flags.models import Flag
from portal.flags.states import FlagState, Step, sources
from portal.shares.models import Share, ShareState


def _answers(viewer: Viewer, share: Any) -> ColumnElement[bool]:
    return and_(literal(viewer.role in ANSWERING_ROLES), share.to_agency_id == viewer.agency_id)


def unanswered(share: Any) -> ColumnElement[bool]:
    """Whether a share is open and its receiver has yet to answer it."""
    return and_(
        share.state == ShareState.ACTIVE,
        share.engagement.is_(None),
        or_(share.valid_to.is_(None), share.valid_to > func.statement_timestamp()),
    )


def _can_end(flag: Any) -> ColumnElement[bool]:
    share = Share.__table__.alias()
    owed = exists(select(literal(1)).select_from(share).where(share.c.flag_id == flag.id, unanswered(share.c)))
    return and_(flag.state.in_(sources(Step.CLOSE)), or_(flag.state != FlagState.SHARED, ~owed))


ANSWER = Verb(
    model=Share,
    root=Share.flag_id,
    who=_answers,
    when=unanswered,
    refusal="Only the agency that received this share answers it.",
)
CLOSE = Verb(
    model=Flag,
    root=Flag.id,
    who=triages,
    when=_can_end,
    refusal="Only the partnership's triage closes a flag.",
)
