"""Plans as they are read: the list, one plan while it is talked about and signed, its money, its past, the public."""

from playwright.sync_api import Page

from tests.browser.states.registry import Stage, state


@state("frankie", "plans/list.html")
def plans_of_ones_agency(page: Page, stage: Stage) -> str:
    _ = stage.negotiated
    page.goto("/plans")
    return "in all"


@state("harper", "plans/list.html")
def plans_that_wait_for_somebody(page: Page, stage: Stage) -> str:
    _ = stage.signing
    page.goto("/plans")
    return "It waits for a check of your agency."


@state("quinn", "plans/list.html", empty=True)
def plans_none_of_a_kind(page: Page, _: Stage) -> str:
    page.goto("/plans")
    page.get_by_label("State").select_option("Agreed")
    page.get_by_label("Waiting for").select_option("Your agency’s signature")
    page.get_by_role("button", name="Show").click()
    return "takes part in no plan of this kind"


@state("brook", "plans/list.html", empty=True)
def plans_none_at_all(page: Page, _: Stage) -> str:
    page.goto("/plans")
    return "Your agency takes part in no plan"


@state("brook", "plans/plan.html")
def plan_being_negotiated(page: Page, stage: Stage) -> str:
    page.goto(f"/plans/{stage.negotiated['id']}")
    return "Still missing before this can be signed"


@state("quinn", "plans/plan.html")
def plan_open_for_signing(page: Page, stage: Stage) -> str:
    page.goto(f"/plans/{stage.signing['id']}")
    return "Declined to sign"


@state("rowan", "plans/plan.html")
def plan_of_words_without_spaces(page: Page, stage: Stage) -> str:
    page.goto(f"/plans/{stage.unbroken_plan['id']}")
    return "How it stands"


@state("lou", "plans/version.html")
def plan_version_replaced(page: Page, stage: Stage) -> str:
    page.goto(f"/plans/{stage.negotiated['id']}/versions/1")
    return "A later version replaced this one."


@state("lou", "plans/version.html")
def plan_version_with_signatures(page: Page, stage: Stage) -> str:
    page.goto(f"/plans/{stage.signing['id']}/versions/1")
    return "Password entered again"


@state("lou", "plans/redline.html")
def plan_redline(page: Page, stage: Stage) -> str:
    page.goto(f"/plans/{stage.negotiated['id']}/redline")
    page.get_by_label("From version").select_option("Version 1")
    page.get_by_role("button", name="Compare").click()
    return "Added words are underlined"


@state("lou", "plans/redline.html")
def plan_redline_of_words_without_spaces(page: Page, stage: Stage) -> str:
    page.goto(f"/plans/{stage.unbroken_plan['id']}/redline")
    return "Clauses: 1 changed."


@state("lou", "plans/redline.html")
def plan_with_one_version(page: Page, stage: Stage) -> str:
    page.goto(f"/plans/{stage.signing['id']}/redline")
    return "There is only one version"


@state("lou", "plans/history.html")
def plan_history(page: Page, stage: Stage) -> str:
    page.goto(f"/plans/{stage.negotiated['id']}/history")
    return "Counter-proposal accepted"


@state("frankie", "plans/money.html")
def plan_money(page: Page, stage: Stage) -> str:
    page.goto(f"/plans/{stage.negotiated['id']}/money")
    return "All on one scale."


@state("frankie", "plans/money.html")
def plan_money_of_many_years(page: Page, stage: Stage) -> str:
    page.goto(f"/plans/{stage.unbroken_plan['id']}/money")
    return "£17,999,999,999.82"


@state(None, "plans/published_list.html")
def published_plans(page: Page, stage: Stage) -> str:
    _ = stage.public
    page.goto("/published-plans")
    return "2027 to 2030"


@state(None, "plans/published.html")
def published_plan(page: Page, stage: Stage) -> str:
    page.goto(f"/published-plans/{stage.public['reference']}")
    return "The parties’ formal agreement cites this number."
