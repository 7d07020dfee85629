"""Decides how an account changes: its name, its address, whether it may sign in, and a new way to a password."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.access.viewer import Role, Viewer
from portal.db import now
from portal.errors import Invalid, InvalidCode
from portal.identity import one_time_links
from portal.identity.accounts import is_address
from portal.identity.administering import keep_an_administrator, loaded_user, touch, wrong
from portal.identity.models import Membership, User
from portal.identity.periods import active_today
from portal.text import SHORT, text_problems


def rename_user(session: Session, viewer: Viewer, *, user_id: UUID, expected_version: int, display_name: str) -> UUID:
    """Call somebody by another name, from now on and wherever they acted. Raises Invalid beside the usual."""
    user = loaded_user(session, viewer, user_id, expected_version=expected_version)
    if problems := list(text_problems(("displayName",), display_name, limit=SHORT, needed="Enter a name.")):
        raise Invalid(*problems)
    user.display_name = display_name.strip()
    touch(user)
    session.flush()
    return user.id


def change_email(
    session: Session, viewer: Viewer, *, user_id: UUID, expected_version: int, email: str
) -> tuple[UUID, str, datetime]:
    """Give the secret of a link with which somebody takes a new address and sets a password, and when it ends.

    The address changes when the link is used, so that nothing here says whether somebody elsewhere has it. Every
    session and token ends at once.
    """
    user = loaded_user(session, viewer, user_id, expected_version=expected_version)
    address = email.strip()
    if not is_address(address):
        raise Invalid(wrong("email", InvalidCode.FORMAT, "Enter an e-mail address, like name@agency.example."))
    if address == user.email:
        raise Invalid(wrong("email", InvalidCode.NOT_ALLOWED, "This is their address already."))
    return _new_link(session, user, new_email=address)


def issue_password_link(
    session: Session, viewer: Viewer, *, user_id: UUID, expected_version: int
) -> tuple[UUID, str, datetime]:
    """Give the secret of a link with which somebody sets a new password, and when it ends; sessions and tokens end."""
    user = loaded_user(session, viewer, user_id, expected_version=expected_version)
    return _new_link(session, user)


def disable_user(session: Session, viewer: Viewer, *, user_id: UUID, expected_version: int) -> UUID:
    """End somebody's access everywhere, at once: every session, token and link. Raises Invalid for oneself."""
    user = loaded_user(session, viewer, user_id, expected_version=expected_version)
    if user.id == viewer.user_id:
        raise Invalid(wrong("id", InvalidCode.NOT_ALLOWED, "You cannot disable your own account. Ask a colleague."))
    if user.disabled_at is not None:
        raise Invalid(wrong("id", InvalidCode.TRANSITION, "This account is disabled already."))
    if _administers_here(session, viewer, user):
        keep_an_administrator(session, viewer, without=Membership.user_id == user.id)
    _end_access(session, user)
    user.disabled_at = now()
    touch(user)
    session.flush()
    return user.id


def enable_user(session: Session, viewer: Viewer, *, user_id: UUID, expected_version: int) -> UUID:
    """Let somebody sign in again, with the password they had."""
    user = loaded_user(session, viewer, user_id, expected_version=expected_version)
    if user.disabled_at is None:
        raise Invalid(wrong("id", InvalidCode.TRANSITION, "This account is not disabled."))
    user.disabled_at = None
    touch(user)
    session.flush()
    return user.id


def _new_link(session: Session, user: User, *, new_email: str | None = None) -> tuple[UUID, str, datetime]:
    if user.disabled_at is not None:
        raise Invalid(wrong("id", InvalidCode.TRANSITION, "This account is disabled. Enable it first."))
    _end_access(session, user)
    secret = one_time_links.issue(session, user_id=user.id, new_email=new_email)
    touch(user)
    session.flush()
    return user.id, secret, now() + one_time_links.LIFETIME


def _administers_here(session: Session, viewer: Viewer, user: User) -> bool:
    roles = select(func.count()).where(
        Membership.user_id == user.id,
        Membership.agency_id == viewer.agency_id,
        Membership.role == Role.AGENCY_ADMINISTRATOR,
        active_today(Membership),
    )
    return bool(session.scalar(roles))


def _end_access(session: Session, user: User) -> None:
    session.execute(select(func.end_access(user.id)))
