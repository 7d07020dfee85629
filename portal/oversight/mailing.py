"""Decides how a guardian hears of an alarm by mail: that somebody read much, and where to look. Never who, or what."""

from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from uuid import UUID

import structlog
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.db import Database
from portal.identity.holders import acting_memberships
from portal.identity.models import Membership, User
from portal.jobs import enqueue
from portal.notifications.letters import enveloped
from portal.notifications.mailing import APART
from portal.notifications.tasks import MailDesk
from portal.oversight.models import ReadingAlarmMail
from portal.oversight.watching import MAIL
from portal.post import NotTaken, Refused

SUBJECT = "Somebody in your agency opened many records"
TEXT = """\
Somebody in your agency opened more records than their role usually does. Nothing was stopped.

See who, when and which, with the audit beside it: {public_url}/audit/alarms

This mail says nothing more, on purpose. You get it because you are a guardian or data protection officer.
"""

log = structlog.get_logger()


@dataclass(frozen=True)
class Taken:
    """A mail that is to be handed over now."""

    mail_id: UUID
    address: str


def letter(*, address: str, sender: str, public_url: str, moment: datetime) -> EmailMessage:
    """The mail. Raises ValueError for an address that no header can carry."""
    text = TEXT.format(public_url=public_url.rstrip("/"))
    return enveloped(text, subject=SUBJECT, address=address, sender=sender, moment=moment)


def hand_over(database: Database, desk: MailDesk, mail_id: UUID, *, moment: datetime) -> None:
    """Claim, send and keep in transactions of their own. Raises NotTaken or Uncertain, for the queue to try again."""
    with database.transaction() as session:
        taken = _claim(session, mail_id, moment=moment)
    if taken is None:
        return
    try:
        desk.post.send(_written(desk, taken, moment), mail_id=mail_id)
    except Refused:
        log.warning("mail refused", mail_id=str(mail_id))
    except NotTaken:
        with database.transaction() as session:
            _keep(session, mail_id, tried_at=None)
        raise
    with database.transaction() as session:
        _keep(session, mail_id, closed_at=moment)


def _written(desk: MailDesk, taken: Taken, moment: datetime) -> EmailMessage:
    try:
        return letter(address=taken.address, sender=desk.sender, public_url=desk.public_url, moment=moment)
    except ValueError:
        raise Refused from None


def _claim(session: Session, mail_id: UUID, *, moment: datetime) -> Taken | None:
    """Take a mail, unless it is done with, its guardian is none any more, or it may have been handed over just now."""
    mail = session.scalar(select(ReadingAlarmMail).where(ReadingAlarmMail.id == mail_id).with_for_update())
    if mail is None or mail.closed_at is not None:
        return None
    if mail.tried_at is not None and mail.tried_at + APART > moment:
        enqueue(session, MAIL, not_before=mail.tried_at + APART, mail_id=mail_id)
        return None
    address = session.scalar(
        acting_memberships().with_only_columns(User.email).where(Membership.id == mail.membership_id)
    )
    if address is None:
        mail.closed_at = moment
        return None
    mail.tried_at = moment
    return Taken(mail_id, address)


def _keep(session: Session, mail_id: UUID, **values: datetime | None) -> None:
    session.execute(update(ReadingAlarmMail).where(ReadingAlarmMail.id == mail_id).values(**values))
