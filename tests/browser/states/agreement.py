"""Who sees what: the whole grid, one column of it, and no agreement at all."""

from playwright.sync_api import Page
from sqlalchemy import text

from tests.browser.states.registry import Stage, state


@state("robin", "agreement/agreement.html")
def agreement(page: Page, _: Stage) -> str:
    page.goto("/agreement")
    page.get_by_text("What the words mean").click()
    return "How much each role sees of each group of fields"


@state("rowan", "agreement/agreement.html")
def agreement_one_column(page: Page, _: Stage) -> str:
    page.goto("/agreement")
    page.set_viewport_size({"width": 360, "height": 740})
    page.get_by_label("Show one role").select_option("Service administrator")
    page.get_by_role("button", name="Show this role").click()
    return "Coded"


@state("robin", "agreement/agreement.html", empty=True)
def agreement_none_in_force(page: Page, stage: Stage) -> str:
    with stage.owner.transaction() as session:
        session.execute(
            text(
                "update agreement_version set state = 'ENDED', in_force_to = now() where agreement_id in"
                " (select id from sharing_agreement where partnership_id = :id)"
            ),
            {"id": stage.empty.settled.partnership_id},
        )
    page.goto("/agreement")
    return "No agreement is in force"
