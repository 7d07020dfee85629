"""What the tests of notices start from: a database of their own, a cast in it, and the worker's hands."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text

from portal.access.viewer import Viewer
from portal.db import Database, now
from portal.identity.models import Membership, User
from portal.notifications.models import NoticeMail, Notification, NotificationKind
from portal.notifications.tasks import MailDesk, hand_over, plan
from portal.notifications.telling import announce
from portal.operations.embedded import EmbeddedServer
from portal.post import SmtpServer
from tests.factories.cast import Cast, settle_cast
from tests.factories.scratch import Scratch, scratch
from tests.notifications.smtp_server import Received, smtp_server

WAITING = """
query($first: Int) { notifications(first: $first) { edges { node { id kind flag { reference } } } } }
"""


@dataclass
class Room:
    """A partnership in a database of its own, with the worker as the tests move it."""

    made: Scratch
    cast: Cast
    moment: datetime = field(default_factory=now)

    @property
    def worker(self) -> Database:
        return self.made.worker

    def key(self, record: dict[str, Any]) -> UUID:
        """The key inside a global id."""
        opened = self.cast.door._opened_seal().open_id(record["id"])
        assert opened is not None
        return opened[1]

    def announce(self, kind: str, flag: dict[str, Any], *, about: UUID | None = None, by_mail: bool = True) -> UUID:
        """Tell of an event, as the worker's job does; gives what it was about."""
        about = about or uuid4()
        with self.worker.transaction() as session:
            announce(
                session,
                NotificationKind(kind),
                flag_id=self.key(flag),
                about_id=about,
                moment=self.moment,
                by_mail=by_mail,
            )
        return about

    def told(self, kind: str) -> list[str]:
        """Who has a notice of a kind, by name."""
        with self.made.owner.transaction() as session:
            statement = (
                select(User.display_name)
                .join(Membership, Membership.user_id == User.id)
                .join(Notification, Notification.membership_id == Membership.id)
                .where(Notification.kind == kind)
            )
            return sorted(session.scalars(statement))

    def named(self, *names: str) -> list[str]:
        """The whole names of people of the cast."""
        return sorted(self.cast.viewers[name].display_name for name in names)

    def waiting(self, viewer: Viewer) -> list[tuple[str, str]]:
        """What somebody reads of what waits for them."""
        edges = self.cast.ask(viewer, WAITING, first=100)["notifications"]["edges"]
        return [(edge["node"]["kind"], edge["node"]["flag"]["reference"]) for edge in edges]

    def mails(self) -> list[NoticeMail]:
        """Every mail that was ever planned, oldest first."""
        with self.made.owner.transaction() as session:
            return list(session.scalars(select(NoticeMail).order_by(NoticeMail.due_at, NoticeMail.id)))

    def later(self, **span: float) -> None:
        """Let time pass, for notices and mails that are there as well."""
        self.moment += timedelta(**span)

    def plan(self) -> None:
        """What the worker does every five minutes."""
        with self.worker.transaction() as session:
            plan(session, moment=self.moment)

    def send(self, desk: MailDesk, *, last: bool = False) -> None:
        """Hand over every mail that is due."""
        for mail in self.mails():
            if mail.closed_at is None and mail.due_at <= self.moment:
                hand_over(self.worker, desk, mail.id, moment=self.moment, last=last)

    def as_owner(self, statement: str, **values: Any) -> None:
        """Arrange something no action does."""
        with self.made.owner.transaction() as session:
            session.execute(text(statement), values)


@pytest.fixture
def room(server: EmbeddedServer, template: str) -> Iterator[Room]:
    """A database with one partnership and nothing told yet."""
    with scratch(server, template) as made:
        yield Room(made=made, cast=settle_cast(made.owner, made.door))


@pytest.fixture
def post() -> Iterator[Received]:
    """An SMTP server of this test's own."""
    with smtp_server() as received:
        yield received


@pytest.fixture
def desk(post: Received) -> MailDesk:
    """The desk that hands mails to it."""
    return MailDesk(SmtpServer(post.url), sender="concord@partners.example", public_url="https://concord.example")
