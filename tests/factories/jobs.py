"""Works the queue off, as the worker does, until nothing waits."""

import asyncio
from collections.abc import Iterable
from threading import Thread

from procrastinate import App, Blueprint, PsycopgConnector

from portal.db import Database
from portal.notifications.tasks import tasks as notifications


def work_off(address: str, more: Iterable[tuple[str, Blueprint]] = ()) -> None:
    """Do every job that waits in the database, whose address is the worker's; `more` are blueprints by namespace."""
    worker = Database.connect(address)
    conninfo = address.replace("postgresql+psycopg://", "postgresql://", 1)
    app = App(connector=PsycopgConnector(conninfo=conninfo))
    for namespace, blueprint in (("notifications", notifications(worker)), *more):
        app.add_tasks_from(blueprint, namespace=namespace)

    async def work() -> None:
        async with app.open_async():
            await app.run_worker_async(wait=False, install_signal_handlers=False, listen_notify=False)

    # A loop of its own, in a thread of its own: the browser of a test keeps one running in the first thread.
    thread = Thread(target=asyncio.run, args=(work(),))
    thread.start()
    thread.join()
    worker.dispose()
