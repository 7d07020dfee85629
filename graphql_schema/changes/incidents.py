"""Imported incidents: a team is done with those nobody needs."""

from typing import Annotated, Any, cast

import strawberry
from sqlalchemy import FromClause, Integer, Text, values
from sqlalchemy import column as sql_column
from sqlalchemy.orm import Session
from strawberry.types import Info

from graphql_schema.answers import REPLAYED, UNION
from graphql_schema.errors import Conflict, Invalid, NotFound, NotPermitted
from graphql_schema.flag_inputs import DiscardImportedFlagsInput, FlagVersionInput
from graphql_schema.need_to_know import WHOEVER_ASKED, changing
from graphql_schema.selection.declare import anything, constant, expression, many, planned
from graphql_schema.selection.record import Scope
from graphql_schema.writing import attempt, open_id
from portal import errors
from portal.access.viewer import Viewer
from portal.flags.incidents import DISCARD_LIMIT, Chosen, DiscardOutcome, discard_imported_flags

strawberry.enum(DiscardOutcome, description="What can become of an imported draft that somebody discards.")


@planned(readers=WHOEVER_ASKED)
@strawberry.type(description="What became of one draft. [RECORD]")
class DiscardedFlag:
    position: int = expression(lambda scope: scope.row.c.position, "Its place in the call, from 0.")
    outcome: DiscardOutcome = expression(lambda scope: scope.row.c.outcome, "What became of it.")


def _rows(scope: Scope) -> FromClause:
    return values(sql_column("position", Integer), sql_column("outcome", Text), name="discarded").data(
        scope.constants["rows"]
    )


@planned(readers=WHOEVER_ASKED)
@strawberry.type(description="The drafts were looked at, each with its own outcome. [RECORD]")
class FlagsDiscarded:
    flags: list[DiscardedFlag] = many(
        "DiscardedFlag",
        anything,
        "What became of each draft, in order; a discarded one is gone for good.",
        order=lambda row: [row.c.position],
        source=_rows,
        limit=DISCARD_LIMIT,
    )
    replayed: bool = constant("replayed", REPLAYED)


DiscardResult = Annotated[
    FlagsDiscarded | Invalid | NotFound | NotPermitted | Conflict,
    strawberry.union("DiscardResult", description=UNION),
]


def chosen(info: Any, flags: list[FlagVersionInput] | None) -> tuple[Chosen, ...]:
    """The drafts an input names, each with the version it was decided on; None for an id that names nothing."""
    return tuple((_key(info, each.id), each.expected_version) for each in flags or ())


def _key(info: Any, sealed: str) -> Any:
    try:
        return open_id(info, "Flag", sealed)
    except errors.NotFound:
        return None


@strawberry.type
class Incidents:
    @changing(
        "Discard imported drafts for good; a later import of the same incidents does not bring them back.",
        done_by="Officers and sergeants of the team.",
    )
    def discard_imported_flags(self, info: Info, input: DiscardImportedFlagsInput) -> DiscardResult:  # noqa: A002
        def act(session: Session, viewer: Viewer) -> list[Any]:
            drafts = chosen(info, input.flags)
            outcomes = discard_imported_flags(session, viewer, chosen=drafts, reason_code=input.reason_code)
            return list(enumerate(outcomes))

        rows, replayed, failure = attempt(info, input, act)
        if failure is not None:
            return cast(Any, failure)
        call, core = info._raw_info.context, info._raw_info
        return call.read_back(core, "FlagsDiscarded", None, rows=[tuple(row) for row in rows], replayed=replayed)
