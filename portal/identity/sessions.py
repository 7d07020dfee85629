"""Decides who is signed in where: a session row behind a secret, for as long as it is used and its membership holds."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.access.viewer import Viewer
from portal.audit.models import AuditAction
from portal.audit.record import record
from portal.db import now
from portal.identity import passwords
from portal.identity.models import Credential, User, UserSession
from portal.identity.queries import user_by_email
from portal.identity.secret_values import digest, new_secret
from portal.identity.viewers import ensure_audiences, viewer_for_membership

# OWASP Session Management Cheat Sheet: both an idle and an absolute limit, shorter where the data is worth more.
IDLE = timedelta(minutes=60)
ABSOLUTE = timedelta(hours=12)
# Writing down every page view would cost a write for each; the idle limit is exact to this.
NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """A user somewhere signed in; without a viewer they have not said in which membership they act."""

    session_id: UUID
    user_id: UUID
    display_name: str
    viewer: Viewer | None


def sign_in(session: Session, *, email: str, password: str, request_id: UUID) -> tuple[UserSession, str] | None:
    """Start a session with a new secret; None for an unknown address, a wrong password or a disabled account alike.

    Each of the refusals does the same work, so that the time an answer takes says nothing either.
    """
    user = user_by_email(session, email)
    credential = session.get(Credential, user.id if user else UUID(int=0))
    right = passwords.verify(credential.password_hash if credential else None, password)
    if user is None or credential is None or not right or user.disabled_at is not None:
        record(
            session,
            viewer=None,
            user_id=user.id if user else None,
            action=AuditAction.DENY,
            operation="signIn",
            outcome="REFUSED",
            request_id=request_id,
        )
        return None
    if passwords.is_outdated(credential.password_hash):
        credential.password_hash = passwords.hash_password(password)
    secret = new_secret()
    signed_in = UserSession(secret_hash=digest(secret), user_id=user.id)
    session.add(signed_in)
    session.flush()
    _note(session, viewer=None, user_id=user.id, operation="signIn", request_id=request_id)
    return signed_in, secret


def note_throttled(session: Session, *, email: str, operation: str, request_id: UUID) -> None:
    """Record a try whose password nobody looked at, because there had been too many."""
    user = user_by_email(session, email)
    record(
        session,
        viewer=None,
        user_id=user.id if user else None,
        action=AuditAction.DENY,
        operation=operation,
        outcome="THROTTLED",
        request_id=request_id,
    )


def choose_membership(session: Session, *, secret: str, viewer: Viewer, request_id: UUID) -> bool:
    """Act as `viewer` from now on; False when the secret names no live session of the viewer's own user.

    The transaction acts as the viewer already, because the audit takes a membership from nobody else.
    """
    signed_in = _live(session, secret)
    if signed_in is None or signed_in.user_id != viewer.user_id:
        return False
    signed_in.membership_id = viewer.membership_id
    ensure_audiences(session, viewer)
    session.flush()
    _note(session, viewer=viewer, user_id=None, operation="chooseMembership", request_id=request_id)
    return True


def resolve(session: Session, secret: str) -> SignedIn | None:
    """Who is signed in with a secret, read afresh; None once the session, the account or the membership has ended."""
    signed_in = _live(session, secret)
    if signed_in is None:
        return None
    user = session.get_one(User, signed_in.user_id)
    viewer = None
    if signed_in.membership_id is not None:
        viewer = viewer_for_membership(session, signed_in.membership_id)
        if viewer is None or viewer.user_id != user.id:
            return None
    if now() - signed_in.last_seen_at >= NOTED_EVERY:
        signed_in.last_seen_at = now()
    return SignedIn(session_id=signed_in.id, user_id=user.id, display_name=user.display_name, viewer=viewer)


def sign_out(session: Session, *, signed_in: SignedIn, request_id: UUID) -> None:
    """End a session; its secret opens nothing any more."""
    session.execute(update(UserSession).where(UserSession.id == signed_in.session_id).values(ended_at=now()))
    _note(session, viewer=signed_in.viewer, user_id=signed_in.user_id, operation="signOut", request_id=request_id)


def end_all(session: Session, user_id: UUID) -> None:
    """End every session of a user, such as when the password changes."""
    session.execute(
        update(UserSession).where(UserSession.user_id == user_id, UserSession.ended_at.is_(None)).values(ended_at=now())
    )


def _live(session: Session, secret: str) -> UserSession | None:
    at = now()
    return session.scalar(
        select(UserSession)
        .join(User, User.id == UserSession.user_id)
        .where(
            UserSession.secret_hash == digest(secret),
            UserSession.ended_at.is_(None),
            UserSession.started_at > at - ABSOLUTE,
            UserSession.last_seen_at > at - IDLE,
            User.disabled_at.is_(None),
        )
    )


def _note(session: Session, *, viewer: Viewer | None, user_id: UUID | None, operation: str, request_id: UUID) -> None:
    record(
        session,
        viewer=viewer,
        user_id=user_id,
        action=AuditAction.SIGN_IN,
        operation=operation,
        outcome="DONE",
        request_id=request_id,
    )
