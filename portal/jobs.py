"""Decides how work is put off: a job is named, carries ids only, and is enqueued in the transaction of its change."""

from datetime import datetime
from typing import Any

from procrastinate import App, SyncPsycopgConnector
from sqlalchemy.orm import Session

# Never opened: a job is always deferred over the connection of the session whose change it belongs to.
_app = App(connector=SyncPsycopgConnector())


def enqueue(session: Session, task: str, *, not_before: datetime | None = None, **ids: Any) -> None:
    """Put off a task by name (`<noun>:<task>`); it exists exactly when the session commits.

    Arguments are ids as text. Jobs run at least once, so every task can run twice without harm.
    """
    connection = session.connection().connection.driver_connection
    _app.configure_task(task, connection=connection, schedule_at=not_before).defer(
        **{name: str(value) for name, value in ids.items()}
    )
