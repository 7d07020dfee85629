"""A plan is written, negotiated and signed in several windows, one of them a phone without script, until all see it."""

import re
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from portal.operations.cast import PASSWORD
from tests.browser.looking import sideways
from tests.browser.windows import DESK, PHONE, Windows
from tests.factories.accounts import give_password
from tests.factories.cast import Cast
from tests.factories.plans import drafted, first_scheme, nodes, proposed, read_plan
from tests.factories.snapshot import unchanged

TITLE = "Somewhere to go, 2027 to 2030"
POLICE, COUNCIL = "Severnshire Constabulary", "Severnshire County Council"
FIRST = "One worker covers the custody suite, weekdays, 09:00 to 17:00."
THEIRS = "One worker covers the custody suite and the court, weekdays, 09:00 to 17:00."
MINE = "Two workers cover the custody suite, weekdays, 09:00 to 17:00."
BOTH = "Two workers cover the custody suite and the court, weekdays, 09:00 to 17:00."
OFFERED = "Two workers cover the custody suite and the court, every day, 09:00 to 17:00."
WHY = "Most are held on Friday and Saturday."


@dataclass
class Negotiator:
    """Somebody at a window, who never meets a page that runs off its side."""

    page: Page
    plan: str = ""

    def reads(self, *texts: str) -> None:
        """These stand on the page."""
        for text in texts:
            expect(self.page.locator("main")).to_contain_text(text)
        assert sideways(self.page) == []

    def goes(self, link: str) -> None:
        """Follow a link by its words."""
        self.page.get_by_role("link", name=link).first.click()

    def presses(self, button: str) -> None:
        """Press a button by its words; a link that looks like a button is one."""
        self.page.get_by_role("button", name=button).first.click()

    def writes(self, label: str, text: str) -> None:
        """Fill a field by its label."""
        self.page.get_by_label(label, exact=True).fill(text)

    def opens(self, address: str = "") -> None:
        """A page of the plan."""
        self.page.goto(f"{self.plan}{address}")


def at_window(windows: Windows, cast: Cast, name: str, *, width: int = DESK, script: bool = True) -> Negotiator:
    """Somebody of the cast at a window of their own."""
    return Negotiator(windows.open(cast.viewers[name], width=width, script=script))


def test_two_agencies_write_negotiate_and_sign_until_both_see_it_agreed(cast: Cast, windows: Windows) -> None:
    brook = at_window(windows, cast, "brook")
    frankie = at_window(windows, cast, "frankie", width=PHONE, script=False)
    begin(brook)
    frankie.plan = brook.plan
    write_a_scheme(frankie)
    key = write_one_clause_together(brook, frankie)
    propose(brook)
    negotiate(frankie, brook, key)
    signatories = {name: at_window(windows, cast, name) for name in ("ellis", "quinn")}
    check(cast, windows, brook, frankie)
    for name, who in signatories.items():
        who.plan = brook.plan
        give_password(windows.owner, cast.viewers[name].user_id, PASSWORD)
    both_sign(**signatories)
    for window in (brook, frankie, *signatories.values()):
        window.opens()
        window.reads("Agreed", "2 of 2", OFFERED)
        # The words of both signatures are one hash, which everybody reads.
        assert window.page.inner_text(".cc-bytes").split()[1:] == brook.page.inner_text(".cc-bytes").split()[1:]
    found = read_plan(cast, brook.plan.split("/")[-1])
    assert (found["state"], found["currentVersion"]["number"]) == ("AGREED", 2)


def test_pressing_twice_makes_one_clause_one_offer_and_one_version(cast: Cast, windows: Windows) -> None:
    plan = drafted(cast)
    brook = at_window(windows, cast, "brook", script=False)
    brook.plan = f"/plans/{plan['id']}"
    brook.opens("/edit/clauses/new")
    brook.page.get_by_label("What it settles").select_option("General")
    brook.writes("Heading", "How it ends")
    brook.writes("Words of the clause", "The parties say so a year before.")
    brook.page.get_by_role("button", name="Save the clause").dblclick()
    brook.reads("G2 How it ends")
    brook.opens("/propose")
    brook.page.get_by_role("button", name="Propose version 1").dblclick()
    brook.reads("Proposed")
    brook.opens("/revise")
    brook.page.get_by_role("button", name="Write version 2").dblclick()
    brook.reads("Version 2, being written")
    now = read_plan(cast, plan["id"])["currentVersion"]
    assert (now["number"], len(now["clauses"])) == (2, 2)


def test_going_back_and_sending_again_changes_nothing_twice(cast: Cast, windows: Windows) -> None:
    plan = proposed(cast)
    brook = at_window(windows, cast, "brook", script=False)
    brook.plan = f"/plans/{plan['id']}"
    brook.opens("/open-signing")
    brook.presses("Open version 1 for signing")
    brook.reads("Signing")
    with unchanged(cast.owner):
        brook.page.go_back()
        # The page is asked for anew, and is not there any more for a version that is open already.
        brook.reads("Signing")
        assert brook.page.url.endswith(brook.plan)


def test_a_scheme_is_saved_by_the_keyboard_alone(cast: Cast, windows: Windows) -> None:
    plan = drafted(cast)
    scheme = first_scheme(plan)
    brook = at_window(windows, cast, "brook")
    brook.plan = f"/plans/{plan['id']}"
    brook.opens(f"/edit/schemes/{scheme['key']}")
    title = brook.page.get_by_label("Name of the scheme")
    title.focus()
    brook.page.keyboard.press("Control+A")
    brook.page.keyboard.type("Named without a mouse")
    # A browser presses the first button of a form: that saves, and no press of Enter adds a row or takes one out.
    brook.page.keyboard.press("Enter")
    brook.reads("Scheme 1: Named without a mouse")
    after = first_scheme(read_plan(cast, plan["id"]))
    assert after["title"] == "Named without a mouse"
    assert len(nodes(after["contributions"])) == len(nodes(scheme["contributions"]))


def begin(brook: Negotiator) -> None:
    """The police begin a plan with the council."""
    brook.page.goto("/plans/new")
    brook.writes("Name of the plan", TITLE)
    brook.writes("First day", "2027-04-01")
    brook.writes("Last day", "2030-03-31")
    brook.page.get_by_label(COUNCIL).select_option("Party, must sign")
    brook.presses("Begin the plan")
    brook.reads(TITLE, "Version 1, being written", "Add a scheme: there is none to agree yet.")
    brook.plan = re.sub(r"/edit$", "", brook.page.url)


def write_a_scheme(frankie: Negotiator) -> None:
    """The council writes a scheme on a phone, with one row more than the form began with."""
    frankie.opens("/edit")
    frankie.presses("Add a scheme")
    frankie.reads("typically costs £80,000 a year")
    page = frankie.page
    frankie.writes("Name of the scheme", "Custody and court diversion")
    page.get_by_label("Mental health", exact=True).check()
    page.get_by_label("Where?").select_option(index=1)
    frankie.writes("How many places does it create?", "42")
    first = page.get_by_role("group", name="Contribution 1")
    expect(first.get_by_label("Pounds")).to_have_value("80,000")
    first.get_by_label("Who pays").select_option(POLICE)
    first.get_by_label("How the money flows").select_option("Aligned, not pooled")
    frankie.presses("Add a contribution")
    frankie.reads("There is one more row above. Nothing is saved yet.")
    second = page.get_by_role("group", name="Contribution 2")
    second.get_by_label("Who pays").select_option(COUNCIL)
    second.get_by_label("Financial year").select_option("2028/29")
    second.get_by_label("Pounds").fill("£104,000.50")
    second.get_by_label("How the money flows").select_option("Aligned, not pooled")
    frankie.presses("Save the scheme")
    frankie.reads("£184,000.50 in all from 2 contributions")


def write_one_clause_together(brook: Negotiator, frankie: Negotiator) -> str:
    """Both write the same clause; whoever is second sees both texts and loses none. Gives the key of the clause."""
    brook.opens("/edit")
    brook.page.get_by_role("link", name="Add a clause to scheme 1").click()
    brook.page.get_by_label("What it settles").select_option("What the service does")
    brook.writes("Heading", "The service")
    brook.writes("Words of the clause", FIRST)
    brook.presses("Save the clause")
    brook.reads("1.1 The service", FIRST)
    frankie.opens("/edit")
    for window in (brook, frankie):
        window.goes("The service")
    brook.writes("Words of the clause", MINE)
    frankie.writes("Words of the clause", THEIRS)
    brook.presses("Save the clause")
    brook.reads(MINE)
    frankie.presses("Save the clause")
    frankie.reads("Someone else changed this clause first", f"Brook Tanner, {POLICE}", "As it stands now", MINE)
    expect(frankie.page.get_by_label("Words of the clause")).to_have_value(THEIRS)
    frankie.writes("Words of the clause", BOTH)
    frankie.presses("Save the clause")
    frankie.reads(BOTH)
    found = re.search(r"/edit/clauses/([0-9a-f-]{36})", frankie.page.content())
    assert found
    return found[1]


def propose(brook: Negotiator) -> None:
    """A page opened before others wrote is not proposed unread."""
    brook.opens("/propose")
    brook.reads("Scheme 1", "1 clause, 42 places, £184,000.50")
    brook.presses("Propose version 1")
    brook.reads("Proposed", BOTH)


def negotiate(frankie: Negotiator, brook: Negotiator, key: str) -> None:
    """The council offers other words, the police read what they change and accept, and both read the redline."""
    frankie.opens(f"/clauses/{key}")
    frankie.writes("Your comment", "Who is there on Saturday?")
    frankie.presses("Add the comment")
    frankie.reads("Who is there on Saturday?")
    frankie.presses("Offer other words")
    expect(frankie.page.get_by_label("The words you want")).to_have_value(BOTH)
    frankie.writes("The words you want", OFFERED)
    frankie.writes("Why?", WHY)
    frankie.presses("Offer these words")
    frankie.reads("Take it back", WHY)
    brook.opens("/talk")
    brook.reads("Who is there on Saturday?", WHY)
    brook.page.get_by_role("link", name="Clause 1.1, The service").first.click()
    expect(brook.page.locator("ins", has_text="every day")).to_be_visible()
    expect(brook.page.locator("del", has_text="weekdays")).to_be_visible()
    brook.presses("Accept it")
    brook.reads("Version 2", OFFERED)
    for window in (brook, frankie):
        window.opens("/redline")
        window.reads("1.1", "every day", "weekdays")


def check(cast: Cast, windows: Windows, brook: Negotiator, frankie: Negotiator) -> None:
    """A commissioner opens version 2, and each agency passes its own checks."""
    brook.opens("/open-signing")
    brook.presses("Open version 2 for signing")
    brook.reads("Signing")
    guardians = [Negotiator(windows.open(cast.viewers[name]), brook.plan) for name in ("wren", "harper")]
    for window, theirs in ((brook, 2), (frankie, 2), *((guardian, 1) for guardian in guardians)):
        window.opens("/checks")
        for left in reversed(range(theirs)):
            window.presses("Pass it")
            expect(window.page.get_by_role("button", name="Pass it")).to_have_count(left)


def both_sign(ellis: Negotiator, quinn: Negotiator) -> None:
    """Each signatory reads all of it, types the password again, reads it once more and signs."""
    for who, agency, heading in (
        (ellis, POLICE, "Your signature is given"),
        (quinn, COUNCIL, "This plan is agreed"),
    ):
        who.opens()
        who.presses("Read and sign version 2")
        who.reads(OFFERED, "£184,000.50", agency, "What your signature means")
        who.presses("Enter your password to sign")
        who.page.get_by_label("Password").fill(PASSWORD)
        who.presses("Go on")
        who.reads("Your password is right.")
        who.presses(f"Sign version 2 for {agency}")
        who.reads(heading, "Password entered again")
