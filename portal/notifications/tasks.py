"""Decides how somebody learns that something waits: a notice in the portal, and a mail for those who chose one."""

from datetime import datetime
from uuid import UUID

import structlog
from procrastinate import Blueprint, JobContext, RetryStrategy
from sqlalchemy.orm import Session

from portal.db import Database, now
from portal.notifications import mailing
from portal.notifications.letters import letter
from portal.notifications.models import NotificationKind
from portal.notifications.mornings import at_work, last_eight
from portal.notifications.telling import announce as tell
from portal.post import NotTaken, Post, Refused, Uncertain

# Waits of 4, 16, 64, 256 and 1024 seconds: an SMTP server that is restarted has come back.
TRIES = 5
RETRY = RetryStrategy(max_attempts=TRIES, exponential_wait=4, retry_exceptions=[NotTaken, Uncertain])

log = structlog.get_logger()


class MailDesk:
    """Where mails are handed over, by whom and with links to where; no post means that nobody gets any."""

    def __init__(self, post: Post, *, sender: str, public_url: str) -> None:
        self.post = post
        self.sender = sender
        self.public_url = public_url

    def send(self, taken: mailing.Letter) -> None:
        """Write a mail and hand it over. Raises NotTaken, Uncertain or Refused."""
        try:
            message = letter(
                taken.kinds, address=taken.address, sender=self.sender, public_url=self.public_url, moment=now()
            )
        except ValueError:
            raise Refused from None
        self.post.send(message, mail_id=taken.mail_id)


def tasks(database: Database, desk: MailDesk | None = None) -> Blueprint:
    """The jobs of this noun, over the worker's database; without a desk the installation sends no mail."""
    blueprint = Blueprint()

    @blueprint.task(name="announce")
    def announce(*, kind: str, flag_id: str, about_id: str) -> None:
        """Tell everybody whom one event concerns; run twice, each is told once."""
        with database.transaction() as session:
            tell(
                session,
                NotificationKind(kind),
                flag_id=UUID(flag_id),
                about_id=UUID(about_id),
                moment=now(),
                by_mail=desk is not None,
            )

    @blueprint.task(name="tell_flagger")
    def tell_flagger(*, feedback_id: str, flag_id: str, membership_id: str) -> None:  # noqa: ARG001  the flag says who
        """Tell whoever raised a flag that an answer waits."""
        announce(kind=NotificationKind.ANSWER.value, flag_id=flag_id, about_id=feedback_id)

    @blueprint.task(name="mail", pass_context=True, retry=RETRY)
    def mail(context: JobContext, *, mail_id: str) -> None:
        """Send one planned mail; run twice, it is sent once, unless the worker died between sending and saying so."""
        if desk is not None:
            hand_over(database, desk, UUID(mail_id), moment=now(), last=context.job.attempts >= TRIES)

    @blueprint.periodic(cron="*/5 * * * *")
    @blueprint.task(name="plan_mails", queueing_lock="notifications:plan_mails")
    def plan_mails(timestamp: int) -> None:  # noqa: ARG001  every periodic task is told when it was due
        """Plan the digests of the morning, and whatever mail was owed and got lost."""
        if desk is not None:
            with database.transaction() as session:
                plan(session, moment=now())

    return blueprint


def plan(session: Session, *, moment: datetime) -> None:
    """Plan what is owed at a moment: what was lost, and from eight o'clock on the digests of those who work today."""
    mailing.start_again(session, moment=moment)
    eight = last_eight(moment)
    digest = None if eight is None else mailing.Digest(until=eight, of=at_work(session, eight))
    mailing.open_mails(session, moment=moment, digest=digest)


def hand_over(database: Database, desk: MailDesk, mail_id: UUID, *, moment: datetime, last: bool) -> None:
    """Claim, send and keep in three transactions, so that none stays open while a server thinks.

    `last` says that nobody tries again after this. Raises NotTaken or Uncertain, for the queue to try again.
    """
    with database.transaction() as session:
        taken = mailing.claim(session, mail_id, moment=moment)
    if taken is None:
        return
    try:
        desk.send(taken)
    except Refused:
        log.warning("mail refused", mail_id=str(mail_id))
        with database.transaction() as session:
            mailing.keep_refused(session, taken, moment=moment)
        return
    except NotTaken:
        with database.transaction() as session:
            if last:
                mailing.give_up(session, taken, moment=moment)
            else:
                mailing.put_back(session, taken)
        raise
    with database.transaction() as session:
        mailing.keep_sent(session, taken, moment=moment)
