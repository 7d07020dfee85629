"""What it costs to raise a flag: taps and keys of the shortest honest path on a phone, counted, with a ceiling.

A tap is a tap on the glass, a key is a letter typed. Scrolling is not counted, because a thumb does it while it reads.
"""

import sys
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from tests.browser.windows import PHONE, Windows
from tests.factories.cast import Cast

MOST_TAPS = 12
FACT = "Sitting alone with two empty cans."


@dataclass
class Thumb:
    """Somebody with one thumb, who counts."""

    page: Page
    taps: int = 0
    keys: int = 0

    def say(self, about: str) -> None:
        """One line of the table that docs/raising.md keeps; `pytest -s` shows it."""
        sys.stdout.write(f"{about:8} {self.taps:3} taps {self.keys:4} keys\n")

    def tap(self, target: Locator) -> None:
        """Tap once."""
        target.tap()
        self.taps += 1

    def choose(self, question: str, answer: str) -> None:
        """Tap an answer of a question."""
        group = self.page.get_by_role("group", name=question)
        self.tap(group.locator("label", has_text=answer).first)

    def write(self, label: str, text: str) -> None:
        """Tap into a field and type."""
        self.tap(self.page.get_by_label(label))
        self.page.keyboard.type(text)
        self.keys += len(text)


def shared_answers(thumb: Thumb, place: str) -> None:
    """What is asked of everybody, in the order of the form."""
    thumb.choose("3. About how old?", "14 or 15")
    thumb.write("4. Where, and when?", place)
    thumb.choose("5. What worries you?", "Alcohol")
    thumb.write("6. What you saw or heard", FACT)
    thumb.choose("7. Have you told them about this flag?", "Yes")
    thumb.choose("8. Confirm", "Answer 6 is only what I saw or heard")
    thumb.tap(thumb.page.get_by_role("button", name="Send to triage"))
    expect(thumb.page.get_by_role("heading", name="Your flag is sent")).to_be_visible()


def counted(windows: Windows, cast: Cast) -> Thumb:
    """A phone at the first page of an officer, which is the form itself."""
    page = windows.open(cast.rowan, width=PHONE, touch=True)
    page.goto("/")
    expect(page.get_by_role("heading", name="Raise a flag")).to_be_visible()
    return Thumb(page)


def test_a_person_and_a_group_are_each_raised_with_at_most_twelve_taps(cast: Cast, windows: Windows) -> None:
    person = counted(windows, cast)
    person.choose("1. Is anyone in danger now?", "No")
    person.choose("2. Who is this about?", "A young person")
    person.write("Name, if you know it", "Kai")
    shared_answers(person, "Station Parade")
    group = counted(windows, cast)
    group.choose("1. Is anyone in danger now?", "No")
    group.choose("2. Who is this about?", "A group at a place")
    group.write("Who is there?", "Boys and girls")
    shared_answers(group, "Five Acres")
    for name, thumb in {"person": person, "group": group}.items():
        thumb.say(name)
        assert thumb.taps <= MOST_TAPS, f"Raising about a {name} takes {thumb.taps} taps: docs/raising.md promises 12."


def test_the_stop_for_danger_adds_no_more_than_its_own_answers(cast: Cast, windows: Windows) -> None:
    thumb = counted(windows, cast)
    thumb.choose("1. Is anyone in danger now?", "Yes, someone is at risk of serious harm now")
    thumb.choose("What you did", "Told the control room")
    thumb.write("Incident number", "SC-0412")
    thumb.tap(thumb.page.get_by_role("button", name="Continue with the flag"))
    thumb.choose("2. Who is this about?", "A young person")
    thumb.write("Name, if you know it", "Kai")
    shared_answers(thumb, "Station Parade")
    thumb.say("danger")
    assert thumb.taps <= MOST_TAPS + 3
