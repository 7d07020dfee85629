"""Gives the documents one scene for all of them."""

from collections.abc import Iterator

import pytest

from portal.operations.embedded import EmbeddedServer
from tests.conftest import SECRET
from tests.differential.scene import Scene, settled


@pytest.fixture(scope="session")
def scene(server: EmbeddedServer, template: str) -> Iterator[Scene]:
    """Two partnerships in a database that nothing else writes to."""
    with settled(server, template, SECRET) as found:
        yield found
