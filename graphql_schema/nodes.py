"""Decides what every record has: an id to fetch it again by, and a version to change it by."""

from datetime import datetime

import strawberry

from graphql_schema.selection.declare import expression


@strawberry.interface(description="Anything that can be fetched again by its id. [RECORD]")
class Node:
    id: strawberry.ID = strawberry.field(description="Global id, opaque and stable. [RECORD]")


@strawberry.interface(description="Anything that changes under optimistic locking. [RECORD]")
class Versioned:
    version: int = expression(
        lambda scope: scope.row.c.version, "Number of the last change; send it back as expectedVersion."
    )
    created_at: datetime = expression(lambda scope: scope.row.c.created_at, "When the record was created.")
    updated_at: datetime = expression(lambda scope: scope.row.c.updated_at, "When the record last changed.")
