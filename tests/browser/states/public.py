"""Pages that anybody may read."""

from playwright.sync_api import Page

from tests.browser.states.registry import Stage, state


@state(None, "public/about.html")
def about(page: Page, _: Stage) -> str:
    page.goto("/about")
    return "What Concord never does"


@state(None, "public/help.html")
def help_page(page: Page, _: Stage) -> str:
    page.goto("/help")
    return "Find out what came of your flag"


@state("sam", "public/accessibility.html")
def accessibility(page: Page, _: Stage) -> str:
    page.goto("/accessibility")
    return "How far we have got"
