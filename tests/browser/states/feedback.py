"""Feedback owed: an agency with numbers of its own, a partner that sees bands, and nothing owed at all."""

from playwright.sync_api import Page

from tests.browser.states.registry import Stage, state
from tests.factories.clock import triage_due
from tests.factories.flags import raised


@state("morgan", "feedback/feedback.html")
def feedback_of_ones_own_agency(page: Page, stage: Stage) -> str:
    triage_due(stage.cast, raised(stage.cast))
    page.goto("/feedback")
    return "Your agency, leads triage"


@state("robin", "feedback/feedback.html")
def feedback_of_partners_on_a_phone(page: Page, stage: Stage) -> str:
    raised(stage.cast)
    page.goto("/agreement")
    page.get_by_role("link", name="Who owes feedback").click()
    page.set_viewport_size({"width": 360, "height": 740})
    return "1 to 4"


@state("morgan", "feedback/feedback.html", empty=True)
def feedback_nothing_owed(page: Page, _: Stage) -> str:
    page.goto("/feedback")
    return "What this partnership promises"
