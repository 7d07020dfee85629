"""Decides where every change of an account begins: the record, locked, if the viewer administers its agency.

Of another agency, or to somebody who administers nothing, an account does not exist. Whatever was loaded or changed
is named in the audit by its id.
"""

from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select, text
from sqlalchemy.orm import Session

from portal.access.identity import administers, belongs_here, may_administer, may_keep
from portal.access.touched import note_loaded
from portal.access.viewer import Role, Viewer
from portal.db import Versioned, now
from portal.errors import Invalid, InvalidCode, InvalidField, NotFound, NotPermitted, NotPermittedReason, stale
from portal.identity.models import Invitation, Membership, Team, User
from portal.identity.periods import active_today

Kept = TypeVar("Kept", Team, Membership, Invitation)
Record = TypeVar("Record", bound=Versioned)
LAST_ADMINISTRATOR = (
    "This would leave your agency without an administrator. Give somebody else that role first, then try again."
)


def need_administrator(viewer: Viewer) -> None:
    """Raise NotPermitted for somebody who administers nothing."""
    if not may_administer(viewer):
        raise NotPermitted("Only an administrator of the agency may do this.", reason=NotPermittedReason.ROLE)


def loaded(session: Session, viewer: Viewer, model: type[Kept], record_id: UUID, *, expected_version: int) -> Kept:
    """A team, membership or invitation of the viewer's own agency, locked. Raises NotFound and Conflict."""
    found = _one(session, model, model.id == record_id, administers(viewer, model.agency_id))
    note_loaded(session, found.id)
    return checked(found, expected_version)


def loaded_user(session: Session, viewer: Viewer, user_id: UUID, *, expected_version: int) -> User:
    """Somebody whose account the viewer's own agency keeps, locked.

    Raises NotFound for somebody without a role in the agency, NotPermitted when another agency keeps the account, and
    Conflict when it changed since `expected_version`.
    """
    colleague(session, viewer, user_id)
    kept = session.scalar(
        select(User)
        .where(User.id == user_id, may_keep(viewer, User))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if kept is None:
        raise NotPermitted(
            "Another agency keeps this account.",
            reason=NotPermittedReason.NOT_OWNER,
            remedy="You can end the roles it has in your agency.",
        )
    return checked(kept, expected_version)


def colleague(session: Session, viewer: Viewer, user_id: UUID) -> User:
    """Somebody with a role in the agency that the viewer administers, past or present. Raises NotFound."""
    found = session.scalar(select(User).where(User.id == user_id, belongs_here(viewer, User.id)))
    if found is None:
        raise NotFound
    note_loaded(session, user_id)
    return found


def touch(record: Versioned) -> None:
    """Count a change of a record."""
    record.version += 1
    record.updated_at = now()


def keep_an_administrator(session: Session, viewer: Viewer, *, without: ColumnElement[bool]) -> None:
    """Raise Invalid unless the agency keeps an administrator, for good, apart from the memberships `without` names.

    Two administrators who remove each other at one moment wait for one another here.
    """
    session.execute(
        text("select pg_advisory_xact_lock(hashtextextended(:agency, 1))"), {"agency": str(viewer.agency_id)}
    )
    others = session.scalar(
        select(func.count())
        .select_from(Membership)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.agency_id == viewer.agency_id,
            Membership.role == Role.AGENCY_ADMINISTRATOR,
            Membership.active_to.is_(None),
            active_today(Membership),
            User.disabled_at.is_(None),
            ~without,
        )
    )
    if not others:
        raise Invalid(wrong("id", InvalidCode.NOT_ALLOWED, LAST_ADMINISTRATOR))


def own_teams(session: Session, viewer: Viewer, team_ids: list[UUID], *, kept: frozenset[UUID] = frozenset()) -> None:
    """Raise Invalid unless every team is an open one of the agency, or one of those `kept`."""
    known = set(
        session.scalars(
            select(Team.id).where(
                Team.id.in_(team_ids),
                Team.agency_id == viewer.agency_id,
                or_(Team.closed_at.is_(None), Team.id.in_(kept)),
            )
        )
    )
    if known != set(team_ids):
        raise Invalid(wrong("teamIds", InvalidCode.UNKNOWN, "Choose open teams of your own agency."))


def wrong(field: str, code: InvalidCode, message: str) -> InvalidField:
    """One broken rule at a field of the input."""
    return InvalidField(path=(field,), code=code, message=message)


def checked(record: Record, expected_version: int) -> Record:
    """The record; raises Conflict when it changed since `expected_version`."""
    if record.version != expected_version:
        raise stale(record.version)
    return record


def _one(session: Session, model: type[Kept], *conditions: ColumnElement[bool]) -> Kept:
    # Locked, so that of two changes decided on one version only the first counts.
    found = session.scalar(select(model).where(*conditions).with_for_update())
    if found is None:
        raise NotFound
    return found
