"""Decides how somebody gets a first or a new password: a link that works once, for three days."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from portal.audit.models import AuditAction
from portal.audit.record import record
from portal.db import now
from portal.identity import passwords
from portal.identity.models import Credential, OneTimeLink, User
from portal.identity.secret_values import digest, new_secret
from portal.identity.sessions import end_all

# Long enough for a weekend between sending and opening.
LIFETIME = timedelta(days=3)


def issue(session: Session, *, user_id: UUID, new_email: str | None = None) -> str:
    """Give the secret of a new link for a user and keep only its hash; with it they may take a new address."""
    secret = new_secret()
    session.add(
        OneTimeLink(secret_hash=digest(secret), user_id=user_id, expires_at=now() + LIFETIME, new_email=new_email)
    )
    session.flush()
    return secret


def is_open(session: Session, secret: str) -> bool:
    """Whether a link can still be used."""
    return session.scalar(select(OneTimeLink.id).join(User).where(_open(secret))) is not None


def redeem(session: Session, *, secret: str, password: str, request_id: UUID) -> bool:
    """Set the password of the link's user, once, and sign that user out everywhere; False when the link has ended.

    The password has passed `passwords.problem`; ValueError if it has not.
    """
    if sentence := passwords.problem(password):
        raise ValueError(sentence)
    if not session.scalar(select(func.take_new_address(secret))):
        return False
    # Taken by the update itself, so that of two people with the link only one sets a password.
    user_id = session.scalar(
        update(OneTimeLink)
        .where(_open(secret), User.id == OneTimeLink.user_id)
        .values(used_at=now())
        .returning(OneTimeLink.user_id)
        .execution_options(synchronize_session=False)
    )
    if user_id is None:
        return False
    # Other links of the same user end with it: the newest password is the one they chose last.
    session.execute(
        update(OneTimeLink).where(OneTimeLink.user_id == user_id, OneTimeLink.used_at.is_(None)).values(used_at=now())
    )
    fresh = {"password_hash": passwords.hash_password(password), "changed_at": now()}
    session.execute(
        insert(Credential)
        .values(user_id=user_id, **fresh)
        .on_conflict_do_update(index_elements=[Credential.user_id], set_=fresh)
    )
    end_all(session, user_id)
    record(
        session,
        viewer=None,
        user_id=user_id,
        action=AuditAction.SIGN_IN,
        operation="setPassword",
        outcome="DONE",
        request_id=request_id,
    )
    return True


def _open(secret: str) -> ColumnElement[bool]:
    return and_(
        OneTimeLink.secret_hash == digest(secret),
        OneTimeLink.used_at.is_(None),
        OneTimeLink.expires_at > now(),
        User.disabled_at.is_(None),
    )
