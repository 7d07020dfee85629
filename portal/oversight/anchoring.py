"""Decides how the audit's anchor leaves this machine: a signed checkpoint each week, mailed to every guardian.

The mail carries the checkpoint itself, because it is of use only where it is kept. It names nobody. One that comes
twice does no harm, so nothing is kept of who got it.
"""

from datetime import datetime
from email.message import EmailMessage
from uuid import UUID, uuid5

import structlog
from procrastinate import Blueprint
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access.viewer import Role
from portal.attestation import PublicKey, SigningKey
from portal.audit.checkpoints import checkpoint, kept
from portal.db import Database, now
from portal.identity.holders import acting_memberships
from portal.identity.models import Membership, User
from portal.jobs import enqueue
from portal.notifications.letters import enveloped
from portal.notifications.tasks import RETRY, MailDesk
from portal.post import Refused

MAIL = "audit:mail_checkpoint"
SUBJECT = "Keep this: the audit of Concord up to seal {number}"
TEXT = """\
Keep this mail somewhere that the people who run Concord cannot reach. Whoever checks the audit gives it to Concord, and
Concord then proves that nothing up to this moment was changed or cut off. It says nothing of any record.

{note}
The public key that verifies it:
{key}

You get this each week because you are a guardian in Concord. You have nothing else to do.
"""

log = structlog.get_logger()


def tasks(database: Database, key: SigningKey, desk: MailDesk | None = None) -> Blueprint:
    """The jobs of the anchor, over the worker's database; without a desk nothing leaves this machine by itself."""
    blueprint = Blueprint()

    # Looked at often, so that the first comes soon after the first seal and no stop of the worker loses a week's.
    @blueprint.periodic(cron="*/5 * * * *")
    @blueprint.task(name="anchor", queueing_lock="audit:anchor")
    def anchor_when_due(timestamp: int) -> None:  # noqa: ARG001  every periodic task is told when it was due
        """Make a checkpoint when one is due, and put off a mail to each guardian."""
        with database.transaction() as session:
            anchor(session, key, moment=now(), by_mail=desk is not None)

    @blueprint.task(name="mail_checkpoint", retry=RETRY)
    def mail_checkpoint(*, seal_number: str, user_id: str) -> None:
        """Hand over one mail."""
        if desk is not None:
            hand_over(database, desk, seal_number=int(seal_number), user_id=UUID(user_id), moment=now())

    return blueprint


def anchor(session: Session, key: SigningKey, *, moment: datetime, by_mail: bool) -> int | None:
    """Make a checkpoint when one is due, have it mailed to every guardian, and give the number of its seal."""
    number = checkpoint(session, key, moment=moment)
    if number is not None and by_mail:
        guardians = (
            acting_memberships()
            .with_only_columns(Membership.user_id)
            .where(Membership.role == Role.GUARDIAN)
            .distinct()
        )
        for user_id in session.scalars(guardians.order_by(Membership.user_id)).all():
            enqueue(session, MAIL, seal_number=number, user_id=user_id)
    return number


def hand_over(database: Database, desk: MailDesk, *, seal_number: int, user_id: UUID, moment: datetime) -> None:
    """Mail a checkpoint to one guardian. Raises NotTaken or Uncertain, for the queue to try again."""
    with database.transaction() as session:
        found = kept(session, seal_number=seal_number)
        address = session.scalar(select(User.email).where(User.id == user_id, User.disabled_at.is_(None)))
    if found is None or address is None:
        return
    # The same whenever it is tried: in the folder of a demonstration it is one file.
    mail_id = uuid5(user_id, f"checkpoint {seal_number}")
    try:
        message = letter(*found, number=seal_number, address=address, sender=desk.sender, moment=moment)
        desk.post.send(message, mail_id=mail_id)
    except (Refused, ValueError):
        log.warning("mail refused", mail_id=str(mail_id))


def letter(note: str, key: PublicKey, *, number: int, address: str, sender: str, moment: datetime) -> EmailMessage:
    """The mail. Raises ValueError for an address that no header can carry."""
    text = TEXT.format(note=note, key=key)
    return enveloped(text, subject=SUBJECT.format(number=number), address=address, sender=sender, moment=moment)
