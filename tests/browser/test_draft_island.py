"""The script that keeps a draft while somebody types: it says when, makes one draft, and never sends."""

from playwright.sync_api import expect

from portal.db import Database
from tests.browser.filling import answer_about_anybody, report_person, send
from tests.browser.test_session import end_sessions
from tests.browser.windows import Windows
from tests.factories.cast import Cast
from tests.factories.flags import flags_in, newest_flag

SAVED = "Draft saved"


def test_what_is_typed_is_saved_and_said_and_is_one_draft(cast: Cast, windows: Windows) -> None:
    page = windows.open(cast.rowan, script=True)
    page.goto("/flags/raise")
    for text in ("Two", "Two cans", "Two cans, asleep."):
        page.get_by_label("6. What you saw or heard").fill(text)
        with page.expect_response(lambda answer: answer.request.method == "POST") as saved:
            expect(page.get_by_text(SAVED)).to_be_visible()
        assert saved.value.status == 200
    with cast.truth() as session:
        assert newest_flag(session, cast).fact == "Two cans, asleep."
    assert flags_in(cast) == 1
    other = windows.open(cast.rowan)
    other.goto("/flags/drafts")
    expect(other.get_by_text("Two cans, asleep.")).to_be_visible()


def test_sending_what_was_saved_makes_the_one_flag(cast: Cast, windows: Windows) -> None:
    page = windows.open(cast.rowan, script=True)
    page.goto("/flags/raise")
    report_person(page)
    expect(page.get_by_text(SAVED)).to_be_visible()
    answer_about_anybody(page, fact="Asleep on the bench.")
    # At once, while the script may be saving.
    send(page)
    expect(page.get_by_role("heading", name="Your flag is sent")).to_be_visible()
    assert flags_in(cast) == 1
    page.goto("/flags/drafts")
    expect(page.get_by_text("You have no drafts")).to_be_visible()


def test_somebody_signed_out_is_told_that_nothing_is_saved_and_loses_nothing(
    cast: Cast, windows: Windows, owner: Database
) -> None:
    page = windows.open(cast.rowan, script=True)
    page.goto("/flags/raise")
    end_sessions(cast, owner)
    page.get_by_label("6. What you saw or heard").fill("Two cans.")
    expect(page.get_by_text("Not saved: you were signed out.")).to_be_visible()
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("What you typed is kept.")).to_be_visible()
    assert flags_in(cast) == 0


def test_without_connection_the_page_says_so_and_saves_when_it_is_back(cast: Cast, windows: Windows) -> None:
    page = windows.open(cast.rowan, script=True)
    page.goto("/flags/raise")
    page.context.set_offline(True)
    page.get_by_label("6. What you saw or heard").fill("Two cans.")
    expect(page.get_by_text("Not saved yet: there is no connection.")).to_be_visible()
    page.context.set_offline(False)
    page.get_by_label("6. What you saw or heard").fill("Two cans, asleep.")
    expect(page.get_by_text(SAVED)).to_be_visible()
    assert flags_in(cast) == 1
