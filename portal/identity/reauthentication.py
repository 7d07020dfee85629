"""Decides what proves that somebody typed their password just now: a text for one membership, one hash, five minutes.

Nothing is kept of it. It is signed with the key that PostgreSQL checks viewer contexts with, so that the database
itself says whether it holds (migration 0023), and with a word in front, so that neither can stand in for the other.
What it is for is done once anyway: an agency signs a version one time.
"""

import time
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from portal.access.context import Wall
from portal.access.viewer import Viewer
from portal.audit.models import AuditAction
from portal.audit.record import record
from portal.identity import passwords
from portal.identity.models import Credential, User
from portal.text import storable

# Long enough to read a page again, short enough that a desk left alone signs nothing.
LIFETIME = timedelta(minutes=5)
SETTING = "concord.proof"
_PURPOSE = "sign"
# A hash and an id with their signature are far shorter; nothing longer is handed on.
_LONGEST = 500


def prove(wall: Wall, viewer: Viewer, *, content_hash: str, expires_at: int | None = None) -> str:
    """The proof that this membership may sign these bytes now; given to nobody who has not just typed their password.

    `expires_at` is in seconds since the epoch.
    """
    expiry = int(time.time() + LIFETIME.total_seconds()) if expires_at is None else expires_at
    return wall.attest(_PURPOSE, f"{expiry}|{viewer.membership_id}|{content_hash}")


def is_proved(session: Session, proof: str, *, content_hash: str) -> bool:
    """Whether a proof holds now, for whoever acts in this transaction and for this hash."""
    if len(proof) > _LONGEST or not storable(proof):
        return False
    session.execute(text("select set_config(:setting, :proof, true)"), {"setting": SETTING, "proof": proof})
    return bool(session.scalar(select(func.proved_again(content_hash))))


def knows_password(session: Session, viewer: Viewer, password: str, *, request_id: UUID) -> bool:
    """Whether this is the password of whoever acts; recorded either way."""
    user, credential = session.get_one(User, viewer.user_id), session.get(Credential, viewer.user_id)
    known = passwords.verify(credential.password_hash if credential else None, password) and user.disabled_at is None
    record(
        session,
        viewer=viewer,
        action=AuditAction.SIGN_IN if known else AuditAction.DENY,
        operation="signInAgain",
        outcome="DONE" if known else "REFUSED",
        request_id=request_id,
    )
    return known
