"""Whoever opens more pages than a person can is asked to wait, and what they typed waits with them."""

from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path

import pytest
from sqlalchemy import text

from frontend.page import PageWaits, note_change
from portal.access.viewer import Viewer
from portal.db import Database
from portal.operations.embedded import DatabaseUrls
from tests.factories.cast import Cast
from tests.factories.site import make_site
from tests.factories.snapshot import unchanged
from tests.pages.answers import RAISE, about_a_person
from tests.pages.conftest import ReadAs
from tests.pages.reader import Reader, held_by_form
from tests.pages.words_on import words_on

TYPED = about_a_person(fact="Two cans.\n“Can’t sleep” <b>", strengths="Kind & quick")


@pytest.fixture
def rowan(read_as: ReadAs, cast: Cast) -> Reader:
    return read_as(cast.rowan)


@contextmanager
def asked_too_much(owner: Database, viewer: Viewer) -> Iterator[None]:
    """Somebody whose windows asked for more than a person does."""
    with owner.transaction() as session:
        session.execute(
            text(
                "insert into rate_bucket values ('PAGES', :user, now() + interval '2 minutes')"
                " on conflict (kind, subject) do update set full_at = excluded.full_at"
            ),
            {"user": viewer.user_id},
        )
    yield
    with owner.transaction() as session:
        session.execute(text("delete from rate_bucket where subject = :user"), {"user": viewer.user_id})


def test_a_page_that_is_asked_for_too_soon_says_how_long_to_wait(rowan: Reader, cast: Cast, owner: Database) -> None:
    with asked_too_much(owner, cast.rowan), unchanged(owner):
        page = rowan.get("/flags?queue=MINE")
    assert page.status_code == 429
    assert 30 <= int(page.headers["Retry-After"]) <= 60
    words = words_on(page.text)
    assert "Nothing was changed." in words
    assert f"Wait {page.headers['Retry-After']} seconds" in words
    assert 'href="/flags?queue=MINE"' in page.text
    assert rowan.get("/flags?queue=MINE").status_code == 200


def test_what_was_typed_is_kept_on_the_page_and_sent_again_whole(rowan: Reader, cast: Cast, owner: Database) -> None:
    held = rowan.form(RAISE)
    with asked_too_much(owner, cast.rowan), unchanged(owner):
        page = rowan.post(RAISE, held, **TYPED)
    assert page.status_code == 429
    assert "What you typed is kept on this page." in words_on(page.text)
    kept = held_by_form(page.text, at=RAISE, to=RAISE)
    for name, value in TYPED.items():
        typed = value if isinstance(value, list) else [value]
        assert [each.splitlines() for each in kept.getlist(name)] == [each.splitlines() for each in typed], name
    assert kept["idempotency_key"] == held["idempotency_key"]
    assert rowan.post(RAISE, kept).status_code == 303


def test_a_password_is_never_carried_along(rowan: Reader, cast: Cast, owner: Database) -> None:
    held = rowan.form(RAISE)
    with asked_too_much(owner, cast.rowan):
        page = rowan.post(RAISE, held, **TYPED, password="three herons")
    assert page.status_code == 429
    assert "three herons" not in unescape(page.text)


@pytest.mark.parametrize(
    ("code", "wait", "said"),
    [
        ("RATE", 1, "Wait 1 second, then go on."),
        ("BUSY", 1, "Somebody else is changing this now"),
        ("DEADLINE", None, "That took too long"),
    ],
)
def test_what_was_done_before_the_page_failed_is_not_sent_again(
    urls: DatabaseUrls, tmp_path: Path, code: str, wait: int | None, said: str
) -> None:
    site, done = make_site(urls, tmp_path), [False]
    site.config["WTF_CSRF_ENABLED"] = False

    def view() -> str:
        if done[0]:
            note_change()
        raise PageWaits(code, wait)

    site.add_url_rule("/about/now", "public.now", view, methods=["GET", "POST"])
    # Nobody is signed in, so that the page is open to everybody.
    site.before_request_funcs[None].pop(0)
    reader = Reader(site)
    for changes, told in ((False, "What you typed is kept on this page."), (True, "What you sent is done.")):
        done[0] = changes
        page = reader.client.post("/about/now", data={"name": "Kai"})
        assert page.status_code == (429 if code == "RATE" else 503)
        assert page.headers.get("Retry-After") == (None if wait is None else str(wait))
        assert said in words_on(page.text)
        assert told in words_on(page.text)
        assert ("Nothing was changed." in words_on(page.text)) != changes
        assert ("Kai" in page.text) != changes
