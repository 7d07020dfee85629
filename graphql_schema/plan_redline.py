"""What the world can ask of two versions of a plan laid beside each other: what changed, and who changed it and why.

The words are compared in Python, out of the two documents; everything else is one statement. A frozen version is
compared by its bytes, and a draft by its rows, which are read by themselves.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

import strawberry
from graphql.execution.collect_fields import FieldDetailsList
from sqlalchemy import ColumnElement, FromClause, and_, exists, func, literal, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from graphql_schema.plan_money import Money, money
from graphql_schema.plan_sight import seen_version
from graphql_schema.selection.declare import declared
from graphql_schema.selection.planner import Planner
from graphql_schema.selection.record import Json, ObjectPlan, Plain, Read, Reading, Scope
from portal.access.field_groups import FieldGroup, Level
from portal.access.plans import is_party
from portal.agencies.models import Agency
from portal.identity.models import Membership, User
from portal.plans import models, redline
from portal.plans.document import PlanDocument, document_of, exact, read_document

strawberry.enum(redline.ChangeType, description="How a thing changed.")
strawberry.enum(redline.PieceKind, description="What became of a run of words.")


@strawberry.type(description="A run of words. [PLAN]")
class RedlinePiece:
    kind: redline.PieceKind = strawberry.field(description="What became of it. [PLAN]")
    text: str = strawberry.field(description="The words. [PLAN]")


@strawberry.type(description="Who wrote or proposed a change, as they were called when they did. [PLAN]")
class RedlineAuthor:
    display_name: str = strawberry.field(description="Name to show. [PLAN]")
    agency_name: str = strawberry.field(description="The agency they acted for. [PLAN]")
    reason: str | None = strawberry.field(description="Why, where a counter-proposal that was accepted says so. [PLAN]")


@strawberry.type(description="One clause that changed. [PLAN]")
class ClauseRedline:
    key: UUID = strawberry.field(description="Which, the same in every version. [PLAN]")
    number: str = strawberry.field(
        description="As the later version numbers it, or the earlier when it is gone. [PLAN]"
    )
    change: redline.ChangeType = strawberry.field(description="How. [PLAN]")
    kind_before: models.ClauseKind | None = strawberry.field(description="What it settled; null when new. [PLAN]")
    kind_after: models.ClauseKind | None = strawberry.field(description="What it settles; null when gone. [PLAN]")
    heading: list[RedlinePiece] = strawberry.field(description="Its heading, in order. [PLAN]")
    pieces: list[RedlinePiece] = strawberry.field(description="Its words, in order. [PLAN]")
    by: RedlineAuthor | None = strawberry.field(description="Who wrote it so; null when it is gone. [PLAN]")


@strawberry.type(description="One amount that changed. [PLAN]")
class ContributionRedline:
    agency_name: str = strawberry.field(description="Who pays, as the version names them. [PLAN]")
    scheme_key: UUID = strawberry.field(description="For which scheme, the same in every version. [PLAN]")
    scheme_name: str = strawberry.field(description="For which scheme, as people say it. [PLAN]")
    year: int = strawberry.field(description="Financial year, by its first calendar year. [PLAN]")
    route: models.FundingRoute = strawberry.field(description="Through which power. [PLAN]")
    before: Money | None = strawberry.field(description="What it was; null when new. [PLAN]")
    after: Money | None = strawberry.field(description="What it is; null when gone. [PLAN]")
    by: RedlineAuthor | None = strawberry.field(
        description="Whose counter-proposal that was; null when it came otherwise. [PLAN]"
    )


@strawberry.type(description="Anything else that reads otherwise. [PLAN]")
class OtherRedline:
    what: str = strawberry.field(description="What, as people say it. [PLAN]")
    before: str | None = strawberry.field(description="How it read; null when new. [PLAN]")
    after: str | None = strawberry.field(description="How it reads; null when gone. [PLAN]")


@strawberry.type(description="What changed from one version of a plan to another, and nothing that did not. [PLAN]")
class PlanRedline:
    clauses: list[ClauseRedline] = strawberry.field(description="Clause by clause, in the order they are read. [PLAN]")
    contributions: list[ContributionRedline] = strawberry.field(description="Money that changed. [PLAN]")
    other: list[OtherRedline] = strawberry.field(description="Whatever else changed. [PLAN]")


@dataclass(frozen=True, kw_only=True)
class Compared:
    """Two versions of one plan that the viewer reads, compared; null where there are none."""

    group: FieldGroup | None = None
    level: Level = Level.NONE

    def plan(
        self, planner: Planner, into: ObjectPlan, scope: Scope, details: FieldDetailsList, arguments: Mapping[str, Any]
    ) -> Read:
        before, after = (planner.row(models.PlanVersion.__table__) for _ in range(2))
        named = [planner.key("PlanVersion", arguments[name]) for name in ("from", "to")]
        both = (
            *(row.c.id == key for row, key in zip((before, after), named, strict=True)),
            before.c.plan_id == after.c.plan_id,
            *(seen_version(scope, row) for row in (before, after)),
        )
        told = func.json_build_object(
            *("from", _told(before), "to", _told(after)),
            *("writers", _writers(scope, after), "accepted", _accepted(scope, before, after)),
        )
        found = select(told.label("j")).select_from(before.join(after, literal(value=True))).where(*both)
        joined = found.correlate(*scope.outer).lateral()
        into.joins.append(joined)
        label = into.add(joined.c.j)
        return lambda json, reading: None if json[label] is None else _compared(json[label], reading)


def _told(version: FromClause) -> ColumnElement[Any]:
    return func.json_build_object("id", version.c.id, "content", func.convert_from(version.c.content, "UTF8"))


def _listed(source: FromClause, membership_id: Any, *more: Any, where: Any, order: Any) -> ColumnElement[Any]:
    """Rows that each name somebody, as a JSON list with who that is."""
    member, user, agency = Membership.__table__.alias(), User.__table__.alias(), Agency.__table__.alias()
    joined = (
        source.join(member, member.c.id == membership_id)
        .join(user, user.c.id == member.c.user_id)
        .join(agency, agency.c.id == member.c.agency_id)
    )
    told = func.json_build_object(
        "displayName", user.c.display_name, "agencyName", agency.c.name, "membership", member.c.id, *more
    )
    listed = func.json_agg(aggregate_order_by(told, order))
    found = select(func.coalesce(listed, func.json_build_array())).select_from(joined).where(*where)
    return found.correlate_except(joined).scalar_subquery()


def _writers(scope: Scope, version: FromClause) -> ColumnElement[Any]:
    """Who wrote each clause of a version as it reads there."""
    clause = models.PlanClause.__table__.alias()
    own = (clause.c.plan_version_id == version.c.id, is_party(scope.viewer, version.c.plan_id))
    return _listed(clause, clause.c.last_changed_by_membership_id, "place", clause.c.key, where=own, order=clause.c.id)


def _still_reads_so(proposal: FromClause, step: FromClause, after: FromClause) -> ColumnElement[bool]:
    """Whether a version has the words, or the money, of a counter-proposal that an earlier step took in."""
    clause = models.PlanClause.__table__.alias()
    then, now = models.PlanScheme.__table__.alias(), models.PlanScheme.__table__.alias()
    words = (
        clause.c.plan_version_id == after.c.id,
        clause.c.key == proposal.c.clause_key,
        clause.c.text == proposal.c.words,
    )
    money = (
        then.c.plan_version_id == step.c.id,
        then.c.key == proposal.c.scheme_key,
        now.c.plan_version_id == after.c.id,
    )
    same_money = and_(now.c.key == then.c.key, now.c.money_hash == then.c.money_hash)
    return or_(
        exists(select(literal(1)).select_from(clause).where(*words).correlate_except(clause)),
        exists(select(literal(1)).select_from(then.join(now, same_money)).where(*money).correlate_except(then, now)),
    )


def _accepted(scope: Scope, before: FromClause, after: FromClause) -> ColumnElement[Any]:
    """The counter-proposals that were accepted on the way from one version to the other and still read so, in order."""
    event, step = models.PlanEvent.__table__.alias(), models.PlanVersion.__table__.alias()
    proposal = models.PlanProposal.__table__.alias()
    source = event.join(step, step.c.id == event.c.plan_version_id).join(proposal, proposal.c.id == event.c.subject_id)
    between = (
        event.c.plan_id == after.c.plan_id,
        event.c.kind == literal(models.PlanEventKind.ACCEPTED.value),
        step.c.number > before.c.number,
        step.c.number <= after.c.number,
        _still_reads_so(proposal, step, after),
        is_party(scope.viewer, after.c.plan_id),
    )
    place = func.coalesce(proposal.c.clause_key, proposal.c.scheme_key)
    return _listed(
        source,
        proposal.c.proposed_by_membership_id,
        *("place", place, "reason", proposal.c.reason),
        where=between,
        order=event.c.id,
    )


def _compared(told: Json, reading: Reading) -> Plain:
    """The answer, out of both documents and of who changed what."""
    line = redline.redline(*(_document(told[name], reading) for name in ("from", "to")))
    authors = _Authors(told["writers"], told["accepted"])
    return Plain(
        "PlanRedline",
        clauses=[_clause(each, authors) for each in line.clauses],
        contributions=[_contribution(each, authors) for each in line.money],
        other=[Plain("OtherRedline", what=each.what, before=each.before, after=each.after) for each in line.other],
    )


def _document(version: Json, reading: Reading) -> PlanDocument:
    if version["content"] is not None:
        return document_of(version["content"].encode())
    assert reading.session is not None
    return read_document(reading.session, UUID(version["id"]))


class _Authors:
    """Who wrote what reads otherwise, and why if they said so."""

    def __init__(self, writers: list[Json], accepted: list[Json]) -> None:
        self._writers = {each["place"]: each for each in writers}
        # Of several the last: that is what reads now.
        self._accepted = {each["place"]: each for each in accepted}

    def of_clause(self, key: UUID) -> Plain | None:
        """Who wrote a clause; the reason is there when it reads as their counter-proposal wanted it."""
        writer, accepted = self._writers.get(str(key)), self._accepted.get(str(key))
        if writer is not None and accepted is not None and writer["membership"] == accepted["membership"]:
            return _author(accepted)
        return None if writer is None else _author(writer)

    def of_money(self, key: UUID) -> Plain | None:
        """Whose counter-proposal the money of a scheme was."""
        accepted = self._accepted.get(str(key))
        return None if accepted is None else _author(accepted)


def _author(told: Json) -> Plain:
    return Plain(
        "RedlineAuthor",
        displayName=told["displayName"],
        agencyName=told["agencyName"],
        reason=told.get("reason"),
    )


def _clause(each: redline.ClauseRedline, authors: _Authors) -> Plain:
    return Plain(
        "ClauseRedline",
        key=each.key,
        number=each.number,
        change=each.change,
        kindBefore=each.kind_before,
        kindAfter=each.kind_after,
        heading=pieces_of(each.heading),
        pieces=pieces_of(each.pieces),
        by=authors.of_clause(each.key),
    )


def _contribution(each: redline.MoneyChange, authors: _Authors) -> Plain:
    return Plain(
        "ContributionRedline",
        agencyName=each.agency_name,
        schemeKey=each.scheme_key,
        schemeName=each.scheme_name,
        year=each.year,
        route=each.route,
        before=None if each.before is None else money(exact(each.before)),
        after=None if each.after is None else money(exact(each.after)),
        by=authors.of_money(each.scheme_key),
    )


def pieces_of(pieces: Iterable[redline.Piece]) -> list[Plain]:
    """Runs of words as answered."""
    return [Plain("RedlinePiece", kind=each.kind, text=each.text) for each in pieces]


def _between(
    self: Any,
    from_: Annotated[strawberry.ID, strawberry.argument(name="from", description="The earlier version.")],
    to: Annotated[strawberry.ID, strawberry.argument(description="The later version of the same plan.")],
) -> None: ...


def plan_redline_field() -> Any:
    """The root field that compares two versions of a plan."""
    return declared(
        Compared(),
        "What changed between two versions of one plan, word by word and pound by pound; null unless the viewer reads"
        " both.",
        signature=_between,
    )
