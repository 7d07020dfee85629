"""A browser, the site as it is served, and people who sign in to it."""

import threading
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from portal.access.viewer import Viewer
from portal.db import Database
from portal.operations.embedded import DatabaseUrls
from tests.browser import chromium
from tests.factories.site import make_site
from tests.pages.reader import PASSWORD, give_password

BrowseAs = Callable[[Viewer], Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The machine's browser."""
    with chromium.launched() as running:
        yield running


@pytest.fixture(scope="session")
def address(urls: DatabaseUrls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the site answers."""
    server = make_server("127.0.0.1", 0, make_site(urls, tmp_path_factory.mktemp("site")), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.fixture
def browse_as(browser: Browser, address: str, owner: Database) -> Iterator[BrowseAs]:
    """Sign somebody of the cast in, in a window of their own."""
    windows = []

    def signed_in(viewer: Viewer) -> Page:
        window = browser.new_context(base_url=address)
        windows.append(window)
        page = window.new_page()
        page.goto("/sign-in")
        page.get_by_label("E-mail address").fill(give_password(owner, viewer))
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        return page

    yield signed_in
    for window in windows:
        window.close()
