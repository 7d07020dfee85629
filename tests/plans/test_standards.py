"""Checklists of standards are data: each line in our own words, with where it comes from."""

from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.plans.standards import VOCABULARY, load_standards, standards_templates
from portal.shipped import BrokenFile
from portal.vocabularies.models import Concept

HEADING = "code,sentence,source,checked_note\n"


def test_one_checklist_follows_lord_bradley_s_review() -> None:
    bradley = standards_templates()["BRADLEY_2009"]

    assert len(bradley.standards) >= 12
    assert [line.position for line in bradley.standards] == list(range(1, len(bradley.standards) + 1))
    assert "2009" in bradley.source


def test_each_line_says_which_chapter_it_comes_from_and_that_it_is_to_be_checked() -> None:
    lines = [line for template in standards_templates().values() for line in template.standards]

    assert [line.code for line in lines if not line.source.startswith("Chapter “")] == []
    assert [line.code for line in lines if "checked" not in line.checked_note] == []
    assert [line.code for line in lines if not line.sentence.endswith(".")] == []


def test_the_lines_are_words_of_a_vocabulary_and_laying_them_twice_changes_nothing(owner_session: Session) -> None:
    load_standards(owner_session)

    assert load_standards(owner_session) == 0
    rows = owner_session.execute(select(Concept.code, Concept.display).where(Concept.vocabulary == VOCABULARY))
    lines = [line for template in standards_templates().values() for line in template.standards]
    assert {tuple(row) for row in rows} == {(line.code, line.sentence) for line in lines}


@pytest.mark.parametrize(
    "lines",
    ["A,,Chapter,x\n", "A,Words.,,x\n", "A,Words.,Chapter,x\nA,Other.,Chapter,x\n"],
    ids=["no words", "no source", "twice"],
)
def test_a_broken_checklist_is_refused(tmp_path: Path, lines: str) -> None:
    (tmp_path / "standards_templates.csv").write_text("code,title,about,source\nNEW,x,x,x\n")
    (tmp_path / "standards_new.csv").write_text(HEADING + lines)

    with pytest.raises(BrokenFile, match="a standard needs"):
        standards_templates(tmp_path)
