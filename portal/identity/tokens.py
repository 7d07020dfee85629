"""Decides what a bearer token opens: the portal as one membership, for at most an hour."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.access.viewer import Viewer
from portal.audit.models import AuditAction
from portal.audit.record import record
from portal.db import now
from portal.errors import NotFound
from portal.identity.models import AccessToken
from portal.identity.secret_values import digest, new_secret
from portal.identity.viewers import ensure_audiences, viewer_for_membership

LONGEST = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class OwnToken:
    """A token that somebody signed in took for themselves."""

    secret: str = field(repr=False)
    expires_at: datetime


def issue_token(session: Session, *, membership_id: UUID, request_id: UUID, lifetime: timedelta = LONGEST) -> str:
    """Give a new token for a membership and keep only its hash.

    Raises ValueError for a lifetime that is not above zero and at most an hour, and NotFound for a membership that
    nobody can act in today.
    """
    if not timedelta(0) < lifetime <= LONGEST:
        raise ValueError(f"A token lives for at most {LONGEST}.")
    viewer = viewer_for_membership(session, membership_id)
    if viewer is None:
        raise NotFound
    ensure_audiences(session, viewer)
    secret = new_secret()
    session.add(AccessToken(secret_hash=digest(secret), membership_id=membership_id, expires_at=now() + lifetime))
    session.flush()
    _record(session, viewer, request_id=request_id)
    return secret


def take_own_token(session: Session, viewer: Viewer, *, request_id: UUID) -> OwnToken:
    """Give whoever acts in this session a token of their own membership, for the longest time there is.

    The database takes the membership from the signed viewer, so nobody takes a token of anybody else.
    """
    ensure_audiences(session, viewer)
    secret = new_secret()
    ends = session.execute(select(func.take_own_token(digest(secret), LONGEST))).scalar_one()
    _record(session, viewer, request_id=request_id)
    return OwnToken(secret=secret, expires_at=ends)


def _record(session: Session, viewer: Viewer, *, request_id: UUID) -> None:
    record(
        session,
        viewer=viewer,
        action=AuditAction.SIGN_IN,
        operation="issueToken",
        outcome="DONE",
        request_id=request_id,
    )


def viewer_for_token(session: Session, secret: str) -> Viewer | None:
    """The viewer a token acts as; None when it is unknown, late or revoked, or its membership is not active today."""
    membership_id = session.scalar(
        select(AccessToken.membership_id).where(
            AccessToken.secret_hash == digest(secret),
            AccessToken.expires_at > now(),
            AccessToken.revoked_at.is_(None),
        )
    )
    return None if membership_id is None else viewer_for_membership(session, membership_id)
