"""Raising a flag: empty, opened, wrong, stopped for danger, kept as a draft, looking alike, refused, sent."""

from playwright.sync_api import Page
from sqlalchemy import update

from portal.db import now
from portal.identity.models import UserSession
from tests.browser.filling import choose, report_person, send
from tests.browser.states.registry import Stage, state
from tests.factories.accounts import PASSWORD, give_password
from tests.factories.drafts import drafted

RAISE = "/flags/raise"
DANGER = "Yes, someone is at risk of serious harm now"
CONTINUE = "Continue with the flag"


@state("rowan", "flags/raise.html")
def raise_new(page: Page, _: Stage) -> str:
    page.goto(RAISE)
    return "8 short questions."


@state("rowan", "flags/raise.html")
def raise_group_opened(page: Page, stage: Stage) -> str:
    raise_new(page, stage)
    choose(page, "2. Who is this about?", "A group at a place")
    page.get_by_text("Change the time or the setting").click()
    page.get_by_text("Add more, if you have it").click()
    return "No names are kept of a group."


@state("rowan", "flags/raise.html")
def raise_unfinished(page: Page, stage: Stage) -> str:
    raise_new(page, stage)
    send(page)
    return "8 things to finish"


@state("rowan", "flags/raise.html")
def raise_one_answer_missing(page: Page, stage: Stage) -> str:
    raise_new(page, stage)
    report_person(page)
    page.get_by_label("Answer 6 is only what I saw or heard").uncheck()
    send(page)
    return "Nothing is lost."


@state("rowan", "flags/raise.html")
def raise_danger_chosen_by_police(page: Page, stage: Stage) -> str:
    raise_new(page, stage)
    choose(page, "1. Is anyone in danger now?", DANGER)
    return "Stop. Act now, then record it."


@state("alex", "flags/raise.html")
def raise_danger_chosen_by_others(page: Page, stage: Stage) -> str:
    raise_new(page, stage)
    choose(page, "1. Is anyone in danger now?", DANGER)
    return "Stop. Call 999 first."


@state("rowan", "flags/stop.html")
def stopped_police(page: Page, stage: Stage) -> str:
    raise_danger_chosen_by_police(page, stage)
    page.get_by_role("button", name=CONTINUE).click()
    return "Write the incident number."


@state("alex", "flags/stop.html")
def stopped_others(page: Page, stage: Stage) -> str:
    raise_danger_chosen_by_others(page, stage)
    page.get_by_role("button", name=CONTINUE).click()
    return "Call 999 first, then tick the box."


@state("rowan", "flags/raise.html")
def raise_after_the_stop(page: Page, stage: Stage) -> str:
    stopped_police(page, stage)
    choose(page, "What you did", "Told the control room")
    page.get_by_label("Incident number").fill("SC-0412")
    page.get_by_role("button", name=CONTINUE).click()
    return "2. Who is this about?"


@state("rowan", "flags/raise.html")
def raise_refused_by_a_rule(page: Page, stage: Stage) -> str:
    raise_new(page, stage)
    report_person(page, "Juno")
    page.get_by_label("4. Where, and when?").fill("x" * 201)
    send(page)
    return "Write at most 200 characters; this is 201."


@state("rowan", "flags/raise.html")
def raise_sent_before(page: Page, stage: Stage) -> str:
    raise_new(page, stage)
    key = page.locator("input[name=idempotency_key]").first.input_value()
    report_person(page, "Isla")
    send(page)
    raise_new(page, stage)
    report_person(page, "Rafi")
    page.locator("form.cc-raise input[name=idempotency_key]").evaluate("(field, key) => { field.value = key }", key)
    send(page)
    return "You have already sent this form"


@state("mel", "flags/raise.html")
def raise_from_a_draft(page: Page, stage: Stage) -> str:
    draft = drafted(stage.cast, stage.cast.mel, fact="Two cans.", place={"description": "Five Acres"})
    page.goto(f"{RAISE}?draft={draft['id']}")
    return "Draft saved at"


@state("mel", "flags/raise.html")
def raise_draft_that_cannot_be_kept(page: Page, stage: Stage) -> str:
    raise_from_a_draft(page, stage)
    page.get_by_label("4. Where, and when?").fill("x" * 201)
    page.get_by_role("button", name="Save draft").click()
    return "1 thing to finish"


@state("mel", "flags/drafts.html")
def drafts_of_one_s_own(page: Page, stage: Stage) -> str:
    word = "Taumatawhakatangihangakoauauotamateaturipukakapikimaungahoronuku"
    drafted(stage.cast, stage.cast.mel, subject={"person": {"preferredName": "Wren"}}, fact=word * 3)
    drafted(stage.cast, stage.cast.mel)
    page.goto("/flags/drafts")
    return "Only you can see them."


@state("ari", "flags/drafts.html", empty=True)
def drafts_of_one_s_own_none(page: Page, _: Stage) -> str:
    page.goto("/flags/drafts")
    return "You have no drafts"


@state("rowan", "flags/similar.html")
def looks_alike(page: Page, stage: Stage) -> str:
    _ = stage.new, stage.unbroken
    raise_new(page, stage)
    report_person(page)
    send(page)
    return "that look"


@state("alex", "sign_in/sign_in.html")
def signed_out_in_a_form(page: Page, stage: Stage) -> str:
    raise_new(page, stage)
    report_person(page)
    end_sign_in(stage, "alex")
    send(page)
    return "What you typed is kept."


@state("alex", "flags/raise.html")
def signed_in_again_in_a_form(page: Page, stage: Stage) -> str:
    signed_out_in_a_form(page, stage)
    give_password(stage.owner, stage.cast.alex.user_id)
    page.get_by_label("E-mail address").fill(stage.cast.email("alex"))
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    return "You are signed in again, and nothing was sent."


def end_sign_in(stage: Stage, who: str) -> None:
    with stage.owner.transaction() as session:
        of_theirs = UserSession.user_id == stage.cast.viewers[who].user_id
        session.execute(update(UserSession).where(of_theirs).values(ended_at=now()))


@state("rowan", "flags/sent.html")
def sent(page: Page, stage: Stage) -> str:
    page.goto(f"/flags/{stage.new['id']}/sent")
    return "Your flag is sent"
