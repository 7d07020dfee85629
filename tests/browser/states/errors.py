"""What is said when a page cannot be shown."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page
from sqlalchemy import text

from portal.access.viewer import Viewer
from tests.browser.filling import report_person, send
from tests.browser.states.registry import Stage, state


@state("rowan", "errors/not_shown.html")
def not_shown(page: Page, _: Stage) -> str:
    page.goto("/flags/nothing-of-the-kind")
    return "We cannot show you that page"


@state("robin", "errors/not_shown.html")
def not_shown_to_a_commissioner(page: Page, stage: Stage) -> str:
    page.goto(f"/flags/{stage.new['id']}")
    return "Go to your first page"


@state("rowan", "errors/old_form.html")
def old_form(page: Page, _: Stage) -> str:
    page.goto("/flags/raise")
    report_person(page)
    # Without the mark of who had it open, too: whoever has it finds the form as it was typed.
    for field in ("csrf_token", "typed_by"):
        page.locator(f"form.cc-raise input[name={field}]").evaluate("field => { field.value = 'old' }")
    send(page)
    return "That form was too old to send"


@state("rowan", "errors/not_understood.html")
def not_understood(page: Page, _: Stage) -> str:
    page.goto("/flags/raise")
    report_person(page, "Juno")
    page.locator("input[name=urgency]").first.evaluate("field => { field.value = 'LATER'; field.checked = true }")
    send(page)
    return "We could not read that"


@state("rowan", "errors/failed.html")
def failed(page: Page, _: Stage) -> str:
    page.goto("/fault")
    return "Something went wrong here"


@contextmanager
def asked_too_much(stage: Stage, viewer: Viewer) -> Iterator[None]:
    """Somebody whose windows asked for more than a person does."""
    with stage.owner.transaction() as session:
        session.execute(
            text(
                "insert into rate_bucket values ('PAGES', :user, now() + interval '2 minutes')"
                " on conflict (kind, subject) do update set full_at = excluded.full_at"
            ),
            {"user": viewer.user_id},
        )
    yield
    with stage.owner.transaction() as session:
        session.execute(text("delete from rate_bucket where subject = :user"), {"user": viewer.user_id})


@state("dana", "errors/wait.html")
def too_fast(page: Page, stage: Stage) -> str:
    with asked_too_much(stage, stage.cast.dana):
        page.goto("/flags")
    return "That was faster than Concord can follow"


@state("dana", "errors/wait.html")
def too_fast_with_a_form(page: Page, stage: Stage) -> str:
    page.goto("/flags/raise")
    report_person(page)
    with asked_too_much(stage, stage.cast.dana):
        send(page)
        # The page is there before dana may go on.
        page.get_by_role("button", name="Send it again").wait_for()
    return "What you typed is kept on this page."
