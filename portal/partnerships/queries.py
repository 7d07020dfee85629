"""Decides which partnership an act belongs to."""

from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from portal.access.viewer import Viewer
from portal.agencies.models import Agency
from portal.errors import NotPermitted, NotPermittedReason
from portal.partnerships.models import Partnership, PartnershipMember


def own_partnership(session: Session, viewer: Viewer) -> Partnership:
    """The partnership the viewer's agency works in; the oldest when there are several. Raises NotPermitted."""
    found = session.scalar(
        select(Partnership)
        .where(Partnership.id.in_(viewer.partnership_ids))
        .order_by(Partnership.created_at, Partnership.id)
        .limit(1)
    )
    if found is None:
        raise NotPermitted("Your agency belongs to no partnership.", reason=NotPermittedReason.ROLE)
    return found


def member_agency(session: Session, *, partnership_id: UUID, agency_id: UUID) -> Agency | None:
    """An agency that belongs to the partnership today, or None."""
    return session.scalar(
        select(Agency)
        .join(PartnershipMember, PartnershipMember.agency_id == Agency.id)
        .where(
            Agency.id == agency_id,
            PartnershipMember.partnership_id == partnership_id,
            PartnershipMember.active_from <= func.current_date(),
            or_(PartnershipMember.active_to.is_(None), PartnershipMember.active_to >= func.current_date()),
        )
    )
