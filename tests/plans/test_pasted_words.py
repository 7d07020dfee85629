"""What people paste is kept word for word, with one way of ending a line, so that the same words are the same bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.text import one_line, tidied

PASTED = st.text(
    alphabet=st.sampled_from("ab “”–’\u00a0\t\r\n\v\f\x1e\x1f\x85\u2028\u202e\u2066\ufeff\x07\0é👩🏽\u200d⚕\u0301")
)


@given(PASTED)
def test_every_character_that_shows_something_stays_in_its_order(text: str) -> None:
    seen = [each for each in text if each.isprintable() and not each.isspace()]
    assert [each for each in tidied(text) if each in seen and each != "\u2011"] == seen


@given(PASTED)
def test_tidying_twice_changes_nothing_more(text: str) -> None:
    assert tidied(tidied(text)) == tidied(text)
    assert one_line(one_line(text)) == one_line(text)


@given(st.lists(st.sampled_from(["One", "two", "three"]), min_size=1))
def test_the_same_lines_are_the_same_text_whatever_ends_them(lines: list[str]) -> None:
    assert len({tidied(end.join(lines)) for end in ("\n", "\r\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029")}) == 1


@pytest.mark.parametrize(
    ("pasted", "kept"),
    [
        ("non\x1ebreaking", "non\u2011breaking"),
        ("op\x1ftional", "optional"),
        ("a cell\x07 and a bell\x07", "a cell and a bell"),
        ("\tindented", "indented"),
        ("\ufeff \u200bOpen\u2060\u200b ", "Open"),
        ("\ufeff \u200b \u2060", ""),
        ("two\u200bwords, and \U0001f3f4\U000e0067\U000e007f", "two\u200bwords, and \U0001f3f4\U000e0067\U000e007f"),
        ("one\n\n\ntwo", "one\n\n\ntwo"),
        ("half \ud83d a pair", "half \ud83d a pair"),
        ("a NUL \0 stays to be refused", "a NUL \0 stays to be refused"),
    ],
)
def test_what_a_word_processor_puts_between_words(pasted: str, kept: str) -> None:
    assert tidied(pasted) == kept


def test_a_title_is_one_line() -> None:
    assert one_line(" Somewhere\r\n\tto\u00a0 go ") == "Somewhere to go"
