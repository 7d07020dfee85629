"""The audit: lines with and without records, a search that finds several people, a record, alarms, seals."""

from playwright.sync_api import Page

from tests.browser.states.registry import Stage, state
from tests.factories.audit import record_id
from tests.factories.flags import raised
from tests.oversight.alarms import alarm, checkpoint


@state("gail", "audit/list.html")
def audit_of_ones_own_agency(page: Page, stage: Stage) -> str:
    flag = stage.answered
    stage.cast.ask(stage.cast.ari, "query($id: ID!) { flag(by: {id: $id}) { fact } }", id=flag["id"])
    page.goto("/audit")
    return "PCSO Ari Byrne"


@state("gail", "audit/list.html", empty=True)
def audit_nothing_found(page: Page, _: Stage) -> str:
    page.goto("/audit?since=2020-01-01&until=2020-01-02")
    return "No line"


@state("gail", "audit/list.html")
def audit_several_people_of_a_name(page: Page, _: Stage) -> str:
    page.goto("/audit")
    page.get_by_label("Name of a colleague").fill("pc")
    page.get_by_label("Flag reference").fill("F-0")
    page.get_by_role("button", name="Search").click()
    return "Which of them?"


@state("gail", "audit/list.html")
def audit_of_one_record(page: Page, stage: Stage) -> str:
    page.goto(f"/audit?record={record_id(stage.cast, stage.shared)}")
    return "Who has seen it"


@state("gail", "audit/record.html")
def audit_record_of_ones_own(page: Page, stage: Stage) -> str:
    page.goto("/audit")
    page.get_by_label("Flag reference").fill(stage.answered["reference"])
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Who has seen it").click()
    return "Severnshire Health and Care"


@state("toby", "audit/record.html")
def audit_record_of_another_agency(page: Page, stage: Stage) -> str:
    page.goto(f"/audit/records/{record_id(stage.cast, stage.taken)}")
    return "so you see your own people here"


@state("gail", "audit/alarms.html")
def audit_alarms(page: Page, stage: Stage) -> str:
    raised(stage.cast)
    alarm(stage.cast, stage.cast.rowan)
    page.goto("/audit/alarms")
    return "131 in an hour"


@state("toby", "audit/alarms.html", empty=True)
def audit_nobody_stood_out(page: Page, _: Stage) -> str:
    page.goto("/audit/alarms")
    return "Nobody stood out"


@state("gail", "audit/seals.html")
def audit_seals_and_checkpoints(page: Page, stage: Stage) -> str:
    checkpoint(stage.owner)
    page.goto("/audit/seals")
    return "The public key"
