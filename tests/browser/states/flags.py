"""Reading flags: the lists, and one flag as each of its readers has it."""

from playwright.sync_api import Page

from tests.browser.states.registry import Stage, state


@state("dana", "flags/list.html")
def my_flags_empty(page: Page, _: Stage) -> str:
    page.goto("/flags")
    return "You have raised no flags"


@state("rowan", "flags/list.html")
def my_flags(page: Page, stage: Stage) -> str:
    _ = stage.answered, stage.ended, stage.group, stage.new, stage.unbroken
    page.goto("/flags")
    return "Engaged. The service is working with them."


@state("ari", "flags/list.html")
def my_flags_second_page(page: Page, stage: Stage) -> str:
    _ = stage.many
    page.goto("/flags")
    page.get_by_role("link", name="Next flags").click()
    return "Back to the first flags"


@state("mel", "flags/list.html")
def team_s_flags(page: Page, stage: Stage) -> str:
    _ = stage.answered
    page.goto("/flags?show=team")
    return "Only the ones you raised"


@state("mel", "flags/list.html", empty=True)
def team_s_flags_empty(page: Page, _: Stage) -> str:
    page.goto("/flags?show=team")
    return "Your team has raised no flags"


@state("rowan", "flags/flag.html")
def flag_of_mine_new(page: Page, stage: Stage) -> str:
    page.goto(f"/flags/{stage.new['id']}")
    return "Nobody has opened it yet."


@state("rowan", "flags/flag.html")
def flag_of_mine_answered(page: Page, stage: Stage) -> str:
    page.goto(f"/flags/{stage.answered['id']}")
    page.get_by_text("Why can I see this?").click()
    return "What you were told"


@state("rowan", "flags/flag.html")
def flag_of_mine_ended(page: Page, stage: Stage) -> str:
    page.goto(f"/flags/{stage.ended['id']}")
    return "No further action"


@state("rowan", "flags/flag.html")
def flag_that_is_a_draft(page: Page, stage: Stage) -> str:
    page.goto(f"/flags/{stage.draft['id']}")
    return "May 2021"


@state("mel", "flags/flag.html")
def flag_of_the_team(page: Page, stage: Stage) -> str:
    page.goto(f"/flags/{stage.answered['id']}")
    return "Withheld from your role"


@state("morgan", "flags/flag.html")
def flag_about_a_group(page: Page, stage: Stage) -> str:
    page.goto(f"/flags/{stage.group['id']}")
    return "Group of about 7, 14 or 15"


@state("morgan", "flags/flag.html")
def flag_for_triage_new(page: Page, stage: Stage) -> str:
    page.goto(f"/flags/{stage.new['id']}")
    return "Take this flag"


@state("morgan", "flags/flag.html")
def flag_for_triage_taken(page: Page, stage: Stage) -> str:
    page.goto(f"/flags/{stage.taken['id']}")
    return "Decide"


@state("morgan", "flags/flag.html")
def flag_for_triage_answered(page: Page, stage: Stage) -> str:
    page.goto(f"/flags/{stage.answered['id']}")
    return "Note with the answer"


@state("sam", "flags/flag.html")
def flag_for_health_withheld(page: Page, stage: Stage) -> str:
    page.goto(f"/flags/{stage.shared['id']}")
    return "Withheld from your role"


@state("ines", "flags/flag.html")
def flag_for_a_clinician(page: Page, stage: Stage) -> str:
    page.goto(f"/flags/{stage.shared['id']}")
    return "Third time this month."


@state("morgan", "flags/flag.html")
def flag_of_unbroken_words(page: Page, stage: Stage) -> str:
    page.goto(f"/flags/{stage.unbroken['id']}")
    return "Take this flag"
