"""A redline shows what changed and all of it, and nothing that did not, however long the texts are."""

from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from itertools import pairwise
from random import Random
from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.plans.document import Evidence, Measure, Milestone, Need, PlanDocument, Standard
from portal.plans.redline import Change, ChangeType, Piece, PieceKind, Redline, pieces, redline
from tests.plans.documents import DOCUMENTS, TEXTS, clause, key, party, pays, plan, scheme

NOTHING = Redline(clauses=(), money=(), other=())
KEPT, REMOVED, ADDED = PieceKind.KEPT, PieceKind.REMOVED, PieceKind.ADDED
WORDS = st.lists(st.sampled_from(["care", "court", "the", "\n", "  ", ",", "£80,000", "council’s", "the"])).map(
    " ".join
)
PASTED = 20_000
# Far more than is needed here, and far less than anybody would notice on a slow machine.
SECONDS = 2.0


def put_together(line: tuple[Piece, ...], *kinds: PieceKind) -> str:
    return "".join(piece.text for piece in line if piece.kind in kinds)


@given(TEXTS | WORDS, TEXTS | WORDS)
def test_what_is_kept_and_removed_is_the_text_before_and_what_is_kept_and_added_the_text_after(
    before: str, after: str
) -> None:
    line = pieces(before, after)

    assert put_together(line, KEPT, REMOVED) == before
    assert put_together(line, KEPT, ADDED) == after
    assert all(piece.text for piece in line)
    assert all(one.kind != following.kind for one, following in pairwise(line))


@given(WORDS)
def test_a_text_that_did_not_change_is_kept_whole(text: str) -> None:
    assert {piece.kind for piece in pieces(text, text)} <= {KEPT}


@given(st.lists(st.sampled_from(["care", "court", "the", "council"]), min_size=1, max_size=400), st.data())
def test_a_change_of_one_word_shows_that_word_alone(words: list[str], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(words) - 1))
    other = [*words[:at], "health", *words[at + 1 :]]

    changed = [piece for piece in pieces(" ".join(words), " ".join(other)) if piece.kind != KEPT]
    assert changed == [Piece(REMOVED, words[at]), Piece(ADDED, "health")]


def test_an_amount_within_words_is_one_word() -> None:
    assert pieces("It pays £80,000.00 a year.", "It pays £85,000.00 a year.") == (
        Piece(KEPT, "It pays £"), Piece(REMOVED, "80,000.00"), Piece(ADDED, "85,000.00"), Piece(KEPT, " a year."),
    )  # fmt: skip


def test_a_paragraph_put_between_others_leaves_them_alone() -> None:
    assert pieces("One.\n\nThree.", "One.\n\nTwo.\n\nThree.") == (
        Piece(KEPT, "One.\n\n"), Piece(ADDED, "Two.\n\n"), Piece(KEPT, "Three."),
    )  # fmt: skip


def test_a_long_clause_with_changes_here_and_there_keeps_the_rest() -> None:
    chance = Random(5)  # noqa: S311  the same texts in each run
    common, rare = ["the", "of", "and", "to", "shall"], [f"word{n}" for n in range(800)]
    words = [chance.choice(common) if chance.random() < 0.5 else chance.choice(rare) for _ in range(3_000)]
    other = list(words)
    for at in chance.sample(range(len(words)), 60):
        other[at] = "changed"

    line = pieces(" ".join(words), " ".join(other))
    assert len(put_together(line, KEPT)) > 0.95 * len(" ".join(words))


def staircase(letter: str, common: int) -> str:
    """Words of its own, and between them the words that the other text has as well."""
    return " ".join(f"{letter}{n} common{n % common}" for n in range(2_500))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (" ".join(f"x{n}" for n in range(4_000)), " ".join(f"y{n}" for n in range(4_000))),
        ("a " * 10_000, "a " * 5_000 + "b " + "a " * 5_000),
        ("a b " * 5_000, "b a " * 5_000),
        ("." * PASTED, "!" + "." * PASTED + "!"),
        ("\n" * PASTED, " " * PASTED),
        ("x" * PASTED, "y" * PASTED),
        *((staircase("x", common), staircase("y", common)) for common in (1, 50, 300, 2_500)),
    ],
    ids=[
        "nothing in common", "one word", "two words", "dots", "spaces", "one long word",
        "one common word", "fifty common words", "three hundred common words", "every second word common",
    ],
)  # fmt: skip
def test_long_pasted_texts_are_compared_soon(before: str, after: str) -> None:
    before, after = before[:PASTED], after[:PASTED]
    began = process_time()
    line = pieces(before, after)

    assert process_time() - began < SECONDS
    assert put_together(line, KEPT, REMOVED) == before
    assert put_together(line, KEPT, ADDED) == after


@given(DOCUMENTS)
def test_nothing_changed_is_an_empty_redline(document: PlanDocument) -> None:
    assert redline(document, document) == NOTHING
    assert redline(document, replace(document, number=document.number + 1)) == NOTHING


def whole() -> PlanDocument:
    """A plan with something in every place."""
    return plan(
        scheme(
            replace(pays("PCT"), condition="If the budget allows."),
            milestones=(Milestone(key=key("opens"), title="Open", target_on=date(2012, 6, 1)),),
            measures=(Measure(key=key("reach"), name_code="REACH", name="People reached", target="400.00"),),
        ),
        clauses=(clause("G1", "Words."),),
        template="BRADLEY_2009",
        standards=(Standard(code="A", sentence="Trained.", met=False, note="Next year."),),
        evidence=(Evidence(key=key("seen"), scheme=None, sentence="Seen.", source="Survey", read_on=date(2012, 1, 1)),),
    )


def changes(thing: Any, *, skip: tuple[str, ...]) -> list[Any]:
    """The same thing with each of its values changed in turn."""
    changed = []
    for field in fields(thing):
        value = getattr(thing, field.name)
        if field.name in skip:
            continue
        match value:
            case bool():
                other: Any = not value
            case int():
                other = value + 1
            case str() if field.name in {"amount", "target"}:
                other = "1.00"
            case str():
                other = value + " and more"
            case date():
                other = date(2012, 12, 31)
            case tuple():
                other = (Need(code="DRUGS", name="Drugs"),)
            case None:
                other = key("scheme")
            case _:
                continue
        changed.append(replace(thing, **{field.name: other}))
    return changed


def test_a_change_of_any_value_shows_in_the_redline() -> None:
    before = whole()
    [one] = before.schemes
    lists = ("parties", "clauses", "schemes", "standards", "evidence", "contributions", "milestones", "measures")
    derived = ("format", "number", "key", "agency", *lists)

    after = changes(before, skip=derived)
    for name in ("parties", "clauses", "standards", "evidence"):
        first, *others = getattr(before, name)
        after += [replace(before, **{name: (each, *others)}) for each in changes(first, skip=derived)]
    schemes = [
        *changes(one, skip=derived),
        *(replace(one, area=each) for each in changes(one.area, skip=())),
        *(replace(one, needs=(each,)) for each in changes(one.needs[0], skip=())),
        *(
            replace(one, **{name: (each,)})
            for name in ("clauses", "contributions", "milestones", "measures")
            for each in changes(getattr(one, name)[0], skip=derived)
        ),
    ]
    after += [replace(before, schemes=(each,)) for each in schemes]

    assert len(after) > 30
    assert [each for each in after if redline(before, each) == NOTHING] == []
    assert [each for each in after if redline(each, before) == NOTHING] == []


def test_a_changed_clause_shows_its_words_and_the_others_stay_away() -> None:
    before = plan(scheme(pays("PCT"), clauses=(clause("1.1", "Open on weekdays."), clause("1.2", "Free."))))
    after = plan(scheme(pays("PCT"), clauses=(clause("1.1", "Open on all days."), clause("1.2", "Free."))))

    line = redline(before, after)
    [changed] = line.clauses
    assert (changed.number, changed.change, changed.scheme_key) == ("1.1", ChangeType.CHANGED, key("scheme"))
    assert changed.pieces == (
        Piece(KEPT, "Open on "), Piece(REMOVED, "weekdays"), Piece(ADDED, "all days"), Piece(KEPT, "."),
    )  # fmt: skip
    assert {piece.kind for piece in changed.heading} == {KEPT}
    assert (line.money, line.other) == ((), ())


def test_a_plan_with_every_clause_pasted_anew_is_compared_soon() -> None:
    chance = Random(5)  # noqa: S311  words that a failing run can repeat
    common = [f"w{number}" for number in range(60)]

    def pasted() -> str:
        return " ".join(chance.choice(common) for _ in range(2_600))

    before = plan(clauses=(clause("G1", "Open on weekdays."), *(clause(f"G{at}", pasted()) for at in range(2, 120))))
    after = plan(
        clauses=(clause("G1", "Open every day."), *(replace(each, text=pasted()) for each in before.clauses[1:]))
    )
    began = process_time()
    line = redline(before, after)

    assert process_time() - began < 2 * SECONDS
    assert [put_together(each.pieces, KEPT, REMOVED) for each in line.clauses] == [each.text for each in before.clauses]
    assert [put_together(each.pieces, KEPT, ADDED) for each in line.clauses] == [each.text for each in after.clauses]
    assert [piece.text for piece in line.clauses[0].pieces if piece.kind == KEPT] == ["Open ", "."]


def test_a_clause_that_went_stands_where_it_stood_and_a_new_one_where_it_stands() -> None:
    one, two, three = clause("1.1", "One."), clause("1.2", "Two."), clause("1.3", "Three.")
    before = plan(scheme(pays("PCT"), clauses=(one, two)))
    after = plan(scheme(pays("PCT"), clauses=(replace(two, number="1.1"), replace(three, number="1.2"))))

    line = redline(before, after)
    assert [(each.change, each.pieces) for each in line.clauses] == [
        (ChangeType.REMOVED, (Piece(REMOVED, "One."),)),
        (ChangeType.ADDED, (Piece(ADDED, "Three."),)),
    ]
    assert line.other == ()


def test_money_is_compared_as_numbers_by_agency_scheme_year_and_route() -> None:
    before = plan(scheme(pays("PCT", "80000.00"), pays("LA", "1.00")))
    after = plan(scheme(pays("PCT", "80000.50"), pays("POL", "2.00")))

    assert [
        (each.agency_name, each.scheme_name, each.year, each.before, each.after)
        for each in redline(before, after).money
    ] == [
        ("Agency PCT", "scheme 1", 2012, Decimal("80000.00"), Decimal("80000.50")),
        ("Agency LA", "scheme 1", 2012, Decimal("1.00"), None),
        ("Agency POL", "scheme 1", 2012, None, Decimal("2.00")),
    ]


def test_the_same_money_written_anew_is_no_change() -> None:
    before, after = plan(scheme(pays("PCT"))), plan(scheme(replace(pays("PCT"), key=key("again"))))

    assert redline(before, after) == NOTHING


def test_the_rest_reads_as_words() -> None:
    before, after = whole(), whole()
    after = replace(
        after,
        ends_on=date(2014, 3, 31),
        parties=(replace(party("PCT", "PCT"), required=False), *after.parties[1:]),
        schemes=(
            replace(
                after.schemes[0], needs=(*after.schemes[0].needs, Need(code="DRUGS", name="Drugs")), capacity_target=60
            ),
        ),
        standards=(replace(after.standards[0], met=True, note=None),),
    )

    assert redline(before, after).other == (
        Change(what="Last day", before="31 March 2013", after="31 March 2014"),
        Change(
            what="Party: Agency PCT",
            before="Agency PCT (Kind PCT); its signature is required",
            after="Agency PCT (Kind PCT); its signature is not required",
        ),
        Change(what="Needs of scheme 1", before="Alcohol", after="Alcohol, Drugs"),
        Change(what="Places of scheme 1", before="40", after="60"),
        Change(what="Trained.", before="not met; Next year.", after="met"),
    )


def test_words_of_a_vocabulary_that_read_otherwise_are_told_before_and_after() -> None:
    before = whole()
    [one], [standard] = before.schemes, before.standards
    [need], [measure] = one.needs, one.measures
    after = replace(
        before,
        parties=(replace(before.parties[0], kind_name="Trust"), *before.parties[1:]),
        schemes=(replace(one, needs=(replace(need, name="Drink"),), measures=(replace(measure, name="Heads"),)),),
        standards=(replace(standard, sentence="Taught."),),
    )

    assert redline(before, after).other == (
        Change(
            what="Party: Agency PCT",
            before="Agency PCT (Kind PCT); its signature is required",
            after="Agency PCT (Trust); its signature is required",
        ),
        Change(what="Needs of scheme 1", before="Alcohol", after="Drink"),
        Change(what="Measure of scheme 1", before="People reached: 400.00", after="Heads: 400.00"),
        Change(what="Taught.", before="Trained. not met; Next year.", after="Taught. not met; Next year."),
    )


def test_clauses_in_another_order_are_told_once() -> None:
    one, two = clause("1.1", "One.", heading="First"), clause("1.2", "Two.", heading="Second")
    before, after = plan(scheme(pays("PCT"), clauses=(one, two))), plan(scheme(pays("PCT"), clauses=(two, one)))

    assert redline(before, after) == replace(
        NOTHING, other=(Change(what="Order of the clauses of scheme 1", before="First; Second", after="Second; First"),)
    )
