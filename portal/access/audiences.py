"""Decides how an audience gets its number: one row for each (agency, role, team, user) that anything was opened to."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from portal.access.models import Audience
from portal.access.viewer import Role


def role_audience(session: Session, *, agency_id: UUID, role: Role) -> int:
    """The audience of everyone in one role of an agency; made when it is new."""
    return _id_of(session, agency_id=agency_id, role=role)


def team_audience(session: Session, *, agency_id: UUID, team_id: UUID) -> int:
    """The audience of everyone in one team of an agency; made when it is new."""
    return _id_of(session, agency_id=agency_id, team_id=team_id)


def team_role_audience(session: Session, *, agency_id: UUID, team_id: UUID, role: Role) -> int:
    """The audience of one role within one team, such as its sergeants; made when it is new."""
    return _id_of(session, agency_id=agency_id, team_id=team_id, role=role)


def user_audience(session: Session, *, agency_id: UUID, user_id: UUID) -> int:
    """The audience of one user while acting for an agency; made when it is new."""
    return _id_of(session, agency_id=agency_id, user_id=user_id)


def _id_of(
    session: Session,
    *,
    agency_id: UUID,
    role: Role | None = None,
    team_id: UUID | None = None,
    user_id: UUID | None = None,
) -> int:
    find = select(Audience.id).where(
        Audience.agency_id == agency_id,
        Audience.role.is_not_distinct_from(role),
        Audience.team_id.is_not_distinct_from(team_id),
        Audience.user_id.is_not_distinct_from(user_id),
    )
    known = session.scalar(find)
    if known is not None:
        return known
    make = insert(Audience).values(agency_id=agency_id, role=role, team_id=team_id, user_id=user_id)
    made = session.scalar(make.on_conflict_do_nothing().returning(Audience.id))
    # Nothing comes back when another transaction was faster; its row can be read by now.
    return made if made is not None else session.execute(find).scalar_one()
