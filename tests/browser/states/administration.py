"""Administration: people, invitations, roles and teams of an agency, and what its lead keeps of a partnership."""

import secrets

from playwright.sync_api import Page

from tests.browser.states.registry import Stage, state
from tests.factories.administration import colleague, done, user_id
from tests.factories.cast import Cast

HOME = "/administration"
LEAD = f"{HOME}/partnership"


def _invite(cast: Cast) -> str:
    given = {"displayName": "PC Robin Lake", "email": f"{secrets.token_hex(9)}@police.severnshire.example"}
    path = done(cast, cast.noor, "inviteUser", **given, role="OFFICER")["path"]
    return str(path)


def _person(stage: Stage, name: str = "PC Jude Merrow-Whitcombe") -> str:
    return f"{HOME}/people/{user_id(stage.cast, colleague(stage.cast, name=name))}"


@state("noor", "administration/home.html")
def administration(page: Page, stage: Stage) -> str:
    _invite(stage.cast)
    page.goto("/")
    return "Invited, not here yet"


@state("noor", "administration/home.html", empty=True)
def administration_nobody_invited(page: Page, _: Stage) -> str:
    page.goto(HOME)
    return "Whoever you invite stands here until they have set a password."


@state("noor", "administration/people.html")
def people(page: Page, _: Stage) -> str:
    page.goto(f"{HOME}/people")
    return "People at work"


@state("noor", "administration/people.html", empty=True)
def people_who_left(page: Page, _: Stage) -> str:
    page.goto(f"{HOME}/people?show=former")
    return "Nobody has left"


@state("noor", "administration/people.html")
def people_found(page: Page, _: Stage) -> str:
    page.goto(f"{HOME}/people")
    page.get_by_label("Name or e-mail address").fill("Cheltenham nobody")
    page.get_by_role("button", name="Search").click()
    return "Nobody found"


@state("noor", "administration/invite.html")
def invite(page: Page, _: Stage) -> str:
    page.goto(f"{HOME}/invite")
    return "You get a link, once."


@state("noor", "administration/invite.html")
def invite_unfinished(page: Page, _: Stage) -> str:
    invite(page, _)
    page.get_by_role("button", name="Make the link").click()
    return "3 things to finish"


@state("noor", "administration/link.html")
def link_to_pass_on(page: Page, _: Stage) -> str:
    invite(page, _)
    page.get_by_label("Name", exact=True).fill("PC Robin Lake")
    page.get_by_label("E-mail address").fill(f"{secrets.token_hex(9)}@police.severnshire.example")
    page.get_by_label("Role").select_option("OFFICER")
    page.get_by_role("button", name="Make the link").click()
    return "You cannot see it again when you leave this page."


@state("noor", "administration/person.html")
def a_person(page: Page, stage: Stage) -> str:
    page.goto(_person(stage))
    return "Their way in"


@state("noor", "administration/person.html")
def a_person_disabled(page: Page, stage: Stage) -> str:
    page.goto(_person(stage))
    page.get_by_role("button", name="Disable the account").click()
    return "They cannot sign in."


@state("noor", "administration/person.html")
def a_person_renamed_to_nothing(page: Page, stage: Stage) -> str:
    page.goto(_person(stage))
    page.get_by_role("button", name="Change the name").click()
    return "Enter a name."


@state("noor", "administration/person.html")
def oneself(page: Page, stage: Stage) -> str:
    page.goto(f"{HOME}/people/{user_id(stage.cast, stage.cast.noor)}")
    return "Another administrator changes your own roles and teams."


@state("noor", "administration/new_role.html")
def another_role(page: Page, stage: Stage) -> str:
    page.goto(f"{_person(stage)}/role")
    return "They act in one role at a time"


@state("noor", "administration/role.html")
def a_role(page: Page, stage: Stage) -> str:
    page.goto(_person(stage))
    page.get_by_role("link", name="Change teams or last day").click()
    return "End this role"


@state("noor", "administration/role.html")
def a_role_without_a_last_day(page: Page, stage: Stage) -> str:
    a_role(page, stage)
    page.get_by_role("button", name="End the role").click()
    return "Enter the last day."


@state("noor", "administration/teams.html")
def teams(page: Page, _: Stage) -> str:
    page.goto(f"{HOME}/teams")
    return "Open a team"


@state("noor", "administration/team.html")
def a_team(page: Page, stage: Stage) -> str:
    teams(page, stage)
    page.get_by_role("link", name="Gloucester East").click()
    return "A team closes for good"


@state("noor", "administration/team.html")
def a_team_that_cannot_close(page: Page, stage: Stage) -> str:
    a_team(page, stage)
    page.get_by_role("button", name="Close the team").click()
    return "Somebody works in this team."


@state(None, "sign_in/invitation.html")
def invitation(page: Page, stage: Stage) -> str:
    page.goto(_invite(stage.cast))
    return "Severnshire Constabulary invites you"


@state(None, "sign_in/invitation.html")
def invitation_too_short(page: Page, stage: Stage) -> str:
    invitation(page, stage)
    page.get_by_label("Your password").fill("short")
    page.get_by_role("button", name="Accept the role").click()
    return "Enter a password of at least 12 characters."


@state("hollis", "administration/partnership.html")
def partnership(page: Page, _: Stage) -> str:
    page.goto(LEAD)
    return "Every change holds from a day on"


@state("hollis", "administration/clocks.html")
def clocks(page: Page, _: Stage) -> str:
    page.goto(f"{LEAD}/clocks")
    return "what is due already stays due when it was"


@state("hollis", "administration/clocks.html")
def clocks_without_a_number(page: Page, _: Stage) -> str:
    clocks(page, _)
    page.get_by_label("Within").first.fill("soon")
    page.get_by_role("button", name="Save the clocks").click()
    return "Enter a whole number."


@state("hollis", "administration/days.html")
def days(page: Page, _: Stage) -> str:
    page.goto(f"{LEAD}/days")
    return "Days that differ, the next 12 months"


@state("hollis", "administration/numbers.html")
def numbers(page: Page, _: Stage) -> str:
    page.goto(f"{LEAD}/numbers")
    return "Ring a new number before you save it."


@state("hollis", "administration/numbers.html")
def numbers_without_a_number(page: Page, _: Stage) -> str:
    numbers(page, _)
    page.get_by_label("Telephone number").first.fill("ring us")
    page.get_by_role("button", name="Save the numbers").click()
    return "Enter a telephone number, like 01632 960110."


@state("hollis", "administration/worries.html")
def worries(page: Page, _: Stage) -> str:
    page.goto(f"{LEAD}/worries")
    return "A flag keeps the words of the day it was raised."


@state("hollis", "administration/wards.html")
def wards(page: Page, _: Stage) -> str:
    page.goto(f"{LEAD}/wards")
    return "A flag keeps the name of the day it was raised."


@state("hollis", "administration/ward.html")
def a_ward(page: Page, _: Stage) -> str:
    wards(page, _)
    name = f"Riverside beat {secrets.token_hex(3)}"
    page.get_by_label("Name").fill(name)
    page.get_by_label("Kind").select_option("BEAT")
    page.get_by_role("button", name="Add it").click()
    page.get_by_role("link", name=name).click()
    return "Flags that name it keep it."


@state("hollis", "administration/worry.html")
def a_worry(page: Page, _: Stage) -> str:
    page.goto(f"{LEAD}/worries/ALCOHOL")
    return "Flags that have it keep it."
