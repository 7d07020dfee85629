"""A copy on paper: tagged, the same wherever it is made, and whatever was typed is text and never markup."""

import json
import time
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from frontend.exports.paper import Block, Line, Paper, Section, print_paper
from tests.exports.reading import letters_of, pages_of, words_of

MARKUP = """#set page(fill: red)
*bold* _it_ $x^2$ `raw` = Heading - item + item / term: x @ref <label> \\ ~ -- ... " '
#import "@preview/cetz:0.3.0": *
#read("/etc/passwd") #sys.inputs #panic("stop") #{while true {}} // comment /* comment */
{{ config }} <script>alert(1)</script> %s %(x)s"""
PAPER = Paper(
    reference="F-1001",
    about="Kai, 14 or 15",
    standing=("New", "Cannot wait"),
    taken_by="PC Rowan Hale, officer, Severnshire Constabulary",
    taken_at="22 November 2026, 00:10",
    made="2026-11-22T00:10:00+00:00",
    purpose="Court bundle",
    copy="ab12cd34",
    demo=False,
)


def paper(*values: str) -> Paper:
    """A paper that says these values."""
    lines = tuple(Line(label=f"Label {place}", value=value) for place, value in enumerate(values))
    return replace(PAPER, sections=(Section(heading="What was reported", blocks=(Block(lines=lines),)),))


def test_a_copy_is_a_tagged_pdf_with_a_title_and_a_language() -> None:
    pdf = print_paper(paper("A fact."))
    assert pdf.startswith(b"%PDF-")
    root = PdfReader(BytesIO(pdf)).trailer["/Root"]
    assert bool(root["/MarkInfo"]["/Marked"])
    assert "/StructTreeRoot" in root
    assert str(root["/Lang"]).startswith("en")
    information = PdfReader(BytesIO(pdf)).metadata
    assert information is not None
    assert information.title == "Flag F-1001"
    assert information.author is None


def test_every_page_says_who_took_it_when_and_what_not_to_do() -> None:
    pages = pages_of(print_paper(paper(*["word " * 900] * 6)))
    assert len(pages) > 3
    for number, page in enumerate(pages, start=1):
        assert "Contains personal data. Do not forward." in page
        assert f"Page {number} of {len(pages)}" in page
        assert "Flag F-1001, saved by PC Rowan Hale, officer, Severnshire Constabulary, 22 November 2026, 00:10" in page
        assert page.count("ab12cd34") > 1, "The watermark and the footer name the copy."
        assert "DEMONSTRATION" not in page


def test_a_demonstration_says_so_on_every_page() -> None:
    pages = pages_of(print_paper(replace(paper("word " * 3000), demo=True)))
    assert len(pages) > 1
    assert all("DEMONSTRATION. The people and figures are invented." in page for page in pages)


@pytest.mark.parametrize("line", MARKUP.splitlines())
def test_markup_comes_out_as_it_was_typed(line: str) -> None:
    assert letters_of(line) in letters_of(words_of(print_paper(paper(line))))


def test_markup_everywhere_changes_nothing_but_words() -> None:
    hostile = replace(
        paper(MARKUP),
        about=MARKUP,
        standing=(MARKUP,),
        taken_by=MARKUP,
        purpose=MARKUP,
        reference="F-1",
        sections=(Section(heading=MARKUP, blocks=(Block(heading=MARKUP, lines=(Line(label=MARKUP, value=MARKUP),)),)),),
    )
    words = letters_of(words_of(print_paper(hostile)))
    assert words.count(letters_of('#read("/etc/passwd")')) >= 7
    assert "root:" not in words


def test_long_text_and_a_word_without_end_are_printed_whole() -> None:
    pdf = print_paper(paper("x" * 10_000, "word " * 2_000))
    words = letters_of("".join(pages_of(pdf)))
    assert words.count("x") >= 10_000
    assert words.count("word") >= 2_000


@pytest.mark.parametrize("name", ["Zoë Nguyễn", "Łukasz Żółć", "Ólafur Þórr", "Σωκράτης", "Дмитро", "שרה", "ქეთევანი"])
def test_names_in_scripts_the_fonts_hold_are_printed(name: str) -> None:
    words = words_of(print_paper(paper(f"A {name} B")))
    assert "[U+" not in words
    assert len(letters_of(words)) > 0


@pytest.mark.parametrize(
    ("typed", "shown"), [("Li 李", "Li [U+674E]"), ("😀", "[U+1F600]"), ("a\u202eb", "a[U+202E]b")]
)
def test_a_character_that_cannot_be_printed_is_named_and_the_paper_says_so(typed: str, shown: str) -> None:
    words = words_of(print_paper(paper(typed)))
    assert shown in words
    assert "Some characters cannot be printed here." in words


def test_what_can_all_be_printed_says_nothing_of_it() -> None:
    assert "Some characters" not in words_of(print_paper(paper("Kai’s “own” words – £5, 3½ miles, naïve.")))


@pytest.mark.parametrize("value", ["\x00", "\x07bell", "\ud800", "\uffff", "\u0378", "\ue000"])
def test_what_is_no_character_is_named_too(value: str) -> None:
    assert "[U+" in words_of(print_paper(paper(f"a{value}b")))


def test_a_copy_is_printed_in_a_moment() -> None:
    print_paper(paper("warm"))
    begun = time.perf_counter()
    print_paper(paper(*["word " * 400] * 20))
    assert time.perf_counter() - begun < 5


def test_every_naughty_string_can_be_printed() -> None:
    file = Path(__file__).parent.parent / "data" / "blns.json"
    strings = json.loads(file.read_text(encoding="utf-8"))
    assert print_paper(paper(*(string for string in strings if string))).startswith(b"%PDF-")
