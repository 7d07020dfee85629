"""Decides how users, teams and memberships come to be: what the owner of the database makes, and what that needs."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.access.viewer import Role
from portal.errors import Invalid, InvalidCode, InvalidField
from portal.identity import passwords
from portal.identity.models import Credential, Membership, Team, TeamMember, User
from portal.identity.periods import today
from portal.identity.queries import user_by_email
from portal.identity.viewers import ensure_audiences, viewer_for_membership

LONGEST_EMAIL = 254  # RFC 5321, section 4.5.3.1.3, less the angle brackets


def create_user(session: Session, *, display_name: str, email: str, password: str | None = None) -> User:
    """Make a user, who can sign in at once when a password is given and after a one-time link otherwise.

    Raises Invalid for a name, address or password that will not do, or an address that somebody has.
    """
    name, address = display_name.strip(), email.strip()
    if not name:
        raise Invalid(_wrong("displayName", InvalidCode.REQUIRED, "Enter a name."))
    if not is_address(address):
        raise Invalid(_wrong("email", InvalidCode.FORMAT, "Enter an e-mail address, like name@agency.example."))
    if user_by_email(session, address) is not None:
        raise Invalid(_wrong("email", InvalidCode.NOT_UNIQUE, "There is an account with this address."))
    user = User(display_name=name, email=address)
    session.add(user)
    session.flush()
    if password is not None:
        if sentence := passwords.problem(password):
            raise Invalid(_wrong("password", InvalidCode.FORMAT, sentence))
        session.add(Credential(user_id=user.id, password_hash=passwords.hash_password(password)))
        session.flush()
    return user


def create_team(session: Session, *, agency_id: UUID, name: str) -> Team:
    """Make a team of an agency."""
    team = Team(agency_id=agency_id, name=name)
    session.add(team)
    session.flush()
    return team


def create_membership(
    session: Session,
    *,
    user_id: UUID,
    agency_id: UUID,
    role: Role,
    team_ids: Sequence[UUID] = (),
    active_from: date | None = None,
    active_to: date | None = None,
) -> Membership:
    """Put a user into a role of an agency, from today unless another day is given, with the audiences that go with it.

    The agency that gives the first role is the account's home. Raises Invalid when a team belongs to another agency.
    """
    ours = session.scalar(
        select(func.count()).select_from(Team).where(Team.id.in_(team_ids), Team.agency_id == agency_id)
    )
    if ours != len(set(team_ids)):
        raise Invalid(_wrong("teams", InvalidCode.UNKNOWN, "Choose teams of the agency itself."))
    membership = Membership(
        user_id=user_id,
        agency_id=agency_id,
        role=role,
        active_from=active_from or today(session),
        active_to=active_to,
    )
    session.add(membership)
    user = session.get_one(User, user_id)
    if user.home_agency_id is None:
        user.home_agency_id = agency_id
    session.flush()
    session.add_all(TeamMember(membership_id=membership.id, team_id=team_id) for team_id in team_ids)
    session.flush()
    # A membership that begins later gets its audiences when it is first acted in.
    if viewer := viewer_for_membership(session, membership.id):
        ensure_audiences(session, viewer)
    return membership


def is_address(email: str) -> bool:
    """A coarse check: whether an address works is only known once a letter has arrived."""
    name, at, host = email.rpartition("@")
    return bool(name and at and host) and len(email) <= LONGEST_EMAIL and email.isprintable() and " " not in email


def _wrong(field: str, code: InvalidCode, message: str) -> InvalidField:
    return InvalidField(path=(field,), code=code, message=message)
