"""Gives the tests of the wall their scene."""

import pytest
from sqlalchemy import make_url

from graphql_schema import Door
from portal.access.context import Wall
from portal.db import Database
from portal.operations.embedded import DatabaseUrls
from tests.access.scene import Scene, set_scene


@pytest.fixture(scope="module")
def scene(owner: Database, wall: Wall, door: Door) -> Scene:
    """Flags that a stranger must not find; nothing in a test changes them."""
    return set_scene(owner, wall, door)


@pytest.fixture(scope="session")
def wall_roles(urls: DatabaseUrls) -> tuple[str, str]:
    """The names of the roles that stand before the wall: web and worker."""
    web, worker = make_url(urls.web).username, make_url(urls.worker).username
    assert web
    assert worker
    return web, worker
