"""The way in: signing in, choosing a role, setting a password."""

from datetime import date
from uuid import uuid4

from playwright.sync_api import Page

from portal.identity import one_time_links
from portal.identity.throttle import FREE_TRIES
from tests.browser.states.registry import Stage, state
from tests.factories.accounts import PASSWORD, give_password, make_member

LINK = "/set-password/"


def sign_in_as(page: Page, email: str, password: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def link(stage: Stage) -> str:
    member = make_member(stage.owner)
    with stage.owner.transaction() as session:
        return LINK + one_time_links.issue(session, user_id=member.user_id)


@state(None, "sign_in/sign_in.html")
def sign_in(page: Page, _: Stage) -> str:
    page.goto("/sign-in")
    return "E-mail address"


@state(None, "sign_in/sign_in.html")
def sign_in_empty(page: Page, _: Stage) -> str:
    sign_in_as(page, "", "")
    return "2 things to finish"


@state(None, "sign_in/sign_in.html")
def sign_in_refused(page: Page, _: Stage) -> str:
    sign_in_as(page, "nobody@nowhere.example", "a wrong password")
    return "The e-mail address or the password is not right."


@state(None, "sign_in/sign_in.html")
def sign_in_throttled(page: Page, _stage: Stage) -> str:
    # An address nobody has waits like any other.
    address = f"{uuid4().hex}@nowhere.example"
    for _ in range(FREE_TRIES + 1):
        sign_in_as(page, address, "a wrong password")
    return "There were too many tries. Wait"


@state(None, "sign_in/membership.html")
def choose_role(page: Page, stage: Stage) -> str:
    give_password(stage.owner, stage.cast.kit.user_id)
    sign_in_as(page, stage.cast.email("kit"), PASSWORD)
    return "In which role are you working now?"


@state(None, "sign_in/membership.html")
def choose_role_unanswered(page: Page, stage: Stage) -> str:
    choose_role(page, stage)
    page.get_by_role("button", name="Go on").click()
    return "Choose the role you are working in."


@state("kit", "sign_in/membership.html")
def change_role(page: Page, _: Stage) -> str:
    page.goto("/inbox")
    page.get_by_role("link", name="Change role").click()
    return "You can change it at the top of every page."


@state(None, "sign_in/membership.html")
def no_role_today(page: Page, stage: Stage) -> str:
    gone = make_member(stage.owner, active_to=date(2021, 1, 1))
    sign_in_as(page, gone.email, PASSWORD)
    return "You have no role today"


@state(None, "sign_in/set_password.html")
def set_password(page: Page, stage: Stage) -> str:
    page.goto(link(stage))
    return "This link works once."


@state(None, "sign_in/set_password.html")
def set_password_too_short(page: Page, stage: Stage) -> str:
    set_password(page, stage)
    page.get_by_label("New password").fill("short")
    page.get_by_role("button", name="Set the password").click()
    return "1 thing to finish"


@state(None, "sign_in/sign_in.html")
def password_set(page: Page, stage: Stage) -> str:
    set_password(page, stage)
    page.get_by_label("New password").fill("two owls on the fence")
    page.get_by_label("The same password again").fill("two owls on the fence")
    page.get_by_role("button", name="Set the password").click()
    return "Your password is set."


@state(None, "sign_in/link_ended.html")
def link_ended(page: Page, _: Stage) -> str:
    page.goto(f"{LINK}unknown")
    return "This link does not work"
