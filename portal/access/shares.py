"""Who may do what to a share."""

from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal, or_

from portal.access.rule import Verb
from portal.access.viewer import Role, Viewer
from portal.shares.models import Share, ShareState

# Whom the template lets a share reach, triage apart: a court or probation team answers through its practitioners.
ANSWERING_ROLES = frozenset({Role.SERVICE_ADMINISTRATOR, Role.CLINICIAN, Role.PRACTITIONER})


def _answers(viewer: Viewer, share: Any) -> ColumnElement[bool]:
    return and_(literal(viewer.role in ANSWERING_ROLES), share.to_agency_id == viewer.agency_id)


ANSWER = Verb(
    model=Share,
    root=Share.flag_id,
    who=_answers,
    when=lambda share: and_(
        share.state == ShareState.ACTIVE,
        share.engagement.is_(None),
        or_(share.valid_to.is_(None), share.valid_to > func.statement_timestamp()),
    ),
    refusal="Only the agency that received this share answers it.",
)
