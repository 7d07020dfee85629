"""Takes the pictures of the README, of the demonstration as its people see it: `python -m tests.browser.pictures`."""

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, FloatRect, Page

import wsgi
from portal.config import Settings
from portal.operations.cast import PASSWORD
from portal.operations.database import reachable
from tests.browser import chromium
from tests.browser.filling import choose
from tests.browser.windows import DESK, PHONE
from tests.factories.jobs import work_off
from tests.factories.site import served

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"
LARGEST = 250_000
MARGIN = 24
SECRET = "for the pictures, and gone with them"


@contextmanager
def demonstration() -> Iterator[str]:
    """The address of a demonstration of its own, with its cast and their stories, as `make run` starts it."""
    # As root the path must be open to the user PostgreSQL runs as, which the usual temporary folder is not.
    with tempfile.TemporaryDirectory(prefix="concord-pictures-", dir="/var/tmp") as folder:
        Path(folder).chmod(0o755)
        settings = Settings(demo=True, data_dir=Path(folder) / "data", secret_key=SECRET)
        with reachable(settings) as ready:
            wsgi._bring_up_to_date(ready)
            work_off(ready.worker_database_url or "")
            with served(wsgi.create_app(ready)) as address:
                yield address


def raise_form(page: Page) -> None:
    """An officer's phone, half way through."""
    page.goto("/flags/raise")
    choose(page, "1. Is anyone in danger now?", "Not now, but it cannot wait")
    choose(page, "2. Who is this about?", "A young person")
    page.get_by_label("Name, if you know it").fill("Kai")
    choose(page, "3. About how old?", "14 or 15")
    page.get_by_label("4. Where, and when?").fill("Bus shelter, Station Parade")


def inbox(page: Page) -> None:
    """The worklist of triage."""
    page.goto("/inbox?show=open")


def flag_of_health(page: Page) -> None:
    """A shared flag as a service administrator reads it."""
    page.goto("/inbox")
    page.get_by_role("link", name="Wren").click()


def agreement(page: Page) -> None:
    """Who sees what."""
    page.goto("/agreement")


def plan(page: Page) -> None:
    """A plan that is being negotiated, as one of its commissioners reads it."""
    page.goto("/plans")
    page.get_by_role("link", name="Severnshire liaison and diversion").first.click()


def changes(page: Page) -> None:
    """What a counter-proposal changed in it."""
    plan(page)
    page.get_by_role("link", name="What changed").click()


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A file, who looks at it and how wide, how they come there, and the element where it ends."""

    name: str
    who: str
    width: int
    reach: Callable[[Page], None]
    down_to: str


TAKEN = (
    Picture(name="raise-360.png", who="rowan.hale@police", width=PHONE, reach=raise_form, down_to=".cc-after-field"),
    Picture(name="inbox-1280.png", who="morgan.teale@council", width=DESK, reach=inbox, down_to="footer p"),
    Picture(
        name="flag-health-1280.png",
        who="sam.okafor@health",
        width=DESK,
        reach=flag_of_health,
        # The fourth box says what a box is; the whole page would be too large.
        down_to=".cc-withheld >> nth=3",
    ),
    Picture(name="agreement-1280.png", who="robin.carver@pct", width=DESK, reach=agreement, down_to=".cc-grid"),
    Picture(
        name="plan-1280.png",
        who="brook.tanner@police",
        width=DESK,
        reach=plan,
        # The first clause of a scheme says what a plan is made of; the whole text would be too large.
        down_to=".cc-plan-scheme .cc-clause",
    ),
    Picture(name="redline-360.png", who="brook.tanner@police", width=PHONE, reach=changes, down_to="article.cc-clause"),
)


def take(browser: Browser, address: str, picture: Picture) -> None:
    """One picture, in a window of its own."""
    # As tall as any page, so that nothing is scrolled.
    window = browser.new_context(base_url=address, viewport={"width": picture.width, "height": 4000})
    page = window.new_page()
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill(f"{picture.who}.severnshire.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    picture.reach(page)
    # Neither the focus nor the pointer is part of what is shown.
    page.evaluate("document.activeElement.blur()")
    page.mouse.move(0, 0)
    end = page.locator(picture.down_to).first.bounding_box()
    assert end is not None
    size: FloatRect = {"x": 0, "y": 0, "width": picture.width, "height": end["y"] + end["height"] + MARGIN}
    page.screenshot(path=PICTURES / picture.name, clip=size)
    window.close()


def main() -> int:
    """Take the pictures again; fail when one is too large for a README."""
    with demonstration() as address, chromium.launched() as browser:
        for picture in TAKEN:
            take(browser, address, picture)
    large = [picture.name for picture in TAKEN if (PICTURES / picture.name).stat().st_size > LARGEST]
    if large:
        sys.stderr.write(f"Larger than {LARGEST} bytes: {', '.join(large)}\n")
    return 1 if large else 0


if __name__ == "__main__":
    sys.exit(main())
