"""The pages for developers: who reads what, a token shown once, and the explorer before it begins."""

from playwright.sync_api import Page

from tests.browser.states.registry import Stage, state


@state("sam", "developers/developers.html")
def developers(page: Page, _: Stage) -> str:
    page.goto("/developers")
    for name in ("Who they are", "Triage and feedback"):
        page.get_by_text(name, exact=True).click()
    return "Coded shows"


@state("rowan", "sign_in/token.html")
def token(page: Page, _: Stage) -> str:
    page.goto("/developers")
    page.get_by_role("button", name="Get a token for one hour").click()
    return "You cannot see it again when you leave this page."


@state("morgan", "developers/graphiql.html")
def explorer(page: Page, _: Stage) -> str:
    page.goto("/developers/graphiql")
    return "Get a token and begin"
