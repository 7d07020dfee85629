"""How people fill the forms in: by what the page calls each answer."""

from playwright.sync_api import Page

FACT = "Sitting alone with two empty cans.\nSaid he “can’t sleep”."


def choose(page: Page, question: str, answer: str) -> None:
    """Choose one answer of a question."""
    page.get_by_role("group", name=question).get_by_label(answer, exact=True).check()


def answer_about_anybody(page: Page, *, fact: str = FACT) -> None:
    """The answers every flag needs, except who it is about."""
    choose(page, "3. About how old?", "14 or 15")
    choose(page, "5. What worries you?", "Alcohol")
    page.get_by_label("6. What you saw or heard").fill(fact)
    choose(page, "7. Have you told them about this flag?", "Yes")
    page.get_by_label("Answer 6 is only what I saw or heard").check()


def report_person(page: Page, name: str = "Kai", *, urgency: str = "Not now, but it cannot wait") -> None:
    """The eight answers about one young person."""
    choose(page, "1. Is anyone in danger now?", urgency)
    choose(page, "2. Who is this about?", "A young person")
    page.get_by_label("Name, if you know it").fill(name)
    page.get_by_label("4. Where, and when?").fill("Bus shelter, Station Parade")
    answer_about_anybody(page)


def report_group(page: Page, *, place: str | None = "Behind the parade of shops, Five Acres") -> None:
    """The eight answers about a group at a place; without a place, the one that stands there is left."""
    choose(page, "1. Is anyone in danger now?", "No")
    choose(page, "2. Who is this about?", "A group at a place")
    page.get_by_label("Who is there?").fill("Boys and girls from two schools")
    page.get_by_label("About how many?").fill("7")
    page.get_by_label("When are they usually there?").fill("Most evenings")
    if place is not None:
        page.get_by_label("4. Where, and when?").fill(place)
    answer_about_anybody(page, fact="Drinking cider. Two were sick.")


def send(page: Page) -> None:
    """Press the one filled button of the raise form."""
    page.get_by_role("button", name="Send to triage").click()


def decide_to_share(page: Page, *, rationale: str, feedback: str, why: str) -> None:
    """The answers of a decision to share with the health service."""
    choose(page, "1. What do you decide?", "Share it with an agency that can help")
    choose(page, "With which agency?", "Severnshire Health and Care")
    choose(page, "What for?", "Health support")
    page.get_by_label("Why would no less do?").fill(why)
    choose(page, "2. Which level of need is it?", "Level 3, targeted support")
    page.get_by_label("3. Why do you decide this?").fill(rationale)
    tell_the_flagger(page, feedback)


def decide_no_further_action(page: Page, *, rationale: str, feedback: str) -> None:
    """The answers of a decision that nothing more is done."""
    choose(page, "1. What do you decide?", "No further action")
    choose(page, "Why is no further action needed?", "Someone is already helping")
    choose(page, "2. Which level of need is it?", "Level 1, everyday support")
    page.get_by_label("3. Why do you decide this?").fill(rationale)
    tell_the_flagger(page, feedback)


def tell_the_flagger(page: Page, feedback: str) -> None:
    """The word to the flagger: there is one for each decision, and the one of what was decided shows."""
    page.get_by_label("4. What you tell").locator("visible=true").fill(feedback)


def press_decide(page: Page) -> None:
    """Send the decision."""
    page.get_by_role("button", name="Decide and tell them").click()
