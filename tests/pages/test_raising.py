"""Raising a flag: eight answers, said once, and stopped for danger."""

import re

import pytest
from sqlalchemy import func, select

from portal.flags.models import Flag
from tests.factories.cast import Cast
from tests.pages.answers import RAISE, about_a_group, about_a_person
from tests.pages.conftest import ReadAs
from tests.pages.reader import held_by_form
from tests.pages.words_on import words_on

EIGHT = (
    "Say whether anyone is in danger now.",
    "Say whether this is about one young person or a group at a place.",
    "Choose about how old.",
    "Say where.",
    "Choose at least one worry.",
    "Write what you saw or heard. One sentence is enough.",
    "Say whether you have told them about the flag.",
    "Confirm that answer 6 is only what you saw or heard.",
)


def flags_of(cast: Cast) -> int:
    """How many flags this partnership has in truth."""
    with cast.truth() as session:
        of_ours = Flag.partnership_id == cast.settled.partnership_id
        return session.execute(select(func.count()).select_from(Flag).where(of_ours)).scalar_one()


def test_eight_answers_make_a_flag_and_the_receipt_says_its_reference(cast: Cast, read_as: ReadAs) -> None:
    rowan = read_as(cast.rowan)
    receipt = rowan.follow(rowan.send(RAISE, **about_a_person()))
    reference = re.search(r"Reference (F-\d+)", words_on(receipt.text))
    assert reference is not None
    assert "You always get an answer" in words_on(receipt.text)
    mine = words_on(rowan.get("/flags").text)
    assert reference[1] in mine
    assert "Kai, 14 or 15" in mine
    assert "Nobody has opened it yet." in mine


def test_a_new_form_has_nothing_preselected_that_a_person_must_decide(cast: Cast, read_as: ReadAs) -> None:
    held = read_as(cast.rowan).form(RAISE)
    decided = {name for name in ("urgency", "who", "age_band", "concerns", "told", "confirm") if held.get(name)}
    assert decided == set()
    assert (held["setting"], held["standpoint"], held["purpose"]) == ("STREET", "UNCLEAR", "EARLY_HELP")


def test_every_missing_answer_is_named_at_once_and_nothing_is_sent(cast: Cast, read_as: ReadAs) -> None:
    answer = read_as(cast.rowan).send(RAISE, step="send")
    assert answer.status_code == 422
    page = words_on(answer.text)
    assert "8 things to finish" in page
    assert [sentence for sentence in EIGHT if page.count(sentence) != 2] == []
    assert flags_of(cast) == 0


def test_what_was_typed_is_kept_letter_for_letter_when_something_is_missing(cast: Cast, read_as: ReadAs) -> None:
    typed = about_a_person(told="", own_words="<b>I just</b>\n  want “somewhere”", strengths="Kind & quick")
    answer = read_as(cast.rowan).send(RAISE, **typed)
    assert answer.status_code == 422
    held = held_by_form(answer.text, at=RAISE, to=RAISE)
    for name in ("urgency", "who", "name", "age_band", "place", "fact", "own_words", "strengths", "confirm"):
        assert held[name] == typed[name], name
    assert held.getlist("concerns") == typed["concerns"]
    assert flags_of(cast) == 0


def test_pressing_the_button_twice_raises_one_flag(cast: Cast, read_as: ReadAs) -> None:
    rowan = read_as(cast.rowan)
    held = rowan.form(RAISE)
    first, second = (rowan.post(RAISE, held, **about_a_person()) for _ in range(2))
    assert first.location == second.location
    assert flags_of(cast) == 1


def test_a_form_sent_before_and_changed_is_no_second_flag_until_it_is_meant(cast: Cast, read_as: ReadAs) -> None:
    rowan = read_as(cast.rowan)
    held = rowan.form(RAISE)
    rowan.post(RAISE, held, **about_a_person())
    again = rowan.post(RAISE, held, **about_a_person(fact="Somebody else, later."))
    assert again.status_code == 409
    assert "You have already sent this form" in words_on(again.text)
    kept = held_by_form(again.text, at=RAISE, to=RAISE)
    assert kept["fact"] == "Somebody else, later."
    assert flags_of(cast) == 1
    assert rowan.post(RAISE, kept, step="send").status_code == 303
    assert flags_of(cast) == 2


def test_danger_stops_the_form_of_the_police_until_they_say_what_they_did(cast: Cast, read_as: ReadAs) -> None:
    rowan = read_as(cast.rowan)
    stopped = rowan.send(RAISE, **about_a_person(urgency="IMMEDIATE"))
    page = words_on(stopped.text)
    assert "Stop. Act now, then record it." in page
    assert "Children Act 1989, section 46" in page
    assert "Mental Health Act 1983, section 136" in page
    assert "6. What you saw or heard" not in page
    assert flags_of(cast) == 0
    held = held_by_form(stopped.text, at=RAISE, to=RAISE)
    unanswered = rowan.post(RAISE, held, step="continue")
    assert unanswered.status_code == 422
    assert "Write the incident number." in words_on(unanswered.text)
    opened = rowan.post(RAISE, held, step="continue", emergency_action="CONTROL_ROOM", incident_number="SC-0412")
    kept = held_by_form(opened.text, at=RAISE, to=RAISE)
    assert kept["fact"].splitlines() == about_a_person()["fact"].splitlines()  # type: ignore[union-attr]
    assert rowan.post(RAISE, kept, step="send").status_code == 303
    assert flags_of(cast) == 1


def test_danger_stops_everybody_else_until_they_called_999_and_the_duty_team(cast: Cast, read_as: ReadAs) -> None:
    alex = read_as(cast.alex)
    stopped = alex.send(RAISE, **about_a_person(urgency="IMMEDIATE"))
    assert "Stop. Call 999 first." in words_on(stopped.text)
    assert 'href="tel:999"' in stopped.text
    assert 'href="tel:01632960110"' in stopped.text
    held = held_by_form(stopped.text, at=RAISE, to=RAISE)
    assert "Call 999 first, then tick the box." in words_on(alex.post(RAISE, held, step="continue").text)
    assert flags_of(cast) == 0
    opened = alex.post(RAISE, held, step="continue", emergency_action="CALLED_999")
    assert alex.post(RAISE, held_by_form(opened.text, at=RAISE, to=RAISE), step="send").status_code == 303


def test_a_group_at_a_place_is_raised_without_anybody_s_name(cast: Cast, read_as: ReadAs) -> None:
    rowan = read_as(cast.rowan)
    rowan.send(RAISE, **about_a_group())
    assert "Group of about 7, 14 or 15" in words_on(rowan.get("/flags").text)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"place": "x" * 201}, "Write at most 200 characters; this is 201."),
        ({"seen_day": "2026-02-31"}, "Write the day you saw it, and the time if you know it."),
        ({"seen_day": "2999-01-01"}, "Give a time that is not in the future."),
        ({"source_value": "OC 4471"}, "Say which system that reference is from."),
        ({"purpose": "NOTHING"}, "Choose a purpose from the list."),
    ],
)
def test_a_broken_rule_is_said_at_its_field(
    cast: Cast, read_as: ReadAs, changes: dict[str, str | list[str]], message: str
) -> None:
    answer = read_as(cast.rowan).send(RAISE, **about_a_person(**changes))
    assert answer.status_code == 422
    assert words_on(answer.text).count(message) == 2
    assert flags_of(cast) == 0


def test_who_will_see_it_is_said_from_the_agreement_in_force(cast: Cast, read_as: ReadAs) -> None:
    page = words_on(read_as(cast.rowan).get(RAISE).text)
    assert "Sergeant , police, of the author's own team: facts and opinion in full" in page
    assert "Only under a share that names it: practitioner, clinician." in page


def test_a_role_that_raises_no_flags_has_no_such_page(cast: Cast, read_as: ReadAs) -> None:
    robin = read_as(cast.robin)
    assert robin.get(RAISE).status_code == 404
    assert robin.post(RAISE, robin.form("/agreement", to="/sign-out"), **about_a_person()).status_code == 404
    assert flags_of(cast) == 0


def test_a_form_without_our_token_does_nothing(cast: Cast, read_as: ReadAs) -> None:
    answer = read_as(cast.rowan).client.post(RAISE, data=about_a_person())
    assert answer.status_code == 403
    assert "Nothing was sent and nothing was changed." in words_on(answer.text)
    assert flags_of(cast) == 0
