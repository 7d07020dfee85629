"""Decides which words an entry has: the shipped ones, or what a partnership says instead from a moment on."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, FromClause, and_, func, literal, or_, select, union_all
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session
from sqlalchemy.types import Uuid

from portal.vocabularies.models import Concept, LocalConcept


def words(partnership_id: Any, moment: Any, *, outer: Sequence[FromClause] = ()) -> FromClause:
    """Every entry as it stood for a partnership at a moment, and whether it was `offered`, as SQL to select from.

    An entry that began later is there in its first words, so that no code is ever without. `outer` are what the
    partnership and the moment may stand in.
    """
    concept, local = Concept.__table__, LocalConcept.__table__
    shipped = select(
        concept.c.vocabulary,
        concept.c.code,
        concept.c.display,
        concept.c.hint,
        concept.c.position,
        and_(
            concept.c.valid_from <= func.current_date(),
            or_(concept.c.valid_to.is_(None), concept.c.valid_to >= func.current_date()),
        ).label("offered"),
        literal(None, Uuid).label("partnership_id"),
        literal("-infinity").cast(DateTime(timezone=True)).label("since"),
    )
    own = select(
        local.c.vocabulary,
        local.c.code,
        local.c.display,
        local.c.hint,
        local.c.position,
        local.c.offered,
        local.c.partnership_id,
        local.c.valid_from.label("since"),
    )
    every = union_all(shipped, own).subquery()
    begun = every.c.since <= moment
    chosen = (
        select(
            every.c.vocabulary,
            every.c.code,
            every.c.display,
            every.c.hint,
            every.c.position,
            and_(every.c.offered, begun).label("offered"),
        )
        .ext(distinct_on(every.c.vocabulary, every.c.code))
        .where(or_(every.c.partnership_id.is_(None), every.c.partnership_id == partnership_id))
        .order_by(every.c.vocabulary, every.c.code, begun.desc(), every.c.since.desc())
    )
    return chosen.correlate(*outer).lateral() if outer else chosen.subquery()


def codes(session: Session, *vocabularies: str, partnership_id: UUID | None = None) -> dict[str, frozenset[str]]:
    """The codes of each vocabulary that are offered now, by a partnership if one is named."""
    here = words(literal(partnership_id, Uuid), func.statement_timestamp())
    rows = session.execute(
        select(here.c.vocabulary, here.c.code).where(here.c.vocabulary.in_(vocabularies), here.c.offered)
    ).all()
    return {name: frozenset(code for vocabulary, code in rows if vocabulary == name) for name in vocabularies}


def second_line(session: Session, vocabulary: str, code: str) -> str:
    """The second line of an entry, for vocabularies in which every entry has one."""
    return (
        session.execute(select(Concept.hint).where(Concept.vocabulary == vocabulary, Concept.code == code)).scalar_one()
        or ""
    )


def displays(session: Session, *vocabularies: str) -> dict[tuple[str, str], str]:
    """The words people read today for every entry of these vocabularies, by vocabulary and code."""
    rows = session.execute(
        select(Concept.vocabulary, Concept.code, Concept.display).where(Concept.vocabulary.in_(vocabularies))
    )
    return {(vocabulary, code): display for vocabulary, code, display in rows}


def displayed(session: Session, vocabulary: str, code: str) -> str:
    """The words people read for an entry."""
    return session.execute(
        select(Concept.display).where(Concept.vocabulary == vocabulary, Concept.code == code)
    ).scalar_one()
