"""A plan on paper: tagged, complete, with its hash and a code of it on every page, and never more than it is."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from pypdf import PageObject, PdfReader

from frontend.plans.paper import print_plan
from portal.plans.document import Contribution, Measure, Milestone
from portal.plans.states import PlanVersionState
from tests.exports.reading import letters_of, pages_of, words_of
from tests.exports.test_paper import MARKUP
from tests.plans.papers import agency, clause, document, frozen, key, scheme
from tests.plans.qr import decoded

LINE = re.compile(rb"(\d+) (\d+)\.5 m (\d+) \2\.5 l")
# What stands round the code, so that a camera finds it.
QUIET = 4


def codes(pdf: bytes) -> Iterator[str]:
    """What the code on each page says, read from the lines that draw it."""
    for page in PdfReader(BytesIO(pdf)).pages:
        contents = page.get_contents()
        assert contents is not None
        dark = {
            (int(y) - QUIET, x - QUIET)
            for begins, y, ends in LINE.findall(contents.get_data())
            for x in range(int(begins), int(ends))
        }
        yield decoded(dark)


def long_plan() -> bytes:
    """A plan of several pages."""
    first = scheme(1)
    text = "What the service does, in many words. " * 200
    return print_plan(
        frozen(document(schemes=(replace(first, clauses=(clause("1.1", "The service", text),)), scheme(2))))
    )


def test_it_is_a_tagged_pdf_with_a_title_and_a_language_and_the_day_it_was_agreed() -> None:
    pdf = print_plan(frozen())
    reader = PdfReader(BytesIO(pdf))
    root = reader.trailer["/Root"]
    assert bool(root["/MarkInfo"]["/Marked"])
    assert "/StructTreeRoot" in root
    assert str(root["/Lang"]).startswith("en")
    assert b"pdfuaid" in root["/Metadata"].get_data()
    information = reader.metadata
    assert information is not None
    assert information.title == "Plan P-1001, version 3: Diversion in Severnshire"
    assert information.author is None
    assert information.creation_date == datetime(2027, 3, 3, 9, 30, tzinfo=UTC)


def test_every_page_has_the_hash_in_figures_and_as_a_code() -> None:
    version = frozen()
    pages = pages_of(print_plan(version))
    assert list(codes(print_plan(version))) == [version.content_hash] * len(pages)
    pdf = long_plan()
    assert len(pages_of(pdf)) > 3
    (written,) = set(codes(pdf))
    for number, page in enumerate(pages_of(pdf), start=1):
        assert written in letters_of(page)
        assert f"Page {number} of {len(pages_of(pdf))}" in page


def test_it_says_all_that_was_signed() -> None:
    words = words_of(print_plan(frozen()))
    for said in (
        "Diversion in Severnshire", "1 April 2027 to 31 March 2030", "Severnshire County Council. Must sign.",
        "Severnshire PCT. May sign.", "Quinn Haverstock, 2 March 2027, 09:30. Password entered again.",
        "G1 Names", "“The council” is Severnshire County Council. Nothing else is.", "Scheme 1: Liaison team 1",
        "Where: Severnshire", "Needs: Alcohol, Housing", "Places to create: 250", "1.1 The service",
        "A team of 4 works from 08:00 to 20:00.", "Severnshire County Council, 2028/29: Once the rooms are found.",
        "1 September 2027: The team starts", "People reached in a year: 900", "One in three had been seen before.",
        "A survey, 2026, read on 1 November 2026", "Met. Officers are trained.", "Not met. Courts are told. From 2028.",
        "Aligned, not pooled",
    ):  # fmt: skip
        assert said in words, said


def test_money_is_added_up_to_the_penny() -> None:
    words = words_of(print_plan(frozen()))
    assert "Agency 2027/28 2028/29 All years" in words
    # Two schemes, each paid for by two agencies in two years with £40,000.50.
    assert "Severnshire Constabulary £80,001 £80,001 £160,002" in words
    assert "Total £160,002 £160,002 £320,004" in words
    assert "Severnshire Constabulary Aligned, not pooled £40,000.50 £40,000.50 £80,001.00" in words
    assert "Total £80,001.00 £80,001.00 £160,002.00" in words


def test_what_a_measure_aims_at_has_its_unit() -> None:
    aims = (
        ("COST_PER_PERSON", "Cost for each", "750.00"),
        ("WAITING_DAYS", "Wait", "14.00"),
        ("REACH", "Heads", "40.00"),
    )
    measures = tuple(Measure(key=key(code), name_code=code, name=name, target=aim) for code, name, aim in aims)
    words = words_of(print_plan(frozen(document(schemes=(replace(scheme(1), measures=measures),)))))
    for said in ("Cost for each: £750", "Wait: 14 days", "Heads: 40"):
        assert said in words, said


def test_many_years_and_large_amounts_stay_on_the_page() -> None:
    years = tuple(
        Contribution(
            key=key(str(year)), agency=agency("LA"), year=year, amount="999999999.99", route="S76", condition=None
        )
        for year in range(2027, 2037)
    )
    pdf = print_plan(frozen(document(schemes=(replace(scheme(1), contributions=years),))))
    words = letters_of(words_of(pdf))
    assert words.count("£999,999,999.99") >= 20
    assert "£9,999,999,999.90" in words
    for page in PdfReader(BytesIO(pdf)).pages:
        assert max(starts_of(page)) < float(page.mediabox.width)


def starts_of(page: PageObject) -> list[float]:
    """Where the texts of a page begin, from the left."""
    found: list[float] = []
    page.extract_text(visitor_text=lambda _text, page_at, text_at, *_: found.append(page_at[4] + text_at[4]))
    return found


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (PlanVersionState.PROPOSED, "Proposed."),
        (PlanVersionState.SIGNING, "Open for signing, not agreed."),
        (PlanVersionState.AGREED, "Agreed: every required party signed these very bytes."),
        (PlanVersionState.SUPERSEDED, "Replaced by a later version: signatures on this one no longer count."),
    ],
)
def test_every_page_says_where_the_version_stands(state: PlanVersionState, said: str) -> None:
    pages = pages_of(print_plan(frozen(signers=("POL",), state=state)))
    assert all(f"Plan P-1001, version 3. {said}" in page for page in pages)
    waits = "Not signed yet: Severnshire County Council."
    assert any(waits in page for page in pages) == (state is PlanVersionState.SIGNING)


def test_a_version_that_nobody_signed_says_so() -> None:
    proposed = frozen(signers=(), state=PlanVersionState.PROPOSED)
    assert "Nobody has signed this version." in words_of(print_plan(proposed))
    assert "Not signed yet: Severnshire County Council, Severnshire Constabulary." in words_of(
        print_plan(frozen(signers=(), state=PlanVersionState.SIGNING))
    )


def test_who_is_not_told_reads_the_agency_and_the_role() -> None:
    version = frozen()
    public = replace(version, signatures=tuple(replace(each, person=None) for each in version.signatures))
    words = words_of(print_plan(public))
    assert "A signatory, 2 March 2027, 09:30." in words
    assert "Quinn" not in words


def test_a_demonstration_says_so_on_every_page_and_nothing_else_does() -> None:
    assert all("DEMONSTRATION." in page for page in pages_of(print_plan(frozen(demo=True))))
    assert not any("DEMONSTRATION" in page for page in pages_of(print_plan(frozen())))


def test_it_is_never_called_more_than_it_is() -> None:
    for version in (frozen(), frozen(signers=("POL",))):
        words = words_of(print_plan(version)).lower()
        assert "binding" not in words
        assert "contract" not in words
        assert "for citing in the formal agreement" in words


def test_the_same_version_is_the_same_bytes() -> None:
    assert print_plan(frozen()) == print_plan(frozen())
    assert print_plan(frozen()) != print_plan(frozen(signers=("LA", "POL", "PCT")))


@pytest.mark.parametrize("line", MARKUP.splitlines())
def test_markup_in_a_plan_comes_out_as_it_was_typed(line: str) -> None:
    first = replace(
        scheme(1),
        title=line,
        clauses=(clause("1.1", line, line),),
        milestones=(Milestone(key=key("m"), title=line, target_on=date(2027, 5, 1)),),
    )
    words = letters_of(words_of(print_plan(frozen(document(title=line, schemes=(first,))))))
    assert words.count(letters_of(line)) >= 5


def test_a_character_that_cannot_be_printed_is_named_and_the_paper_says_where_to_read_it() -> None:
    words = words_of(print_plan(frozen(document(clauses=(clause("G1", "Names", "李"),)))))
    assert "[U+674E]" in words
    assert "Some characters cannot be printed here." in words


def test_a_plan_with_nothing_in_it_is_printed_too() -> None:
    empty = document(clauses=(), schemes=(), standards=(), evidence=(), template=None)
    assert "Diversion in Severnshire" in words_of(print_plan(frozen(empty)))
    bare = replace(scheme(1), needs=(), clauses=(), contributions=(), milestones=(), measures=())
    assert "Scheme 1: Liaison team 1" in words_of(print_plan(frozen(document(schemes=(bare,), evidence=()))))
