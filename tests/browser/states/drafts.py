"""Imported incidents: waiting, none, narrowed down, made into a flag alone or together, discarded."""

from typing import Any

from playwright.sync_api import Page

from tests.browser.filling import send
from tests.browser.states.registry import Stage, state
from tests.factories.flags import imported

ELM = "On or near Elm Street"


def on_elm_street(stage: Stage) -> list[dict[str, Any]]:
    """Three incidents of one street and two elsewhere, all of them on the map."""
    elm = [
        imported(
            stage.cast,
            place={
                "description": ELM,
                "point": {"latitude": f"51.90{month}", "longitude": "-2.08", "approximate": True},
            },
            observedAt=f"2021-0{month}-01T00:00:00Z",
        )
        for month in (3, 4, 5)
    ]
    for number, east in enumerate(("-2.101", "-2.052")):
        point = {"latitude": "51.931", "longitude": east, "approximate": True}
        imported(stage.cast, place={"description": f"On or near Oak Street {number}", "point": point})
    return elm


def tick(page: Page, words: str) -> None:
    """Tick every incident of a place."""
    for box in page.get_by_role("checkbox", name=words).all():
        box.check()


@state("rowan", "drafts/list.html")
def drafts(page: Page, stage: Stage) -> str:
    _ = stage.draft
    on_elm_street(stage)
    page.goto("/drafts")
    return "On or near Wilson Drive"


@state("ari", "drafts/list.html")
def drafts_empty(page: Page, _: Stage) -> str:
    page.goto("/drafts")
    return "No imported incident waits"


@state("rowan", "drafts/list.html")
def drafts_narrowed(page: Page, stage: Stage) -> str:
    on_elm_street(stage)
    page.goto("/drafts")
    page.get_by_label("Street or words").fill("elm")
    page.get_by_role("button", name="Show").click()
    return "Show all of them"


@state("rowan", "drafts/list.html")
def drafts_none_fit(page: Page, stage: Stage) -> str:
    _ = stage.draft
    page.goto("/drafts?words=nowhere&month=May")
    return "Write the month as year and month"


@state("rowan", "drafts/list.html")
def drafts_of_two_places_ticked(page: Page, stage: Stage) -> str:
    on_elm_street(stage)
    page.goto("/drafts?words=street")
    tick(page, "Street")
    page.get_by_role("button", name="Add what you saw to those ticked").click()
    return "Tick incidents of one place"


@state("rowan", "drafts/discard.html")
def drafts_to_discard(page: Page, stage: Stage) -> str:
    on_elm_street(stage)
    page.goto("/drafts?words=elm")
    tick(page, "Elm Street")
    page.get_by_role("button", name="Discard those ticked").click()
    return "This is final"


@state("rowan", "drafts/discard.html")
def drafts_to_discard_without_a_reason(page: Page, stage: Stage) -> str:
    drafts_to_discard(page, stage)
    page.get_by_role("button", name="for good").click()
    return "Choose why nobody needs these incidents."


@state("rowan", "drafts/list.html")
def drafts_discarded(page: Page, stage: Stage) -> str:
    drafts_to_discard(page, stage)
    page.get_by_label("Too long ago to act on").check()
    page.get_by_role("button", name="for good").click()
    return "They are gone for good"


@state("rowan", "flags/raise.html")
def promote(page: Page, stage: Stage) -> str:
    page.goto(f"/drafts/{stage.draft['id']}/promote")
    return "What was imported"


@state("rowan", "flags/raise.html")
def promote_unfinished(page: Page, stage: Stage) -> str:
    promote(page, stage)
    send(page)
    return "7 things to finish"


@state("rowan", "flags/raise.html")
def promote_several(page: Page, stage: Stage) -> str:
    on_elm_street(stage)
    page.goto("/drafts?words=elm")
    tick(page, "Elm Street")
    page.get_by_role("button", name="Add what you saw to those ticked").click()
    return "incidents become this one flag"
