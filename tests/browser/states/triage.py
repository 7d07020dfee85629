"""Triage: deciding, decided, and too late."""

from playwright.sync_api import Page

from tests.browser.filling import choose, decide_no_further_action, press_decide
from tests.browser.states.registry import Stage, state
from tests.factories.flags import ended, raised, taken


@state("morgan", "flags/triage.html")
def decide(page: Page, stage: Stage) -> str:
    page.goto(f"/flags/{stage.taken['id']}/triage")
    return "1. What do you decide?"


@state("morgan", "flags/triage.html")
def decide_on_unbroken_words(page: Page, stage: Stage) -> str:
    flag = raised(stage.cast, subject={"person": {"preferredName": "W" * 200, "ageBandCode": "14_15"}}, fact="w" * 900)
    taken(stage.cast, flag)
    page.goto(f"/flags/{flag['id']}/triage")
    return "1. What do you decide?"


@state("morgan", "flags/triage.html")
def decide_to_share(page: Page, stage: Stage) -> str:
    decide(page, stage)
    choose(page, "1. What do you decide?", "Share it with an agency that can help")
    return "Why would no less do?"


@state("morgan", "flags/triage.html")
def decide_unfinished(page: Page, stage: Stage) -> str:
    decide_to_share(page, stage)
    press_decide(page)
    return "5 things to finish"


@state("morgan", "flags/triage.html")
def decide_nothing_chosen(page: Page, stage: Stage) -> str:
    decide(page, stage)
    press_decide(page)
    return "Say what you decided."


@state("jo", "flags/triage.html")
def decided_by_somebody_else(page: Page, stage: Stage) -> str:
    flag = taken(stage.cast)
    page.goto(f"/flags/{flag['id']}/triage")
    decide_no_further_action(page, rationale="The family can do this.", feedback="Thank you.")
    ended(stage.cast, flag)
    press_decide(page)
    return "Someone else decided first"


@state("jo", "flags/not_taken.html")
def taken_by_somebody_else(page: Page, stage: Stage) -> str:
    flag = raised(stage.cast)
    page.goto(f"/flags/{flag['id']}")
    taken(stage.cast, flag)
    page.get_by_role("button", name="Take this flag").click()
    return "Someone else was first"
