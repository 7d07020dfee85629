"""Whatever anybody types is kept to the letter and shown as what it is: text. Or it is refused where it was typed."""

import re

import pytest
from sqlalchemy import select

from graphql_schema import Door
from portal.db import Database
from portal.flags.models import Flag
from portal.people.models import Person
from portal.text import LONG, SHORT
from tests.factories.cast import Cast, settle_cast
from tests.factories.snapshot import unchanged
from tests.pages.answers import RAISE, about_a_person
from tests.pages.conftest import ReadAs
from tests.pages.hostile import Shown, in_long_texts, in_pieces, kept, strings
from tests.pages.reader import held_by_form
from tests.pages.words_on import words_on

# Each field of the raise form that takes words, and where its answer is kept.
SHORT_FIELDS = {
    "name": Person.preferred_name,
    "place": Flag.place_description,
    "source_value": Flag.source_reference,
    "source_system": Flag.source_system,
    # Longer answers fit, in the one line that its box has.
    "looks": Person.description,
}
LONG_FIELDS = {
    "fact": Flag.fact,
    "opinion": Flag.opinion,
    "own_words": Flag.own_words,
    "strengths": Flag.strengths,
    "third_parties": Flag.third_party_notes,
}
FIELDS = SHORT_FIELDS | LONG_FIELDS


@pytest.fixture(scope="module")
def cast(owner: Database, door: Door) -> Cast:
    """One partnership for all tests of this file: none of them counts what is there already."""
    return settle_cast(owner, door)


def in_truth(cast: Cast) -> dict[str, str | None]:
    """What the newest flag of this partnership says, field by field."""
    columns = [column.label(name) for name, column in FIELDS.items()]
    of_ours = select(*columns).join(Person, Person.id == Flag.person_id).order_by(Flag.raised_at.desc()).limit(1)
    with cast.truth() as session:
        rows = session.execute(of_ours.where(Flag.partnership_id == cast.settled.partnership_id))
        return dict(rows.mappings().one())


def test_every_text_is_kept_to_the_letter(cast: Cast, read_as: ReadAs) -> None:
    rowan = read_as(cast.rowan)
    held = rowan.form(RAISE)
    del held["idempotency_key"]
    texts = [text for text in strings() if text.strip() and len(text) <= SHORT]
    names = []
    for number, piece in enumerate(in_pieces(texts, len(FIELDS))):
        # Each text comes by itself into one field; the fields take turns at being first.
        turn = number % len(FIELDS)
        full = [*piece, *[f"text {number}"] * (len(FIELDS) - len(piece))]
        typed = dict(zip(FIELDS, full[turn:] + full[:turn], strict=True))
        answer = rowan.post(RAISE, held, **about_a_person(**typed, similar="seen"))
        assert answer.status_code == 303, (typed, words_on(answer.text))
        assert in_truth(cast) == {name: kept(text) for name, text in typed.items()}
        names.append(kept(typed["name"]))
    shown = words_on(rowan.get("/flags").text)
    assert [name for name in names[-25:] if " ".join(f"{name}, 14 or 15".split()) not in shown] == []


def test_every_text_is_shown_as_text_on_every_page_that_shows_it(cast: Cast, read_as: ReadAs) -> None:
    rowan = read_as(cast.rowan)
    nasty = '"><script>alert(1)</script>'
    pages = in_long_texts(strings(), LONG)
    assert len(pages) <= len(LONG_FIELDS)
    typed = dict.fromkeys(LONG_FIELDS, nasty) | dict(zip(LONG_FIELDS, pages, strict=False))
    answers = about_a_person(**typed, **dict.fromkeys(SHORT_FIELDS, nasty))
    unfinished = rowan.send(RAISE, **{**answers, "told": ""})
    assert unfinished.status_code == 422
    assert Shown(unfinished.text).strange == []
    held = held_by_form(unfinished.text, at=RAISE, to=RAISE)
    assert {name: held[name] for name in FIELDS} == {name: kept(str(answers[name])) for name in FIELDS}
    assert rowan.post(RAISE, held, told="YES", step="send", similar="seen").status_code == 303
    flag = re.search(r'href="(/flags/[\w-]{30,})"', rowan.get("/flags").text)
    assert flag is not None
    for reader, address in ((rowan, flag[1]), (read_as(cast.morgan), flag[1]), (read_as(cast.morgan), "/inbox")):
        page = Shown(reader.get(address).text)
        assert page.strange == []
        if address == flag[1]:
            assert [text for text in typed.values() if kept(text) not in page.answers] == []


@pytest.mark.parametrize("text", [text for text in strings() if len(text) > SHORT], ids=len)
@pytest.mark.parametrize("field", [field for field in SHORT_FIELDS if field != "looks"])
def test_a_text_too_long_for_its_field_is_refused_there_and_kept(
    cast: Cast, read_as: ReadAs, field: str, text: str
) -> None:
    source = {"source_value": "OC 4471", "source_system": "Records"}
    typed = about_a_person(**{**source, field: text})
    # Flags of earlier tests look alike, and whoever has seen them sends theirs all the same.
    answer = read_as(cast.rowan).send(RAISE, **typed, similar="seen")
    refused_at(answer.text, field, f"Write at most 200 characters; this is {len(kept(text))}.")
    assert held_by_form(answer.text, at=RAISE, to=RAISE)[field] == kept(text)


@pytest.mark.parametrize("text", [text for text in strings() if text and not text.strip()], ids=len)
@pytest.mark.parametrize(
    ("field", "message"),
    [("place", "Say where."), ("fact", "Write what you saw or heard. One sentence is enough.")],
)
def test_blanks_are_no_answer(cast: Cast, read_as: ReadAs, field: str, message: str, text: str) -> None:
    answer = read_as(cast.rowan).send(RAISE, **about_a_person(**{field: text}))
    refused_at(answer.text, field, message)


@pytest.mark.parametrize("field", FIELDS)
def test_the_one_character_no_database_keeps_is_refused_where_it_was_typed(
    cast: Cast, read_as: ReadAs, field: str
) -> None:
    source = {"source_value": "OC 4471", "source_system": "Records"}
    answer = read_as(cast.rowan).send(RAISE, **about_a_person(**{**source, "opinion": "Kept.", field: "a\0b"}))
    refused_at(answer.text, field, "This text holds a character that cannot be kept.")
    held = held_by_form(answer.text, at=RAISE, to=RAISE)
    assert held["opinion"] == ("Kept." if field != "opinion" else held["opinion"])


def test_bytes_that_are_no_text_break_nothing(cast: Cast, read_as: ReadAs) -> None:
    rowan = read_as(cast.rowan)
    token = rowan.form(RAISE)["csrf_token"]
    for body in (b"fact=%ED%A0%80&place=%FF%FE", b"fact=%", b"\xff\xfe=\x00", b"a" * 1000, b"&".join([b"x=1"] * 900)):
        sent = body + b"&csrf_token=" + token.encode()
        answer = rowan.client.post(RAISE, data=sent, content_type="application/x-www-form-urlencoded")
        assert answer.status_code in {403, 422}, body[:20]


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("urgency", "WHENEVER"),
        ("who", "BOTH"),
        ("age_band", "' or 1=1 --"),
        ("concerns", "NOTHING"),
        ("told", "MAYBE"),
        ("confirm", "no"),
        ("setting", "MOON"),
        ("standpoint", "GUILTY"),
        ("purpose", "CURIOSITY"),
        ("seen_day", "yesterday"),
        ("seen_time", "25:99"),
        ("source_value", "OC 4471"),
    ],
)
def test_a_choice_that_was_never_offered_makes_no_flag(
    cast: Cast, owner: Database, read_as: ReadAs, field: str, typed: str
) -> None:
    rowan = read_as(cast.rowan)
    held = rowan.form(RAISE)
    with unchanged(owner):
        answer = rowan.post(RAISE, held, **{**about_a_person(), field: typed})
    # A value of a closed set that the form did not offer is no mistake of a person's, so no field is named.
    assert answer.status_code in {400, 422}, words_on(answer.text)


def refused_at(page: str, field: str, message: str) -> None:
    """The page says at the top, with a way there, and at the field what is wrong; and that nothing is lost."""
    assert re.search(rf'<a href="#{field}">{re.escape(message)}', page), words_on(page)
    at_field = re.search(rf'id="{field}-error"[^>]*>(.*?)</p>', page, re.DOTALL)
    assert at_field is not None
    assert message in words_on(at_field[1])
    assert "Nothing is lost." in words_on(page)
