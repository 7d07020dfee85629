"""Decides where a command finds its database: the three given addresses, or the private server of a demonstration."""

from collections.abc import Iterator
from contextlib import contextmanager

from portal.config import Settings
from portal.operations import embedded


@contextmanager
def reachable(settings: Settings, *, alone: bool = False) -> Iterator[Settings]:
    """Give settings with all three addresses, for as long as the block lasts.

    Without addresses the private server of the data directory is used: the one that is running, or one that runs until
    the block ends. `alone` refuses the one that is running, which would go with whoever holds it. Raises
    embedded.EmbeddedServerError when it cannot start.
    """
    if not settings.embedded:
        yield settings
        return
    running = None if alone else embedded.attach(settings.data_dir)
    server = running or embedded.start(settings.data_dir)
    try:
        yield with_addresses(settings, server.urls())
    finally:
        server.stop()


def with_addresses(settings: Settings, urls: embedded.DatabaseUrls) -> Settings:
    """Give the same settings with the addresses of a database."""
    return settings.model_copy(
        update={"database_url": urls.web, "owner_database_url": urls.owner, "worker_database_url": urls.worker}
    )
