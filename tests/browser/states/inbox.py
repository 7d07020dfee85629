"""The inboxes of every role: waiting, late, empty, narrowed, and many flags changed at once."""

from playwright.sync_api import Page
from sqlalchemy import text

from tests.browser.states.registry import Stage, state
from tests.factories.flags import raised, taken


@state("morgan", "inbox/inbox.html")
def inbox(page: Page, stage: Stage) -> str:
    _ = stage.new, stage.group, stage.taken, stage.unbroken
    late(stage, raised(stage.cast))
    page.goto("/inbox?show=open")
    return "Take the next one due"


def late(stage: Stage, flag: dict[str, str]) -> None:
    """Let the time of a flag run out."""
    with stage.owner.transaction() as session:
        passed = "update flag set triage_due_at = now() - interval '3 hours' where reference = :reference"
        session.execute(text(passed), {"reference": flag["reference"]})


@state("morgan", "inbox/inbox.html", empty=True)
def inbox_empty(page: Page, _: Stage) -> str:
    page.goto("/inbox?show=mine")
    return "Nothing is waiting"


@state("morgan", "inbox/inbox.html")
def inbox_narrowed(page: Page, stage: Stage) -> str:
    _ = stage.new
    page.goto("/inbox?show=new&urgency=IMMEDIATE&order=newest")
    return "1 filter on"


@state("morgan", "inbox/inbox.html")
def inbox_narrowed_to_nothing(page: Page, _: Stage) -> str:
    page.goto("/inbox?show=mine&concern=NOTHING&held=NOBODY")
    return "Nothing fits these filters"


@state("morgan", "inbox/inbox.html")
def inbox_with_a_view_of_ones_own(page: Page, stage: Stage) -> str:
    _ = stage.new
    page.goto("/inbox?show=new")
    page.get_by_label("Name of this view").fill("The new ones of a week that was long")
    page.get_by_role("button", name="Keep this view").click()
    return "The new ones of a week that was long"


@state("morgan", "inbox/inbox.html")
def inbox_view_without_a_name(page: Page, stage: Stage) -> str:
    _ = stage.new
    page.goto("/inbox?show=new")
    page.get_by_role("button", name="Keep this view").click()
    return "Give the view a name."


@state("morgan", "inbox/inbox.html")
def inbox_nothing_ticked(page: Page, stage: Stage) -> str:
    _ = stage.new
    page.goto("/inbox?show=open")
    page.get_by_role("button", name="Take the ticked flags").click()
    return "Tick the flags first."


@state("jo", "inbox/inbox.html")
def inbox_with_single_keys(page: Page, stage: Stage) -> str:
    _ = stage.new
    page.goto("/inbox")
    page.get_by_role("button", name="Switch them on").click()
    return "Keyboard shortcuts are on"


@state("sam", "inbox/inbox.html")
def inbox_of_health(page: Page, stage: Stage) -> str:
    _ = stage.shared
    page.goto("/inbox?show=all")
    return "Withheld"


@state("sam", "inbox/inbox.html", empty=True)
def inbox_of_health_empty(page: Page, _: Stage) -> str:
    page.goto("/inbox")
    return "Every share with your agency has an answer."


@state("dee", "inbox/inbox.html")
def inbox_of_a_manager(page: Page, stage: Stage) -> str:
    late(stage, raised(stage.cast))
    page.goto("/inbox")
    return "Overdue"


@state("morgan", "inbox/end.html")
def end_many(page: Page, stage: Stage) -> str:
    taken(stage.cast)
    raised(stage.cast)
    page.goto("/inbox?show=open")
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="No further action, with feedback").click()
    return "These stay as they are"


@state("morgan", "inbox/end.html")
def end_many_unfinished(page: Page, stage: Stage) -> str:
    end_many(page, stage)
    page.get_by_role("button", name="tell").click()
    return "3 things to finish"


@state("jo", "inbox/done.html")
def taken_many(page: Page, stage: Stage) -> str:
    flags = [raised(stage.cast), raised(stage.cast)]
    page.goto("/inbox?show=new&order=newest")
    for flag in flags:
        page.locator(f"#flag-{flag['reference']}").check()
    taken(stage.cast, flags[0])
    page.get_by_role("button", name="Take the ticked flags").click()
    return "Not changed: 1"
