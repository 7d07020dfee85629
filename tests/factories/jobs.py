"""Works the queue off, as the worker does, until nothing waits."""

import asyncio
from threading import Thread

from procrastinate import App, PsycopgConnector

from portal.db import Database
from portal.notifications.tasks import tasks as notifications


def work_off(address: str) -> None:
    """Do every job that waits in the database, whose address is the worker's."""
    worker = Database.connect(address)
    conninfo = address.replace("postgresql+psycopg://", "postgresql://", 1)
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
