"""What the world can ask of what parties say of a version: counter-proposals to its places, and comments."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import strawberry
from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Numeric,
    Text,
    Uuid,
    and_,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy import column as sql_column

from graphql_schema.agencies import Agency
from graphql_schema.identity import Actor
from graphql_schema.need_to_know import PARTIES
from graphql_schema.nodes import Node, Versioned
from graphql_schema.plan_money import Money, as_money, money
from graphql_schema.plan_redline import RedlinePiece, pieces_of
from graphql_schema.plan_schemes import Clause, Scheme
from graphql_schema.plan_sight import agency_named, current, of_own_plan, takes_part
from graphql_schema.selection.declare import (
    anything,
    by_key,
    column,
    declared,
    expression,
    global_id,
    made,
    many,
    one,
    planned,
)
from graphql_schema.selection.kinds import On, Related
from graphql_schema.selection.paged import Order, Paged, Start, Window
from graphql_schema.selection.planner import Planner
from graphql_schema.selection.record import Plain, Scope
from portal.access.plans import ACCEPT_NOW, REJECT, RESOLVE, TAKE_BACK, still_answers
from portal.access.rule import Verb, may
from portal.plans import models, redline
from portal.plans.states import ProposalState

if TYPE_CHECKING:
    from graphql_schema.plan_versions import PlanVersion

strawberry.enum(ProposalState, description="What becomes of a counter-proposal.")


def _proposed(scope: Scope) -> FromClause:
    """The contributions that a counter-proposal wants, as rows."""
    wanted = func.jsonb_to_recordset(func.coalesce(scope.row.c.contributions, func.jsonb_build_array())).table_valued(
        sql_column("agency_id", Uuid),
        sql_column("year", Integer),
        sql_column("amount", Numeric(14, 2)),
        sql_column("route", Text),
        sql_column("condition", Text),
        name="wanted",
    )
    found: FromClause = wanted.render_derived(with_types=True)
    return found


@planned(readers=PARTIES)
@strawberry.type(description="What one agency would pay for a scheme in one year. [PLAN]")
class ProposedContribution:
    agency: Agency = one("Agency", lambda scope, row: row.c.id == scope.row.c.agency_id, "Who would pay.")
    year: int = expression(lambda scope: scope.row.c.year, "Financial year, by its first calendar year.")
    amount: Money = made(lambda scope: as_money(scope.row.c.amount), money, "How much.")
    route: models.FundingRoute = expression(lambda scope: scope.row.c.route, "Through which power.")
    condition: str | None = expression(lambda scope: scope.row.c.condition, "On what condition.")


def _place(key: str, version_id: Any) -> On:
    """The relation to the clause or scheme that a column of this row names, as a version has it."""
    return lambda scope, row: and_(row.c.plan_version_id == version_id(scope), row.c.key == scope.row.c[key])


def _then(scope: Scope) -> Any:
    return scope.row.c.plan_version_id


def _now(scope: Scope) -> Any:
    return current(scope.row.c.plan_id)


def _answered(scope: Scope) -> ColumnElement[Any]:
    """The words a counter-proposal answers and those it wants, to be compared."""
    clause = models.PlanClause.__table__.alias()
    here = (clause.c.plan_version_id == scope.row.c.plan_version_id, clause.c.key == scope.row.c.clause_key)
    before = select(clause.c.text).where(*here).correlate_except(clause).scalar_subquery()
    return func.json_build_object("before", before, "after", scope.row.c.words)


def _beside(words: Any) -> list[Plain]:
    return [] if words["after"] is None else pieces_of(redline.pieces(words["before"] or "", words["after"]))


def _can(verb: Verb[Any], words: str) -> Any:
    return expression(lambda scope: may(scope.viewer, verb, scope.row), f"Whether the viewer may {words} now.")


@planned(models.PlanProposal, seen_by=of_own_plan, readers=PARTIES)
@strawberry.type(description="Other words for one clause, or other money for one scheme. [PLAN]")
class Proposal(Node, Versioned):
    id: strawberry.ID = global_id("Proposal", models.PlanProposal.id)
    plan_version: Annotated["PlanVersion", strawberry.lazy("graphql_schema.plan_versions")] = one(
        "PlanVersion", by_key(models.PlanProposal.plan_version_id), "The version it was made on."
    )
    clause: Clause | None = one(
        "Clause", _place("clause_key", _then), "Which clause, with the words it answers; null when it is about money."
    )
    current_clause: Clause | None = one(
        "Clause", _place("clause_key", _now), "The same clause as the plan has it now; null once it is gone."
    )
    scheme: Scheme | None = one(
        "Scheme", _place("scheme_key", _then), "Whose money, as it answers it; null when it is about words."
    )
    current_scheme: Scheme | None = one(
        "Scheme", _place("scheme_key", _now), "The same scheme as the plan has it now; null once it is gone."
    )
    base_hash: str = column(models.PlanProposal.base_hash, "SHA-256 of the words or the money it answers.")
    text: str | None = column(models.PlanProposal.words, "The words it wants; null when it is about money.")
    redline: list[RedlinePiece] = made(
        _answered, _beside, "Its words against those it answers, in order; empty when it is about money."
    )
    contributions: list[ProposedContribution] = many(
        "ProposedContribution",
        anything,
        "The money it wants, all of the scheme's; empty when it is about words.",
        order=lambda row: [row.c.year, row.c.agency_id, row.c.route],
        source=_proposed,
        limit=1000,
    )
    reason: str | None = column(models.PlanProposal.reason, "Why.")
    by: Actor = one("Actor", by_key(models.PlanProposal.proposed_by_membership_id), "Who.")
    state: ProposalState = column(models.PlanProposal.state, "What became of it.")
    stale: bool = expression(
        lambda scope: ~still_answers(scope.row.c), "Whether the plan says something else in that place by now."
    )
    decided_by: Actor | None = one(
        "Actor", by_key(models.PlanProposal.decided_by_membership_id), "Who accepted, rejected or took it back."
    )
    decided_at: datetime | None = column(models.PlanProposal.decided_at, "When that was.")
    decided_because: str | None = column(models.PlanProposal.decided_because, "Why it was rejected.")
    viewer_can_accept: bool = _can(ACCEPT_NOW, "take it into the next version")
    viewer_can_reject: bool = _can(REJECT, "refuse it")
    viewer_can_withdraw: bool = _can(TAKE_BACK, "take it back")


@planned(models.PlanComment, seen_by=of_own_plan, readers=PARTIES)
@strawberry.type(description="A comment on a clause, or on the plan. [PLAN]")
class Comment(Node, Versioned):
    id: strawberry.ID = global_id("Comment", models.PlanComment.id)
    plan_version: Annotated["PlanVersion", strawberry.lazy("graphql_schema.plan_versions")] = one(
        "PlanVersion", by_key(models.PlanComment.plan_version_id), "The version it was made on."
    )
    clause: Clause | None = one(
        "Clause", _place("clause_key", _then), "Which clause, as it read then; null for the plan as a whole."
    )
    text: str = column(models.PlanComment.text, "Its words.")
    by: Actor = one("Actor", by_key(models.PlanComment.commented_by_membership_id), "Who.")
    resolved_at: datetime | None = column(models.PlanComment.resolved_at, "When it was settled; null while open.")
    resolved_by: Actor | None = one("Actor", by_key(models.PlanComment.resolved_by_membership_id), "Who settled it.")
    viewer_can_resolve: bool = _can(RESOLVE, "settle it")


def _said_here(still_open: Any) -> On:
    """What was said on a version; and on the one a plan stands at, also what is still open of earlier ones."""

    def on(scope: Scope, row: FromClause) -> ColumnElement[bool]:
        version = scope.row.c
        carried = and_(still_open(row), row.c.plan_id == version.plan_id, version.id == current(version.plan_id))
        return and_(or_(row.c.plan_version_id == version.id, carried), takes_part(scope))

    return on


@strawberry.input(description="Which counter-proposals; every member must hold, and a list means any of.")
class ProposalFilter:
    states: list[ProposalState] | None = strawberry.field(default=None, description="In any of these states.")
    by_agency_id: strawberry.ID | None = strawberry.field(default=None, description="Made by this agency.")


@strawberry.input(description="Which comments; every member must hold.")
class CommentFilter:
    clause_key: UUID | None = strawberry.field(default=None, description="On this clause.")
    resolved: bool | None = strawberry.field(default=None, description="Settled or still open.")


def _proposals(
    self: Any,
    filter: ProposalFilter | None = None,  # noqa: A002  the schema's own word
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> None: ...


def _comments(
    self: Any,
    filter: CommentFilter | None = None,  # noqa: A002  the schema's own word
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> None: ...


def _begin_proposals(
    planner: Planner, scope: Scope, row: FromClause, arguments: Mapping[str, Any], window: Window
) -> Start:
    wanted = arguments.get("filter") or {}
    where: list[ColumnElement[bool]] = []
    if wanted.get("states") is not None:
        where.append(row.c.state.in_(wanted["states"]))
    if wanted.get("byAgencyId") is not None:
        where.append(row.c.agency_id == agency_named(planner, wanted["byAgencyId"]))
    return Start(source=row, where=where, order=Order(sort=row.c.created_at, tie=row.c.id, descending=True))


def _begin_comments(
    planner: Planner, scope: Scope, row: FromClause, arguments: Mapping[str, Any], window: Window
) -> Start:
    wanted = arguments.get("filter") or {}
    where: list[ColumnElement[bool]] = []
    if wanted.get("clauseKey") is not None:
        where.append(row.c.clause_key == wanted["clauseKey"])
    if wanted.get("resolved") is not None:
        where.append(row.c.resolved_at.is_not(None) == literal(wanted["resolved"]))
    return Start(source=row, where=where, order=Order(sort=row.c.created_at, tie=row.c.id, descending=False))


def proposals_field() -> Any:
    """The connection of a version's counter-proposals."""
    said = _said_here(lambda row: row.c.state == literal(ProposalState.OPEN.value))
    return declared(
        Paged(related=Related(target="Proposal", on=said), begin=_begin_proposals),
        "Counter-proposals made on it, newest first, and on the current version those still open from earlier ones;"
        " for parties alone.",
        signature=_proposals,
    )


def comments_field() -> Any:
    """The connection of a version's comments."""
    said = _said_here(lambda row: row.c.resolved_at.is_(None))
    return declared(
        Paged(related=Related(target="Comment", on=said), begin=_begin_comments),
        "Comments made on it, oldest first, and on the current version those still open from earlier ones; for parties"
        " alone.",
        signature=_comments,
    )
