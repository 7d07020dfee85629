"""Done twice, or by two people: one flag, one decision, and whoever comes second keeps their own words."""

from playwright.sync_api import Route, expect

from portal.db import Database
from tests.browser.filling import decide_no_further_action, press_decide, report_person, send
from tests.browser.windows import Windows
from tests.factories.cast import Cast
from tests.factories.flags import ended, flags_in, raised, taken
from tests.factories.snapshot import unchanged


def test_a_button_pressed_twice_sends_one_flag(cast: Cast, windows: Windows) -> None:
    page = windows.open(cast.rowan)
    page.goto("/flags/raise")
    report_person(page)
    page.get_by_role("button", name="Send to triage").dblclick()
    expect(page.get_by_role("heading", name="Your flag is sent")).to_be_visible()
    assert flags_in(cast) == 1


def test_a_form_sent_again_because_its_answer_was_lost_on_the_way_sends_one_flag(cast: Cast, windows: Windows) -> None:
    def lose_the_answer(route: Route) -> None:
        # The server gets the form; where reception ends, its answer does not come back.
        route.fetch(max_redirects=0)
        route.abort("aborted")

    page = windows.open(cast.rowan)
    page.goto("/flags/raise")
    report_person(page)
    page.route("**/flags/raise", lose_the_answer, times=1)
    with page.expect_event("requestfailed"):
        send(page)
    expect(page.get_by_role("heading", name="Raise a flag")).to_be_visible()
    assert flags_in(cast) == 1
    send(page)
    expect(page.get_by_role("heading", name="Your flag is sent")).to_be_visible()
    assert flags_in(cast) == 1


def test_going_back_and_sending_again_sends_one_flag(cast: Cast, windows: Windows) -> None:
    page = windows.open(cast.rowan)
    page.goto("/flags/raise")
    report_person(page)
    send(page)
    expect(page.get_by_role("heading", name="Your flag is sent")).to_be_visible()
    page.go_back()
    # The browser kept nothing of what was typed, because the site forbids it: pressing again sends an empty form.
    send(page)
    expect(page.get_by_text("8 things to finish")).to_be_visible()
    assert flags_in(cast) == 1


def test_a_page_that_answered_a_form_can_be_loaded_again(cast: Cast, windows: Windows) -> None:
    page = windows.open(cast.rowan)
    page.goto("/flags/raise")
    report_person(page)
    send(page)
    receipt = page.get_by_text("Reference F-").inner_text()
    page.reload()
    assert page.get_by_text("Reference F-").inner_text() == receipt
    assert flags_in(cast) == 1


def test_a_flag_that_somebody_took_meanwhile_is_not_taken_again(cast: Cast, windows: Windows, owner: Database) -> None:
    flag = raised(cast)
    jo, morgan = windows.open(cast.jo), windows.open(cast.morgan)
    for page in (jo, morgan):
        page.goto(f"/flags/{flag['id']}")
    morgan.get_by_role("button", name="Take this flag").click()
    expect(morgan.get_by_role("button", name="Decide")).to_be_visible()
    with unchanged(owner):
        jo.get_by_role("button", name="Take this flag").click()
        expect(jo.get_by_role("heading", name="Someone else was first")).to_be_visible()
    jo.get_by_role("button", name="Read the flag").click()
    expect(jo.get_by_text("A triage worker is reading it: Morgan Teale.")).to_be_visible()


def test_a_decision_that_came_second_is_refused_and_its_words_are_kept(
    cast: Cast, windows: Windows, owner: Database
) -> None:
    flag = taken(cast)
    page = windows.open(cast.morgan)
    other_tab = page.context.new_page()
    for tab in (page, other_tab):
        tab.goto(f"/flags/{flag['id']}/triage")
    decide_no_further_action(other_tab, rationale="A youth worker knows them.", feedback="Thank you. They are known.")
    press_decide(other_tab)
    expect(other_tab.get_by_text("Decided: no further action")).to_be_visible()
    decide_no_further_action(page, rationale="The family can do this.", feedback="Thank you. The family helps.")
    with unchanged(owner):
        press_decide(page)
        expect(page.get_by_role("heading", name="Someone else decided first")).to_be_visible()
    expect(page.get_by_text("The family can do this.")).to_be_visible()
    expect(page.get_by_text("Thank you. The family helps.")).to_be_visible()


def test_a_flag_decided_while_its_page_stood_open_offers_no_decision_any_more(cast: Cast, windows: Windows) -> None:
    flag = taken(cast)
    page = windows.open(cast.morgan)
    page.goto(f"/flags/{flag['id']}")
    ended(cast, flag)
    page.get_by_role("button", name="Decide").click()
    expect(page.get_by_role("heading", name="We cannot show you that page")).to_be_visible()
