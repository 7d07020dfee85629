"""What every page keeps: no script in it, no style attribute, nothing stored, one heading, its language said."""

import re

import pytest
from flask import Flask
from structlog.testing import capture_logs

from tests.factories.cast import Cast
from tests.factories.flags import raised, shared, taken
from tests.pages.answers import RAISE
from tests.pages.conftest import ReadAs
from tests.pages.reader import Reader
from tests.pages.words_on import words_on

POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
)
PUBLIC = ("/sign-in", "/about", "/help", "/accessibility")


@pytest.fixture
def pages(cast: Cast, read_as: ReadAs, stranger: Reader) -> dict[str, str]:
    """Every page there is, by where and who, as it is served."""
    waiting, opened, done = raised(cast), taken(cast), shared(cast)
    rowan, morgan, sam = read_as(cast.rowan), read_as(cast.morgan), read_as(cast.sam)
    asked = {
        stranger: PUBLIC,
        rowan: (RAISE, "/flags", f"/flags/{done['id']}", f"/flags/{done['id']}/sent", "/drafts", "/nowhere"),
        morgan: ("/inbox", f"/flags/{waiting['id']}", f"/flags/{opened['id']}/triage", "/agreement"),
        sam: ("/inbox", f"/flags/{done['id']}", "/sign-in/membership"),
    }
    found = {}
    for reader, paths in asked.items():
        for path in paths:
            answer = reader.get(path)
            assert answer.status_code == (404 if path == "/nowhere" else 200)
            assert answer.headers["Content-Security-Policy"] == POLICY
            assert answer.headers["Cache-Control"] == "no-store"
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            found[f"{len(found)} {path}"] = answer.text
    errors = rowan.send(RAISE, step="send")
    return found | {"errors": errors.text}


def test_no_page_needs_script_or_style_of_its_own(pages: dict[str, str]) -> None:
    for where, page in pages.items():
        assert not re.search(
            r"<script(?! src=\"/static/[\w./-]+\" defer></script>)|<style|\sstyle=|\son[a-z]+=|javascript:", page
        ), where


def test_every_page_has_one_heading_its_landmarks_and_its_language(pages: dict[str, str]) -> None:
    for where, page in pages.items():
        assert page.count("<h1") == 1, where
        assert page.count("<main") == page.count("<header>") == page.count("<footer") == 1, where
        assert '<html lang="en-GB"' in page, where
        assert 'href="#main-content" class="govuk-skip-link"' in page, where


def test_a_demonstration_says_so_on_every_page(pages: dict[str, str]) -> None:
    for where, page in pages.items():
        assert "Demonstration. The partnership, its people and figures are invented." in words_on(page), where


def test_every_page_says_that_concord_is_independent(pages: dict[str, str]) -> None:
    for where, page in pages.items():
        said = words_on(page)
        assert "Concord is independent software. It is not a GOV.UK, police, council or NHS service." in said, where


def test_no_two_elements_of_a_page_share_an_id(pages: dict[str, str]) -> None:
    for where, page in pages.items():
        ids = re.findall(r'\sid="([^"]+)"', page)
        assert sorted(ids) == sorted(set(ids)), where


def test_the_about_page_names_every_source(stranger: Reader) -> None:
    page = words_on(stranger.get("/about").text)
    assert "Source: Office for National Statistics licensed under the Open Government Licence v.3.0." in page
    assert "Contains public sector information from police.uk" in page


def test_static_files_may_be_kept_by_the_browser(stranger: Reader) -> None:
    assert stranger.get("/static/favicon.svg").headers["Cache-Control"] != "no-store"


def test_a_fault_of_ours_gives_a_reference_and_no_detail(fresh_site: Flask) -> None:
    secret = "what somebody typed"

    def broken() -> str:
        raise RuntimeError(secret)

    fresh_site.view_functions["public.help_page"] = broken
    with capture_logs() as lines:
        answer = Reader(fresh_site).get("/help")
    assert answer.status_code == 500
    (line,) = (line for line in lines if line["event"] == "page failed")
    assert line["kind"] == "RuntimeError"
    assert f"this reference: {line['reference']}" in words_on(answer.text)
    assert secret not in answer.text + str(lines)
