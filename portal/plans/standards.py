"""Decides which checklists of standards a plan can answer: held as data, each line with where it comes from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType

from sqlalchemy.orm import Session

from portal.shipped import BrokenFile, lay, numbered_rows
from portal.vocabularies.models import Concept

DATA = Path(__file__).parent / "data"
TEMPLATE_COLUMNS = ("code", "title", "about", "source")
LINE_COLUMNS = ("code", "sentence", "source", "checked_note")
# The vocabulary that the lines are words of, so that they are read as every other coded value is.
VOCABULARY = "standard"


@dataclass(frozen=True, kw_only=True)
class ShippedStandard:
    """One line of a checklist in our own words, what it rests on, and who has checked that."""

    code: str
    sentence: str
    source: str
    checked_note: str
    position: int


@dataclass(frozen=True, kw_only=True)
class StandardsTemplate:
    """A checklist with its lines in order."""

    code: str
    title: str
    about: str
    source: str
    standards: tuple[ShippedStandard, ...]


@cache
def standards_templates(folder: Path = DATA) -> Mapping[str, StandardsTemplate]:
    """Every checklist by its code, in the order they are offered.

    Raises BrokenFile for a checklist or a line without words or source, and for a code that is there already: a line is
    named by its code alone, whichever checklist it is of.
    """
    templates: dict[str, StandardsTemplate] = {}
    known: set[str] = set()
    path = folder / "standards_templates.csv"
    for line, row in numbered_rows(path, TEMPLATE_COLUMNS):
        if not all(row.values()) or row["code"] in templates:
            raise BrokenFile(path, line, "a checklist needs a code of its own, a title, what it is about and a source.")
        standards = _lines(folder / f"standards_{row['code'].lower()}.csv", known)
        templates[row["code"]] = StandardsTemplate(**row, standards=standards)
    return MappingProxyType(templates)


def load_standards(session: Session) -> int:
    """Lay the lines of every checklist into the concepts as the database's owner; give how many were touched."""
    every = [line for template in standards_templates().values() for line in template.standards]
    rows = [
        {
            "vocabulary": VOCABULARY,
            "code": line.code,
            "display": line.sentence,
            "hint": line.source,
            "position": position,
            "valid_from": date(2009, 4, 30),
        }
        for position, line in enumerate(every, start=1)
    ]
    return lay(session, Concept, rows, key=("vocabulary", "code"))


def _lines(path: Path, known: set[str]) -> tuple[ShippedStandard, ...]:
    standards: list[ShippedStandard] = []
    for line, row in numbered_rows(path, LINE_COLUMNS):
        if not all(row.values()) or row["code"] in known:
            raise BrokenFile(path, line, "a standard needs a code of its own, words, a source and who checked it.")
        known.add(row["code"])
        standards.append(ShippedStandard(**row, position=len(standards) + 1))
    return tuple(standards)
