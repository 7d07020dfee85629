"""The sites that somebody signs in to."""

from pathlib import Path

import pytest
from flask import Flask

from portal.operations.embedded import DatabaseUrls
from tests.factories.site import make_site


@pytest.fixture(scope="session")
def app(urls: DatabaseUrls, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The site of a demonstration, on one's own machine."""
    return make_site(urls, tmp_path_factory.mktemp("data"))


@pytest.fixture
def fresh_app(urls: DatabaseUrls, tmp_path: Path) -> Flask:
    """A site that has answered nobody yet, so that pages can still be added."""
    return make_site(urls, tmp_path)


@pytest.fixture
def secure_app(urls: DatabaseUrls, tmp_path: Path) -> Flask:
    """The site of a real installation, behind HTTPS."""
    return make_site(urls, tmp_path, demo=False)
