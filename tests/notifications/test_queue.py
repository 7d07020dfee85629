"""From what somebody does to a notice and a mail: through the queue, as the worker runs it."""

import asyncio
from threading import Thread
from uuid import UUID

from procrastinate import App, PsycopgConnector
from sqlalchemy import text

from portal.notifications.tasks import MailDesk, tasks
from tests.factories.flags import raised, shared
from tests.notifications.conftest import Room
from tests.notifications.smtp_server import Received
from tests.notifications.test_mail import choose


def work_off(room: Room, desk: MailDesk) -> None:
    """Do every job that waits and is due."""
    address = room.made.urls.worker.replace("postgresql+psycopg://", "postgresql://", 1)
    app = App(connector=PsycopgConnector(conninfo=address))
    app.add_tasks_from(tasks(room.worker, desk), namespace="notifications")

    async def work() -> None:
        async with app.open_async():
            await app.run_worker_async(wait=False, install_signal_handlers=False, listen_notify=False)

    thread = Thread(target=asyncio.run, args=(work(),))
    thread.start()
    thread.join()


def test_what_somebody_does_becomes_a_notice_and_a_mail(room: Room, post: Received, desk: MailDesk) -> None:
    choose(room, "jo", NEW_FLAG="AT_ONCE")
    flag = raised(room.cast)
    work_off(room, desk)
    assert room.told("NEW_FLAG") == room.named("jo", "morgan")
    assert post.recipients == [room.cast.email("jo")]
    assert room.waiting(room.cast.jo) == [("NEW_FLAG", flag["reference"])]


def test_a_share_tells_its_receivers_and_the_flagger(room: Room, post: Received, desk: MailDesk) -> None:
    shared(room.cast)
    work_off(room, desk)
    assert room.told("SHARED_WITH_US") == room.named("ines", "kit", "sam")
    assert room.told("ANSWER") == room.named("rowan")
    # By default a share cannot wait, and an answer can.
    assert sorted(post.recipients) == sorted(room.cast.email(name) for name in ("ines", "kit", "sam"))


def test_jobs_carry_nothing_but_kinds_and_ids(room: Room, desk: MailDesk) -> None:
    choose(room, "jo", NEW_FLAG="AT_ONCE")
    shared(room.cast)
    with room.made.owner.transaction() as session:
        carried = session.scalars(text("select args from procrastinate_jobs where task_name like 'notifications:%'"))
        for arguments in carried:
            words = {name: value for name, value in arguments.items() if name not in {"kind", "timestamp"}}
            assert {name: str(UUID(value)) for name, value in words.items()} == words
    work_off(room, desk)
    with room.made.owner.transaction() as session:
        failed = session.scalar(text("select count(*) from procrastinate_jobs where status = 'failed'"))
    assert failed == 0
