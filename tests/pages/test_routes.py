"""Every address of the site, tried by everybody: it opens to those who may, and for the others does not exist."""

import re
from dataclasses import dataclass, replace
from uuid import uuid4

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from frontend.sign_in.gate import PUBLIC as OPEN_GATE
from graphql_schema import Door
from portal.db import Database
from tests.factories.cast import Cast, settle_cast
from tests.factories.snapshot import snapshot, unchanged
from tests.pages import routes
from tests.pages.canaries import Canaries, Record
from tests.pages.conftest import ReadAs
from tests.pages.reader import Reader
from tests.pages.routes import LISTS, PAGES, RAISING, List, Page
from tests.pages.words_on import title_of, without_keys

# Nothing runs, nothing is kept, nothing is sent elsewhere, and no other site learns where somebody was.
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self';"
        " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
ADDRESS = re.compile(r'\s(?:href|src|action)="([^"]*)"')


@dataclass(frozen=True)
class Site:
    """Two partnerships on one site: one with marked records, the other with people of the same roles."""

    canaries: Canaries
    elsewhere: Cast
    owner: Database
    door: Door
    read_as: ReadAs
    stranger: Reader

    @property
    def cast(self) -> Cast:
        return self.canaries.cast

    def reader(self, name: str, *, elsewhere: bool = False) -> Reader:
        """Somebody of the cast, signed in."""
        return self.read_as((self.elsewhere if elsewhere else self.cast).viewers[name])

    def id_of_nothing(self, kind: str) -> str:
        """An id of the kind this installation gives, for a record that does not exist."""
        return self.door._opened_seal().seal_id(kind, uuid4())

    def checked(self, response: TestResponse, *, marked: bool) -> TestResponse:
        """A response that keeps what every response promises, and shows the mark or not."""
        mark = self.canaries.mark
        assert {name: response.headers.get(name) for name in HEADERS} == HEADERS
        assert (mark in response.text) is marked, response.text
        said_elsewhere = [*response.headers.values(), *ADDRESS.findall(response.text)]
        if response.mimetype == "text/html" and "<title>" in response.text:
            said_elsewhere.append(title_of(response.text))
        assert not [said for said in said_elsewhere if mark in said or "@" in said]
        return response


@pytest.fixture(scope="module")
def two_casts(owner: Database, door: Door) -> tuple[Cast, Cast]:
    """Two partnerships. Nobody here counts records, so the tests of this file share them, each with its own mark."""
    return settle_cast(owner, door), settle_cast(owner, door)


@pytest.fixture
def tried(two_casts: tuple[Cast, Cast], owner: Database, door: Door, read_as: ReadAs, stranger: Reader) -> Site:
    """The site with both partnerships."""
    here, elsewhere = two_casts
    return Site(Canaries(here), elsewhere, owner, door, read_as, stranger)


def asked(reader: Reader, page: Page, record: Record, *, token: bool = True) -> TestResponse:
    """Ask for a page of a record, or send its form complete: with the reader's own token, or without one."""
    address = page.address.format(id=record["id"])
    if page.method == "GET":
        return reader.get(address)
    held = reader.form("/agreement", to="/sign-out")
    if not token:
        held.pop("csrf_token")
    assert page.typed is not None
    return reader.post(address, held, expected_version=str(record["version"]), **page.typed)


def kept_headers(response: TestResponse) -> dict[str, str]:
    """The headers of a response, without the cookie that carries the token of its forms."""
    return {name: value for name, value in response.headers.items() if name != "Set-Cookie"}


def test_every_route_says_who_may_reach_it(site: Flask) -> None:
    known = {rule.endpoint: rule for rule in site.url_map.iter_rules()}
    for endpoint in known.keys() - routes.listed():
        methods = ", ".join(sorted((known[endpoint].methods or set()) - {"HEAD", "OPTIONS"}))
        pytest.fail(
            f"{methods} {known[endpoint]} ({endpoint}) is a route that nobody tries. List it in tests/pages/routes.py:"
            " as a Page of one record with everybody who may and may not reach it, as a List of one's own, or under"
            " EVERYBODY or PUBLIC with the reason."
        )
    for endpoint in routes.listed() - known.keys():
        pytest.fail(f"{endpoint} is listed in tests/pages/routes.py and is no route any more: take it out there.")


def test_what_is_open_to_anybody_is_what_the_gate_leaves_open() -> None:
    assert set(routes.PUBLIC) == OPEN_GATE


@pytest.mark.some_of(25)
@pytest.mark.parametrize("page", PAGES, ids=[page.endpoint for page in PAGES])
def test_a_page_of_a_record_exists_for_those_who_may_and_for_nobody_else(tried: Site, page: Page) -> None:
    record = page.record(tried.canaries)
    missing: Record = {"id": tried.id_of_nothing(page.kind), "version": record["version"]}
    outsiders = [tried.reader(name) for name in page.hidden]
    outsiders += [tried.reader(name, elsewhere=True) for name in page.with_it[:1]]
    for reader in outsiders:
        with unchanged(tried.owner):
            hidden = tried.checked(asked(reader, page, record), marked=False)
        nothing = asked(reader, page, missing)
        assert hidden.status_code == nothing.status_code == 404
        assert without_keys(hidden.text) == without_keys(nothing.text)
        assert kept_headers(hidden) == kept_headers(nothing)
    for name in page.refused:
        with unchanged(tried.owner):
            refused = asked(tried.reader(name), page, record)
        assert tried.checked(refused, marked=tried.canaries.mark in refused.text).status_code == 403
    for name in page.with_it:
        holder = tried.reader(name)
        if page.method == "GET":
            shown = tried.checked(asked(holder, page, record), marked=page.endpoint not in routes.NAMES_NOBODY)
            assert shown.status_code == 200
        else:
            sent_by_holder(tried, page, holder, page.record(tried.canaries))


def sent_by_holder(tried: Site, page: Page, holder: Reader, record: Record) -> None:
    """A form of somebody who may send it counts, and counts with its token only."""
    with unchanged(tried.owner):
        forged = asked(holder, page, record, token=False)
    assert tried.checked(forged, marked=False).status_code == 403
    before = snapshot(tried.owner)
    assert tried.checked(asked(holder, page, record), marked=False).status_code == 303
    assert snapshot(tried.owner) != before


@pytest.mark.some_of(20)
@pytest.mark.parametrize("page", PAGES, ids=[page.endpoint for page in PAGES])
def test_nobody_signed_in_is_sent_to_sign_in_from_a_record_as_from_nothing(tried: Site, page: Page) -> None:
    record = page.record(tried.canaries)
    for name in (record["id"], tried.id_of_nothing(page.kind), "x"):
        address = page.address.format(id=name)
        with unchanged(tried.owner):
            answer = tried.stranger.client.open(address, method=page.method, data=page.typed)
        assert tried.checked(answer, marked=False).status_code == 303
        assert answer.location == ("/sign-in" if page.method == "POST" else f"/sign-in?next={address}")


@pytest.mark.parametrize("listed", LISTS, ids=[listed.endpoint for listed in LISTS])
def test_a_list_shows_each_reader_what_is_theirs(tried: Site, cast: Cast, listed: List) -> None:
    # A list has pages, so this partnership has nothing but what is looked for.
    tried = replace(tried, canaries=Canaries(cast))
    tried.canaries.draft()
    tried.canaries.own_draft()
    tried.canaries.new()
    tried.canaries.shared()
    tried.canaries.plan()
    for name in listed.finds:
        assert tried.checked(tried.reader(name).get(listed.address), marked=True).status_code == 200
    for name in listed.empty:
        assert tried.checked(tried.reader(name).get(listed.address), marked=False).status_code == 200
    for name in listed.finds or listed.empty:
        theirs = tried.checked(tried.reader(name, elsewhere=True).get(listed.address), marked=False)
        assert theirs.status_code == 200
    for name in listed.hidden:
        reader = tried.reader(name)
        hidden, nowhere = reader.get(listed.address), reader.get("/no/such/page")
        assert tried.checked(hidden, marked=False).status_code == 404
        assert without_keys(hidden.text) == without_keys(nowhere.text)
    assert tried.stranger.get(listed.address).location == f"/sign-in?next={listed.address}"


def test_only_who_has_the_form_raises_a_flag_and_only_with_its_token(tried: Site) -> None:
    _, address, typed = RAISING
    page = next(listed for listed in LISTS if listed.address == address)
    for name in page.hidden:
        reader = tried.reader(name)
        held = reader.form("/agreement", to="/sign-out")
        with unchanged(tried.owner):
            answer = tried.checked(reader.post(address, held, **typed), marked=False)
        assert answer.status_code == 404
        assert without_keys(answer.text) == without_keys(reader.get("/no/such/page").text)
    for name in page.empty:
        reader = tried.reader(name)
        held = reader.form(address)
        token = held.pop("csrf_token")
        with unchanged(tried.owner):
            forged = tried.checked(reader.post(address, held, **typed), marked=False)
        assert forged.status_code == 403
        raised = reader.post(address, held, csrf_token=token, **typed)
        assert tried.checked(raised, marked=False).status_code == 303
        assert re.fullmatch(r"/flags/[\w-]+/sent", raised.location)
    with unchanged(tried.owner):
        anonymous = tried.stranger.client.post(address, data=typed)
    assert anonymous.location == "/sign-in"


def test_what_everybody_may_read_says_nothing_of_anybody_s_record(tried: Site) -> None:
    tried.canaries.answered()
    for address in (
        "/",
        "/agreement",
        "/feedback",
        "/notifications",
        "/account/notifications",
        "/sign-in/membership",
        "/about",
        "/accessibility",
        "/help",
        "/sign-in",
    ):
        for name in ("rowan", "morgan", "sam", "robin", "noor"):
            tried.checked(tried.reader(name).get(address), marked=False)
        tried.checked(tried.stranger.get(address), marked=False)


def test_signing_out_and_choosing_a_role_need_the_token_too(tried: Site) -> None:
    for address in ("/sign-out", "/sign-in/membership"):
        reader = tried.reader("kit")
        with unchanged(tried.owner):
            answer = reader.client.post(address, data={"membership": str(uuid4())})
        assert tried.checked(answer, marked=False).status_code == 403
        assert reader.get("/agreement").status_code == 200


def test_an_address_that_is_no_page_and_a_method_that_is_none_give_nothing_away(tried: Site) -> None:
    flag = tried.canaries.shared()
    nowhere = ("/flags/", f"/flags/{flag['id']}/", f"/flags/{flag['id']}/delete", "/admin", "/shares", "/x" * 500)
    for reader in (tried.reader("rowan"), tried.reader("robin")):
        for address in nowhere:
            assert tried.checked(reader.get(address), marked=False).status_code == 404
        for method in ("PUT", "PATCH", "DELETE"):
            with unchanged(tried.owner):
                answer = reader.client.open(f"/flags/{flag['id']}", method=method)
            assert tried.checked(answer, marked=False).status_code in {403, 404, 405}


def test_what_is_asked_for_beside_the_address_never_breaks_a_page(tried: Site) -> None:
    tried.canaries.new()
    oddities = ("after=x", "after=%00", "show=%F0%9F%A6%89", "show=x&show=y", "role=%27", "next=//evil.example", "=&&=")
    for address in ("/flags", "/inbox", "/drafts", "/agreement", "/sign-in/membership"):
        for oddity in oddities:
            answer = tried.reader("morgan").get(f"{address}?{oddity}")
            assert answer.status_code in {200, 404}, (address, oddity)
            assert "evil.example" not in answer.text
