"""The audit is searched and read without a mouse and without script, on a phone's width."""

from playwright.sync_api import expect

from tests.browser.test_keyboard import tab_to
from tests.browser.windows import Windows
from tests.factories.cast import Cast
from tests.factories.flags import raised, taken


def test_the_audit_is_searched_with_the_keyboard_alone(cast: Cast, windows: Windows) -> None:
    flag = taken(cast, raised(cast))
    page = windows.open(cast.gail)
    page.goto("/audit")
    tab_to(page, name="reference")
    page.keyboard.type(flag["reference"].lower())
    tab_to(page, name="name")
    page.keyboard.type("hale")
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"About flag {flag['reference']}")).to_be_visible()
    expect(page.get_by_text("By PC Rowan Hale")).to_be_visible()
    expect(page.get_by_text("Triage worker, Severnshire County Council")).to_have_count(0)
    tab_to(page, text="Anybody instead")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Triage worker, Severnshire County Council")).to_be_visible()
    tab_to(page, text="Who has seen it")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=f"Who has seen flag {flag['reference']}")).to_be_visible()
