"""What is said when a page cannot be shown."""

from playwright.sync_api import Page

from tests.browser.filling import report_person, send
from tests.browser.states.registry import Stage, state


@state("rowan", "errors/not_shown.html")
def not_shown(page: Page, _: Stage) -> str:
    page.goto("/flags/nothing-of-the-kind")
    return "We cannot show you that page"


@state("robin", "errors/not_shown.html")
def not_shown_to_a_commissioner(page: Page, stage: Stage) -> str:
    page.goto(f"/flags/{stage.new['id']}")
    return "Go to your first page"


@state("rowan", "errors/old_form.html")
def old_form(page: Page, _: Stage) -> str:
    page.goto("/flags/raise")
    report_person(page)
    # Without the mark of who had it open, too: whoever has it finds the form as it was typed.
    for field in ("csrf_token", "typed_by"):
        page.locator(f"form.cc-raise input[name={field}]").evaluate("field => { field.value = 'old' }")
    send(page)
    return "That form was too old to send"


@state("rowan", "errors/not_understood.html")
def not_understood(page: Page, _: Stage) -> str:
    page.goto("/flags/raise")
    report_person(page, "Juno")
    page.locator("input[name=urgency]").first.evaluate("field => { field.value = 'LATER'; field.checked = true }")
    send(page)
    return "We could not read that"


@state("rowan", "errors/failed.html")
def failed(page: Page, _: Stage) -> str:
    page.goto("/fault")
    return "Something went wrong here"
