"""The map of imported incidents works with a keyboard and a thumb, on a phone as on a desk."""

import pytest
from playwright.sync_api import Page, expect

from graphql_schema import Door
from portal.db import Database
from tests.browser.windows import DESK, PHONE, Windows
from tests.factories.cast import Cast, settle_cast
from tests.factories.flags import imported

MARKS = """
() => [...document.querySelectorAll(".cc-points__dot")].map(dot => {
  const {left, top, right, bottom} = dot.getBoundingClientRect();
  return {left, top, right, bottom};
})
"""
SIZES = (
    "() => [...document.querySelectorAll('.cc-points text')].map(text => parseFloat(getComputedStyle(text).fontSize))"
)
# WCAG 2.2, 2.5.8: no target is smaller.
LEAST = 24


@pytest.fixture
def team(owner: Database, door: Door) -> Cast:
    """A team with incidents all over a town, and many close together."""
    cast = settle_cast(owner, door)
    for number in range(24):
        north, east = 51.89 + (number % 5) * 0.008, -2.11 + (number // 5) * 0.012
        point = {"latitude": f"{north:.6f}", "longitude": f"{east:.6f}", "approximate": True}
        imported(cast, place={"description": f"On or near Elm Street {number:02}", "point": point})
    return cast


def marks(page: Page) -> list[dict[str, float]]:
    """Where the marks stand on the screen."""
    found: list[dict[str, float]] = page.evaluate(MARKS)
    assert found
    return found


@pytest.mark.parametrize("width", [320, PHONE, DESK])
def test_no_mark_covers_another_or_leaves_the_map_and_every_number_can_be_read(
    team: Cast, windows: Windows, width: int
) -> None:
    page = windows.open(team.rowan, script=True)
    page.set_viewport_size({"width": width, "height": 740})
    page.goto("/drafts")
    frame = page.locator(".cc-points__picture").bounding_box()
    assert frame is not None
    standing = marks(page)
    for place, one in enumerate(standing):
        assert min(one["right"] - one["left"], one["bottom"] - one["top"]) >= LEAST
        assert frame["x"] <= one["left"]
        assert one["right"] <= frame["x"] + frame["width"]
        assert frame["y"] <= one["top"]
        assert one["bottom"] <= frame["y"] + frame["height"]
        for other in standing[:place]:
            middles = [(each["left"] + each["right"], each["top"] + each["bottom"]) for each in (one, other)]
            across, down = (abs(first - second) / 2 for first, second in zip(*middles, strict=True))
            assert (across**2 + down**2) ** 0.5 >= one["right"] - one["left"] - 1
    assert min(page.evaluate(SIZES)) >= 16


def test_a_mark_is_a_link_that_the_keyboard_reaches_and_leads_to_what_lies_there(team: Cast, windows: Windows) -> None:
    page = windows.open(team.rowan)
    page.goto("/drafts")
    mark = page.locator(".cc-points__picture a").first
    expect(mark).to_have_attribute("aria-label", "1: 1 incident, on or near Elm Street 04")
    page.get_by_role("button", name="Show").focus()
    # On a phone a link to the list comes first.
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Go to the list")).to_be_focused()
    page.keyboard.press("Tab")
    expect(mark).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Only a part of the map.")).to_be_visible()
    expect(page.get_by_text("1 place waits for somebody who was there.")).to_be_visible()
    expect(page.get_by_role("link", name="On or near Elm Street 04")).to_be_visible()
