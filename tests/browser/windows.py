"""Windows of people: each a browser of their own, on a phone unless said otherwise, with script off unless needed."""

from dataclasses import dataclass, field

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from portal.access.viewer import Viewer
from portal.db import Database
from tests.factories.site import cookie_of, start_session

PHONE, DESK = 360, 1280
# Generous, because a machine that runs many tests at once is slow, and a page that never comes fails all the same.
PATIENCE_MS = 20_000


@dataclass
class Windows:
    """Opens windows on the site and closes them; keeps what the browser complained about."""

    browser: Browser
    address: str
    site: Flask
    owner: Database
    complaints: list[str] = field(default_factory=list)
    _opened: list[BrowserContext] = field(default_factory=list)

    def open(
        self, viewer: Viewer | None = None, *, width: int = PHONE, script: bool = False, touch: bool = False
    ) -> Page:
        """A window of its own, signed in as a viewer or not at all."""
        secret = None
        if viewer is not None:
            secret = start_session(self.owner, user_id=viewer.user_id, membership_id=viewer.membership_id)
        return self.open_with(secret, width=width, script=script, touch=touch)

    def open_with(self, secret: str | None, *, width: int = PHONE, script: bool = False, touch: bool = False) -> Page:
        """A window of its own, with the secret of a session or without one."""
        window = self.browser.new_context(
            base_url=self.address, viewport={"width": width, "height": 740}, java_script_enabled=script, has_touch=touch
        )
        window.set_default_timeout(PATIENCE_MS)
        self._opened.append(window)
        if secret is not None:
            name = str(self.site.config["SESSION_COOKIE_NAME"])
            window.add_cookies([{"name": name, "value": cookie_of(self.site, secret), "url": self.address}])
        page = window.new_page()
        page.on("console", self._hear)
        return page

    def close(self) -> None:
        """Close every window."""
        for window in self._opened:
            window.close()

    def _hear(self, said: ConsoleMessage) -> None:
        # A page that asks for something its own policy forbids is broken, whether or not anybody sees it.
        if "Content Security Policy" in said.text:
            self.complaints.append(said.text)
