"""Many flags at once: taken into triage, or ended without action, each with its own outcome."""

from collections.abc import Sequence
from typing import Annotated, Any, cast
from uuid import UUID

import strawberry
from sqlalchemy import ColumnElement, FromClause, Integer, Text, values
from sqlalchemy import column as sql_column
from sqlalchemy.orm import Session
from sqlalchemy.types import Uuid
from strawberry.types import Info

from graphql_schema.answers import REPLAYED, UNION
from graphql_schema.errors import Conflict, Invalid, NotFound, NotPermitted
from graphql_schema.flag_inputs import FlagVersionInput
from graphql_schema.flags import Flag
from graphql_schema.need_to_know import WHOEVER_ASKED, changing
from graphql_schema.selection.declare import anything, constant, expression, many, one, planned
from graphql_schema.selection.record import Scope
from graphql_schema.triage_inputs import EndManyWithoutActionInput, StartTriageOfManyInput
from graphql_schema.writing import attempt
from portal.access.viewer import Viewer
from portal.flags.bulk import FLAGS_LIMIT, FlagVersion, end_many_without_action, start_triage_of_many
from portal.flags.bulk import BulkOutcome as Outcome


def _outcomes(scope: Scope) -> FromClause:
    return values(
        sql_column("position", Integer),
        sql_column("sent_id", Text),
        sql_column("flag_id", Uuid),
        sql_column("problem", Text),
        name="outcomes",
    ).data(scope.constants["outcomes"])


def _flag_of(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    # Where no id opened, PostgreSQL cannot tell that the nulls are ids.
    return row.c.id == scope.row.c.flag_id.cast(Uuid)


@planned(readers=WHOEVER_ASKED)
@strawberry.type(description="What became of one flag of a change to many. [RECORD]")
class BulkOutcome:
    flag_id: strawberry.ID = expression(lambda scope: scope.row.c.sent_id, "Which, as it was sent.")
    problem: str | None = expression(
        lambda scope: scope.row.c.problem.cast(Text), "Why nothing was done; null when the change was made."
    )
    flag: Flag | None = one("Flag", _flag_of, "As it now stands, where it is yours to see.")


@planned(readers=WHOEVER_ASKED)
@strawberry.type(description="Each flag was tried on its own. [RECORD]")
class ManyChanged:
    outcomes: list[BulkOutcome] = many(
        "BulkOutcome",
        anything,
        "What became of each, in the order sent.",
        order=lambda row: [row.c.position],
        source=_outcomes,
        limit=FLAGS_LIMIT,
    )
    replayed: bool = constant("replayed", REPLAYED)


BulkResult = Annotated[
    ManyChanged | Invalid | NotFound | NotPermitted | Conflict, strawberry.union("BulkResult", description=UNION)
]


def _opened(info: Any, flags: Sequence[FlagVersionInput]) -> list[FlagVersion]:
    """The flags that ids name; one that names nothing is an outcome of its own, as it would be were it hidden."""
    seal = info._raw_info.context.seal
    found = [seal.open_id(each.id) for each in flags]
    return [
        FlagVersion(
            flag_id=opened[1] if opened is not None and opened[0] == "Flag" else None,
            expected_version=each.expected_version,
        )
        for each, opened in zip(flags, found, strict=True)
    ]


def _kept(outcomes: Sequence[Outcome]) -> list[tuple[UUID | None, str | None]]:
    return [(outcome.flag_id, outcome.problem) for outcome in outcomes]


def _answer(info: Any, given: Any, act: Any) -> Any:
    kept, replayed, failure = attempt(info, given, act)
    if failure is not None:
        return cast(Any, failure)
    outcomes = [
        (place, str(each.id), UUID(flag_id) if flag_id else None, problem)
        for place, (each, (flag_id, problem)) in enumerate(zip(given.flags, kept, strict=True))
    ]
    core = info._raw_info
    return core.context.read_back(core, "ManyChanged", None, outcomes=outcomes, replayed=replayed)


@strawberry.type
class Bulk:
    @changing("Take many flags into triage.", done_by="Triage workers of the lead authority.")
    def start_triage_of_many(self, info: Info, input: StartTriageOfManyInput) -> BulkResult:  # noqa: A002
        def act(session: Session, viewer: Viewer) -> Any:
            return _kept(start_triage_of_many(session, viewer, flags=_opened(info, input.flags)))

        return _answer(info, input, act)

    @changing("End many flags without action, and tell each flagger.", done_by="Triage workers of the lead authority.")
    def end_many_without_action(self, info: Info, input: EndManyWithoutActionInput) -> BulkResult:  # noqa: A002
        def act(session: Session, viewer: Viewer) -> Any:
            ended = end_many_without_action(
                session,
                viewer,
                flags=_opened(info, input.flags),
                reason_code=input.reason_code,
                threshold_level_code=input.threshold_level_code,
                feedback=input.feedback,
            )
            return _kept(ended)

        return _answer(info, input, act)
