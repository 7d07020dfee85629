"""Decides who is told of each kind, from who holds the audience a flag was opened to; no word of a record is read."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, literal, select
from sqlalchemy.orm import Session

from portal.access.models import Disclosure, DisclosureReason
from portal.flags.models import Flag, TriageDecision
from portal.identity.holders import acting_memberships
from portal.identity.models import Membership
from portal.notifications.models import NotificationKind
from portal.notifications.waiting import open_to

FLAGGER = frozenset({NotificationKind.ANSWER, NotificationKind.QUESTION})
# Whoever works on the flag; while nobody does, everybody who could.
HOLDER = frozenset(
    {
        NotificationKind.QUESTION_ANSWERED,
        NotificationKind.WITHDRAWN,
        NotificationKind.REOPENED,
        NotificationKind.OVERDUE,
    }
)


def recipients(session: Session, kind: NotificationKind, *, flag_id: UUID, about_id: UUID) -> Sequence[UUID]:
    """The memberships to tell that something of a kind happened to a flag, in a fixed order.

    `about_id` is the share for SHARED_WITH_US and the decision for ESCALATED_TO_US; for the others it only tells two
    events apart.
    Nobody is told of a flag that is not open to them at this moment.
    """
    row = session.execute(
        select(Flag.raised_by_membership_id, Flag.triaged_by_membership_id).where(Flag.id == flag_id)
    ).one_or_none()
    if row is None:
        return []
    flagger, holder = row
    if kind in FLAGGER:
        return _acting(session, flag_id, Membership.id == flagger)
    if kind is NotificationKind.SHARED_WITH_US:
        return _disclosed(session, flag_id, Disclosure.share_id == about_id)
    if kind is NotificationKind.ESCALATED_TO_US:
        to = select(TriageDecision.escalated_to_agency_id).where(TriageDecision.id == about_id).scalar_subquery()
        safeguarding = Disclosure.because == DisclosureReason.SAFEGUARDING
        return _disclosed(session, flag_id, safeguarding, Membership.agency_id == to)
    if kind is NotificationKind.NEW_FLAG:
        return [each for each in _triage(session, flag_id) if each != flagger]
    found = list(_acting(session, flag_id, Membership.id == holder)) or list(_triage(session, flag_id))
    if kind is NotificationKind.OVERDUE:
        found += _disclosed(session, flag_id, Disclosure.because == DisclosureReason.OVERDUE)
    return sorted(set(found))


def _triage(session: Session, flag_id: UUID) -> Sequence[UUID]:
    return _disclosed(session, flag_id, Disclosure.because == DisclosureReason.PARTNERSHIP_TRIAGE)


def _acting(session: Session, flag_id: UUID, who: ColumnElement[bool]) -> Sequence[UUID]:
    return _found(session, who, open_to(Membership, literal(flag_id)))


def _disclosed(session: Session, flag_id: UUID, *how: ColumnElement[bool]) -> Sequence[UUID]:
    return _found(session, open_to(Membership, literal(flag_id), *how))


def _found(session: Session, *conditions: ColumnElement[bool]) -> Sequence[UUID]:
    statement = acting_memberships().with_only_columns(Membership.id).where(*conditions).order_by(Membership.id)
    return session.scalars(statement).all()
