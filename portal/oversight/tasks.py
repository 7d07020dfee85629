"""Decides when the worker looks for bulk reading: each minute, and once an hour at the whole day."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from procrastinate import Blueprint

from portal.db import Database, now
from portal.notifications.tasks import RETRY, MailDesk
from portal.oversight.mailing import hand_over
from portal.oversight.watching import LATELY, look


def tasks(database: Database, desk: MailDesk | None = None) -> Blueprint:
    """The jobs of this noun, over the worker's database; without a desk the installation sends no mail."""
    blueprint = Blueprint()

    @blueprint.periodic(cron="* * * * *")
    @blueprint.task(name="watch_reading", queueing_lock="oversight:watch_reading")
    def watch_reading(timestamp: int) -> None:
        """Look at who read lately; on the hour, at everybody who read within the day."""
        on_the_hour = datetime.fromtimestamp(timestamp, UTC).minute == 0
        with database.transaction() as session:
            look(session, moment=now(), lately=timedelta(days=1) if on_the_hour else LATELY, by_mail=desk is not None)

    @blueprint.task(name="mail_alarm", retry=RETRY)
    def mail_alarm(*, mail_id: str) -> None:
        """Hand over one mail; run twice, it is sent once."""
        if desk is not None:
            hand_over(database, desk, UUID(mail_id), moment=now())

    return blueprint
