"""Decides how an agency's teams come, are renamed and close."""

from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from portal.access.touched import note_written
from portal.access.viewer import Viewer
from portal.db import now
from portal.errors import Invalid, InvalidCode
from portal.identity.accounts import create_team
from portal.identity.administering import loaded, need_administrator, touch, wrong
from portal.identity.models import Membership, Team, TeamMember
from portal.identity.periods import today
from portal.text import SHORT, text_problems


def open_team(session: Session, viewer: Viewer, *, name: str) -> UUID:
    """Make a team of the viewer's own agency. Raises NotPermitted, and Invalid for a name that is missing or taken."""
    need_administrator(viewer)
    team = create_team(session, agency_id=viewer.agency_id, name=_free_name(session, viewer, name))
    note_written(session, team.id)
    return team.id


def rename_team(session: Session, viewer: Viewer, *, team_id: UUID, expected_version: int, name: str) -> UUID:
    """Give a team another name. Raises Invalid for a name that is missing or taken, or a team that is closed."""
    team = _open(loaded(session, viewer, Team, team_id, expected_version=expected_version))
    team.name = _free_name(session, viewer, name, own=team.id)
    touch(team)
    session.flush()
    return team.id


def close_team(session: Session, viewer: Viewer, *, team_id: UUID, expected_version: int) -> UUID:
    """Close a team for good; what it did stays under its name. Raises Invalid while somebody works in it."""
    team = _open(loaded(session, viewer, Team, team_id, expected_version=expected_version))
    members = session.scalar(
        select(func.count())
        .select_from(TeamMember)
        .join(Membership, Membership.id == TeamMember.membership_id)
        .where(
            TeamMember.team_id == team.id, or_(Membership.active_to.is_(None), Membership.active_to >= today(session))
        )
    )
    if members:
        raise Invalid(
            wrong("id", InvalidCode.NOT_ALLOWED, "Somebody works in this team. Move everybody to another team first.")
        )
    team.closed_at = now()
    touch(team)
    session.flush()
    return team.id


def _open(team: Team) -> Team:
    if team.closed_at is not None:
        raise Invalid(wrong("id", InvalidCode.TRANSITION, "This team is closed."))
    return team


def _free_name(session: Session, viewer: Viewer, name: str, *, own: UUID | None = None) -> str:
    if problems := list(text_problems(("name",), name, limit=SHORT, needed="Enter the name of the team.")):
        raise Invalid(*problems)
    wanted = name.strip()
    taken = session.scalar(
        select(Team.id).where(
            Team.agency_id == viewer.agency_id,
            func.lower(Team.name) == func.lower(wanted),
            Team.closed_at.is_(None),
            Team.id.is_distinct_from(own),
        )
    )
    if taken is not None:
        raise Invalid(wrong("name", InvalidCode.NOT_UNIQUE, "Your agency has a team of this name."))
    return wanted
