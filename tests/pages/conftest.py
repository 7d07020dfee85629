"""The site, and readers of its pages."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from portal.access.viewer import Viewer
from portal.db import Database
from portal.operations.embedded import DatabaseUrls
from tests.factories.site import make_site, start_session
from tests.pages.reader import Reader

ReadAs = Callable[[Viewer], Reader]


@pytest.fixture(scope="session")
def site(urls: DatabaseUrls, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The site as a demonstration serves it."""
    return make_site(urls, tmp_path_factory.mktemp("site"))


@pytest.fixture
def read_as(site: Flask, owner: Database) -> ReadAs:
    """Somebody of the cast, signed in, each with a browser of their own."""

    def signed_in(viewer: Viewer) -> Reader:
        reader = Reader(site)
        reader.take(start_session(owner, user_id=viewer.user_id, membership_id=viewer.membership_id))
        return reader

    return signed_in


@pytest.fixture
def stranger(site: Flask) -> Reader:
    """Somebody who is not signed in."""
    return Reader(site)


@pytest.fixture
def fresh_site(urls: DatabaseUrls, tmp_path: Path) -> Flask:
    """A site of one test's own, for breaking."""
    return make_site(urls, tmp_path)
