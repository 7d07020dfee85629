"""What the world can ask of owed feedback: counts by agency, one's own exactly and the partners' in bands."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import strawberry
from graphql.execution.collect_fields import FieldDetailsList
from sqlalchemy import BigInteger, Boolean, FromClause, Text, Uuid, func
from sqlalchemy import column as sql_column

from graphql_schema.agencies import Agency
from graphql_schema.selection.declare import anything, declared, expression, one, planned
from graphql_schema.selection.kinds import Many, Related
from graphql_schema.selection.planner import Planner
from graphql_schema.selection.record import Json, ObjectPlan, Read, Reading, Scope


@strawberry.enum(description="A number of which no more is told than this.")
class CountBand(StrEnum):
    NONE = "NONE"
    ONE_TO_FOUR = "ONE_TO_FOUR"
    FIVE_TO_NINE = "FIVE_TO_NINE"
    TEN_OR_MORE = "TEN_OR_MORE"


def _agency(scope: Scope, row: FromClause) -> Any:
    return row.c.id == scope.row.c.agency_id


@planned(readers="STATISTIC")
@strawberry.type(description="What one agency of a partnership owes those who raised flags, in numbers. [STATISTIC]")
class FeedbackLedgerEntry:
    agency: Agency = one("Agency", _agency, "Which agency.")
    own: bool = expression(lambda scope: scope.row.c.own, "Whether it is the viewer's, whose numbers are exact.")
    owed: int | None = expression(
        lambda scope: scope.row.c.owed, "Words or answers owed now; null for another agency than the viewer's."
    )
    owed_band: CountBand = expression(lambda scope: scope.row.c.owed_band, "The same as a band.")
    overdue: int | None = expression(
        lambda scope: scope.row.c.overdue, "Those past their time; null for another agency than the viewer's."
    )
    overdue_band: CountBand = expression(lambda scope: scope.row.c.overdue_band, "The same as a band.")
    in_time: int | None = expression(
        lambda scope: scope.row.c.in_time,
        "Decisions or answers in time, in the last 90 days; null for another agency than the viewer's.",
    )
    in_time_band: CountBand = expression(lambda scope: scope.row.c.in_time_band, "The same as a band.")


@dataclass(frozen=True, kw_only=True)
class Ledger(Many):
    """The rows of the database function that counts, and a note that somebody read them."""

    def plan(
        self, planner: Planner, into: ObjectPlan, scope: Scope, details: FieldDetailsList, arguments: Mapping[str, Any]
    ) -> Read:
        rows = (
            func.feedback_ledger(planner.key("Partnership", arguments["partnershipId"]))
            .table_valued(
                sql_column("agency_id", Uuid),
                sql_column("own", Boolean),
                sql_column("owed", BigInteger),
                sql_column("owed_band", Text),
                sql_column("overdue", BigInteger),
                sql_column("overdue_band", Text),
                sql_column("in_time", BigInteger),
                sql_column("in_time_band", Text),
                name="ledger",
            )
            .render_derived()
        )
        here = replace(self.related, source=lambda outer: rows)
        listed = Many(related=here, order=self.order, limit=self.limit)
        read = listed.plan(planner, into, scope, details, {})

        def noted(json: Json, reading: Reading) -> Any:
            found = read(json, reading)
            reading.counted = reading.counted or bool(found)
            # A partnership has its viewer's agency in it, or it is none of the viewer's.
            return found or None

        return noted


def _of_partnership(self: Any, partnership_id: strawberry.ID) -> None:
    """The argument of the ledger. No filter: two answers that differ by one flag would tell of it."""


def feedback_ledger_field() -> Any:
    """The root field over owed feedback."""
    ledger = Ledger(
        related=Related(target="FeedbackLedgerEntry", on=anything, same_root=True),
        order=lambda row: [row.c.own.desc(), row.c.agency_id],
    )
    return declared(
        ledger,
        "Feedback owed and given, agency by agency, for every partner to see; null for another partnership.",
        signature=_of_partnership,
    )
