"""A session that ended leads to the way in, and from there back to the page."""

from playwright.sync_api import Page, expect
from sqlalchemy import update

from portal.db import Database, now
from portal.identity.models import UserSession
from tests.browser.filling import FACT, report_person, send
from tests.browser.windows import Windows
from tests.factories.accounts import PASSWORD, give_password
from tests.factories.cast import Cast
from tests.factories.flags import flags_in, raised


def end_sessions(cast: Cast, owner: Database) -> None:
    """What an hour of not being used does."""
    with owner.transaction() as session:
        session.execute(update(UserSession).where(UserSession.user_id == cast.rowan.user_id).values(ended_at=now()))


def sign_in(page: Page, cast: Cast, owner: Database) -> None:
    give_password(owner, cast.rowan.user_id)
    page.get_by_label("E-mail address").fill(cast.email("rowan"))
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def test_a_page_asked_for_after_the_session_ended_is_there_after_signing_in(
    cast: Cast, windows: Windows, owner: Database
) -> None:
    flag = raised(cast)
    page = windows.open(cast.rowan)
    page.goto("/flags")
    end_sessions(cast, owner)
    page.get_by_role("link", name="Kai, 14 or 15").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert "Kai" not in page.content()
    sign_in(page, cast, owner)
    expect(page.get_by_role("heading", name="Kai, 14 or 15")).to_be_visible()
    assert page.url.endswith(f"/flags/{flag['id']}")


def test_a_form_sent_after_the_session_ended_is_there_after_signing_in_and_not_sent(
    cast: Cast, windows: Windows, owner: Database
) -> None:
    page = windows.open(cast.rowan)
    page.goto("/flags/raise")
    report_person(page)
    end_sessions(cast, owner)
    send(page)
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(page.get_by_text("What you typed is kept.")).to_be_visible()
    assert "Kai" not in page.content()
    sign_in(page, cast, owner)
    expect(page.get_by_role("heading", name="Raise a flag")).to_be_visible()
    expect(page.get_by_label("Name, if you know it")).to_have_value("Kai")
    expect(page.get_by_label("6. What you saw or heard")).to_have_value(FACT)
    assert flags_in(cast) == 0
    page.reload()
    expect(page.get_by_label("Name, if you know it")).to_have_value("Kai")
    assert flags_in(cast) == 0
    send(page)
    expect(page.get_by_role("heading", name="Your flag is sent")).to_be_visible()
    assert flags_in(cast) == 1


def test_after_signing_out_going_back_shows_nothing(cast: Cast, windows: Windows) -> None:
    flag = raised(cast)
    page = windows.open(cast.rowan)
    page.goto("/flags")
    page.goto(f"/flags/{flag['id']}")
    page.get_by_role("button", name="Sign out").first.click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert "Kai" not in page.content()
