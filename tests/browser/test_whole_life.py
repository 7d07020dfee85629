"""One flag through its whole life on phones without script, and one that is withdrawn: each reads their own."""

from playwright.sync_api import Page, expect

from tests.browser.filling import choose, decide_to_share, press_decide, report_person, send, tell_the_flagger
from tests.browser.looking import sideways
from tests.browser.windows import Windows
from tests.factories.cast import Cast
from tests.factories.flags import raised

QUESTION = "Was anybody older with him?"
ANSWER = "A man of about 30 came by at 21:40."
NOTE = "First appointment kept."
WHY_SAFEGUARDING = "He named the man who hits him."
CLOSED = "Thank you. He lives with his aunt now."
NEW_FACT = "Back on the bench, asleep at noon."
MERGED = "Thank you. Your flag is carried on together with another one."
OTHER_NAME = "Kay"


def reads(page: Page, *texts: str) -> None:
    """These stand on the page, and nothing runs off its side."""
    for text in texts:
        expect(page.get_by_text(text).first).to_be_visible()
    assert sideways(page) == []


def presses(page: Page, button: str) -> None:
    """Press a button by its words; a link that looks like a button is one."""
    page.get_by_role("button", name=button, exact=True).first.click()


def decides(page: Page, decision: str) -> None:
    """Go from a flag to its decision, and choose."""
    presses(page, "Decide")
    choose(page, "1. What do you decide?", decision)


def weighs(page: Page, rationale: str, feedback: str) -> None:
    """The answers that every decision needs, and its button."""
    choose(page, "2. Which level of need is it?", "Level 3, targeted support")
    page.get_by_label("3. Why do you decide this?").fill(rationale)
    tell_the_flagger(page, feedback)
    assert sideways(page) == []
    press_decide(page)


def test_a_flag_lives_its_whole_life(cast: Cast, windows: Windows) -> None:
    rowan, morgan, sam = windows.open(cast.rowan), windows.open(cast.morgan), windows.open(cast.sam)
    where = rowan_raises(rowan)
    morgan_takes_and_asks(morgan, where)
    rowan_answers(rowan)
    morgan_shares(morgan, where)
    sam_answers(sam, where)
    morgan_escalates_and_closes(morgan, where)
    rowan_hears_and_opens_it_again(rowan, where)
    other = raised(cast, by=cast.ari, subject={"person": {"preferredName": OTHER_NAME, "ageBandCode": "14_15"}})
    morgan_merges(morgan, where, other["reference"])
    rowan_is_told_and_learns_nothing_of_the_other(rowan, where, other["reference"])
    ari = windows.open(cast.ari)
    ari.goto(f"/flags/{other['id']}")
    reads(ari, OTHER_NAME)
    assert NEW_FACT not in ari.content()
    ari.goto(where)
    reads(ari, "We cannot show you that page")


def rowan_raises(rowan: Page) -> str:
    """Give the address of the new flag."""
    rowan.goto("/flags/raise")
    report_person(rowan)
    send(rowan)
    reads(rowan, "Your flag is sent")
    rowan.get_by_role("link", name="My flags").first.click()
    rowan.get_by_role("link", name="Kai, 14 or 15").first.click()
    reads(rowan, "Nobody has opened it yet.", "You hear by")
    return rowan.url.removeprefix(rowan.url.split("/flags/")[0])


def morgan_takes_and_asks(morgan: Page, where: str) -> None:
    morgan.goto("/")
    reads(morgan, "Inbox")
    morgan.get_by_role("link", name="Kai, 14 or 15").first.click()
    presses(morgan, "Take this flag")
    reads(morgan, "A triage worker is reading it: Morgan Teale.", "Decide by")
    decides(morgan, "Ask the flagger a question first")
    morgan.get_by_label("What do you ask?").fill(QUESTION)
    weighs(morgan, "It could be either.", "Thank you. One question before we decide.")
    reads(morgan, "Triage asked whoever raised it a question", "Answer by", QUESTION)
    assert morgan.url.endswith(where)


def rowan_answers(rowan: Page) -> None:
    rowan.goto("/flags")
    reads(rowan, "1 question waits for your answer", QUESTION)
    rowan.get_by_role("link", name="Kai, 14 or 15, flag").first.click()
    rowan.get_by_label("Your answer").fill(ANSWER)
    presses(rowan, "Send the answer")
    reads(rowan, ANSWER, "A triage worker is reading it")


def morgan_shares(morgan: Page, where: str) -> None:
    morgan.goto(where)
    reads(morgan, ANSWER, "Question answered, back in triage")
    presses(morgan, "Decide")
    why = "They must know whom to expect."
    decide_to_share(morgan, rationale="Wants help.", feedback="Thank you. Health will see him.", why=why)
    press_decide(morgan)
    reads(morgan, "It is with Severnshire Health and Care.", "Answer by")


def sam_answers(sam: Page, where: str) -> None:
    sam.goto("/")
    sam.get_by_role("link", name="Kai, 14 or 15").first.click()
    assert sam.url.endswith(where)
    assert ANSWER not in sam.content()
    presses(sam, "Answer this share")
    choose(sam, "1. What can be said to whoever raised the flag?", "Engaged")
    sam.get_by_label("2. A note for").fill(NOTE)
    presses(sam, "Send the answer")
    reads(sam, "Engaged")


def morgan_escalates_and_closes(morgan: Page, where: str) -> None:
    morgan.goto(where)
    reads(morgan, NOTE)
    presses(morgan, "Hand it to safeguarding")
    choose(morgan, "Who takes it on?", "Severnshire County Council")
    choose(morgan, "Why does it go to safeguarding?", "Abuse or neglect")
    weighs(morgan, WHY_SAFEGUARDING, "Thank you. The people who can act on it have it.")
    reads(morgan, "Safeguarding has it.")
    presses(morgan, "Close with an outcome")
    choose(morgan, "1. What came of it?", "Children's services have it in hand")
    morgan.get_by_label("2. What you tell").fill(CLOSED)
    presses(morgan, "Close and tell them")
    reads(morgan, "It is closed")


def rowan_hears_and_opens_it_again(rowan: Page, where: str) -> None:
    rowan.goto("/flags")
    reads(rowan, CLOSED)
    rowan.goto(where)
    reads(rowan, CLOSED, "Engaged.")
    for secret in (NOTE, WHY_SAFEGUARDING, "Wants help.", "Morgan Teale"):
        assert secret not in rowan.content()
    presses(rowan, "Open again with new facts")
    rowan.get_by_label("1. What is new?").fill(NEW_FACT)
    rowan.get_by_label("Day", exact=True).fill("2026-11-02")
    rowan.get_by_label("Time", exact=True).fill("12:00")
    presses(rowan, "Open it again")
    reads(rowan, NEW_FACT, "In triage")


def morgan_merges(morgan: Page, where: str, other: str) -> None:
    morgan.goto(where)
    reads(morgan, "Opened again on new facts", NEW_FACT)
    decides(morgan, "It belongs to another flag")
    morgan.locator("#into_reference, input#into[type=text]").first.fill(other)
    weighs(morgan, "The same bench, the same man.", MERGED)
    reads(morgan, "Do these two belong together?", OTHER_NAME)
    presses(morgan, "Yes, merge and tell them")
    reads(morgan, "It belongs to another flag and is carried on there.", other)


def rowan_is_told_and_learns_nothing_of_the_other(rowan: Page, where: str, other: str) -> None:
    rowan.goto(where)
    reads(rowan, "It belongs to another flag and is carried on there.", MERGED)
    assert other not in rowan.content()
    assert OTHER_NAME not in rowan.content()


def test_a_flagger_withdraws_a_flag_and_triage_reads_why(cast: Cast, windows: Windows) -> None:
    rowan, morgan = windows.open(cast.rowan), windows.open(cast.morgan)
    where = rowan_raises(rowan)
    morgan.goto(where)
    reads(morgan, "Take this flag")
    presses(rowan, "Withdraw this flag")
    reads(rowan, "Nobody works on this flag any more, and it cannot be opened again.")
    choose(rowan, "1. Why do you withdraw it?", "Raised by mistake")
    rowan.get_by_label("2. More about why").fill("It was another bench.")
    presses(rowan, "Withdraw this flag")
    reads(rowan, "Severnshire Constabulary withdrew it.")
    assert rowan.get_by_role("heading", name="What you can do").count() == 0
    # Morgan's tab is older than that.
    presses(morgan, "Take this flag")
    reads(morgan, "Someone else was first")
    morgan.goto(where)
    reads(morgan, "Why it was withdrawn", "It was another bench.")
