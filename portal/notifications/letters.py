"""Decides what a mail says: that something waits, of which kind and where to read it. Never about whom or from whom."""

from collections.abc import Iterable
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid

from portal.notifications.models import NotificationKind

SUBJECT = "Something waits for you in Concord"
WORDS = {
    NotificationKind.ANSWER: "an answer to a flag you raised",
    NotificationKind.QUESTION: "a question about a flag you raised",
    NotificationKind.QUESTION_ANSWERED: "an answer to a question you asked",
    NotificationKind.NEW_FLAG: "a new flag to triage",
    NotificationKind.SHARED_WITH_US: "a flag shared with your agency",
    NotificationKind.ESCALATED_TO_US: "a flag escalated to your agency",
    NotificationKind.WITHDRAWN: "a flag that was withdrawn",
    NotificationKind.REOPENED: "a flag that was reopened",
    NotificationKind.OVERDUE: "a flag that is overdue",
}
TEXT = """\
Something waits for you in Concord:

{kinds}

Read it here: {public_url}/notifications

This mail says nothing more, on purpose. You chose to get it; choose differently here:
{public_url}/account/notifications
"""


def letter(
    kinds: Iterable[NotificationKind], *, address: str, sender: str, public_url: str, moment: datetime
) -> EmailMessage:
    """A mail that something of these kinds waits. Raises ValueError for an address that no header can carry."""
    listed = "\n".join(f"- {WORDS[kind]}" for kind in kinds)
    text = TEXT.format(kinds=listed, public_url=public_url.rstrip("/"))
    return enveloped(text, subject=SUBJECT, address=address, sender=sender, moment=moment)


def enveloped(text: str, *, subject: str, address: str, sender: str, moment: datetime) -> EmailMessage:
    """A text as a mail of this installation. Raises ValueError for an address that no header can carry."""
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = address
    message["Subject"] = subject
    message["Date"] = format_datetime(moment)
    # A domain of ours, or the library writes the name of this machine.
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2].rstrip(">"))
    # So that nobody's out-of-office answers (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    return message
