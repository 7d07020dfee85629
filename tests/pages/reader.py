"""A reader of pages: keeps cookies, and sends each form with everything it held when it was shown."""

from html.parser import HTMLParser
from urllib.parse import urljoin

from flask import Flask
from sqlalchemy import select
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from portal.access.viewer import Viewer
from portal.db import Database
from portal.identity.models import Credential, User
from portal.identity.passwords import hash_password
from tests.factories.site import cookie_of

PASSWORD = "three herons by the lock"
# Hashing is slow on purpose, so the tests do it once.
_HASH = hash_password(PASSWORD)


def give_password(owner: Database, viewer: Viewer) -> str:
    """Let somebody of the cast sign in, and give their address."""
    with owner.transaction() as session:
        if session.get(Credential, viewer.user_id) is None:
            session.add(Credential(user_id=viewer.user_id, password_hash=_HASH))
        return session.execute(select(User.email).where(User.id == viewer.user_id)).scalar_one()


class Reader:
    """Somebody with a browser of their own."""

    password = PASSWORD

    def __init__(self, site: Flask) -> None:
        self.site = site
        self.client = site.test_client()

    def take(self, secret: str) -> None:
        """Be whoever is signed in with a secret."""
        self.client.set_cookie(self.site.config["SESSION_COOKIE_NAME"], cookie_of(self.site, secret))

    def get(self, path: str) -> TestResponse:
        """A page."""
        return self.client.get(path)

    def form(self, path: str, *, to: str | None = None) -> MultiDict[str, str]:
        """What the form of a page holds before anybody types: the one sent to `to`, or to the page itself."""
        return held_by_form(self.get(path).text, at=path, to=to or path)

    def send(self, path: str, *, to: str | None = None, **typed: str | list[str]) -> TestResponse:
        """Open a page, type into its form and send it."""
        return self.post(to or path, self.form(path, to=to), **typed)

    def post(self, path: str, held: MultiDict[str, str], **typed: str | list[str]) -> TestResponse:
        """Send a form that was opened before; what is typed replaces what it held."""
        answers: MultiDict[str, str] = MultiDict(held)
        for name, value in typed.items():
            answers.setlist(name, value if isinstance(value, list) else [value])
        return self.client.post(path, data=answers)

    def follow(self, response: TestResponse) -> TestResponse:
        """The page a response leads to."""
        assert response.status_code == 303, response.text
        return self.get(response.location)


def held_by_form(page: str, *, at: str, to: str) -> MultiDict[str, str]:
    """The values a form would send as it stands on a page; fails when the page has no such form."""
    parser = _Forms(at)
    parser.feed(page)
    for action, values in parser.forms:
        if action == to and "csrf_token" in values:
            return values
    raise AssertionError(f"{at} shows no form that is sent to {to}.")


class _Forms(HTMLParser):
    """Every form of a page, with its address and the values it holds."""

    def __init__(self, at: str) -> None:
        super().__init__()
        self.at = at
        self.forms: list[tuple[str, MultiDict[str, str]]] = []
        self._textarea: str | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name, value = given.get("name") or "", given.get("value") or ""
        if tag == "form":
            self.forms.append((urljoin(self.at, given.get("action") or self.at), MultiDict()))
        elif tag == "input" and self.forms:
            ticked = given.get("type") not in {"radio", "checkbox"} or "checked" in given
            if name and ticked:
                self.forms[-1][1].add(name, value)
        elif tag == "textarea":
            self._textarea = name
            self.forms[-1][1].add(name, "")
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in given:
            self.forms[-1][1].add(self._select, value)

    def handle_data(self, data: str) -> None:
        if self._textarea is not None:
            values = self.forms[-1][1]
            values[self._textarea] = values[self._textarea] + data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._textarea = None
        elif tag == "select":
            self._select = None
