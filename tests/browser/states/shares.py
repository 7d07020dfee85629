"""Answering a share: asked, wrong, too late."""

from playwright.sync_api import Page

from tests.browser.states.registry import Stage, state
from tests.factories.flags import answered, share_of, shared


@state("sam", "shares/answer.html")
def answer(page: Page, stage: Stage) -> str:
    page.goto(f"/shares/{share_of(stage.cast, stage.shared)['id']}/answer")
    return "1. What can be said to whoever raised the flag?"


@state("sam", "shares/answer.html")
def answer_unfinished(page: Page, stage: Stage) -> str:
    answer(page, stage)
    page.get_by_role("button", name="Send the answer").click()
    return "Choose what you can tell the officer."


@state("ines", "shares/answer.html")
def answered_by_somebody_else(page: Page, stage: Stage) -> str:
    flag = shared(stage.cast)
    page.goto(f"/shares/{share_of(stage.cast, flag)['id']}/answer")
    page.get_by_label("Engaged", exact=True).check()
    page.get_by_label("2. A note for").fill("Seen on Monday.")
    answered(stage.cast, flag)
    page.get_by_role("button", name="Send the answer").click()
    return "Seen on Monday."
