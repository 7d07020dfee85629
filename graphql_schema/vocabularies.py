"""What the world can ask of vocabularies: coded values with the words people read."""

from collections.abc import Mapping
from typing import Any

import strawberry
from sqlalchemy import FromClause, func, or_

from graphql_schema.paging import Connection
from graphql_schema.selection.declare import anything, column, paged, planned
from graphql_schema.selection.paged import Order, Start, Window
from graphql_schema.selection.planner import Planner
from graphql_schema.selection.record import Scope
from portal.vocabularies import models


@planned(models.Concept, readers="REFERENCE")
@strawberry.type(description="One entry of a vocabulary. [REFERENCE]")
class Concept:
    vocabulary: str = column(models.Concept.vocabulary, "The vocabulary it belongs to.")
    code: str = column(models.Concept.code, "The code programs use.")
    display: str = column(models.Concept.display, "The words people read.")
    position: int = column(models.Concept.position, "Its place in the order people read the vocabulary in.")
    hint: str | None = column(models.Concept.hint, "A second line that helps to choose.")


def _vocabulary(
    self: Any,
    vocabulary: str,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> None: ...


def _begin(planner: Planner, scope: Scope, row: FromClause, arguments: Mapping[str, Any], window: Window) -> Start:
    """The entries of one vocabulary that are valid today, in their own order."""
    where = (
        row.c.vocabulary == arguments["vocabulary"],
        row.c.valid_from <= func.current_date(),
        or_(row.c.valid_to.is_(None), row.c.valid_to >= func.current_date()),
    )
    return Start(source=row, where=where, order=Order(sort=row.c.position, tie=row.c.code, descending=False))


def concepts_field() -> Any:
    """The root field over vocabularies."""
    return paged("Concept", anything, "Entries of a vocabulary, valid today.", begin=_begin, signature=_vocabulary)


ConceptConnection = Connection[Concept]
