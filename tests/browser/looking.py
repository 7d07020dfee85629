"""What a person who cannot see well, or has a small phone, meets on a page."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

CLONE = Path(__file__).resolve().parents[2]
AXE = CLONE / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# The narrowest phone that WCAG 2.2 (1.4.10) asks for, and a desk.
WIDTHS = (320, 1280)


def barriers(page: Page) -> list[str]:
    """Every fault axe finds on a page, and every width at which it must be scrolled sideways."""
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        # The page's own policy forbids script; the debugger may look all the same.
        page.evaluate(AXE.read_text(encoding="utf-8"))
        answer: dict[str, Any] = page.evaluate(
            "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", RULES
        )
        for violation in answer["violations"]:
            places = ", ".join(node["html"][:120] for node in violation["nodes"])
            found.append(f"{page.url} at {width}: {violation['id']}: {places}")
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append(f"{page.url} at {width}: scrolls sideways")
    return found
