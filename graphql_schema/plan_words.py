"""Decides in which words the codes of a version are told: those that were frozen with it, and today's of a draft."""

from collections.abc import Callable
from typing import NamedTuple

from sqlalchemy import FromClause, cast, func, literal, select, true
from sqlalchemy.dialects.postgresql import JSONB, JSONPATH

from graphql_schema.selection.record import Scope
from portal.plans.models import PlanVersion
from portal.plans.standards import VOCABULARY as STANDARDS
from portal.plans.words import MEASURES, NEEDS
from portal.vocabularies.models import Concept


class _Place(NamedTuple):
    """Where a document (portal/plans/document/parts.py) holds codes of a vocabulary, and under which names."""

    path: str
    code: str
    words: str


_PLACES = {
    NEEDS: _Place("$.schemes[*].needs[*]", "code", "name"),
    MEASURES: _Place("$.schemes[*].measures[*]", "name_code", "name"),
    STANDARDS: _Place("$.standards[*]", "code", "sentence"),
}


def words_of_version(vocabulary: str) -> Callable[[Scope], FromClause]:
    """The entries of a vocabulary as the version reads that a row is part of; their hints and order are today's."""

    def entries(scope: Scope) -> FromClause:
        entry, frozen = Concept.__table__.alias(), _frozen(scope, _PLACES[vocabulary])
        return (
            select(
                entry.c.vocabulary,
                entry.c.code,
                func.coalesce(frozen.c.words.op("->>")(entry.c.code), entry.c.display).label("display"),
                entry.c.hint,
                entry.c.position,
            )
            .select_from(entry.join(frozen, true()))
            .where(entry.c.vocabulary == vocabulary)
            .correlate(*scope.outer)
            .lateral()
        )

    return entries


def _frozen(scope: Scope, place: _Place) -> FromClause:
    """The frozen words by their codes, as one row: null for a draft."""
    version = PlanVersion.__table__.alias()
    content = cast(func.convert_from(version.c.content, "UTF8"), JSONB)
    found = func.jsonb_path_query(content, cast(literal(place.path), JSONPATH)).table_valued("said").render_derived()
    code, words = (found.c.said.op("->>")(name) for name in (place.code, place.words))
    return (
        select(func.jsonb_object_agg(code, words).label("words"))
        .select_from(version.join(found, true()))
        .where(version.c.id == scope.row.c.plan_version_id)
        .correlate(*scope.outer)
        .lateral()
    )
