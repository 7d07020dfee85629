"""A flag is raised without a mouse: Tab, Space, Enter and the arrows, on a phone's width and without script."""

from playwright.sync_api import Page, expect

from tests.browser.windows import Windows
from tests.factories.cast import Cast
from tests.factories.flags import newest_flag

# More stops than the form has; whoever needs more is lost on it.
MOST_STOPS = 60
HERE = """
() => {
  const {name, value, textContent} = document.activeElement;
  return {name, value, text: textContent.trim()};
}
"""
OUTLINED = """
() => {
  const shown = [document.activeElement, ...(document.activeElement.labels ?? [])].flatMap(
    element => [getComputedStyle(element), getComputedStyle(element, "::before")]);
  return shown.some(style => style.outlineStyle !== "none" || style.boxShadow !== "none"
    || style.backgroundColor === "rgb(255, 216, 77)");
}
"""


def tab_to(page: Page, **wanted: str) -> None:
    """Press Tab until the focus is where it is wanted, and see at each stop where one is."""
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        assert page.evaluate(OUTLINED), page.evaluate(HERE)
        here = page.evaluate(HERE)
        if all(wanted[key] == here[key] for key in wanted):
            return
    raise AssertionError(f"Nobody reaches {wanted} with the Tab key.")


def arrow_to(page: Page, value: str) -> None:
    """Press the down arrow within the choices of a question until one is chosen."""
    page.keyboard.press("Space")
    for _ in range(MOST_STOPS):
        if page.evaluate(HERE)["value"] == value:
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"Nobody reaches {value} with the arrow keys.")


def test_a_flag_is_raised_with_the_keyboard_alone(cast: Cast, windows: Windows) -> None:
    page = windows.open(cast.rowan)
    page.goto("/flags/raise")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, name="urgency")
    arrow_to(page, "URGENT")
    tab_to(page, name="who")
    arrow_to(page, "PERSON")
    tab_to(page, name="name")
    page.keyboard.type("Kai")
    tab_to(page, name="age_band")
    arrow_to(page, "14_15")
    tab_to(page, name="place")
    page.keyboard.type("Bus shelter")
    tab_to(page, name="concerns", value="ALCOHOL")
    page.keyboard.press("Space")
    tab_to(page, name="concerns", value="LOW_MOOD")
    page.keyboard.press("Space")
    tab_to(page, name="fact")
    page.keyboard.type("Two empty cans.")
    tab_to(page, name="told")
    arrow_to(page, "NO")
    tab_to(page, name="confirm")
    page.keyboard.press("Space")
    tab_to(page, text="Add more, if you have it")
    page.keyboard.press("Enter")
    tab_to(page, name="own_words")
    page.keyboard.type("I just want somewhere to go.")
    tab_to(page, text="Send to triage")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Your flag is sent")).to_be_visible()
    with cast.truth() as session:
        flag = newest_flag(session, cast)
        assert (flag.fact, flag.own_words) == ("Two empty cans.", "I just want somewhere to go.")
        assert (flag.urgency, flag.told, flag.age_band_code) == ("URGENT", "NO", "14_15")


def test_what_is_wrong_is_where_the_reader_stands(cast: Cast, windows: Windows) -> None:
    page = windows.open(cast.rowan)
    page.goto("/flags/raise")
    page.get_by_role("button", name="Send to triage").press("Enter")
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    page.get_by_role("link", name="Write what you saw or heard. One sentence is enough.").press("Enter")
    expect(page.get_by_label("6. What you saw or heard")).to_be_focused()
