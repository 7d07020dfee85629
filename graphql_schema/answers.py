"""What can come of a change: the record as it now stands, or one of the four expected failures."""

from typing import Annotated, Any

import strawberry
from sqlalchemy import ColumnElement, FromClause, Integer, Text, values
from sqlalchemy import column as sql_column
from sqlalchemy.dialects.postgresql import JSON
from sqlalchemy.types import Uuid

from graphql_schema.errors import Conflict, Invalid, InvalidField, NotFound, NotPermitted
from graphql_schema.flags import Flag
from graphql_schema.need_to_know import WHOEVER_ASKED
from graphql_schema.notifications import Notification
from graphql_schema.selection.declare import (
    anything,
    by_key,
    column,
    constant,
    expression,
    made,
    many,
    one,
    planned,
)
from graphql_schema.selection.record import Plain, Scope
from graphql_schema.shares import Share
from portal.flags.importing import ROWS_LIMIT, ImportOutcome
from portal.flags.models import Flag as FlagModel
from portal.notifications.models import Notification as NotificationModel
from portal.shares.models import Share as ShareModel

REPLAYED = "True when this key was seen before and nothing was applied again."
UNION = "Everything that can come of it: done, or one of the four expected failures."

strawberry.enum(ImportOutcome, description="What can become of a row.")


def _as_it_stands(target: str, key: Any) -> Any:
    return one(target, by_key(key), "The record as it now stands, under the same need to know as any read.")


@planned(FlagModel, root=FlagModel.id)
@strawberry.type(description="The flag was raised and recorded. [RECORD]")
class FlagRaised:
    flag: Flag | None = _as_it_stands("Flag", FlagModel.id)
    reference: str = column(FlagModel.reference, "What to say on the phone.")
    replayed: bool = constant("replayed", REPLAYED)


@planned(FlagModel, root=FlagModel.id)
@strawberry.type(description="The change was made and recorded. [RECORD]")
class FlagSaved:
    flag: Flag | None = _as_it_stands("Flag", FlagModel.id)
    replayed: bool = constant("replayed", REPLAYED)


@planned(ShareModel, root=ShareModel.flag_id)
@strawberry.type(description="The change was made and recorded. [RECORD]")
class ShareSaved:
    share: Share | None = _as_it_stands("Share", ShareModel.id)
    replayed: bool = constant("replayed", REPLAYED)


@planned(NotificationModel, root=NotificationModel.flag_id)
@strawberry.type(description="The change was made and recorded. [RECORD]")
class NotificationSaved:
    notification: Notification | None = _as_it_stands("Notification", NotificationModel.id)
    replayed: bool = constant("replayed", REPLAYED)


def _rows(scope: Scope) -> FromClause:
    return values(
        sql_column("position", Integer),
        sql_column("reference", Text),
        sql_column("outcome", Text),
        sql_column("flag_id", Uuid),
        sql_column("errors", JSON),
        name="imported",
    ).data(scope.constants["rows"])


def _draft_of(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    # Where no row has a flag, PostgreSQL cannot tell that the nulls are ids.
    return row.c.id == scope.row.c.flag_id.cast(Uuid)


def _errors(found: list[dict[str, Any]]) -> list[Plain]:
    return [Plain("InvalidField", **each) for each in found]


@planned(readers=WHOEVER_ASKED)
@strawberry.type(description="What became of one row. [RECORD]")
class ImportRow:
    position: int = expression(lambda scope: scope.row.c.position, "Its place in the call, from 0.")
    reference: str = expression(lambda scope: scope.row.c.reference, "Its reference.")
    outcome: ImportOutcome = expression(lambda scope: scope.row.c.outcome, "What became of it.")
    flag: Flag | None = one("Flag", _draft_of, "The draft made or found, where it is yours to see.")
    errors: list[InvalidField] = made(lambda scope: scope.row.c.errors, _errors, "Why it was refused.")


@planned(readers=WHOEVER_ASKED)
@strawberry.type(description="The rows were looked at, each with its own outcome. [RECORD]")
class RowsImported:
    rows: list[ImportRow] = many(
        "ImportRow",
        anything,
        "What became of each row, in order.",
        order=lambda row: [row.c.position],
        source=_rows,
        limit=ROWS_LIMIT,
    )
    replayed: bool = constant("replayed", REPLAYED)


RaiseFlagResult = Annotated[
    FlagRaised | Invalid | NotFound | NotPermitted | Conflict, strawberry.union("RaiseFlagResult", description=UNION)
]
FlagResult = Annotated[
    FlagSaved | Invalid | NotFound | NotPermitted | Conflict, strawberry.union("FlagResult", description=UNION)
]
ShareResult = Annotated[
    ShareSaved | Invalid | NotFound | NotPermitted | Conflict, strawberry.union("ShareResult", description=UNION)
]
ImportResult = Annotated[
    RowsImported | Invalid | NotFound | NotPermitted | Conflict, strawberry.union("ImportResult", description=UNION)
]
NotificationResult = Annotated[
    NotificationSaved | Invalid | NotFound | NotPermitted | Conflict,
    strawberry.union("NotificationResult", description=UNION),
]
