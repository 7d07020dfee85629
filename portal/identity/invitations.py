"""Decides how somebody is brought into an agency: a role waits behind a link until they accept it with a password.

Whether the address has an account elsewhere changes nothing that the inviting agency is told: the account, old or new,
is touched only by whoever opens the link and proves who they are.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.access.touched import note_written
from portal.access.viewer import Role, Viewer
from portal.audit.models import AuditAction
from portal.audit.record import record
from portal.db import now
from portal.errors import Invalid, InvalidCode, InvalidField
from portal.identity import one_time_links, passwords
from portal.identity.accounts import is_address
from portal.identity.administering import loaded, need_administrator, own_teams, touch, wrong
from portal.identity.memberships import check_period
from portal.identity.models import Credential, Invitation, Membership, User
from portal.identity.periods import today
from portal.identity.queries import user_by_email
from portal.identity.secret_values import digest, new_secret
from portal.text import SHORT, text_problems

COLLEAGUE = "Somebody in your agency has this address. Give them the role on their own page."
WAITING = "An invitation to this address waits already. Make a new link for it, or withdraw it first."


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What an invitation says to whoever opens it."""

    agency_name: str
    role: Role
    email: str


def invite(
    session: Session,
    viewer: Viewer,
    *,
    display_name: str,
    email: str,
    role: Role,
    team_ids: list[UUID],
    active_from: date | None = None,
    active_to: date | None = None,
) -> tuple[UUID, str, datetime]:
    """Offer a role of the viewer's own agency to an address: the invitation, the secret of its link, when it ends.

    Raises NotPermitted for somebody who administers nothing, and Invalid for what will not do, none of which depends
    on accounts of other agencies.
    """
    need_administrator(viewer)
    address, begins = email.strip(), active_from or today(session)
    problems = list(_problems(session, viewer, display_name=display_name, address=address))
    if problems:
        raise Invalid(*problems)
    check_period(session, active_from=begins, active_to=active_to)
    own_teams(session, viewer, team_ids)
    secret = new_secret()
    invitation = Invitation(
        agency_id=viewer.agency_id,
        invited_by_membership_id=viewer.membership_id,
        display_name=display_name.strip(),
        email=address,
        role=role,
        team_ids=sorted(set(team_ids)),
        active_from=begins,
        active_to=active_to,
        secret_hash=digest(secret),
        expires_at=now() + one_time_links.LIFETIME,
    )
    session.add(invitation)
    session.flush()
    note_written(session, invitation.id)
    return invitation.id, secret, invitation.expires_at


def renew_invitation(
    session: Session, viewer: Viewer, *, invitation_id: UUID, expected_version: int
) -> tuple[UUID, str, datetime]:
    """A new link for an invitation that waits; the old one ends."""
    invitation = _waiting(session, viewer, invitation_id, expected_version)
    secret = new_secret()
    invitation.secret_hash = digest(secret)
    invitation.expires_at = now() + one_time_links.LIFETIME
    touch(invitation)
    session.flush()
    return invitation.id, secret, invitation.expires_at


def withdraw_invitation(session: Session, viewer: Viewer, *, invitation_id: UUID, expected_version: int) -> UUID:
    """Take an invitation back; its link ends."""
    invitation = _waiting(session, viewer, invitation_id, expected_version)
    invitation.withdrawn_at = now()
    touch(invitation)
    session.flush()
    return invitation.id


def offer_of(session: Session, secret: str) -> Offer | None:
    """What an open invitation offers; None when it was used, withdrawn, is late or unknown."""
    row = session.execute(
        select("*").select_from(func.invitation_offer(secret).table_valued("agency_name", "role", "email"))
    ).one_or_none()
    return None if row is None else Offer(agency_name=row.agency_name, role=Role(row.role), email=row.email)


def accept(session: Session, *, secret: str, password: str, request_id: UUID) -> bool:
    """Take the role, with the password of the account the address has, or as a new account with this password.

    False for a wrong password, a disabled account, an invitation of one's own, and one that is not open, all alike.
    The password has passed `passwords.problem`.
    """
    offer = offer_of(session, secret)
    user = user_by_email(session, offer.email) if offer else None
    credential = session.get(Credential, user.id) if user else None
    # The same work whether or not there is an account, so that the time an answer takes says nothing.
    right = passwords.verify(credential.password_hash if credential else None, password)
    fresh = passwords.hash_password(password)
    joined = None
    if offer is not None and (user is None or right):
        joined = session.scalar(select(func.accept_invitation(secret, fresh)))
    record(
        session,
        viewer=None,
        user_id=joined or (user.id if user else None),
        action=AuditAction.WRITE if joined else AuditAction.DENY,
        operation="acceptInvitation",
        outcome="DONE" if joined else "REFUSED",
        request_id=request_id,
        subjects={joined: 0} if joined else None,
    )
    return joined is not None


def _waiting(session: Session, viewer: Viewer, invitation_id: UUID, expected_version: int) -> Invitation:
    invitation = loaded(session, viewer, Invitation, invitation_id, expected_version=expected_version)
    if invitation.accepted_at is not None or invitation.withdrawn_at is not None:
        raise Invalid(wrong("id", InvalidCode.TRANSITION, "This invitation was accepted or withdrawn already."))
    return invitation


def _problems(session: Session, viewer: Viewer, *, display_name: str, address: str) -> list[InvalidField]:
    problems = list(text_problems(("displayName",), display_name, limit=SHORT, needed="Enter a name."))
    if not is_address(address):
        return [*problems, wrong("email", InvalidCode.FORMAT, "Enter an e-mail address, like name@agency.example.")]
    # Only of one's own agency is anything said; what other agencies know of the address stays theirs.
    here = select(User.id).join(Membership, Membership.user_id == User.id)
    if session.scalar(
        here.where(Membership.agency_id == viewer.agency_id, func.lower(User.email) == address.lower()).limit(1)
    ):
        problems.append(wrong("email", InvalidCode.NOT_UNIQUE, COLLEAGUE))
    if session.scalar(
        select(Invitation.id)
        .where(
            Invitation.agency_id == viewer.agency_id,
            func.lower(Invitation.email) == address.lower(),
            Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
        )
        .limit(1)
    ):
        problems.append(wrong("email", InvalidCode.NOT_UNIQUE, WAITING))
    return problems
