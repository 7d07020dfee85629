"""Decides when a user gets a mail and what it tells of: one at a time, fifteen minutes apart, or one in the morning."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from portal.identity.holders import acting_memberships
from portal.identity.models import Membership, User
from portal.jobs import enqueue
from portal.notifications.choices import choice
from portal.notifications.models import EmailChoice, NoticeMail, Notification, NotificationKind
from portal.notifications.waiting import waits_unmailed

MAIL = "notifications:mail"
# What comes in between goes into the next mail: a flood of flags is no flood of mails.
APART = timedelta(minutes=15)
# Longer than a job tries.
LOST_AFTER = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A mail that is to be handed over now: whose it is, where it goes, and the kinds it tells of."""

    mail_id: UUID
    address: str
    kinds: tuple[NotificationKind, ...]
    notice_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class Digest:
    """The digests of one morning: of what came before when, for which memberships."""

    until: datetime
    of: Select[UUID]


def open_mail(session: Session, user_id: UUID, *, moment: datetime, digest_until: datetime | None = None) -> None:
    """Plan a mail to a user, unless one is planned already; then it joins that one."""
    _lock(session, user_id)
    mail_id = uuid4()
    due_at = max(moment, _last_tried(session, user_id, moment) + APART)
    statement = insert(NoticeMail).values(id=mail_id, user_id=user_id, due_at=due_at, digest_until=digest_until)
    opened = session.scalar(statement.on_conflict_do_nothing().returning(NoticeMail.id))
    if opened is not None:
        enqueue(session, MAIL, not_before=due_at, mail_id=mail_id)
    elif digest_until is not None:
        planned = update(NoticeMail).where(NoticeMail.user_id == user_id, NoticeMail.closed_at.is_(None))
        session.execute(planned.values(digest_until=digest_until))


def claim(session: Session, mail_id: UUID, *, moment: datetime) -> Letter | None:
    """Take a planned mail to hand it over; None when it is done with, or nothing of it waits any more.

    A mail that was taken within the last minutes is put off: whoever took it may have handed it over before they died.
    """
    mail = session.scalar(select(NoticeMail).where(NoticeMail.id == mail_id).with_for_update())
    if mail is None or mail.closed_at is not None:
        return None
    if mail.tried_at is not None and mail.tried_at + APART > moment:
        enqueue(session, MAIL, not_before=mail.tried_at + APART, mail_id=mail_id)
        return None
    address = session.scalar(select(User.email).where(User.id == mail.user_id, User.disabled_at.is_(None)))
    found = [] if address is None else session.execute(_of_the_mail(mail)).all()
    if address is None or not found:
        mail.closed_at = moment
        return None
    mail.tried_at = moment
    return Letter(
        mail_id=mail_id,
        address=address,
        kinds=tuple(kind for kind in NotificationKind if any(row.kind is kind for row in found)),
        notice_ids=tuple(row.id for row in found),
    )


def keep_sent(session: Session, letter: Letter, *, moment: datetime) -> None:
    """Keep that a mail was handed over; what came meanwhile goes into the next one."""
    _close(session, letter, moment=moment, sent_at=moment)


def keep_refused(session: Session, letter: Letter, *, moment: datetime) -> None:
    """Keep that a mail can never be delivered: trying again would change nothing."""
    _close(session, letter, moment=moment, sent_at=None)


def give_up(session: Session, letter: Letter, *, moment: datetime) -> None:
    """Close a mail that no server took for long; what it would have told of is still owed, in another mail."""
    session.execute(update(NoticeMail).where(NoticeMail.id == letter.mail_id).values(closed_at=moment))


def put_back(session: Session, letter: Letter) -> None:
    """Keep that a mail was certainly not handed over, so that it may be tried again at once."""
    session.execute(update(NoticeMail).where(NoticeMail.id == letter.mail_id).values(tried_at=None))


def open_mails(session: Session, *, moment: datetime, digest: Digest | None) -> None:
    """Plan every mail that is owed and not planned: what is told at once and got lost, and the digests of the day."""
    in_digest = (
        false()
        if digest is None
        else and_(_chose(EmailChoice.DAILY), Notification.created_at < digest.until, Membership.id.in_(digest.of))
    )
    owed = (
        _waiting()
        .with_only_columns(Membership.user_id, func.bool_or(in_digest).label("in_digest"))
        .where(or_(_chose(EmailChoice.AT_ONCE), in_digest))
        .group_by(Membership.user_id)
        .order_by(Membership.user_id)
    )
    for row in session.execute(owed).all():
        open_mail(session, row.user_id, moment=moment, digest_until=digest.until if digest and row.in_digest else None)


def start_again(session: Session, *, moment: datetime) -> None:
    """Put off once more the mails whose job was lost: long due and still planned."""
    lost = (NoticeMail.closed_at.is_(None), NoticeMail.due_at < moment - LOST_AFTER)
    for mail_id in session.scalars(update(NoticeMail).where(*lost).values(due_at=moment).returning(NoticeMail.id)):
        enqueue(session, MAIL, mail_id=mail_id)


def _of_the_mail(mail: NoticeMail) -> Select[UUID, NotificationKind]:
    """What a mail tells of: what its user hears of at once, and for a digest what came before its moment."""
    wanted = _chose(EmailChoice.AT_ONCE)
    if mail.digest_until is not None:
        wanted = or_(wanted, and_(_chose(EmailChoice.DAILY), Notification.created_at < mail.digest_until))
    return (
        _waiting()
        .with_only_columns(Notification.id, Notification.kind)
        .where(Membership.user_id == mail.user_id, wanted)
        .order_by(Notification.id)
    )


def _waiting() -> Select[Membership]:
    """Notices that wait unmailed, joined with the memberships that can act on them today."""
    joined = acting_memberships().join(Notification, Notification.membership_id == Membership.id)
    return joined.where(waits_unmailed())


def _chose(email: EmailChoice) -> ColumnElement[bool]:
    return choice(Membership.user_id, Notification.__table__.c.kind) == email.value


def _close(session: Session, letter: Letter, *, moment: datetime, sent_at: datetime | None) -> None:
    user_id = session.execute(select(NoticeMail.user_id).where(NoticeMail.id == letter.mail_id)).scalar_one()
    _lock(session, user_id)
    session.execute(update(NoticeMail).where(NoticeMail.id == letter.mail_id).values(sent_at=sent_at, closed_at=moment))
    session.execute(update(Notification).where(Notification.id.in_(letter.notice_ids)).values(mailed_at=moment))
    owed = (
        _waiting().with_only_columns(Notification.id).where(Membership.user_id == user_id, _chose(EmailChoice.AT_ONCE))
    )
    if session.scalar(owed.limit(1)) is not None:
        open_mail(session, user_id, moment=moment)


def _last_tried(session: Session, user_id: UUID, moment: datetime) -> datetime:
    last = session.scalar(select(func.max(NoticeMail.tried_at)).where(NoticeMail.user_id == user_id))
    return last or moment - APART


def _lock(session: Session, user_id: UUID) -> None:
    """Plan and close the mails of one user one after the other, so that no notice falls between two of them."""
    session.execute(text("select pg_advisory_xact_lock(hashtextextended(:whose, 0))"), {"whose": f"mail {user_id}"})
