"""Every page in every state: nothing in anybody's way, on a phone and on a desk, and nothing off its side."""

from pathlib import Path

import pytest
from flask import Flask, template_rendered
from playwright.sync_api import Browser, expect

from frontend.documents import ROOM
from graphql_schema import Door
from portal.db import Database
from tests.browser.looking import NARROW, barriers, sideways
from tests.browser.states import STATES, Stage
from tests.browser.windows import DESK, PHONE, Windows
from tests.factories.cast import settle_cast

FRAME = ROOM / "layout" / "page.html"


@pytest.fixture(scope="module")
def stage(owner: Database, door: Door) -> Stage:
    """Records to look at; the states share them, and those that change one make their own."""
    return Stage(cast=settle_cast(owner, door), empty=settle_cast(owner, door), owner=owner)


def test_every_template_of_a_page_has_a_state() -> None:
    pages = {path.relative_to(ROOM).as_posix() for path in ROOM.rglob("*.html") if "<main" in in_full(path)}
    shown = {state.shows for state in STATES.values()}
    missing = pages - shown - {"layout/page.html", "errors/alone.html"}
    assert not missing, f"Write a state in tests/browser/states for each of these, so that somebody looks: {missing}"


def in_full(path: Path) -> str:
    """A template with the frame it stands in."""
    text = path.read_text(encoding="utf-8")
    return text + FRAME.read_text(encoding="utf-8") if "{% extends" in text else text


@pytest.mark.some_of(40)
@pytest.mark.parametrize("name", STATES)
def test_nothing_is_in_anybody_s_way(stage: Stage, windows: Windows, site: Flask, name: str) -> None:
    state = STATES[name]
    rendered: list[str] = []
    people = stage.empty if state.empty else stage.cast
    # Reached with script, because some states need a field changed by hand; the site itself has no script.
    page = windows.open(people.viewers[state.who] if state.who else None, script=True)
    with template_rendered.connected_to(lambda _, template, **more: rendered.append(template.name), site):  # noqa: ARG005
        words = state.reach(page, stage)
        expect(page.locator("body")).to_contain_text(words)
    assert rendered[-1] == state.shows
    found = []
    for width in (PHONE, DESK):
        page.set_viewport_size({"width": width, "height": 740})
        found += barriers(page)
    assert found + sideways(page, widths=(*NARROW, DESK)) == []


def test_a_page_with_faults_is_found_out(browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 740})
    page.set_content(
        '<!doctype html><html lang="en"><title>Faults</title><main><h1>Faults</h1><img src="x">'
        '<input name="unlabelled"><p style="color: #bbb">Too pale</p></main>'
    )
    faults = " ".join(barriers(page))
    for rule in ("image-alt", "label", "color-contrast"):
        assert rule in faults
    assert sideways(page) == []
    for wide in ('<div style="width: 500px">Wide</div>', f"<div>{'long' * 40}</div>"):
        page.set_content(wide)
        assert sideways(page)
    page.close()
