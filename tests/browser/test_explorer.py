"""The explorer of the schema: an officer asks and changes something as a tool would, under the site's own policy."""

import json
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from portal.db import Database
from tests.browser.looking import NARROW, barriers, sideways
from tests.browser.windows import DESK, PHONE, Windows
from tests.factories.audit import lines_since, mark
from tests.factories.cast import Cast
from tests.factories.flags import report

SET = "([name, text]) => document.querySelector(`.graphiql-${name} .CodeMirror`).CodeMirror.setValue(text)"
# What stands in the explorer's own frame is the library's; what stands around it is ours.
AROUND = "document.getElementById('explorer').remove()"
RAISE = """mutation Raise($input: RaiseFlagInput!) {
  raiseFlag(input: $input) { __typename ... on FlagRaised { reference flag { state } } ... on Failure { message } }
}"""


@pytest.fixture
def asked() -> list[str]:
    """Every address the browser asked for."""
    return []


def opened(windows: Windows, cast: Cast, asked: list[str], *, width: int = DESK) -> Page:
    """The explorer with a token, as an officer."""
    page = windows.open(cast.rowan, width=width, script=True)
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/developers/graphiql")
    page.get_by_role("button", name="Get a token and begin").click()
    expect(page.locator(".graphiql-container")).to_be_visible()
    return page


def run(page: Page) -> None:
    page.get_by_role("button", name="Execute query").click()


def answer(page: Page) -> Any:
    return page.locator(".result-window")


def test_an_officer_asks_who_they_are_and_no_other_host_hears_of_it(
    windows: Windows, cast: Cast, asked: list[str], address: str
) -> None:
    page = opened(windows, cast, asked)
    run(page)
    expect(answer(page)).to_contain_text(cast.rowan.display_name)
    expect(page.get_by_role("status").first).to_contain_text("You have a token until")
    # Menus, the schema's own words and the settings ask the browser for everything they need.
    page.get_by_role("button", name="Show Documentation Explorer").click()
    documentation = page.get_by_role("region", name="Documentation Explorer")
    documentation.get_by_text("Query", exact=True).first.click()
    expect(documentation).to_contain_text("Where every read begins.")
    page.get_by_role("button", name="Open settings dialog").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    assert {url.split("/")[2] for url in asked if not url.startswith("data:")} == {address.removeprefix("http://")}


def test_a_change_made_there_is_real_and_recorded_once(
    windows: Windows, cast: Cast, asked: list[str], owner: Database
) -> None:
    page = opened(windows, cast, asked)
    page.evaluate(SET, ["query-editor", RAISE])
    page.evaluate(SET, ["editor-tool", json.dumps({"input": report(idempotencyKey=str(uuid4()))})])
    before = mark(owner)
    run(page)
    expect(answer(page)).to_contain_text('"state": "SUBMITTED"')
    assert [line.operation for line in lines_since(owner, before) if line.operation != "issueToken"] == ["raiseFlag"]


def test_the_token_and_what_was_typed_end_with_the_page(windows: Windows, cast: Cast, asked: list[str]) -> None:
    page = opened(windows, cast, asked)
    page.evaluate(SET, ["query-editor", "query WhoAmI { instance { name } } # Kai"])
    run(page)
    expect(answer(page)).to_contain_text('"instance"')
    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, location.href])")
    assert kept == f'[{{}},{{}},"","{page.url}"]'
    assert all("?" not in url for url in asked)
    page.reload()
    assert page.evaluate("document.body.innerHTML.includes('Kai')") is False
    expect(page.get_by_role("button", name="Get a token and begin")).to_be_visible()


def test_a_token_that_ended_is_asked_for_again_and_nothing_typed_is_lost(
    windows: Windows, cast: Cast, asked: list[str], owner: Database
) -> None:
    page = opened(windows, cast, asked)
    page.evaluate(SET, ["query-editor", "query WhoAmI { instance { name demo } }"])
    with owner.transaction() as session:
        session.connection().exec_driver_sql("update access_token set expires_at = now()")
    run(page)
    expect(page.get_by_text("The token has ended.")).to_be_visible()
    page.get_by_role("button", name="Get a token and begin").click()
    expect(page.get_by_text("You have a token until")).to_be_visible()
    run(page)
    expect(answer(page)).to_contain_text('"demo": true')


def test_what_is_ours_around_it_is_in_nobody_s_way(windows: Windows, cast: Cast, asked: list[str]) -> None:
    page = opened(windows, cast, asked, width=PHONE)
    run(page)
    expect(answer(page)).to_contain_text(cast.rowan.display_name)
    assert sideways(page, widths=(*NARROW, DESK)) == []
    page.evaluate(AROUND)
    assert barriers(page) == []


def test_without_script_it_says_what_to_do_instead(windows: Windows, cast: Cast) -> None:
    page = windows.open(cast.rowan)
    page.goto("/developers/graphiql")
    page.get_by_role("link", name="get a token and ask with curl").click()
    expect(page).to_have_url(f"{windows.address}/developers#token")
