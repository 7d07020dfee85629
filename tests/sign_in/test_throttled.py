"""Whoever tries too often is asked to wait, on the form and in the same words whatever they typed."""

import secrets
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from portal.config import Settings
from portal.db import Database
from portal.identity.throttle import FREE_TRIES, NETWORK_TRIES, Caller
from portal.operations.embedded import DatabaseUrls
from tests.conftest import SECRET
from tests.factories.accounts import PASSWORD, make_member
from tests.pages.words_on import words_on
from tests.sign_in.visitor import Visitor, flags_of, without_token
from wsgi import create_app

WRONG = "a lantern by the mill"


def somebody() -> str:
    return f"{uuid4().hex}@agency.example"


def network() -> str:
    """An address nobody else in the database tries from."""
    return f"2001:db8:{secrets.token_hex(2)}:{secrets.token_hex(2)}::1"


def tried(visitor: Visitor, email: str, *, password: str = WRONG, times: int = 1, **headers: str) -> TestResponse:
    """The last answer to so many tries."""
    visitor.client.environ_base.update({f"HTTP_{name}": value for name, value in headers.items()})
    for _ in range(times):
        response = visitor.send("/sign-in", email=email, password=password)
    return response


def test_the_form_says_how_long_to_wait_in_the_same_words_for_everybody(app: Flask, owner: Database) -> None:
    answers = set()
    for email, password in ((make_member(owner).email, PASSWORD), (somebody(), WRONG)):
        visitor = Visitor(app)
        assert tried(visitor, email, times=FREE_TRIES).status_code == 422
        page = tried(visitor, email, password=password)
        assert page.status_code == 429
        wait = int(page.headers["Retry-After"])
        assert 1 < wait <= 30
        assert f"There were too many tries. Wait {wait} seconds, then try again." in words_on(page.text)
        # The address stands there as it was typed, and the password does not.
        assert f'value="{email}"' in page.text
        assert password not in page.text
        assert "concord-browser" not in str(page.headers)
        answers.add(without_token(page.text).replace(email, "").replace(f"Wait {wait} seconds", ""))
    assert len(answers) == 1


def test_a_browser_that_signed_in_is_known_again_by_a_mark_that_says_nothing(app: Flask, owner: Database) -> None:
    me, visitor = make_member(owner), Visitor(app)
    flags = flags_of(visitor.sign_in(me), "concord-browser")
    assert int(str(flags.pop("max-age"))) > 100 * 24 * 3600
    assert flags.pop("expires")
    assert flags == {"httponly": True, "samesite": "Lax", "path": "/"}
    mark = visitor.client.get_cookie("concord-browser")
    assert mark is not None
    for said in (me.email, str(me.user_id), me.display_name):
        assert said not in mark.value
    tried(Visitor(app), me.email, times=FREE_TRIES + 1)
    assert Visitor(app).sign_in(me).status_code == 429
    # The sign-in of this browser goes on, also after it was signed out.
    visitor.send("/sign-out", form_at="/sign-in/membership")
    assert visitor.sign_in(me).status_code == 303


def test_the_mark_of_a_real_installation_travels_over_https_only(secure_app: Flask, owner: Database) -> None:
    flags = flags_of(Visitor(secure_app).sign_in(make_member(owner)), "__Host-concord-browser")
    assert flags["secure"] is True


def behind(urls: DatabaseUrls, folder: Path, *, proxies: int) -> Visitor:
    """A visitor of a site that stands behind so many proxies."""
    return Visitor(
        create_app(
            Settings(
                database_url=urls.web,
                owner_database_url=urls.owner,
                worker_database_url=urls.worker,
                data_dir=folder,
                secret_key=SECRET,
                demo=True,
                trusted_proxies=proxies,
            )
        )
    )


@pytest.mark.parametrize(("proxies", "separate"), [(0, False), (1, True)])
def test_what_a_proxy_says_of_the_network_counts_only_where_it_is_trusted(
    urls: DatabaseUrls, tmp_path: Path, *, proxies: int, separate: bool
) -> None:
    visitor, mine, theirs = behind(urls, tmp_path, proxies=proxies), network(), network()
    visitor.client.environ_base["REMOTE_ADDR"] = network()
    desk = visitor.client.application.extensions["concord_desk"]
    # As many tries as a network has, all but the last without a page.
    seen = mine if separate else visitor.client.environ_base["REMOTE_ADDR"]
    for _ in range(NETWORK_TRIES - 1):
        desk._throttle.take(somebody(), Caller(network=seen))
    # What stands to the left of the proxy's own entry was written by the visitor.
    assert tried(visitor, somebody(), X_FORWARDED_FOR=f"192.0.2.1, {mine}").status_code == 422
    assert tried(visitor, somebody(), X_FORWARDED_FOR=f"192.0.2.2, {mine}").status_code == 429
    assert tried(visitor, somebody(), X_FORWARDED_FOR=theirs).status_code == (422 if separate else 429)
