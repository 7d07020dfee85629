"""A browser without a screen: keeps its cookies, and fills forms in as they were shown."""

import re
from http.cookies import SimpleCookie

from flask import Flask
from werkzeug.test import TestResponse

from tests.factories.accounts import PASSWORD, Member

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Visitor:
    """Somebody with a browser of their own."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()
        self.cookie_name = str(app.config["SESSION_COOKIE_NAME"])
        self.base_url = "https://localhost" if app.config["SESSION_COOKIE_SECURE"] else "http://localhost"

    def get(self, path: str) -> TestResponse:
        return self.client.get(path, base_url=self.base_url)

    def send(self, path: str, *, form_at: str | None = None, **typed: str) -> TestResponse:
        """Send a form to a path with the token of the page that showed it."""
        token = _TOKEN.search(self.get(form_at or path).text)
        assert token is not None
        return self.client.post(path, data={**typed, "csrf_token": token[1]}, base_url=self.base_url)

    def sign_in(self, member: Member, *, password: str = PASSWORD, **typed: str) -> TestResponse:
        return self.send("/sign-in", email=member.email, password=password, **typed)

    @property
    def cookie(self) -> str | None:
        found = self.client.get_cookie(self.cookie_name, path="/")
        return found.value if found else None

    def take(self, cookie: str) -> None:
        """Use a cookie that somebody noted down."""
        self.client.set_cookie(self.cookie_name, cookie, path="/", secure=self.base_url.startswith("https"))


def flags_of(response: TestResponse, cookie_name: str) -> dict[str, object]:
    """The attributes under which a response sets a cookie."""
    for header in response.headers.getlist("Set-Cookie"):
        morsel = SimpleCookie(header).get(cookie_name)
        if morsel is not None:
            return {name: value for name, value in morsel.items() if value}
    return {}


def without_token(page: str) -> str:
    """A page without what differs each time it is shown."""
    return _TOKEN.sub("", page)
