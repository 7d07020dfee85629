"""The life of a flag: each step asked, wrong, too late; and the flag itself in every state it can stand in."""

from playwright.sync_api import Page

from tests.browser.filling import choose, decide_no_further_action, press_decide
from tests.browser.states.registry import Stage, state
from tests.factories import clock, life
from tests.factories.flags import answered, ended, raised, shared, taken


@state("rowan", "flags/list.html")
def my_flags_with_a_question(page: Page, stage: Stage) -> str:
    life.asked(stage.cast)
    page.goto("/flags")
    return "for your answer"


@state("mel", "flags/list.html")
def team_s_flags_with_a_question(page: Page, stage: Stage) -> str:
    life.asked(stage.cast)
    page.goto("/flags?show=team")
    return "for your team’s answer"


@state("rowan", "flags/flag.html")
def flag_with_a_question(page: Page, stage: Stage) -> str:
    page.goto(f"/flags/{life.asked(stage.cast)['id']}")
    return "Triage asked you a question"


@state("morgan", "flags/flag.html")
def flag_with_its_question_answered(page: Page, stage: Stage) -> str:
    flag = life.asked(stage.cast)
    life.saved(stage.cast, stage.cast.rowan, life.ANSWER_QUESTION, life.answering(stage.cast, flag))
    page.goto(f"/flags/{flag['id']}")
    return "Question answered, back in triage"


@state("morgan", "flags/flag.html")
def flag_with_a_question_overdue(page: Page, stage: Stage) -> str:
    page.goto(f"/flags/{clock.question_due(stage.cast, life.asked(stage.cast))['id']}")
    return "1 h over"


@state("morgan", "flags/flag.html")
def flag_overdue(page: Page, stage: Stage) -> str:
    page.goto(f"/flags/{clock.triage_due(stage.cast, taken(stage.cast))['id']}")
    return "1 h over"


@state("dee", "flags/flag.html")
def flag_overdue_for_the_manager(page: Page, stage: Stage) -> str:
    page.goto(f"/flags/{clock.triage_due(stage.cast, taken(stage.cast))['id']}")
    page.get_by_text("Why can I see this?").click()
    return "What you see of a late flag"


@state("morgan", "flags/flag.html")
def flag_with_safeguarding(page: Page, stage: Stage) -> str:
    page.goto(f"/flags/{life.escalated(stage.cast)['id']}")
    return "Safeguarding has it."


@state("priya", "flags/flag.html")
def flag_handed_to_us_for_safeguarding(page: Page, stage: Stage) -> str:
    page.goto(f"/flags/{life.escalated(stage.cast)['id']}")
    page.get_by_text("Why can I see this?").click()
    return "It was handed to your agency for safeguarding."


@state("morgan", "flags/flag.html")
def flag_closed(page: Page, stage: Stage) -> str:
    page.goto(f"/flags/{life.closed(stage.cast)['id']}")
    return "It is closed"


@state("rowan", "flags/flag.html")
def flag_of_mine_closed(page: Page, stage: Stage) -> str:
    page.goto(f"/flags/{life.closed(stage.cast)['id']}")
    return "Open again with new facts"


@state("rowan", "flags/flag.html")
def flag_withdrawn(page: Page, stage: Stage) -> str:
    page.goto(f"/flags/{life.withdrawn(stage.cast)['id']}")
    return "Why it was withdrawn"


@state("morgan", "flags/flag.html")
def flag_merged(page: Page, stage: Stage) -> str:
    page.goto(f"/flags/{life.merged(stage.cast)['id']}")
    return "carried on there."


@state("morgan", "flags/flag.html")
def flag_that_carries_others(page: Page, stage: Stage) -> str:
    into = raised(stage.cast)
    life.merged(stage.cast, into=into)
    page.goto(f"/flags/{into['id']}")
    return "Flags carried on in this one"


@state("morgan", "flags/flag.html")
def flag_opened_again(page: Page, stage: Stage) -> str:
    flag = ended(stage.cast)
    life.saved(stage.cast, stage.cast.rowan, life.REOPEN, life.reopening(life.stands(stage.cast, flag)))
    page.goto(f"/flags/{flag['id']}")
    return "Opened again on new facts"


@state("rowan", "flags/step.html")
def answer_a_question(page: Page, stage: Stage) -> str:
    page.goto(f"/flags/{life.asked(stage.cast)['id']}/answer")
    return "What triage at Severnshire County Council asks"


@state("rowan", "flags/step.html")
def answer_a_question_unfinished(page: Page, stage: Stage) -> str:
    answer_a_question(page, stage)
    page.get_by_role("button", name="Send the answer").click()
    return "Write your answer."


@state("mel", "flags/step.html")
def answer_a_question_too_late(page: Page, stage: Stage) -> str:
    flag = life.asked(stage.cast)
    page.goto(f"/flags/{flag['id']}/answer")
    page.get_by_label("Your answer").fill("The one by the school.")
    life.saved(stage.cast, stage.cast.rowan, life.ANSWER_QUESTION, life.answering(stage.cast, flag))
    page.get_by_role("button", name="Send the answer").click()
    return "The one by the school."


@state("rowan", "flags/step.html")
def withdraw(page: Page, stage: Stage) -> str:
    page.goto(f"/flags/{raised(stage.cast)['id']}/withdraw")
    return "What happens"


@state("rowan", "flags/step.html")
def withdraw_unfinished(page: Page, stage: Stage) -> str:
    withdraw(page, stage)
    page.get_by_role("button", name="Withdraw this flag").click()
    return "Choose why you withdraw it."


@state("rowan", "flags/step.html")
def withdraw_too_late(page: Page, stage: Stage) -> str:
    flag = taken(stage.cast)
    page.goto(f"/flags/{flag['id']}/withdraw")
    choose(page, "1. Why do you withdraw it?", "Raised by mistake")
    page.get_by_label("2. More about why").fill("It was another bench.")
    ended(stage.cast, flag)
    page.get_by_role("button", name="Withdraw this flag").click()
    return "Someone else was first"


@state("rowan", "flags/step.html")
def reopen(page: Page, stage: Stage) -> str:
    page.goto(f"/flags/{ended(stage.cast)['id']}/reopen")
    return "1. What is new?"


@state("rowan", "flags/step.html")
def reopen_unfinished(page: Page, stage: Stage) -> str:
    reopen(page, stage)
    page.get_by_role("button", name="Open it again").click()
    return "3 things to finish"


@state("rowan", "flags/step.html")
def reopen_with_nothing_new(page: Page, stage: Stage) -> str:
    reopen(page, stage)
    page.get_by_label("1. What is new?").fill("Sitting alone with two empty cans.")
    page.get_by_label("Day", exact=True).fill("2026-11-02")
    page.get_by_label("Time", exact=True).fill("12:00")
    page.get_by_role("button", name="Open it again").click()
    return "The flag says this already."


@state("morgan", "flags/step.html")
def close(page: Page, stage: Stage) -> str:
    page.goto(f"/flags/{answered(stage.cast)['id']}/close")
    return "1. What came of it?"


@state("morgan", "flags/step.html")
def close_unfinished(page: Page, stage: Stage) -> str:
    close(page, stage)
    page.get_by_role("button", name="Close and tell them").click()
    return "Choose what came of it."


@state("morgan", "flags/step.html")
def tell_more(page: Page, stage: Stage) -> str:
    page.goto(f"/flags/{shared(stage.cast)['id']}/tell")
    return "What was said cannot be taken back."


@state("morgan", "flags/step.html")
def tell_more_unfinished(page: Page, stage: Stage) -> str:
    tell_more(page, stage)
    page.get_by_role("button", name="Tell them").click()
    return "Write what you tell them."


@state("morgan", "flags/triage.html")
def decide_to_ask(page: Page, stage: Stage) -> str:
    page.goto(f"/flags/{stage.taken['id']}/triage")
    choose(page, "1. What do you decide?", "Ask the flagger a question first")
    return "What do you ask?"


@state("morgan", "flags/triage.html")
def decide_to_merge(page: Page, stage: Stage) -> str:
    raised(stage.cast)
    page.goto(f"/flags/{stage.taken['id']}/triage")
    choose(page, "1. What do you decide?", "It belongs to another flag")
    return "Open flags that look alike."


@state("morgan", "flags/triage.html")
def decide_to_merge_into_nothing(page: Page, stage: Stage) -> str:
    decide_to_merge(page, stage)
    page.get_by_label("Or type the reference of another one").fill("F-0")
    choose(page, "2. Which level of need is it?", "Level 2, early help")
    page.get_by_label("3. Why do you decide this?").fill("The same bench.")
    press_decide(page)
    return "Type the reference of another flag that you can see."


@state("morgan", "flags/merge.html")
def check_a_merge(page: Page, stage: Stage) -> str:
    into = raised(stage.cast)
    decide_to_merge(page, stage)
    page.get_by_label("Or type the reference of another one").fill(into["reference"])
    choose(page, "2. Which level of need is it?", "Level 2, early help")
    page.get_by_label("3. Why do you decide this?").fill("The same bench.")
    press_decide(page)
    return "Do these two belong together?"


@state("morgan", "flags/triage.html")
def decide_to_hand_to_safeguarding(page: Page, stage: Stage) -> str:
    page.goto(f"/flags/{stage.shared['id']}/triage?decision=ESCALATE")
    return "Who takes it on?"


@state("morgan", "flags/triage.html")
def decide_to_share_again(page: Page, stage: Stage) -> str:
    page.goto(f"/flags/{life.escalated(stage.cast)['id']}/triage?decision=SHARE")
    press_decide(page)
    return "5 things to finish"


@state("morgan", "flags/triage.html")
def decide_late(page: Page, stage: Stage) -> str:
    page.goto(f"/flags/{clock.triage_due(stage.cast, taken(stage.cast))['id']}/triage")
    return "1 h over"


@state("jo", "flags/triage.html")
def decide_after_a_question_was_asked(page: Page, stage: Stage) -> str:
    flag = taken(stage.cast)
    page.goto(f"/flags/{flag['id']}/triage")
    decide_no_further_action(page, rationale="The family can do this.", feedback="Thank you.")
    life.asked(stage.cast, flag)
    press_decide(page)
    return "Ask the flagger a question"
