"""Decides where reading accounts starts: by address, by the memberships a user may act in, by role of an agency."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.access.viewer import Role
from portal.agencies.models import Agency
from portal.identity.models import Membership, Team, TeamMember, User
from portal.identity.viewers import may_act_today


@dataclass(frozen=True, kw_only=True)
class MembershipChoice:
    """A membership as its user chooses it."""

    id: UUID
    role: Role
    agency_name: str
    team_names: tuple[str, ...]


def user_by_email(session: Session, email: str) -> User | None:
    """The user with an address, capital letters and spaces at the ends aside."""
    wanted = email.strip()
    if "\0" in wanted:
        # PostgreSQL cannot hold this character, so nobody's address has it.
        return None
    return session.scalar(select(User).where(func.lower(User.email) == func.lower(wanted)))


def membership_choices(session: Session, user_id: UUID) -> list[MembershipChoice]:
    """The memberships a user may act in today, by agency and role."""
    teams = (
        select(func.array_agg(Team.name))
        .join(TeamMember, TeamMember.team_id == Team.id)
        .where(TeamMember.membership_id == Membership.id)
        .correlate(Membership)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Membership.id, Membership.role, Agency.name, teams.label("team_names"))
        .join(User, User.id == Membership.user_id)
        .join(Agency, Agency.id == Membership.agency_id)
        .where(Membership.user_id == user_id, may_act_today())
        .order_by(Agency.name, Membership.role, Membership.id)
    )
    return [
        MembershipChoice(id=row.id, role=row.role, agency_name=row.name, team_names=tuple(sorted(row.team_names or ())))
        for row in rows
    ]


def first_membership(session: Session, *, agency_code: str, role: Role) -> UUID | None:
    """The membership in a role of the agency with an official code whose user comes first by name, or None."""
    return session.scalar(
        select(Membership.id)
        .join(User, User.id == Membership.user_id)
        .join(Agency, Agency.id == Membership.agency_id)
        .where(Agency.code == agency_code, Membership.role == role, may_act_today())
        .order_by(User.display_name, Membership.id)
        .limit(1)
    )
