"""What the world can ask of vocabularies: coded values with the words people read."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import strawberry
from sqlalchemy import FromClause, func, select

from graphql_schema.need_to_know import MEMBERS
from graphql_schema.paging import Connection
from graphql_schema.selection.declare import anything, column, paged, planned
from graphql_schema.selection.paged import Order, Start, Window
from graphql_schema.selection.planner import Planner
from graphql_schema.selection.record import Scope
from portal.partnerships.models import Partnership
from portal.vocabularies import models
from portal.vocabularies.queries import words


@planned(models.Concept, readers="REFERENCE")
@strawberry.type(description="One entry of a vocabulary. [REFERENCE]")
class Concept:
    vocabulary: str = column(models.Concept.vocabulary, "The vocabulary it belongs to.")
    code: str = column(models.Concept.code, "The code programs use.")
    display: str = column(models.Concept.display, "The words people read.")
    position: int = column(models.Concept.position, "Its place in the order people read the vocabulary in.")
    hint: str | None = column(models.Concept.hint, "A second line that helps to choose.")


@planned(models.LocalConcept, readers=MEMBERS)
@strawberry.type(description="What a partnership says of an entry from a moment on. [RECORD]")
class LocalConcept:
    code: str = column(models.LocalConcept.code, "The code programs use.")
    display: str = column(models.LocalConcept.display, "The words people read.")
    hint: str | None = column(models.LocalConcept.hint, "A second line that helps to choose.")
    offered: bool = column(models.LocalConcept.offered, "Whether it can be chosen.")
    valid_from: datetime = column(models.LocalConcept.valid_from, "Since when.")


def _vocabulary(
    self: Any,
    vocabulary: str,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> None: ...


def _begin(planner: Planner, scope: Scope, row: FromClause, arguments: Mapping[str, Any], window: Window) -> Start:
    """The entries of one vocabulary that are offered now, in their own order."""
    where = (row.c.vocabulary == arguments["vocabulary"], row.c.offered)
    return Start(source=row, where=where, order=Order(sort=row.c.position, tie=row.c.code, descending=False))


def _here(scope: Scope) -> FromClause:
    """The words of the viewer's own partnership: the oldest of its agency's, as everywhere."""
    partnership = Partnership.__table__.alias()
    own = (
        select(partnership.c.id)
        .where(partnership.c.id.in_(scope.viewer.partnership_ids if scope.viewer else ()))
        .order_by(partnership.c.created_at, partnership.c.id)
        .limit(1)
        .scalar_subquery()
    )
    return words(own, func.statement_timestamp())


def concepts_field() -> Any:
    """The root field over vocabularies."""
    return paged(
        "Concept",
        anything,
        "Entries of a vocabulary that are offered now, in the words of the viewer's partnership.",
        begin=_begin,
        signature=_vocabulary,
        source=_here,
    )


ConceptConnection = Connection[Concept]
