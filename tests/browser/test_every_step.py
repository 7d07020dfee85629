"""Every step of a flag's life in the browser, as every role: whoever may is offered it and takes it, and nobody else.

Somebody who may not sees no button for it, gets the page for what does not exist at its address, and is refused when
they send its form all the same; nothing changes and nothing is told.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import APIResponse, Browser, Error, Locator, Page, expect

from frontend.words import FLAG_STATE
from graphql_schema import Door
from portal.access.viewer import Role
from portal.db import Database
from tests.browser.filling import choose, press_decide, report_group, send
from tests.browser.windows import Windows
from tests.factories.cast import Cast, settle_cast
from tests.factories.flags import raised
from tests.factories.life import stands, uncovered
from tests.factories.snapshot import changed, snapshot
from tests.flags.steps import CLOCK_MADE, LEADS, MADE, expired

Fill = Callable[[Page, Cast], None]
FLAGGERS = frozenset({"rowan", "mel"})
TRIAGE = frozenset({"morgan", "jo"})
THEIR_TEAM = frozenset({"rowan", "dana", "mel"})
# One person for each role and each way to stand to the flag in it: of the author’s team or another, a recipient or not.
ROLES = frozenset(
    {
        "rowan", "dana", "ari", "mel", "lee", "noor", "gail", "morgan", "dee", "priya", "sam", "ines", "robin", "alex",
    }
)  # fmt: skip
# What only the clock does has no button for anybody.
BY_THE_CLOCK = frozenset({"lapse", "expire"})
CSRF = re.compile(r'name="csrf_token"[^>]*?value="([^"]+)"')
# Words of the flag that stand in no refusal.
TOLD = ("Sitting alone", "Station Parade", "Kai")


@dataclass(frozen=True, kw_only=True)
class Way:
    """How a step is taken on the pages: where, by whom, what its button says, and what is typed."""

    who: frozenset[str]
    button: tuple[str, ...]
    address: str
    sent: dict[str, str] = field(default_factory=dict)
    fill: Fill


def _level(page: Page) -> None:
    choose(page, "2. Which level of need is it?", "Level 3, targeted support")
    page.get_by_label("3. Why do you decide this?").fill("Seen more than once this week.")
    word = page.get_by_label("4. What you tell PC Rowan Hale").locator("visible=true")
    word.fill("Thank you. You will hear from us.")
    press_decide(page)


def _decide(decision: str, *answers: Callable[[Page, Cast], None]) -> Fill:
    def fill(page: Page, cast: Cast) -> None:
        question = page.get_by_role("group", name="1. What do you decide?")
        # Where only one decision is possible there is nothing to choose.
        if question.count():
            question.get_by_label(decision, exact=True).check()
        for answer in answers:
            answer(page, cast)
        _level(page)

    return fill


def _choose(question: str, answer: str) -> Fill:
    return lambda page, _: choose(page, question, answer)


def _type(label: str, words: str) -> Fill:
    return lambda page, _: page.get_by_label(label, exact=True).fill(words)


def _into(page: Page, cast: Cast) -> None:
    target = raised(cast)
    page.locator("#into_reference, input[type=text]#into").first.fill(target["reference"])


def _merge(page: Page, cast: Cast) -> None:
    _decide("It belongs to another flag", _into)(page, cast)
    page.get_by_role("button", name="Yes, merge and tell them").click()


def _take(_page: Page, _cast: Cast) -> None:
    """The button on the flag's page was all."""


def _answer(page: Page, _: Cast) -> None:
    page.get_by_label("Your answer").fill("The one by the library.")
    page.get_by_role("button", name="Send the answer").click()


def _withdraw(page: Page, _: Cast) -> None:
    page.get_by_role("group", name="1. Why do you withdraw it?").get_by_role("radio").first.check()
    page.get_by_role("button", name="Withdraw this flag").click()


def _reopen(page: Page, _: Cast) -> None:
    page.get_by_label("1. What is new?").fill("Seen again on the same bench, with a bruise.")
    page.get_by_label("Day", exact=True).fill("2026-11-01")
    page.get_by_label("Time", exact=True).fill("20:30")
    page.get_by_role("button", name="Open it again").click()


def _close(page: Page, _: Cast) -> None:
    page.get_by_role("group", name="1. What came of it?").get_by_role("radio").first.check()
    page.get_by_label("2. What you tell").fill("They have a place, and go there.")
    page.get_by_role("button", name="Close and tell them").click()


def _submit(page: Page, _: Cast) -> None:
    report_group(page, place=None)
    send(page)


TRIAGE_PAGE = "/flags/{id}/triage"
DECISION = {"level": "LEVEL_3", "rationale": "Because.", "feedback_ask": "Thank you."}
SHARING = (
    _choose("With which agency?", "Severnshire Health and Care"),
    _choose("What for?", "Health support"),
    _type("Why would no less do?", "They treat young people who drink."),
)
WAYS = {
    "submit": Way(
        who=THEIR_TEAM,
        button=("Add what you saw",),
        address="/drafts/{id}/promote",
        sent={"who": "GROUP", "group": "Some", "age_band": "14_15", "urgency": "ROUTINE", "place": "There"},
        fill=_submit,
    ),
    "take": Way(who=TRIAGE, button=("Take this flag",), address="/flags/{id}/take", fill=_take),
    "ask": Way(
        who=TRIAGE,
        button=("Decide",),
        address=TRIAGE_PAGE,
        sent=DECISION | {"decision": "ASK", "question": "Which one?"},
        fill=_decide("Ask the flagger a question first", _type("What do you ask?", "Which bus stop was it?")),
    ),
    "end": Way(
        who=TRIAGE,
        button=("Decide",),
        address=TRIAGE_PAGE,
        sent=DECISION | {"decision": "NO_FURTHER_ACTION", "reason": "NEED_MET"},
        fill=_decide("No further action", _choose("Why is no further action needed?", "Someone is already helping")),
    ),
    "merge": Way(
        who=TRIAGE,
        button=("Decide",),
        address=TRIAGE_PAGE,
        sent=DECISION | {"decision": "MERGE", "into": "F-1001"},
        fill=_merge,
    ),
    "share": Way(
        who=TRIAGE,
        button=("Decide", "Share it again"),
        address=TRIAGE_PAGE,
        sent=DECISION | {"decision": "SHARE", "purpose": "HEALTH_SUPPORT", "why_no_less": "x"},
        fill=_decide("Share it with an agency that can help", *SHARING),
    ),
    "escalate": Way(
        who=TRIAGE,
        button=("Decide", "Hand it to safeguarding"),
        address=TRIAGE_PAGE,
        sent=DECISION | {"decision": "ESCALATE", "escalation": "EXPLOITATION"},
        fill=_decide(
            "Hand it to safeguarding",
            _choose("Who takes it on?", "Severnshire County Council"),
            _choose("Why does it go to safeguarding?", "Exploitation"),
        ),
    ),
    "withdraw": Way(
        who=FLAGGERS,
        button=("Withdraw this flag",),
        address="/flags/{id}/withdraw",
        sent={"reason": "RAISED_BY_MISTAKE"},
        fill=_withdraw,
    ),
    "answer": Way(
        who=FLAGGERS,
        button=("Answer the question",),
        address="/flags/{id}/answer",
        sent={"answer": "The one by the library."},
        fill=_answer,
    ),
    "close": Way(
        who=TRIAGE,
        button=("Close with an outcome",),
        address="/flags/{id}/close",
        sent={"outcome": "HELP_IN_PLACE", "feedback": "Done."},
        fill=_close,
    ),
    "reopen": Way(
        who=FLAGGERS | TRIAGE,
        button=("Open again with new facts",),
        address="/flags/{id}/reopen",
        sent={"fact": "New.", "seen_day": "2026-11-01", "seen_time": "20:30"},
        fill=_reopen,
    ),
}
STEPS = [(state, step) for state, step in LEADS if step not in BY_THE_CLOCK]


@dataclass
class Stage:
    """A partnership and another, with a window for each person."""

    cast: Cast
    other: Cast
    windows: Windows
    worker: Database
    pages: dict[str, Page] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    def page(self, name: str) -> Page:
        if name not in self.pages:
            of_other = name.startswith("other.")
            viewers = (self.other if of_other else self.cast).viewers
            self.pages[name] = self.windows.open(viewers[name.removeprefix("other.")] if name != "nobody" else None)
        return self.pages[name]

    def token(self, name: str) -> str:
        """The token that the forms of somebody carry, taken from the one that stands on every page."""
        if name not in self.tokens:
            page = self.page(name)
            page.goto("/help")
            found = CSRF.search(page.content())
            self.tokens[name] = found.group(1) if found else ""
        return self.tokens[name]

    def flag(self, state: str) -> dict[str, Any]:
        return expired(self.cast, self.worker) if state == CLOCK_MADE else MADE[state](self.cast)


@pytest.fixture(scope="module")
def stage(
    owner: Database, worker: Database, door: Door, browser: Browser, address: str, site: Flask
) -> Iterator[Stage]:
    """Everybody keeps one window open through all steps."""
    windows = Windows(browser=browser, address=address, site=site, owner=owner)
    yield Stage(cast=settle_cast(owner, door), other=settle_cast(owner, door), windows=windows, worker=worker)
    windows.close()
    assert windows.complaints == []


def test_every_role_that_meets_a_flag_is_tried(stage: Stage) -> None:
    missing = set(Role) - {stage.cast.viewers[name].role for name in ROLES}
    # They sign plans and advise on rights; nothing of theirs leads to a flag, and the cast has nobody of them.
    assert missing == {Role.SIGNATORY, Role.DPO}


def test_every_transition_has_its_way_on_the_pages() -> None:
    assert {step for _, step in LEADS} == WAYS.keys() | BY_THE_CLOCK


def _offered(page: Page, way: Way) -> Locator | None:
    """The link or the button of a step on the page of a flag, if it is there."""
    for text in way.button:
        for role in ("button", "link"):
            found = page.get_by_role(role, name=text, exact=True)  # type: ignore[arg-type]
            if found.count():
                return found.first
    return None


def _names(source: str, way: Way) -> bool:
    """Whether the source of a page has the link or the button of a step."""
    words = "|".join(map(re.escape, way.button))
    return re.search(rf"<(?:a|button)\b[^>]*>\s*(?:{words})\s*</", source) is not None


def _sent_all_the_same(page: Page, token: str, way: Way, flag: dict[str, Any]) -> APIResponse:
    """The form of a step as somebody would send it who made one up, with a token that is theirs."""
    form: dict[str, str | float | bool] = {
        "csrf_token": token,
        "expected_version": str(flag["version"]),
        "confirm": "yes",
        **way.sent,
    }
    return page.request.post(way.address.format(id=flag["id"]), form=form, max_redirects=0)


def _hides(text: str) -> bool:
    return not any(word in text for word in TOLD)


@pytest.mark.some_of(5)
@pytest.mark.parametrize(("state", "step"), STEPS, ids=lambda value: str(value).lower())
def test_a_step_is_offered_to_whoever_may_take_it_and_refused_to_everybody_else(
    stage: Stage, owner: Database, state: str, step: str
) -> None:
    way, cast = WAYS[step], stage.cast
    flag = stage.flag(state)
    where = f"/flags/{flag['id']}"
    before = snapshot(owner)
    strangers = {"nobody", f"other.{min(way.who)}"}
    for name in sorted((ROLES - way.who) | strangers):
        page = stage.page(name)
        # Asked for with the window's own cookies; a page nobody has to look at need not be drawn.
        shown = page.request.get(where)
        assert not _names(shown.text(), way), f"{name} is offered {step}"
        address = way.address.format(id=flag["id"])
        opened = page.request.get(address, max_redirects=0)
        # A step that is one press of a button has no page of its own.
        assert opened.status in ({303} if name == "nobody" else {404, 405}), f"{name} opens the page of {step}"
        answer = _sent_all_the_same(page, stage.token(name), way, flag)
        assert answer.status in ({303, 400} if name == "nobody" else {403, 404, 409, 422}), (name, answer.status)
        assert _hides(answer.text()) or _reads(cast, name, flag), f"{name} is told of the flag"
    assert _of_records(changed(before, snapshot(owner))) == {}
    actor = min(way.who)
    page = stage.page(actor)
    page.goto(where)
    offered = _offered(page, way)
    assert offered is not None, f"{actor} is not offered {step}"
    assert _names(page.content(), way), "a step that is offered is found in the source, too"
    offered.click()
    way.fill(page, cast)
    if step == "submit":
        expect(page.get_by_role("heading", name="Your flag is sent")).to_be_visible()
    else:
        # The flag's own page, in the state it is in now.
        expect(page.locator(".cc-titlebar .govuk-tag").first).to_have_text(FLAG_STATE[LEADS[state, step]])
    assert stands(cast, flag)["state"] == LEADS[state, step], page.locator("main").inner_text()
    # The back button does nothing twice. A page that came in answer to a form is not shown again: the browser says so
    # instead, in a window that is of no more use.
    once = snapshot(owner)
    with suppress(Error):
        page.go_back()
        page.reload()
    page.close()
    stage.pages[actor] = page = page.context.new_page()
    page.goto(where)
    expect(page.locator("main")).to_be_visible()
    assert _of_records(changed(once, snapshot(owner))) == {}


def _reads(cast: Cast, name: str, flag: dict[str, Any]) -> bool:
    """Whether somebody of the same partnership reads the flag, so that its words are no secret to them."""
    if name == "nobody" or name.startswith("other."):
        return False
    found = cast.ask(cast.viewers[name], "query($id: ID!) { flag(by: {id: $id}) { id } }", id=flag["id"])
    return found["flag"] is not None


def _of_records(changes: dict[str, Any]) -> dict[str, Any]:
    """Changes of anything but a notice that was read, which opening a flag does."""
    return {table: rows for table, rows in changes.items() if table not in {"notification", "user_session"}}


def test_the_keys_of_the_clock_are_nobody_s(stage: Stage) -> None:
    """What only the clock does is offered to no role, from any state it starts in."""
    for state in ("MORE_INFO_REQUESTED", "SHARED"):
        flag = stage.flag(state)
        for name in ("rowan", "mel", "morgan", "sam", "dee"):
            page = stage.page(name)
            page.goto(f"/flags/{flag['id']}")
            for words in ("Expire", "Resume", "Lapse"):
                assert page.get_by_role("button", name=words).count() == 0
        assert uncovered(stage.cast, flag)
