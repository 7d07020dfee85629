"""Danger stops the form, each kind of agency in its own words, and nothing that was typed is lost."""

from playwright.sync_api import Page, expect

from portal.db import Database
from tests.browser.filling import FACT, choose, report_person, send
from tests.browser.windows import Windows
from tests.factories.cast import Cast
from tests.factories.flags import flags_in, newest_flag
from tests.factories.snapshot import unchanged

DANGER = "Yes, someone is at risk of serious harm now"
POLICE = (
    "Stop. Act now, then record it.",
    "It cannot keep anyone safe now. Tell your control room, and use your powers if they are needed.",
    "Children Act 1989, section 46",
    "Mental Health Act 1983, section 136",
)
OTHERS = (
    "Stop. Call 999 first.",
    "Nobody is watching it live, so it cannot keep anyone safe now.",
    "Then the children’s duty team",
)


def says(page: Page, *texts: str) -> None:
    for text in texts:
        expect(page.get_by_text(text)).to_be_visible()


def go_on(page: Page) -> None:
    page.get_by_role("button", name="Continue with the flag").click()


def as_it_was_typed(page: Page) -> None:
    """Everything stands in the form as before the stop."""
    expect(page.get_by_label("Name, if you know it")).to_have_value("Wren")
    expect(page.get_by_label("4. Where, and when?")).to_have_value("Bus shelter, Station Parade")
    expect(page.get_by_label("6. What you saw or heard")).to_have_value(FACT)
    expect(page.get_by_label("Alcohol")).to_be_checked()
    expect(page.get_by_label("14 or 15")).to_be_checked()
    expect(page.get_by_label("Answer 6 is only what I saw or heard")).to_be_checked()


def typed_before_danger(page: Page) -> None:
    """A whole form, and only then the answer that stops it; it closes at once, without script."""
    page.goto("/flags/raise")
    report_person(page, "Wren")
    choose(page, "1. Is anyone in danger now?", DANGER)
    expect(page.get_by_role("button", name="Send to triage")).to_be_hidden()
    expect(page.get_by_label("6. What you saw or heard")).to_be_hidden()


def test_the_police_act_and_record_it_first(cast: Cast, windows: Windows, owner: Database) -> None:
    page = windows.open(cast.rowan)
    typed_before_danger(page)
    says(page, *POLICE)
    with unchanged(owner):
        go_on(page)
    says(page, *POLICE, "Nothing is lost.")
    expect(page.get_by_role("link", name="Say what you did.")).to_be_visible()
    expect(page.get_by_role("link", name="Write the incident number.")).to_be_visible()
    # The server sends nothing of the rest of the form until the stop is answered.
    assert "6. What you saw or heard" not in page.content()
    choose(page, "What you did", "Used police protection")
    page.get_by_label("Incident number").fill("SC-0412")
    go_on(page)
    as_it_was_typed(page)
    send(page)
    says(page, "Your flag is sent")
    with cast.truth() as session:
        flag = newest_flag(session, cast)
        assert (flag.emergency_action_code, flag.emergency_incident_number) == ("POLICE_PROTECTION", "SC-0412")
        assert (flag.urgency, flag.fact) == ("IMMEDIATE", FACT)


def test_everybody_else_calls_999_and_the_duty_team_first(cast: Cast, windows: Windows, owner: Database) -> None:
    page = windows.open(cast.alex)
    typed_before_danger(page)
    says(page, *OTHERS)
    expect(page.get_by_role("link", name="Call 999")).to_have_attribute("href", "tel:999")
    expect(page.get_by_role("link", name="01632 960110")).to_have_attribute("href", "tel:01632960110")
    expect(page.get_by_role("link", name="01632 960111")).to_be_visible()
    for police_only in ("Mental Health Act", "Incident number"):
        assert police_only not in page.content()
    with unchanged(owner):
        go_on(page)
    expect(page.get_by_role("link", name="Call 999 first, then tick the box.")).to_be_visible()
    page.get_by_label("I have called 999 and the duty team").check()
    go_on(page)
    as_it_was_typed(page)
    send(page)
    says(page, "Your flag is sent")
    assert flags_in(cast) == 1


def test_danger_that_was_a_slip_is_taken_back_without_a_loss(cast: Cast, windows: Windows) -> None:
    page = windows.open(cast.rowan)
    typed_before_danger(page)
    go_on(page)
    choose(page, "1. Is anyone in danger now?", "No")
    go_on(page)
    as_it_was_typed(page)
    assert flags_in(cast) == 0
