"""Decides how somebody of the agency gets a further role, how one ends, and in which teams it works."""

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import delete, func, or_, select, text
from sqlalchemy.orm import Session

from portal.access.touched import note_written
from portal.access.viewer import Role, Viewer
from portal.errors import Invalid, InvalidCode, NotPermitted, NotPermittedReason
from portal.identity.administering import colleague, keep_an_administrator, loaded, own_teams, touch, wrong
from portal.identity.models import Membership, TeamMember
from portal.identity.periods import today

OWN_ROLES = "You cannot change your own roles and teams."
FURTHEST = timedelta(days=3660)


def check_period(session: Session, *, active_from: date, active_to: date | None) -> None:
    """Raise Invalid for a period that has begun before today, ends before it begins, or is ten years away."""
    day = today(session)
    problems = []
    if active_from < day:
        problems.append(wrong("activeFrom", InvalidCode.OUT_OF_RANGE, "A role begins today or later."))
    if active_from > day + FURTHEST or (active_to is not None and active_to > day + FURTHEST):
        problems.append(wrong("activeFrom", InvalidCode.OUT_OF_RANGE, "Choose a day in the next ten years."))
    if active_to is not None and active_to < active_from:
        problems.append(wrong("activeTo", InvalidCode.OUT_OF_RANGE, "The last day is the first day or a later one."))
    if problems:
        raise Invalid(*problems)


def grant_membership(
    session: Session,
    viewer: Viewer,
    *,
    user_id: UUID,
    role: Role,
    team_ids: list[UUID],
    active_from: date | None = None,
    active_to: date | None = None,
) -> UUID:
    """Give somebody of the agency a further role for a period, and give the membership's id.

    Raises NotFound for somebody who has no role here, NotPermitted for oneself, and Invalid for a period that overlaps
    the same role or a team that is not open.
    """
    user = colleague(session, viewer, user_id)
    _not_oneself(viewer, user.id)
    begins = active_from or today(session)
    check_period(session, active_from=begins, active_to=active_to)
    own_teams(session, viewer, team_ids)
    # The lock that accepting an invitation takes too: of two grants at one moment, the second sees the first.
    session.execute(text("select pg_advisory_xact_lock(hashtextextended(:user, 0))"), {"user": str(user.id)})
    if _overlaps(session, viewer, user_id=user.id, role=role, active_from=begins, active_to=active_to):
        raise Invalid(wrong("activeFrom", InvalidCode.NOT_UNIQUE, "They have this role already in that time."))
    membership = Membership(
        user_id=user.id, agency_id=viewer.agency_id, role=role, active_from=begins, active_to=active_to
    )
    session.add(membership)
    session.flush()
    session.add_all(TeamMember(membership_id=membership.id, team_id=team_id) for team_id in set(team_ids))
    session.flush()
    note_written(session, membership.id)
    return membership.id


def end_membership(
    session: Session, viewer: Viewer, *, membership_id: UUID, expected_version: int, last_day: date
) -> UUID:
    """End a role after a day; yesterday ends it now, and a role that has not begun by then never will.

    Raises Invalid for a day before yesterday, for one that would bring an ended role back, and when the agency would
    be left without an administrator.
    """
    membership = loaded(session, viewer, Membership, membership_id, expected_version=expected_version)
    day = today(session)
    if last_day < day - timedelta(days=1):
        raise Invalid(wrong("lastDay", InvalidCode.OUT_OF_RANGE, "The last day is yesterday or a later day."))
    if membership.active_to is not None and (membership.active_to < day or last_day > membership.active_to):
        raise Invalid(wrong("lastDay", InvalidCode.NOT_ALLOWED, "A role can be ended earlier, and not made longer."))
    if last_day > day + FURTHEST:
        raise Invalid(wrong("lastDay", InvalidCode.OUT_OF_RANGE, "Choose a day in the next ten years."))
    if membership.role is Role.AGENCY_ADMINISTRATOR:
        keep_an_administrator(session, viewer, without=Membership.id == membership.id)
    membership.active_to = max(last_day, membership.active_from - timedelta(days=1))
    touch(membership)
    session.flush()
    note_written(session, membership.user_id)
    return membership.id


def set_membership_teams(
    session: Session, viewer: Viewer, *, membership_id: UUID, expected_version: int, team_ids: list[UUID]
) -> UUID:
    """Say in which teams a role works, from now on. Raises NotPermitted for one's own role, Invalid for other teams."""
    membership = loaded(session, viewer, Membership, membership_id, expected_version=expected_version)
    _not_oneself(viewer, membership.user_id)
    here = TeamMember.membership_id == membership.id
    held = frozenset(session.scalars(select(TeamMember.team_id).where(here)))
    own_teams(session, viewer, team_ids, kept=held)
    wanted = frozenset(team_ids)
    session.execute(delete(TeamMember).where(here, TeamMember.team_id.in_(held - wanted)))
    session.add_all(TeamMember(membership_id=membership.id, team_id=team_id) for team_id in wanted - held)
    touch(membership)
    session.flush()
    note_written(session, membership.user_id)
    return membership.id


def _not_oneself(viewer: Viewer, user_id: UUID) -> None:
    # Whoever hands out roles would otherwise be one form away from every record.
    if user_id == viewer.user_id:
        raise NotPermitted(
            OWN_ROLES, reason=NotPermittedReason.NOT_OWNER, remedy="Ask another administrator of your agency."
        )


def _overlaps(
    session: Session, viewer: Viewer, *, user_id: UUID, role: Role, active_from: date, active_to: date | None
) -> bool:
    """Whether the user has the role in the agency on any day of the period."""
    ends = active_to or date.max
    return bool(
        session.scalar(
            select(func.count()).where(
                Membership.user_id == user_id,
                Membership.agency_id == viewer.agency_id,
                Membership.role == role,
                Membership.active_from <= ends,
                or_(Membership.active_to.is_(None), Membership.active_to >= active_from),
                or_(Membership.active_to.is_(None), Membership.active_to >= Membership.active_from),
            )
        )
    )
