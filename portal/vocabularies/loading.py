"""Decides which words the portal starts with: reads `data/concepts.csv` and lays it into the table of concepts."""

from collections import Counter
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from pathlib import Path

from sqlalchemy.orm import Session

from portal.shipped import BrokenFile, lay, numbered_rows
from portal.vocabularies.models import Concept

CONCEPTS = Path(__file__).parent / "data" / "concepts.csv"
COLUMNS = ("vocabulary", "code", "display", "hint", "valid_from")


@dataclass(frozen=True, kw_only=True)
class ShippedConcept:
    """One concept as shipped; `position` is its place in its vocabulary, in the order of the file."""

    vocabulary: str
    code: str
    display: str
    hint: str | None
    position: int
    valid_from: date


def read_concepts(path: Path = CONCEPTS) -> tuple[ShippedConcept, ...]:
    """Take the file of concepts and give them in its order.

    Raises BrokenFile for a code that appears twice in a vocabulary, or one without words to show.
    """
    places: Counter[str] = Counter()
    concepts: dict[tuple[str, str], ShippedConcept] = {}
    for line, row in numbered_rows(path, COLUMNS):
        key = (row["vocabulary"], row["code"])
        if not all((*key, row["display"])):
            raise BrokenFile(path, line, "a concept needs a vocabulary, a code and words to show.")
        if key in concepts:
            raise BrokenFile(path, line, f"{row['code']} is in {row['vocabulary']} already.")
        places[row["vocabulary"]] += 1
        concepts[key] = ShippedConcept(
            vocabulary=row["vocabulary"],
            code=row["code"],
            display=row["display"],
            hint=row["hint"] or None,
            position=places[row["vocabulary"]],
            valid_from=date.fromisoformat(row["valid_from"]),
        )
    return tuple(concepts.values())


@cache
def shipped_codes(vocabulary: str) -> frozenset[str]:
    """The codes one vocabulary ships with; what else is shipped may name no others."""
    return frozenset(concept.code for concept in read_concepts() if concept.vocabulary == vocabulary)


def load_concepts(session: Session) -> int:
    """Lay the shipped concepts into the database as its owner, and give how many were added or changed.

    Shipped words replace older words of the same code; codes a partnership added stay untouched.
    """
    return lay(session, Concept, [asdict(concept) for concept in read_concepts()], key=("vocabulary", "code"))
