"""Answering a share: the flagger reads what the form said they would, and no more."""

import pytest

from tests.factories.cast import Cast
from tests.factories.flags import shared
from tests.pages.conftest import ReadAs
from tests.pages.reader import Reader
from tests.pages.words_on import words_on

NOTE = "First appointment kept. Wants help to sleep."


def answer_page(sam: Reader, flag_id: str) -> str:
    """Where the one share of a flag is answered."""
    page = sam.get(f"/flags/{flag_id}").text
    return "/shares/" + page.split('href="/shares/')[1].split('"')[0]


@pytest.mark.parametrize(
    ("engagement", "word", "sentence"),
    [
        ("ENGAGED", "Engaged", "The service is working with them."),
        ("NOT_ENGAGED", "Not engaged", "The service offered help, and it is not being taken up at the moment."),
        ("CLOSED", "Closed", "The service has finished its part."),
    ],
)
def test_the_flagger_reads_what_the_form_said_they_would(
    cast: Cast, read_as: ReadAs, engagement: str, word: str, sentence: str
) -> None:
    flag = shared(cast)
    sam = read_as(cast.sam)
    where = answer_page(sam, flag["id"])
    assert f"{word} They read: “{sentence}”" in words_on(sam.get(where).text)
    assert sam.send(where, engagement=engagement, note=NOTE).status_code == 303
    page = words_on(read_as(cast.rowan).get(f"/flags/{flag['id']}").text)
    assert f"{word}. {sentence} Severnshire Health and Care" in page
    assert NOTE not in page


def test_the_note_reaches_the_council(cast: Cast, read_as: ReadAs) -> None:
    flag = shared(cast)
    sam = read_as(cast.sam)
    sam.send(answer_page(sam, flag["id"]), engagement="ENGAGED", note=NOTE)
    assert NOTE in words_on(read_as(cast.morgan).get(f"/flags/{flag['id']}").text)


def test_the_recipient_s_inbox_says_what_waits_until_it_is_answered(cast: Cast, read_as: ReadAs) -> None:
    flag = shared(cast)
    sam = read_as(cast.sam)
    assert "1 waiting for your answer 1 shared with you" in words_on(sam.get("/inbox").text)
    sam.send(answer_page(sam, flag["id"]), engagement="ENGAGED")
    assert "0 waiting for your answer 1 shared with you" in words_on(sam.get("/inbox").text)


def test_an_answer_must_be_chosen_and_the_note_is_kept_until_it_is(cast: Cast, read_as: ReadAs) -> None:
    flag = shared(cast)
    sam = read_as(cast.sam)
    where = answer_page(sam, flag["id"])
    answer = sam.send(where, note=NOTE)
    assert answer.status_code == 422
    assert "Choose what you can tell the officer." in words_on(answer.text)
    assert NOTE in words_on(answer.text)
    assert "Not answered yet" in words_on(sam.get(f"/flags/{flag['id']}").text)


def test_only_the_agency_it_was_shared_with_answers(cast: Cast, read_as: ReadAs) -> None:
    flag = shared(cast)
    where = answer_page(read_as(cast.sam), flag["id"])
    for viewer, refused in ((cast.morgan, 403), (cast.rowan, 403), (cast.ari, 404), (cast.robin, 404)):
        reader = read_as(viewer)
        assert reader.get(where).status_code == 404
        token = reader.form("/agreement", to="/sign-out")
        assert reader.post(where, token, engagement="CLOSED", expected_version="1").status_code == refused
    assert "Not answered yet" in words_on(read_as(cast.sam).get(f"/flags/{flag['id']}").text)
