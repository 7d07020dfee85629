"""Decides which codes are valid today."""

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from portal.vocabularies.models import Concept


def codes(session: Session, *vocabularies: str) -> dict[str, frozenset[str]]:
    """The codes of each vocabulary that are valid today."""
    rows = session.execute(
        select(Concept.vocabulary, Concept.code).where(
            Concept.vocabulary.in_(vocabularies),
            Concept.valid_from <= func.current_date(),
            or_(Concept.valid_to.is_(None), Concept.valid_to >= func.current_date()),
        )
    ).all()
    return {name: frozenset(code for vocabulary, code in rows if vocabulary == name) for name in vocabularies}


def second_line(session: Session, vocabulary: str, code: str) -> str:
    """The second line of an entry, for vocabularies in which every entry has one."""
    return (
        session.execute(select(Concept.hint).where(Concept.vocabulary == vocabulary, Concept.code == code)).scalar_one()
        or ""
    )
