"""A database of a test's own, for tests that break something in it."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from graphql_schema import Door
from portal.access.context import Wall, derive_key
from portal.db import Database
from portal.operations.embedded import DatabaseUrls, EmbeddedServer
from tests.canaries.databases import read
from tests.canaries.gatherer import GATHERER
from tests.conftest import SECRET


@dataclass(frozen=True, kw_only=True)
class Scratch:
    """One database through the eyes of its three roles, and the door over it."""

    urls: DatabaseUrls
    owner: Database
    worker: Database
    wall: Wall
    door: Door


@contextmanager
def scratch(server: EmbeddedServer, template: str) -> Iterator[Scratch]:
    """Copy the migrated database, and drop the copy when the block ends."""
    name = f"scratch_{secrets.token_hex(4)}"
    urls = server.copy_database(name, template=template)
    owner, web, worker = (Database.connect(url) for url in (urls.owner, urls.web, urls.worker))
    wall = Wall(web, derive_key(SECRET))
    try:
        yield Scratch(urls=urls, owner=owner, worker=worker, wall=wall, door=Door(wall))
    finally:
        for database in (owner, web, worker):
            database.dispose()
        read(urls.owner, GATHERER)
        server.drop_database(name)
