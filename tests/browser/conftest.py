"""A browser, the site as it is served, and windows for the people who use it."""

from collections.abc import Iterator
from typing import Final

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect

from portal.db import Database
from portal.operations.embedded import DatabaseUrls
from tests.browser import chromium
from tests.browser.windows import PATIENCE_MS, Windows
from tests.factories.site import make_site, served

# Chromium's driver keeps an event loop in this thread while it runs, so it goes when the tests of this folder are done.
FOR_THIS_FOLDER: Final = "package"
FAULT = "/fault"


@pytest.fixture(scope=FOR_THIS_FOLDER)
def browser() -> Iterator[Browser]:
    """The machine's browser; without one every test of this folder fails, and says so."""
    expect.set_options(timeout=PATIENCE_MS)
    with chromium.launched() as running:
        yield running


@pytest.fixture(scope=FOR_THIS_FOLDER)
def site(urls: DatabaseUrls, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The site of a demonstration, with one more address, where it fails."""
    made = make_site(urls, tmp_path_factory.mktemp("site"))

    def fail() -> str:
        raise RuntimeError

    made.add_url_rule(FAULT, "fault", fail)
    return made


@pytest.fixture(scope=FOR_THIS_FOLDER)
def address(site: Flask) -> Iterator[str]:
    """Where the site answers."""
    with served(site) as where:
        yield where


@pytest.fixture
def windows(browser: Browser, address: str, site: Flask, owner: Database) -> Iterator[Windows]:
    """Windows for whoever a test needs, closed at its end."""
    opened = Windows(browser=browser, address=address, site=site, owner=owner)
    yield opened
    opened.close()
    assert opened.complaints == []
