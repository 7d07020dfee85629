"""Single keys in the inbox: off until switched on, silent while somebody types, and never more than a mouse can do."""

from playwright.sync_api import Page, expect

from tests.browser.windows import DESK, Windows
from tests.factories.cast import Cast
from tests.factories.flags import raised

FOCUS = "() => document.activeElement.textContent.trim()"


def three(cast: Cast, windows: Windows) -> Page:
    """An inbox with three flags, in a window with script."""
    for name in ("Kai", "Noor", "Wren"):
        raised(cast, subject={"person": {"preferredName": name, "ageBandCode": "14_15"}})
    page = windows.open(cast.morgan, width=DESK, script=True)
    page.goto("/inbox?show=open&order=oldest")
    return page


def switch(page: Page, way: str) -> None:
    """Switch the keys on or off, and wait until the page that comes back is whole, its script too."""
    page.get_by_role("button", name=f"Switch them {way}").click()
    expect(page.get_by_text(f"Keyboard shortcuts are {way}")).to_be_visible()
    page.wait_for_load_state()


def test_keys_do_nothing_until_they_are_switched_on_and_again_when_off(cast: Cast, windows: Windows) -> None:
    page = three(cast, windows)
    page.keyboard.press("j")
    assert "Kai" not in page.evaluate(FOCUS)[:3]
    switch(page, "on")
    page.keyboard.press("j")
    assert page.evaluate(FOCUS).startswith("Kai")
    switch(page, "off")
    page.keyboard.press("j")
    assert not page.evaluate(FOCUS).startswith("Kai")
    assert windows.complaints == []


def test_keys_move_tick_open_and_take_and_leave_typing_alone(cast: Cast, windows: Windows) -> None:
    page = three(cast, windows)
    switch(page, "on")
    for key, name in (("j", "Kai"), ("j", "Noor"), ("j", "Wren"), ("j", "Wren"), ("k", "Noor")):
        page.keyboard.press(key)
        assert page.evaluate(FOCUS).startswith(name)
    page.keyboard.press("x")
    expect(page.locator("[data-row] input:checked")).to_have_count(1)
    # With another key held down they belong to the browser or to a screen reader.
    page.keyboard.press("Control+x")
    expect(page.locator("[data-row] input:checked")).to_have_count(1)
    page.get_by_label("Name of this view").focus()
    page.keyboard.type("jokxt")
    expect(page.get_by_label("Name of this view")).to_have_value("jokxt")
    expect(page.locator("[data-row] input:checked")).to_have_count(1)
    page.keyboard.press("Tab")
    page.keyboard.press("j")
    page.keyboard.press("t")
    expect(page.get_by_role("heading", name="What became of the ticked flags")).to_be_visible()
    expect(page.get_by_text("Taken: 1.")).to_be_visible()
    page.goto("/inbox")
    page.keyboard.press("j")
    page.keyboard.press("o")
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Inbox")
    assert windows.complaints == []
