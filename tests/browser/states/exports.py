"""Saving a flag as PDF: what for, and not said."""

from playwright.sync_api import Page

from tests.browser.states.registry import Stage, state


@state("morgan", "exports/export.html")
def save_as_pdf(page: Page, stage: Stage) -> str:
    page.goto(f"/flags/{stage.taken['id']}/export")
    return "What is the copy for?"


@state("morgan", "exports/export.html")
def save_as_pdf_unfinished(page: Page, stage: Stage) -> str:
    save_as_pdf(page, stage)
    page.get_by_role("button", name="Save as PDF").click()
    return "Choose what the copy is for."
