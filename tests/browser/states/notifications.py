"""What waits for somebody: nothing, something; and how they hear of it."""

from playwright.sync_api import Page

from tests.browser.states.registry import Stage, state
from tests.factories.notices import waiting


@state("ari", "notifications/list.html")
def nothing_waits(page: Page, stage: Stage) -> str:  # noqa: ARG001
    page.goto("/notifications")
    return "Nothing waits for you"


@state("rowan", "notifications/list.html")
def something_waits(page: Page, stage: Stage) -> str:
    for flag in (stage.answered, stage.ended):
        waiting(stage.cast, flag, stage.cast.rowan)
    page.goto("/notifications")
    return "Answers to flags you raised"


@state("rowan", "notifications/choices.html")
def how_you_hear(page: Page, stage: Stage) -> str:  # noqa: ARG001
    page.goto("/account/notifications")
    return "How you hear that something waits"


@state("rowan", "notifications/choices.html")
def how_you_hear_saved(page: Page, stage: Stage) -> str:
    how_you_hear(page, stage)
    page.get_by_role("button", name="Save").click()
    return "This holds for you in every role you act in."
