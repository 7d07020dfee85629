"""Decides how the queue is worked off: one job at a time, each finished before a stop."""

import asyncio
from collections.abc import Iterable

from procrastinate import App, Blueprint, PsycopgConnector

# Longer than any job may take; after that it is given to the next worker, because tasks may run twice.
GRACE_SECONDS = 8
# A worker that was killed leaves its job behind; the next one takes it over after this long.
STALLED_SECONDS = 30


def work(address: str, tasks: Iterable[tuple[str, Blueprint]] = ()) -> None:
    """Work off the queue of the database at `address` until SIGTERM or SIGINT.

    `tasks` are blueprints, each with the namespace its tasks are enqueued under.
    """
    # The address names SQLAlchemy's driver; PostgreSQL's own library does not know that part.
    app = App(connector=PsycopgConnector(conninfo=address.replace("postgresql+psycopg://", "postgresql://", 1)))
    for namespace, blueprint in tasks:
        app.add_tasks_from(blueprint, namespace=namespace)
    asyncio.run(_work(app))


async def _work(app: App) -> None:
    async with app.open_async():
        await app.run_worker_async(
            shutdown_graceful_timeout=GRACE_SECONDS, stalled_worker_timeout=STALLED_SECONDS, delete_jobs="successful"
        )
