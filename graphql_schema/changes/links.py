"""Changes that make a one-time link: its path is answered once, because only its hash is kept."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import strawberry
from sqlalchemy.orm import Session

from graphql_schema.answers import REPLAYED, UNION
from graphql_schema.errors import Conflict, Invalid, NotFound, NotPermitted
from graphql_schema.selection.record import Plain
from graphql_schema.writing import attempt
from portal.access.viewer import Viewer


@strawberry.type(description="A link was made, for passing on to the one person it is for. [ACCOUNT]")
class LinkMade:
    path: str | None = strawberry.field(
        description="Its path on this site, said this once: null when the call is replayed. [ACCOUNT]"
    )
    expires_at: datetime | None = strawberry.field(description="When it ends; null when replayed. [ACCOUNT]")
    replayed: bool = strawberry.field(description=f"{REPLAYED} [ACCOUNT]")


LinkResult = Annotated[
    LinkMade | Invalid | NotFound | NotPermitted | Conflict, strawberry.union("LinkResult", description=UNION)
]
Make = Callable[[Session, Viewer], tuple[UUID, str, datetime]]


def make_link(info: Any, given: Any, act: Make, *, under: str) -> Any:
    """Carry out a change that makes a secret; the path of its page, below `under`, is answered and never kept."""
    made: dict[str, Any] = {"path": None, "expiresAt": None}

    def keep(session: Session, viewer: Viewer) -> UUID:
        record_id, secret, ends = act(session, viewer)
        made.update(path=f"/{under}/{secret}", expiresAt=ends)
        return record_id

    _, replayed, failure = attempt(info, given, keep)
    return failure if failure is not None else Plain("LinkMade", **made, replayed=replayed)
