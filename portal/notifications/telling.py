"""Decides how one event becomes notices: one for each membership it concerns, however often the job runs."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from portal.identity.models import Membership
from portal.notifications.choices import choice
from portal.notifications.mailing import open_mail
from portal.notifications.models import EmailChoice, Notification, NotificationKind
from portal.notifications.recipients import recipients

# Any fixed UUID would do; numbers of jobs would not, because they begin again when a queue is made anew.
_EVENTS = UUID("6f0c5f5e-8a3b-4a56-9d0e-5a2b0f6c1d7e")


def announce(
    session: Session, kind: NotificationKind, *, flag_id: UUID, about_id: UUID, moment: datetime, by_mail: bool
) -> None:
    """Leave one notice for each membership that something of a kind concerns, and plan a mail for those who chose one.

    `about_id` tells this event from others of its kind under the same flag: the word, the question, the share.
    `by_mail` is whether this installation sends mails at all.
    """
    told = recipients(session, kind, flag_id=flag_id, about_id=about_id)
    if not told:
        return
    rows = [
        {
            "id": notice_id(kind, flag_id=flag_id, about_id=about_id, membership_id=membership_id),
            "flag_id": flag_id,
            "membership_id": membership_id,
            "kind": kind,
            "created_at": moment,
        }
        for membership_id in told
    ]
    session.execute(insert(Notification).on_conflict_do_nothing(), rows)
    for user_id in _to_mail_at_once(session, kind, told) if by_mail else ():
        open_mail(session, user_id, moment=moment)


def notice_id(kind: NotificationKind, *, flag_id: UUID, about_id: UUID, membership_id: UUID) -> UUID:
    """The id of the notice of one event for one membership: the same whenever it is asked for."""
    return uuid5(_EVENTS, f"{kind.value} {flag_id} {about_id} {membership_id}")


def _to_mail_at_once(session: Session, kind: NotificationKind, told: Sequence[UUID]) -> Sequence[UUID]:
    """The users of these memberships who hear of the kind at once, in the order in which they are locked."""
    table = Notification.__table__
    statement = (
        select(Membership.user_id)
        .join(table, table.c.membership_id == Membership.id)
        .where(
            Membership.id.in_(told),
            table.c.kind == kind,
            table.c.mailed_at.is_(None),
            choice(Membership.user_id, table.c.kind) == EmailChoice.AT_ONCE.value,
        )
        .distinct()
        .order_by(Membership.user_id)
    )
    return session.scalars(statement).all()
