"""What the world can ask of its own allowance: how much a viewer's tools may still ask, and how fast that grows."""

from typing import Any

import strawberry
from sqlalchemy import ColumnElement, Uuid, func, literal

from graphql_schema.limits import LIMITS
from graphql_schema.selection.declare import made
from graphql_schema.selection.record import Plain, Scope


@strawberry.type(description="How much the viewer's tools may ask; the cost of a document is known before. [ACCOUNT]")
class Allowance:
    limit: int = strawberry.field(description="The most that may be asked at once, in points of cost. [ACCOUNT]")
    remaining: int = strawberry.field(
        description="What is left now, to the viewer's tools or to all tools of the agency: the lesser. [ACCOUNT]"
    )
    restored_per_second: int = strawberry.field(description="How many points come back each second. [ACCOUNT]")
    maximum_document_cost: int = strawberry.field(
        description="A document above this is refused, whatever is left. [ACCOUNT]"
    )


def _left(scope: Scope) -> ColumnElement[Any]:
    viewer = scope.viewer
    assert viewer is not None
    return func.rates_left(literal(viewer.user_id, Uuid), literal(viewer.agency_id, Uuid))


def _allowance(left: dict[str, int]) -> Plain:
    return Plain("Allowance", **left, maximumDocumentCost=LIMITS.cost)


def allowance_field() -> Any:
    """The field of the viewer that says what their tools may ask; it is not the viewer's use of the pages."""
    return made(_left, _allowance, "How much the viewer's tools may ask now. Pages are counted apart.")
