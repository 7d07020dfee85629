"""Plans as they are written, negotiated and signed: each form, unfinished, and with somebody who was faster."""

import re

from playwright.sync_api import Page

from tests.browser.states.registry import Stage, state
from tests.factories.accounts import PASSWORD, give_password
from tests.factories.plans import (
    Record,
    agreed,
    countered,
    done,
    drafted,
    first_clause,
    first_scheme,
    in_signing,
    proposed,
    scheme_of,
)

LONG = "Taumatawhakatangihangakoauauotamateaturipukakapikimaungahoronukupokaiwhenuakitanatahu"


def _draft(page: Page, stage: Stage, address: str = "") -> Record:
    plan = drafted(stage.cast, title=f"Somewhere to go {LONG}")
    page.goto(f"/plans/{plan['id']}/edit{address}")
    return plan


@state("brook", "plans/writing/new.html")
def plan_to_begin(page: Page, _: Stage) -> str:
    page.goto("/plans/new")
    return "Who takes part?"


@state("brook", "plans/writing/new.html")
def plan_begun_without_a_word(page: Page, _: Stage) -> str:
    page.goto("/plans/new")
    page.get_by_role("button", name="Begin the plan").click()
    return "3 things to finish"


@state("brook", "plans/writing/edit.html")
def draft_in_parts(page: Page, stage: Stage) -> str:
    plan = drafted(stage.cast)
    version = plan["currentVersion"]
    police = stage.cast.agency_id("SEVERN-POLICE")
    pooled = [{"agencyId": police, "year": 2027, "amount": {"amount": "80000"}, "route": "S75_POOLED"}]
    scheme = scheme_of(stage.cast, title=LONG, contributions=pooled)
    done(stage.cast, stage.cast.brook, "saveScheme", planVersionId=version["id"], scheme=scheme)
    evidence = {"typed": {"sentence": LONG, "source": LONG}}
    done(stage.cast, stage.cast.brook, "addEvidence", planVersionId=version["id"], evidence=evidence)
    page.goto(f"/plans/{plan['id']}/edit")
    return "to settle."


@state("brook", "plans/writing/particulars.html")
def draft_particulars(page: Page, stage: Stage) -> str:
    _draft(page, stage, "/particulars")
    return "those given so far go"


@state("brook", "plans/writing/parties.html")
def draft_parties(page: Page, stage: Stage) -> str:
    _draft(page, stage, "/parties")
    return "Party, need not sign"


@state("brook", "plans/writing/scheme.html")
def draft_new_scheme(page: Page, stage: Stage) -> str:
    _draft(page, stage, "/schemes/new")
    return "typically costs £80,000 a year"


@state("brook", "plans/writing/scheme.html")
def draft_scheme_with_faults(page: Page, stage: Stage) -> str:
    _draft(page, stage, "/schemes/new")
    page.locator("#pays-amount-0").fill("a lot")
    page.get_by_role("button", name="Add a contribution").click()
    page.get_by_role("button", name="Save the scheme").click()
    return "Enter an amount in pounds"


@state("brook", "plans/writing/scheme.html")
def draft_scheme_that_somebody_changed(page: Page, stage: Stage) -> str:
    plan = drafted(stage.cast)
    scheme = first_scheme(plan)
    page.goto(f"/plans/{plan['id']}/edit/schemes/{scheme['key']}")
    given = {"planVersionId": plan["currentVersion"]["id"], "schemeId": scheme["id"], "expectedVersion": 1}
    done(stage.cast, stage.cast.frankie, "saveScheme", **given, scheme=scheme_of(stage.cast, title=LONG))
    page.get_by_role("button", name="Save the scheme").click()
    return "How it stands now"


@state("brook", "plans/writing/remove_scheme.html")
def draft_scheme_to_take_out(page: Page, stage: Stage) -> str:
    plan = drafted(stage.cast)
    page.goto(f"/plans/{plan['id']}/edit/schemes/{first_scheme(plan)['key']}/remove")
    return "Keep it"


@state("brook", "plans/writing/clause_form.html")
def draft_new_clause_unfinished(page: Page, stage: Stage) -> str:
    _draft(page, stage, "/clauses/new")
    page.get_by_role("button", name="Save the clause").click()
    return "3 things to finish"


@state("brook", "plans/writing/clause_form.html")
def draft_clause_that_somebody_changed(page: Page, stage: Stage) -> str:
    plan = drafted(stage.cast)
    clause = first_clause(plan)
    page.goto(f"/plans/{plan['id']}/edit/clauses/{clause['key']}")
    given = {"id": clause["id"], "expectedVersion": clause["version"], "text": LONG}
    done(stage.cast, stage.cast.frankie, "editClause", **given)
    page.get_by_label("Words of the clause").fill("Mine.")
    page.get_by_role("button", name="Save the clause").click()
    return "Someone else changed this clause first"


@state("brook", "plans/writing/kept.html")
def draft_clause_written_too_late(page: Page, stage: Stage) -> str:
    plan = drafted(stage.cast)
    page.goto(f"/plans/{plan['id']}/edit/clauses/{first_clause(plan)['key']}")
    proposed(stage.cast, plan)
    page.get_by_role("button", name="Save the clause").click()
    return "What you wrote, for you to copy"


@state("brook", "plans/writing/remove_clause.html")
def draft_clause_to_take_out(page: Page, stage: Stage) -> str:
    plan = drafted(stage.cast)
    page.goto(f"/plans/{plan['id']}/edit/clauses/{first_clause(plan)['key']}/remove")
    return "Versions that were proposed keep it"


@state("brook", "plans/writing/evidence.html")
def draft_evidence(page: Page, stage: Stage) -> str:
    _draft(page, stage, "/evidence/new")
    page.get_by_role("button", name="Add it").click()
    return "2 things to finish"


@state("brook", "plans/writing/remove_evidence.html")
def draft_evidence_to_take_out(page: Page, stage: Stage) -> str:
    plan = drafted(stage.cast)
    typed = {"sentence": "Half of them come back.", "source": LONG}
    version = plan["currentVersion"]["id"]
    found = done(stage.cast, stage.cast.brook, "addEvidence", planVersionId=version, evidence={"typed": typed})
    page.goto(f"/plans/{plan['id']}/edit/evidence/{found['key']}/remove")
    return "Take this evidence out?"


@state("brook", "plans/writing/standards.html")
def draft_standards(page: Page, stage: Stage) -> str:
    _draft(page, stage, "/standards")
    return "How, or why not"


@state("brook", "plans/writing/step.html")
def plan_to_propose(page: Page, stage: Stage) -> str:
    plan = drafted(stage.cast)
    page.goto(f"/plans/{plan['id']}/propose")
    return "What is frozen"


@state("brook", "plans/writing/step.html")
def plan_to_write_anew(page: Page, stage: Stage) -> str:
    page.goto(f"/plans/{stage.signing['id']}/revise")
    return "will no longer count"


@state("brook", "plans/writing/step.html")
def plan_to_open_for_signing(page: Page, stage: Stage) -> str:
    page.goto(f"/plans/{stage.negotiated['id']}/open-signing")
    return "signs exactly these bytes"


@state("quinn", "plans/writing/step.html")
def plan_to_leave(page: Page, stage: Stage) -> str:
    plan = proposed(stage.cast)
    page.goto(f"/plans/{plan['id']}/leave")
    page.get_by_role("button", name="Leave this plan").click()
    return "2 things to finish"


@state("quinn", "plans/writing/step.html")
def plan_to_decline(page: Page, stage: Stage) -> str:
    plan = in_signing(stage.cast)
    page.goto(f"/plans/{plan['id']}/decline")
    return "Your agency may still sign this version later."


@state("frankie", "plans/writing/step.html")
def plan_to_publish(page: Page, stage: Stage) -> str:
    plan = agreed(stage.cast)
    page.goto(f"/plans/{plan['id']}/publish")
    return "There is no way back."


@state("lou", "plans/writing/talk.html")
def plan_talk(page: Page, stage: Stage) -> str:
    page.goto(f"/plans/{stage.negotiated['id']}/talk")
    return "Offer something else"


@state("ellis", "plans/writing/clause.html")
def plan_clause(page: Page, stage: Stage) -> str:
    plan = proposed(stage.cast)
    countered(stage.cast, plan, text=LONG, reason=LONG)
    page.goto(f"/plans/{plan['id']}/clauses/{first_clause(plan)['key']}")
    page.get_by_label("Your comment").fill(LONG)
    page.get_by_role("button", name="Add the comment").click()
    return "It is settled"


@state("lou", "plans/writing/counter_words.html")
def plan_other_words(page: Page, stage: Stage) -> str:
    plan = proposed(stage.cast)
    page.goto(f"/plans/{plan['id']}/clauses/{first_clause(plan)['key']}/counter")
    page.get_by_role("button", name="Offer these words").click()
    return "Say why, so that the others can judge it."


@state("lou", "plans/writing/counter_money.html")
def plan_other_money(page: Page, stage: Stage) -> str:
    plan = proposed(stage.cast)
    page.goto(f"/plans/{plan['id']}/schemes/{first_scheme(plan)['key']}/counter")
    return "They take the place of all the money of this scheme"


@state("brook", "plans/writing/proposal.html")
def plan_offer_to_answer(page: Page, stage: Stage) -> str:
    plan = proposed(stage.cast)
    offer = countered(stage.cast, plan, text=f"Workers meet young people, {LONG}.", reason=LONG)
    page.goto(f"/plans/{plan['id']}/proposals/{offer['id']}")
    page.get_by_role("button", name="Reject it").click()
    return "Say why you reject it."


@state("wren", "plans/writing/checks.html")
def plan_checks(page: Page, stage: Stage) -> str:
    plan = proposed(stage.cast)
    page.goto(f"/plans/{plan['id']}/checks")
    return "Waits for a commissioner"


@state("frankie", "plans/writing/check_list.html")
def plan_check_list(page: Page, stage: Stage) -> str:
    plan = proposed(stage.cast)
    page.goto(f"/plans/{plan['id']}/checks/list")
    page.get_by_role("button", name="Add a check").click()
    return "There is one more row above."


@state("quinn", "plans/writing/sign.html")
def plan_to_read_and_sign(page: Page, stage: Stage) -> str:
    plan = in_signing(stage.cast)
    page.goto(f"/plans/{plan['id']}/sign")
    return "What your signature means"


@state("quinn", "sign_in/again.html")
def plan_password_again(page: Page, stage: Stage) -> str:
    plan = in_signing(stage.cast)
    page.goto(f"/sign-in/again/{plan['id']}")
    page.get_by_role("button", name="Go on").click()
    return "Enter your password."


@state("quinn", "plans/writing/sign.html")
def plan_to_sign_after_the_password(page: Page, stage: Stage) -> str:
    _password_again(page, stage)
    return "Your password is right."


@state("quinn", "plans/writing/signed.html")
def plan_signed(page: Page, stage: Stage) -> str:
    _password_again(page, stage)
    page.get_by_role("button", name=re.compile("Sign version 1 for")).click()
    return "Still to sign:"


@state("brook", "plans/writing/milestone.html")
def plan_milestone(page: Page, stage: Stage) -> str:
    plan = agreed(stage.cast)
    page.goto(f"/plans/{plan['id']}/milestones/{first_scheme(plan)['milestones'][0]['key']}")
    page.get_by_role("button", name="Report it").click()
    return "2 things to finish"


def _password_again(page: Page, stage: Stage) -> None:
    plan = in_signing(stage.cast)
    give_password(stage.owner, stage.cast.quinn.user_id)
    page.goto(f"/plans/{plan['id']}/sign")
    page.get_by_role("button", name="Enter your password to sign").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
