"""Decides how expected failures look in the schema: one closed set, shared by every mutation."""

from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import strawberry

from graphql_schema.selection.record import Later, Plain
from portal import errors

if TYPE_CHECKING:
    from graphql_schema.flags import Flag
    from graphql_schema.plan_schemes import Clause, Scheme
    from graphql_schema.plan_versions import PlanVersion

strawberry.enum(errors.InvalidCode, description="Kinds of broken rule.")
strawberry.enum(errors.NotPermittedReason, description="Why an action is refused.")
strawberry.enum(errors.ConflictReason, description="Kinds of conflict.")

MESSAGE = "One sentence for a person, without personal data. [RECORD]"


@strawberry.interface(description="What every expected failure can say. [RECORD]")
class Failure:
    message: str = strawberry.field(description=MESSAGE)


@strawberry.type(description="One broken rule. [RECORD]")
class InvalidField:
    path: list[str] = strawberry.field(
        description="Where, from the input down, list positions as digits: ['subject', 'person', 'preferredName']."
        " [RECORD]"
    )
    code: errors.InvalidCode = strawberry.field(description="Which kind of rule, for programs. [RECORD]")
    message: str = strawberry.field(description="What is wrong and what would be right. [RECORD]")
    rule: str | None = strawberry.field(description="Source of a domain rule, such as the section of the Act. [RECORD]")


@strawberry.type(description="The input breaks a rule; nothing was changed. [RECORD]")
class Invalid(Failure):
    errors: list[InvalidField] = strawberry.field(description="Every broken rule at once, not only the first. [RECORD]")


@strawberry.type(description="There is no such record, or none the viewer may know of: the two look alike. [RECORD]")
class NotFound(Failure):
    pass


@strawberry.type(description="The viewer sees the record and may not do this. [RECORD]")
class NotPermitted(Failure):
    reason: errors.NotPermittedReason = strawberry.field(description="Why not, for programs. [RECORD]")
    remedy: str | None = strawberry.field(description="What would make it possible. [RECORD]")


@strawberry.type(
    description="Someone was faster, or the key was used for something else; nothing was changed. [RECORD]"
)
class Conflict(Failure):
    reason: errors.ConflictReason = strawberry.field(description="Which kind. [RECORD]")
    current_version: int | None = strawberry.field(description="The version to read and decide on again. [RECORD]")
    current: Annotated["Flag", strawberry.lazy("graphql_schema.flags")] | None = strawberry.field(
        description="The flag it is about as it now stands, under the same need to know as any read. [RECORD]"
    )
    clause: Annotated["Clause", strawberry.lazy("graphql_schema.plan_schemes")] | None = strawberry.field(
        description="The clause as it now stands, to lay beside the words that were sent. [RECORD]"
    )
    scheme: Annotated["Scheme", strawberry.lazy("graphql_schema.plan_schemes")] | None = strawberry.field(
        description="The scheme as it now stands, to lay beside what was sent. [RECORD]"
    )
    plan_version: Annotated["PlanVersion", strawberry.lazy("graphql_schema.plan_versions")] | None = strawberry.field(
        description="The version of the plan as it now stands, to lay beside what was sent. [RECORD]"
    )


def broken_rule(problem: errors.InvalidField) -> Plain:
    """One broken rule as answered."""
    return Plain("InvalidField", path=list(problem.path), code=problem.code, message=problem.message, rule=problem.rule)


def _later(typename: str, key: UUID | None) -> Later | None:
    return None if key is None else Later(typename, key)


def failed(failure: errors.Failure) -> Plain:
    """An expected failure as answered."""
    match failure:
        case errors.Invalid():
            return Plain("Invalid", message=failure.message, errors=[broken_rule(each) for each in failure.errors])
        case errors.NotPermitted():
            return Plain("NotPermitted", message=failure.message, reason=failure.reason, remedy=failure.remedy)
        case errors.Conflict():
            return Plain(
                "Conflict",
                message=failure.message,
                reason=failure.reason,
                currentVersion=failure.current_version,
                current=_later("Flag", failure.root_id),
                clause=_later("Clause", failure.clause_id),
                scheme=_later("Scheme", failure.scheme_id),
                planVersion=_later("PlanVersion", failure.plan_version_id),
            )
        case _:
            return Plain("NotFound", message=failure.message)
