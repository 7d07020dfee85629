"""The whole path on a phone without script: flagged, taken, shared, answered, heard; and each reads only their own."""

import re
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from portal.operations.cast import PASSWORD
from portal.operations.embedded import DatabaseUrls
from tests.browser.filling import (
    FACT,
    choose,
    decide_no_further_action,
    decide_to_share,
    press_decide,
    report_group,
    report_person,
    send,
)
from tests.browser.looking import sideways
from tests.browser.windows import Windows
from tests.factories.accounts import give_password
from tests.factories.cast import Cast
from tests.factories.flags import imported
from tests.factories.jobs import work_off

OPINION = "Something changed at home, I think."
OWN_WORDS = "I just want somewhere to go."
STRENGTHS = "Plays football, looks out for younger ones."
THIRD_PARTIES = "An older brother, twice at the door."
REFERENCE = "OC 4471/26"
SYSTEM = "Crime records"
LOOKS = "Red cap, school blazer"
RATIONALE = "Drinking alone, no service knows him."
WHY_NO_LESS = "They must know whom to expect."
GOOD_NEWS = "Thank you. Health will see him on Monday."
NO_NEWS = "Thank you. The youth club meets them there twice a week."
NO_NEWS_RATIONALE = "Known to detached youth work since August."
NOTE = "First appointment kept. Wants help to sleep."
# What a flag says beyond its codes: free to its readers by the grid, and to nobody else.
WORDS = (FACT.splitlines()[0], OPINION, OWN_WORDS, STRENGTHS, THIRD_PARTIES, REFERENCE, SYSTEM, "Bus shelter")


@dataclass
class Walker:
    """Somebody on a phone, who never meets a page that runs off its side."""

    page: Page

    @property
    def source(self) -> str:
        """Everything the browser was given of the page, not only what it shows."""
        assert sideways(self.page) == []
        return self.page.content()

    def reads(self, *texts: str) -> None:
        """These stand on the page."""
        for text in texts:
            expect(self.page.get_by_text(text).first).to_be_visible()
        assert sideways(self.page) == []

    def goes(self, link: str) -> None:
        """Follow a link by its words."""
        self.page.get_by_role("link", name=link).first.click()

    def presses(self, button: str) -> None:
        """Press a button by its words; a link that looks like a button is one."""
        self.page.get_by_role("button", name=button).first.click()


def signed_in(windows: Windows, cast: Cast, name: str) -> Walker:
    """Somebody who comes to the first page and signs in with their password."""
    give_password(windows.owner, cast.viewers[name].user_id, PASSWORD)
    page = windows.open()
    page.goto("/")
    walker = Walker(page)
    walker.reads("Sign in")
    page.get_by_label("E-mail address").fill(cast.email(name))
    page.get_by_label("Password").fill(PASSWORD)
    walker.presses("Sign in")
    return walker


def test_a_flag_goes_from_the_street_to_a_service_and_its_answer_comes_back(
    cast: Cast, windows: Windows, urls: DatabaseUrls
) -> None:
    imported(cast)
    rowan = signed_in(windows, cast, "rowan")
    rowan_raises_three_flags(rowan)
    morgan = signed_in(windows, cast, "morgan")
    morgan_decides_two(morgan)
    sam = signed_in(windows, cast, "sam")
    sam_reads_the_levels_of_the_grid(sam)
    sam_answers(sam)
    rowan_reads_the_answers(rowan, urls)


def rowan_raises_three_flags(rowan: Walker) -> None:
    """One from an import, one about a young person, one about a group."""
    rowan.goes("Imported")
    rowan.reads("1 place waits for somebody who was there", "May 2021")
    rowan.goes("On or near Wilson Drive")
    rowan.reads("Add what you saw", "1 incident of anti-social behaviour was recorded")
    expect(rowan.page.get_by_label("4. Where, and when?")).to_have_value("On or near Wilson Drive")
    report_group(rowan.page, place=None)
    send(rowan.page)
    rowan.reads("Your flag is sent")
    rowan.goes("Imported")
    rowan.reads("No imported incident waits")
    rowan.goes("Raise a flag")
    report_person(rowan.page)
    rowan.page.get_by_label("Or what they look like").fill(LOOKS)
    rowan.page.get_by_label("What you think it means").fill(OPINION)
    rowan.page.get_by_text("Add more, if you have it").click()
    rowan.page.get_by_label("Their own words").fill(OWN_WORDS)
    rowan.page.get_by_label("What they are good at, and who they trust").fill(STRENGTHS)
    rowan.page.get_by_label("Family or other people").fill(THIRD_PARTIES)
    choose(rowan.page, "How they come into it", "Suspected of an offence")
    rowan.page.get_by_label("Your own system’s reference").fill(REFERENCE)
    rowan.page.get_by_label("Which system it is from").fill(SYSTEM)
    assert sideways(rowan.page) == []
    send(rowan.page)
    rowan.reads("Your flag is sent", "You get an answer in every case")
    assert re.search(r"Reference\s+F-\d+", rowan.page.inner_text("main"))
    rowan.presses("Raise another flag")
    report_group(rowan.page)
    send(rowan.page)
    rowan.reads("Your flag is sent")
    rowan.presses("Go to my flags")
    rowan.reads("Kai, 14 or 15", "Group of about 7, 14 or 15", "Nobody has opened it yet.")


def morgan_decides_two(morgan: Walker) -> None:
    """The young person is shared with health; the group needs nothing more; the third waits."""
    morgan.reads("Inbox", "all to decide")
    assert "3\nall to decide" in morgan.page.inner_text("main")
    morgan.goes("Kai, 14 or 15")
    morgan.reads(*WORDS, LOOKS, "Suspected of an offence")
    morgan.presses("Take this flag")
    morgan.presses("Decide")
    decide_to_share(morgan.page, rationale=RATIONALE, feedback=GOOD_NEWS, why=WHY_NO_LESS)
    assert sideways(morgan.page) == []
    press_decide(morgan.page)
    morgan.reads("Decided: shared", "Not answered yet", "Severnshire Health and Care")
    morgan.goes("Inbox")
    morgan.page.get_by_role("row", name="Five Acres").get_by_role("link").click()
    morgan.reads("The group", "Boys and girls from two schools")
    morgan.presses("Take this flag")
    morgan.presses("Decide")
    decide_no_further_action(morgan.page, rationale=NO_NEWS_RATIONALE, feedback=NO_NEWS)
    press_decide(morgan.page)
    morgan.reads("Decided: no further action", NO_NEWS)
    morgan.goes("Inbox")
    morgan.reads("On or near Wilson Drive")


def sam_reads_the_levels_of_the_grid(sam: Walker) -> None:
    """A service administrator: who it is in full, the facts and the decision as codes, and nothing of the rest."""
    sam.reads("waiting for your answer")
    assert not [word for word in WORDS if word in sam.source]
    sam.goes("Kai, 14 or 15")
    sam.reads("Kai", LOOKS, "14 or 15", "Alcohol", "Health support", "Level 3, targeted support", "PC Rowan Hale")
    boxes = sam.page.locator(".govuk-summary-list__row", has_text="Withheld from your role")
    named = " | ".join(box.locator("dt").inner_text() for box in boxes.all())
    for label in (
        "Where",
        "what was seen or heard",
        "their own words",
        "what they are good at",
        "What the flagger thinks it means",
        "How they come into it",
        "Family or other people",
        "Reference in another system",
        "Why no less would do",
        "Why",
    ):
        assert label.lower() in named.lower()
    for number in ("4.4", "4.5", "4.6", "4.7", "4.14", "4.8"):
        assert f"Clause {number} of the agreement" in sam.page.inner_text("main")
    assert not [word for word in (*WORDS, RATIONALE, WHY_NO_LESS, "Suspected of an offence") if word in sam.source]


def sam_answers(sam: Walker) -> None:
    """One word for the flagger, a note for the council."""
    sam.presses("Answer this share")
    sam.reads("Answer Severnshire County Council", "reads this one line and nothing else about health")
    choose(sam.page, "1. What can be said to whoever raised the flag?", "Engaged")
    sam.page.get_by_label("2. A note for Severnshire County Council").fill(NOTE)
    sam.presses("Send the answer")
    sam.reads("Engaged")
    sam.goes("Inbox")
    sam.reads("Every share with your agency has an answer.")


def rowan_reads_the_answers(rowan: Walker, urls: DatabaseUrls) -> None:
    """A notice for each answer once the worker has run; the words meant for the flagger, and nothing else."""
    not_for_rowan = (RATIONALE, NO_NEWS_RATIONALE, NOTE, WHY_NO_LESS, "Morgan Teale", "Sam Okafor", "Level 3")
    rowan.goes("My flags")
    assert "you have not read" not in rowan.source
    work_off(urls.worker)
    rowan.goes("My flags")
    rowan.reads("3 answers you have not read.", "Not read yet", "Engaged. The service is working with them.", NO_NEWS)
    assert not [word for word in not_for_rowan if word in rowan.source]
    rowan.goes("Kai, 14 or 15")
    rowan.reads(GOOD_NEWS, "Engaged. The service is working with them.", "Severnshire Health and Care", *WORDS)
    assert not [word for word in not_for_rowan if word in rowan.source]
    rowan.goes("My flags")
    rowan.reads("1 answer you have not read.")
    rowan.page.get_by_role("listitem").filter(has_text="Five Acres").get_by_role("link").first.click()
    rowan.reads(NO_NEWS, "No further action")
    assert not [word for word in not_for_rowan if word in rowan.source]
    rowan.goes("My flags")
    assert "you have not read" not in rowan.source
