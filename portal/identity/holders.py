"""Decides who holds an audience today: the other way round from `viewers`, for whoever tells people of something."""

from sqlalchemy import ColumnElement, Select, and_, literal, or_, select

from portal.access.models import Audience
from portal.agencies.models import Agency
from portal.identity.models import Membership, Team, TeamMember, User
from portal.identity.viewers import may_act_today


def holds(membership: type[Membership], audience: type[Audience]) -> ColumnElement[bool]:
    """Whether a membership is in an audience: the user it names, or its role, its team, or both, of one agency."""
    in_team = (
        select(literal(1))
        .select_from(TeamMember)
        .join(Team, Team.id == TeamMember.team_id)
        .where(
            TeamMember.membership_id == membership.id,
            TeamMember.team_id == audience.team_id,
            # A team of another agency gives nothing here, whoever wrote that row.
            Team.agency_id == membership.agency_id,
        )
        .correlate_except(TeamMember, Team)
        .exists()
    )
    of_the_role_or_team = and_(
        audience.user_id.is_(None),
        or_(audience.role.is_(None), audience.role == membership.role),
        or_(audience.team_id.is_(None), in_team),
    )
    return and_(
        audience.agency_id == membership.agency_id,
        or_(audience.user_id == membership.user_id, of_the_role_or_team),
    )


def acting_memberships() -> Select[Membership]:
    """The memberships that can be acted in today."""
    return (
        select(Membership)
        .join(User, User.id == Membership.user_id)
        .join(Agency, Agency.id == Membership.agency_id)
        .where(may_act_today())
    )
