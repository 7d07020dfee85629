"""What a person who cannot see well, or has a small phone, meets on a page."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
# The width at which WCAG 2.2 (1.4.10) still asks for no second direction of scrolling, and a common phone.
NARROW = (320, 360)
RUN = """
standards => axe.run(document, {
  runOnly: standards, rules: {"target-size": {enabled: true}}, resultTypes: ["violations"],
})
"""
OVERFLOW = """
() => {
  const {scrollWidth, clientWidth} = document.documentElement;
  if (scrollWidth <= clientWidth) return [];
  const wide = [...document.querySelectorAll("body *")].filter(element => {
    const {left, right} = element.getBoundingClientRect();
    return Math.max(right, left + element.scrollWidth) > clientWidth + 1;
  });
  return [`${scrollWidth} wide`, ...wide.map(element => element.outerHTML.slice(0, 120))];
}
"""


@cache
def _axe() -> str:
    return AXE.read_text(encoding="utf-8")


def barriers(page: Page) -> list[str]:
    """Every fault axe finds on a page as it stands; the page's own policy forbids script, and the debugger looks."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_axe())
    answer: dict[str, Any] = page.evaluate(RUN, STANDARDS)
    # A run that tried nothing would find nothing.
    assert len(answer["passes"]) > len(STANDARDS)
    return [
        f"{violation['id']} at {page.viewport_size}: {violation['help']}: {node['html'][:160]}"
        for violation in answer["violations"]
        for node in violation["nodes"]
    ]


def sideways(page: Page, *, widths: Sequence[int] = NARROW) -> list[str]:
    """What sticks out of a page, so that it would be scrolled sideways: at the widths of phones, or at others."""
    before = page.viewport_size
    found = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 740})
        found += [f"at {width}: {element}" for element in page.evaluate(OVERFLOW)]
    if before is not None:
        page.set_viewport_size(before)
    return found
