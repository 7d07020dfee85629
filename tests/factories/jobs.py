"""Works the queue off, as the worker does, until nothing waits."""

import asyncio
from threading import Thread

from procrastinate import App, PsycopgConnector

from portal.db import Database
from portal.notifications.tasks import tasks as notifications
from portal.operations.embedded import DatabaseUrls


def work_off(urls: DatabaseUrls) -> None:
    """Do every job that waits, as the worker's role."""
    worker = Database.connect(urls.worker)
    conninfo = urls.worker.replace("postgresql+psycopg://", "postgresql://", 1)
    app = App(connector=PsycopgConnector(conninfo=conninfo))
    app.add_tasks_from(notifications(worker), namespace="notifications")

    async def work() -> None:
        async with app.open_async():
            await app.run_worker_async(wait=False, install_signal_handlers=False, listen_notify=False)

    # A loop of its own, in a thread of its own: the browser of a test keeps one running in the first thread.
    thread = Thread(target=asyncio.run, args=(work(),))
    thread.start()
    thread.join()
    worker.dispose()
