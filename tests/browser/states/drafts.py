"""Imported incidents: waiting, none, and made into a flag."""

from playwright.sync_api import Page

from tests.browser.filling import send
from tests.browser.states.registry import Stage, state


@state("rowan", "drafts/list.html")
def drafts(page: Page, stage: Stage) -> str:
    _ = stage.draft
    page.goto("/drafts")
    return "On or near Wilson Drive"


@state("ari", "drafts/list.html")
def drafts_empty(page: Page, _: Stage) -> str:
    page.goto("/drafts")
    return "No imported incident waits"


@state("rowan", "flags/raise.html")
def promote(page: Page, stage: Stage) -> str:
    page.goto(f"/drafts/{stage.draft['id']}/promote")
    return "What was imported"


@state("rowan", "flags/raise.html")
def promote_unfinished(page: Page, stage: Stage) -> str:
    promote(page, stage)
    send(page)
    return "7 things to finish"
