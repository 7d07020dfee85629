"""Decides who is asking: the viewer a membership makes today, read from the database for every request."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, Select, Uuid, and_, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session
from sqlalchemy.types import Integer

from portal.access.audiences import role_audience, team_audience, team_role_audience, user_audience
from portal.access.models import Audience
from portal.access.viewer import Viewer
from portal.agencies.models import Agency
from portal.identity.models import Membership, Team, TeamMember, User
from portal.identity.periods import active_today
from portal.partnerships.models import PartnershipMember


def viewer_for_membership(session: Session, membership_id: UUID) -> Viewer | None:
    """The viewer of a membership; None when it, its user or its agency is not active today."""
    row = session.execute(_viewer().where(Membership.id == membership_id)).one_or_none()
    if row is None:
        return None
    return Viewer(
        user_id=row.user_id,
        membership_id=membership_id,
        agency_id=row.agency_id,
        agency_kind=row.kind_code,
        role=row.role,
        team_ids=tuple(row.team_ids),
        audience_ids=tuple(row.audience_ids),
        partnership_ids=tuple(row.partnership_ids),
        display_name=row.display_name,
        agency_name=row.agency_name,
    )


def ensure_audiences(session: Session, viewer: Viewer) -> None:
    """Make the audiences a viewer belongs to, where nothing was opened to them yet.

    Without this, somebody whose first own record opens a new audience could not read it in the same transaction.
    """
    role_audience(session, agency_id=viewer.agency_id, role=viewer.role)
    user_audience(session, agency_id=viewer.agency_id, user_id=viewer.user_id)
    for team_id in viewer.team_ids:
        team_audience(session, agency_id=viewer.agency_id, team_id=team_id)
        team_role_audience(session, agency_id=viewer.agency_id, team_id=team_id, role=viewer.role)


def may_act_today() -> ColumnElement[bool]:
    """The condition that a membership, joined with its user and its agency, can be acted in."""
    return and_(User.disabled_at.is_(None), active_today(Membership), active_today(Agency))


def _viewer() -> Select[*tuple[Any, ...]]:
    """A membership with everything a viewer is made of, in one statement because every request asks it."""
    return (
        select(
            Membership.user_id,
            Membership.agency_id,
            Membership.role,
            User.display_name,
            Agency.kind_code,
            Agency.name.label("agency_name"),
            func.array(_teams(), type_=ARRAY(Uuid)).label("team_ids"),
            func.array(_audiences(), type_=ARRAY(Integer)).label("audience_ids"),
            func.array(_partnerships(), type_=ARRAY(Uuid)).label("partnership_ids"),
        )
        .join(User, User.id == Membership.user_id)
        .join(Agency, Agency.id == Membership.agency_id)
        .where(may_act_today())
    )


def _teams() -> ScalarSelect[UUID]:
    # A team of another agency gives nothing here, whoever wrote that row.
    return (
        select(Team.id)
        .join(TeamMember, TeamMember.team_id == Team.id)
        .where(TeamMember.membership_id == Membership.id, Team.agency_id == Membership.agency_id)
        .order_by(Team.id)
        .correlate(Membership)
        .scalar_subquery()
    )


def _audiences() -> ScalarSelect[int]:
    """Exactly the audiences of (role), each (team), each (team, role) and (user), within the membership's agency."""
    of_the_user = Audience.user_id == Membership.user_id
    of_the_role_or_team = and_(
        Audience.user_id.is_(None),
        or_(Audience.role.is_(None), Audience.role == Membership.role),
        or_(Audience.team_id.is_(None), Audience.team_id.in_(_teams())),
    )
    return (
        select(Audience.id)
        .where(Audience.agency_id == Membership.agency_id, or_(of_the_user, of_the_role_or_team))
        .order_by(Audience.id)
        .correlate(Membership)
        .scalar_subquery()
    )


def _partnerships() -> ScalarSelect[UUID]:
    return (
        select(PartnershipMember.partnership_id)
        .where(PartnershipMember.agency_id == Membership.agency_id, active_today(PartnershipMember))
        .order_by(PartnershipMember.partnership_id)
        .correlate(Membership)
        .scalar_subquery()
    )
