"""The life of a flag on pages: each step where somebody looks for it, taken once, in words, and by who may."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from portal.access.viewer import Viewer
from portal.db import Database
from portal.flags.models import Flag
from tests.factories import clock, life
from tests.factories.cast import Cast
from tests.factories.flags import answered, raised, shared, taken
from tests.factories.snapshot import unchanged
from tests.flags.steps import clock_step
from tests.pages.answers import STEPS, no_further_action, to_ask, to_escalate, to_merge, to_share
from tests.pages.canaries import Canaries
from tests.pages.conftest import ReadAs
from tests.pages.reader import Reader, held_by_form
from tests.pages.words_on import words_on

QUESTION = "Was anybody older with him?"
ANSWER = "A man of about 30, at 21:40."
# Somebody whom each step is not for: four who see the flag, and one who does not.
OTHERS: dict[str, Callable[[Cast], Viewer]] = {
    "answer": lambda cast: cast.morgan,
    "withdraw": lambda cast: cast.morgan,
    "reopen": lambda cast: cast.ari,
    "close": lambda cast: cast.sam,
    "tell": lambda cast: cast.rowan,
}


def page_of(flag: dict[str, str], step: str = "") -> str:
    """The address of a flag, or of one step of it."""
    return f"/flags/{flag['id']}" + (f"/{step}" if step else "")


def state_of(cast: Cast, flag: dict[str, str]) -> str:
    """Where a flag stands in truth."""
    with cast.truth() as session:
        return session.execute(select(Flag.state).where(Flag.reference == flag["reference"])).scalar_one().value


def asked(cast: Cast, morgan: Reader) -> dict[str, str]:
    """A flag whose author was asked a question."""
    flag = taken(cast)
    assert morgan.send(page_of(flag, "triage"), **to_ask()).status_code == 303
    return flag


def escalated(cast: Cast, morgan: Reader) -> dict[str, str]:
    """A flag that safeguarding has."""
    flag = taken(cast)
    done = morgan.send(page_of(flag, "triage"), **to_escalate(cast.agency_id("SEVERN-LA")))
    assert done.status_code == 303, words_on(done.text)
    return flag


def ended_on_page(cast: Cast, morgan: Reader) -> dict[str, str]:
    """A flag that triage ended with no further action."""
    flag = taken(cast)
    assert morgan.send(page_of(flag, "triage"), **no_further_action()).status_code == 303
    return flag


def ready_for(step: str, cast: Cast, read_as: ReadAs) -> tuple[dict[str, str], Reader]:
    """A flag at which a step can be taken, and somebody who may take it."""
    morgan, rowan = read_as(cast.morgan), read_as(cast.rowan)
    if step == "answer":
        return asked(cast, morgan), rowan
    if step == "withdraw":
        return raised(cast), rowan
    if step == "reopen":
        return ended_on_page(cast, morgan), rowan
    return (answered(cast) if step == "close" else shared(cast)), morgan


def test_a_question_waits_first_among_my_flags_and_its_answer_goes_back_to_triage(cast: Cast, read_as: ReadAs) -> None:
    morgan, rowan = read_as(cast.morgan), read_as(cast.rowan)
    flag = asked(cast, morgan)
    mine = words_on(rowan.get("/flags").text)
    assert mine.index("1 question waits for your answer") < mine.index(f"Flag {flag['reference']}")
    page = words_on(rowan.get(page_of(flag)).text)
    assert "Triage asked you a question" in page
    assert "Answer by" in page
    assert QUESTION in page
    answered = rowan.send(page_of(flag, "answer"), **STEPS["answer"])
    assert ANSWER in words_on(rowan.follow(answered).text)
    assert state_of(cast, flag) == "IN_TRIAGE"
    page = words_on(morgan.get(page_of(flag)).text)
    assert ANSWER in page
    assert "Question answered, back in triage" in page
    assert "question waits" not in words_on(rowan.get("/flags").text)


def test_a_withdrawn_flag_says_why_and_offers_nothing_more(cast: Cast, read_as: ReadAs) -> None:
    flag, rowan = raised(cast), read_as(cast.rowan)
    form = words_on(rowan.get(page_of(flag, "withdraw")).text)
    assert "Nobody works on this flag any more, and it cannot be opened again." in form
    withdrawn = rowan.send(page_of(flag, "withdraw"), **STEPS["withdraw"])
    page = words_on(rowan.follow(withdrawn).text)
    assert "Severnshire Constabulary withdrew it." in page
    assert "What you can do" not in page
    assert state_of(cast, flag) == "WITHDRAWN"
    assert "It was another bench." in words_on(read_as(cast.morgan).get(page_of(flag)).text)


def test_an_ended_flag_is_opened_again_on_new_facts_beside_the_old_ones(cast: Cast, read_as: ReadAs) -> None:
    morgan, rowan = read_as(cast.morgan), read_as(cast.rowan)
    flag = ended_on_page(cast, morgan)
    again = rowan.send(page_of(flag, "reopen"), **STEPS["reopen"])
    page = words_on(rowan.follow(again).text)
    assert "Sitting alone with two empty cans." in page
    assert "New, seen 2 November 2026, 12:00 Back on the bench, asleep at noon." in page
    assert "Opened again on new facts" in words_on(morgan.get(page_of(flag)).text)
    assert state_of(cast, flag) == "IN_TRIAGE"
    assert morgan.send(page_of(flag, "triage"), **no_further_action()).status_code == 303
    decided = words_on(morgan.get(page_of(flag)).text)
    assert "Decided before" in decided


def test_closing_says_what_came_of_it_and_the_flagger_hears(cast: Cast, read_as: ReadAs) -> None:
    flag, morgan = answered(cast), read_as(cast.morgan)
    closed = morgan.send(page_of(flag, "close"), **STEPS["close"])
    assert "It is closed: " in words_on(morgan.follow(closed).text)
    page = words_on(read_as(cast.rowan).get(page_of(flag)).text)
    assert "Thank you. He has somewhere to go now." in page
    assert state_of(cast, flag) == "CLOSED"


def test_one_more_word_reaches_the_flagger_and_changes_no_state(cast: Cast, read_as: ReadAs) -> None:
    flag = shared(cast)
    assert read_as(cast.morgan).send(page_of(flag, "tell"), **STEPS["tell"]).status_code == 303
    assert "He goes there on Thursdays now." in words_on(read_as(cast.rowan).get(page_of(flag)).text)
    assert state_of(cast, flag) == "SHARED"


def test_a_shared_flag_goes_to_safeguarding_and_is_shared_again(cast: Cast, read_as: ReadAs) -> None:
    flag, morgan = shared(cast), read_as(cast.morgan)
    page = morgan.get(page_of(flag)).text
    assert "Hand it to safeguarding" in words_on(page)
    where = f"{page_of(flag, 'triage')}?decision=ESCALATE"
    form = words_on(morgan.get(where).text)
    assert "1. Hand it to safeguarding" in form
    assert "No further action" not in form
    handed = morgan.send(page_of(flag, "triage"), **to_escalate(cast.agency_id("SEVERN-LA")))
    assert "Safeguarding has it." in words_on(morgan.follow(handed).text)
    again = morgan.send(page_of(flag, "triage"), **to_share(cast.agency_id("SEVERN-COURT")))
    page = words_on(morgan.follow(again).text)
    assert "Decided: shared again" in page
    assert "Severnshire Magistrates' Court" in page
    assert state_of(cast, flag) == "SHARED"


def test_two_flags_are_shown_side_by_side_before_one_is_merged(cast: Cast, read_as: ReadAs) -> None:
    first = taken(cast)
    other = raised(cast, by=cast.ari, subject={"person": {"preferredName": "Kay", "ageBandCode": "14_15"}})
    morgan, where = read_as(cast.morgan), page_of(first, "triage")
    held = morgan.form(where)
    unchecked = {name: value for name, value in to_merge(other["reference"]).items() if name != "step"}
    with unchanged(cast.owner):
        check = morgan.post(where, held, **unchecked)
    assert check.status_code == 200
    said = words_on(check.text)
    assert "Do these two belong together?" in said
    assert "Kai, 14 or 15" in said
    assert "Kay, 14 or 15" in said
    confirmed = morgan.post(where, held_by_form(check.text, at=where, to=where), step="merge")
    page = words_on(morgan.follow(confirmed).text)
    assert f"carried on there. Flag {other['reference']}" in page
    assert state_of(cast, first) == "MERGED"
    assert f"Flag {first['reference']} , from Severnshire Constabulary" in words_on(morgan.get(page_of(other)).text)
    rowan = words_on(read_as(cast.rowan).get(page_of(first)).text)
    assert "It belongs to another flag and is carried on there." in rowan
    assert "Kay" not in rowan
    assert other["reference"] not in rowan
    ari = words_on(read_as(cast.ari).get(page_of(other)).text)
    assert first["reference"] not in ari
    assert "Kai" not in ari


def test_a_merge_can_be_thought_better_of_with_everything_typed(cast: Cast, read_as: ReadAs) -> None:
    first, other = taken(cast), raised(cast)
    morgan, where = read_as(cast.morgan), page_of(first, "triage")
    back = morgan.send(where, **to_merge(other["reference"], step="change"))
    assert back.status_code == 200
    assert held_by_form(back.text, at=where, to=where)["rationale"] == "The same bench, the same evening."
    assert state_of(cast, first) == "IN_TRIAGE"


@pytest.mark.parametrize("named", ["F-999999", "its own", "nonsense", "somebody else's"])
def test_a_flag_is_merged_into_nothing_that_its_reader_cannot_see(cast: Cast, read_as: ReadAs, named: str) -> None:
    flag = taken(cast)
    reference = flag["reference"] if named == "its own" else named
    answer = read_as(cast.morgan).send(page_of(flag, "triage"), **to_merge(reference))
    assert answer.status_code == 422
    assert "Type the reference of another flag that you can see." in words_on(answer.text)
    assert state_of(cast, flag) == "IN_TRIAGE"


def test_only_agencies_that_the_agreement_names_recipients_at_are_offered(cast: Cast, read_as: ReadAs) -> None:
    flag = taken(cast)
    page = words_on(read_as(cast.morgan).get(page_of(flag, "triage")).text)
    offered = page.split("With which agency?")[1].split("What for?")[0]
    assert "Severnshire Health and Care" in offered
    assert "Severnshire PCT" in offered
    assert "Severnshire Constabulary" not in offered
    assert "Severnshire County Council" not in offered


def test_each_decision_has_a_least_word_to_the_flagger_that_can_be_sent_as_it_is(cast: Cast, read_as: ReadAs) -> None:
    flag, morgan = taken(cast), read_as(cast.morgan)
    held = morgan.form(page_of(flag, "triage"))
    words = {name: text for name, text in held.items() if name.startswith("feedback_")}
    assert len(words) == 5
    assert not [text for text in words.values() if "Kai" in text or "Health" in text or not text.startswith("Thank")]
    least = words["feedback_no_further_action"]
    decided = morgan.post(page_of(flag, "triage"), held, **no_further_action(feedback_no_further_action=least))
    assert decided.status_code == 303
    assert least in words_on(read_as(cast.rowan).get(page_of(flag)).text)


@pytest.mark.parametrize("step", STEPS)
def test_a_step_needs_its_answers_and_says_which(cast: Cast, read_as: ReadAs, step: str) -> None:
    flag, reader = ready_for(step, cast, read_as)
    with unchanged(cast.owner):
        answer = reader.send(page_of(flag, step))
    assert answer.status_code == 422
    assert "to finish" in words_on(answer.text)


@pytest.mark.parametrize("step", STEPS)
def test_a_step_pressed_twice_is_taken_once(cast: Cast, read_as: ReadAs, step: str) -> None:
    flag, reader = ready_for(step, cast, read_as)
    held = reader.form(page_of(flag, step))
    first = reader.post(page_of(flag, step), held, **STEPS[step])
    with unchanged(cast.owner):
        second = reader.post(page_of(flag, step), held, **STEPS[step])
    assert (first.status_code, first.location) == (second.status_code, second.location) == (303, page_of(flag))


@pytest.mark.parametrize("step", STEPS)
def test_a_step_taken_in_a_stale_tab_is_a_conflict_that_keeps_what_was_written(
    cast: Cast, read_as: ReadAs, step: str
) -> None:
    flag, reader = ready_for(step, cast, read_as)
    stale: MultiDict[str, str] = reader.form(page_of(flag, step))
    assert reader.send(page_of(flag, step), **STEPS[step]).status_code == 303
    with unchanged(cast.owner):
        second = reader.post(page_of(flag, step), stale, **STEPS[step])
    assert second.status_code == 409, words_on(second.text)
    page = words_on(second.text)
    assert "Someone else was first" in page
    written = {"answer": "answer", "withdraw": "note", "reopen": "fact", "close": "feedback", "tell": "text"}[step]
    assert str(STEPS[step][written]) in page


@pytest.mark.parametrize("step", STEPS)
def test_a_step_that_is_not_theirs_is_not_there_and_refused(cast: Cast, read_as: ReadAs, step: str) -> None:
    flag, holder = ready_for(step, cast, read_as)
    held = holder.form(page_of(flag, step))
    other = read_as(OTHERS[step](cast))
    assert other.get(page_of(flag, step)).status_code == 404
    held["csrf_token"] = other.form("/agreement", to="/sign-out")["csrf_token"]
    with unchanged(cast.owner):
        refused = other.post(page_of(flag, step), held, **STEPS[step])
    assert refused.status_code in {403, 404}


def test_a_form_that_comes_back_with_an_error_does_not_take_what_happened_meanwhile(
    cast: Cast, read_as: ReadAs
) -> None:
    flag = taken(cast)
    where = page_of(flag, "triage")
    jo, morgan = read_as(cast.jo), read_as(cast.morgan)
    held = jo.form(where)
    morgan.send(where, **to_ask())
    read_as(cast.rowan).send(page_of(flag, "answer"), **STEPS["answer"])
    unfinished = jo.post(where, held, **no_further_action(rationale=""))
    assert unfinished.status_code == 422
    again = jo.post(where, held_by_form(unfinished.text, at=where, to=where), **no_further_action())
    assert again.status_code == 409
    assert state_of(cast, flag) == "IN_TRIAGE"


def test_a_flag_says_that_it_takes_no_files_and_what_to_do_instead(cast: Cast, read_as: ReadAs) -> None:
    flag = raised(cast)
    page = read_as(cast.rowan).get(page_of(flag)).text
    assert "Photos and files: none." in words_on(page)
    assert "/help#files" in page
    assert "This version takes none." in words_on(read_as(cast.rowan).get("/help").text)


def test_a_manager_reads_of_a_late_flag_where_it_stands_and_who_has_it_and_nothing_else(
    cast: Cast, read_as: ReadAs
) -> None:
    canaries = Canaries(cast)
    flag, dee = canaries.taken(), read_as(cast.dee)
    assert dee.get(page_of(flag)).status_code == 404
    clock.triage_due(cast, flag)
    page = dee.get(page_of(flag)).text
    said = words_on(page)
    assert canaries.mark not in page
    assert "In triage" in said
    assert "A triage worker is reading it: Morgan Teale." in said
    assert "1 h over" in said
    assert "What you can do" not in said
    assert "You would read this whether or not anything was written." in said


def test_the_history_says_what_nobody_did(cast: Cast, read_as: ReadAs, worker: Database) -> None:
    morgan = read_as(cast.morgan)
    flag = asked(cast, morgan)
    clock_step(worker, cast, life.unanswered_in_time(cast, flag), "lapse")
    page = words_on(morgan.get(page_of(flag)).text)
    assert "No answer in time, back in triage The clock, by itself" in page
    assert "Question asked Morgan Teale, Severnshire County Council" in page
    flaggers = words_on(read_as(cast.rowan).get(page_of(flag)).text)
    assert "The clock, by itself" not in flaggers
    assert "Answer the question" in flaggers


def test_a_flag_says_by_when_it_is_decided(cast: Cast, read_as: ReadAs) -> None:
    flag = raised(cast)
    assert "Decide by" in words_on(read_as(cast.morgan).get(page_of(flag)).text)
    mine = words_on(read_as(cast.rowan).get(page_of(flag)).text)
    assert "You hear by" in mine
    assert " left" in mine
