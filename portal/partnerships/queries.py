"""Decides which partnership an act belongs to."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, and_, func, or_, select
from sqlalchemy.orm import Session

from portal.access.viewer import Viewer
from portal.agencies.models import Agency, AgencyArea, Area
from portal.errors import NotPermitted, NotPermittedReason
from portal.partnerships.models import Partnership, PartnershipMember

# The areas small enough to say where something was seen.
WARD_KINDS = ("WARD", "BEAT")


def own_partnership_id(session: Session, viewer: Viewer) -> UUID | None:
    """The partnership the viewer's agency works in, the oldest when there are several; None where there is none."""
    return session.scalar(
        select(Partnership.id)
        .where(Partnership.id.in_(viewer.partnership_ids))
        .order_by(Partnership.created_at, Partnership.id)
        .limit(1)
    )


def own_partnership(session: Session, viewer: Viewer) -> Partnership:
    """The partnership the viewer's agency works in; the oldest when there are several. Raises NotPermitted."""
    partnership_id = own_partnership_id(session, viewer)
    found = None if partnership_id is None else session.get(Partnership, partnership_id)
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


def wards(partnership_id: Any, area: Any, *, outer: Sequence[FromClause] = ()) -> ColumnElement[bool]:
    """Whether an area is a ward or beat that a member of the partnership serves today, as SQL.

    `outer` are what `partnership_id` may stand in.
    """
    served = (
        select(AgencyArea.area_id)
        .join(PartnershipMember, PartnershipMember.agency_id == AgencyArea.agency_id)
        .where(
            PartnershipMember.partnership_id == partnership_id,
            PartnershipMember.active_from <= func.current_date(),
            or_(PartnershipMember.active_to.is_(None), PartnershipMember.active_to >= func.current_date()),
        )
        .correlate(*outer)
    )
    return and_(
        area.kind_code.in_(WARD_KINDS),
        area.active_from <= func.current_date(),
        or_(area.active_to.is_(None), area.active_to >= func.current_date()),
        area.id.in_(served),
    )


def ward_with_code(session: Session, *, partnership_id: UUID, code: str) -> UUID | None:
    """The ward or beat of a partnership that a code names, or None."""
    return session.scalar(
        select(Area.id).where(wards(partnership_id, Area), Area.code == code).order_by(Area.active_from.desc()).limit(1)
    )
