"""What the world can ask of a version of a plan: what it says, what it costs, and what it still lacks."""

from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import strawberry
from sqlalchemy import ColumnElement, FromClause, and_, exists, literal, select

from graphql_schema.agencies import Agency, Period
from graphql_schema.identity import Actor
from graphql_schema.need_to_know import PARTIES
from graphql_schema.nodes import Node, Versioned
from graphql_schema.paging import Connection
from graphql_schema.plan_bundle import PlanBundle, PlanPaper, bundle_field, document_field
from graphql_schema.plan_missing import unsigned
from graphql_schema.plan_money import Contribution, PlanTotals, contributions_field, same_version
from graphql_schema.plan_schemes import Clause, Scheme, by_place, in_order
from graphql_schema.plan_sight import among_parties, of_seen_version, seen_version, staff
from graphql_schema.plan_signing import PlanPublication, PlanSignature, PlanVersionParty, by_agency_name
from graphql_schema.plan_talk import Comment, Proposal, comments_field, proposals_field
from graphql_schema.plan_words import words_of_version
from graphql_schema.selection.declare import (
    anything,
    begin_at,
    by_key,
    column,
    concept,
    expression,
    global_id,
    many,
    one,
    paged,
    planned,
    same,
    under,
)
from graphql_schema.selection.record import Scope
from graphql_schema.vocabularies import Concept
from portal.access.plan_signing import DECLINE_NOW, SIGN_NOW
from portal.access.plans import (
    COMMENT,
    COUNTER,
    EDIT,
    OPEN_SIGNING,
    PROPOSE,
)
from portal.access.rule import Verb, may
from portal.plans import models
from portal.plans.standards import VOCABULARY
from portal.plans.states import PlanVersionState

if TYPE_CHECKING:
    from graphql_schema.plans import Plan

strawberry.enum(PlanVersionState, description="Where a version stands.")
strawberry.enum(models.PlanProblemCode, description="What makes a version unfit to propose.")


def period_of(which: Callable[[Any, Any], ColumnElement[bool]]) -> Callable[[Scope], FromClause]:
    """The years of the version that `which` ties to a row, by the columns of both, as a period."""

    def source(scope: Scope) -> FromClause:
        version = models.PlanVersion.__table__.alias()
        found: FromClause = (
            select(version.c.starts_on.label("active_from"), version.c.ends_on.label("active_to"))
            .where(which(version.c, scope.row.c))
            .correlate(*scope.outer)
            .lateral()
        )
        return found

    return source


def _itself(version: Any, row: Any) -> ColumnElement[bool]:
    same_row: ColumnElement[bool] = version.id == row.id
    return same_row


@planned(models.PlanStandard, seen_by=of_seen_version, readers="PLAN")
@strawberry.type(description="One line of a checklist of standards. [PLAN]")
class StandardCheck(Node, Versioned):
    id: strawberry.ID = global_id("StandardCheck", models.PlanStandard.id)
    standard: Concept = concept(
        VOCABULARY,
        models.PlanStandard.standard_code,
        "Which standard, in the words that were frozen, or in a draft those of today; what it rests on as a hint.",
        source=words_of_version(VOCABULARY),
    )
    met: bool = column(models.PlanStandard.met, "Whether it is met.")
    note: str | None = column(models.PlanStandard.note, "How, or why not.")


@planned(models.PlanEvidence, seen_by=of_seen_version, readers="PLAN")
@strawberry.type(description="A figure or finding a version rests on, as it read on a day. [PLAN]")
class Evidence(Node, Versioned):
    id: strawberry.ID = global_id("Evidence", models.PlanEvidence.id)
    key: UUID = column(models.PlanEvidence.key, "The same in every version of the plan.")
    scheme: Scheme | None = one(
        "Scheme", same_version("scheme_key"), "The scheme it speaks for; null for the plan as a whole."
    )
    sentence: str = column(models.PlanEvidence.sentence, "What it says.")
    source: str = column(models.PlanEvidence.source, "Where it comes from.")
    read_on: date = column(models.PlanEvidence.read_on, "The day it read so.")


@planned(models.PlanProblem, readers=PARTIES)
@strawberry.type(description="One thing that makes a version unfit to propose. [PLAN]")
class PlanProblem:
    code: models.PlanProblemCode = column(models.PlanProblem.code, "Which.")
    scheme: Scheme | None = one("Scheme", same_version("scheme_key"), "In which scheme, if in one.")
    agency: Agency | None = one("Agency", by_key(models.PlanProblem.agency_id), "Of which agency, if of one.")
    message: str = column(models.PlanProblem.message, "What is wrong.")
    source: str = column(models.PlanProblem.source, "The provision or rule it rests on.")


def _has_to_sign(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    party = models.PlanVersionParty.__table__.alias()
    lacking = and_(party.c.plan_version_id == scope.row.c.id, party.c.agency_id == row.c.id, unsigned(scope.row, party))
    return exists(select(literal(1)).select_from(party).where(lacking).correlate_except(party))


def _own_clause(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    return and_(row.c.plan_version_id == scope.row.c.id, row.c.scheme_key.is_(None))


def _can(verb: Verb[Any], words: str) -> Any:
    return expression(lambda scope: may(scope.viewer, verb, scope.row), f"Whether the viewer may {words} now.")


@planned(models.PlanVersion, seen_by=seen_version, readers="PLAN")
@strawberry.type(description="One text of a plan, frozen once it is proposed. [PLAN]")
class PlanVersion(Node, Versioned):
    id: strawberry.ID = global_id("PlanVersion", models.PlanVersion.id)
    plan: Annotated["Plan", strawberry.lazy("graphql_schema.plans")] = one(
        "Plan", by_key(models.PlanVersion.plan_id), "The plan."
    )
    number: int = column(models.PlanVersion.number, "1, 2, 3.")
    state: PlanVersionState = column(models.PlanVersion.state, "Where it stands.")
    title: str = column(models.PlanVersion.title, "What the plan is called in it.")
    period: Period = one("Period", anything, "Years it covers.", source=period_of(_itself))
    based_on: Annotated["PlanVersion", strawberry.lazy("graphql_schema.plan_versions")] | None = one(
        "PlanVersion", among_parties(by_key(models.PlanVersion.based_on_id)), "The version it changes; for parties."
    )
    drafted_by: Actor | None = one("Actor", staff("drafted_by_membership_id"), "Who began it; for parties alone.")
    proposed_by: Actor | None = one(
        "Actor",
        staff("proposed_by_membership_id"),
        "Who put it forward, or made the counter-proposal in it, and so does not sign it; for parties alone.",
    )
    accepted_by: Actor | None = one(
        "Actor",
        staff("accepted_by_membership_id"),
        "Who took in the counter-proposal that made it, and so does not sign it; for parties alone.",
    )
    proposed_at: datetime | None = column(models.PlanVersion.proposed_at, "When its bytes froze.")
    signing_opened_at: datetime | None = column(models.PlanVersion.signing_opened_at, "When it was open to sign.")
    agreed_at: datetime | None = column(models.PlanVersion.agreed_at, "When the last required party signed.")
    content_hash: str | None = column(
        models.PlanVersion.content_hash, "SHA-256 of its canonical bytes (RFC 8785); null while a draft."
    )
    merkle_root: str | None = column(
        models.PlanVersion.merkle_root, "Root over its places, so that a changed one can be named."
    )
    parties: list[PlanVersionParty] = many(
        "PlanVersionParty", under(models.PlanVersionParty.plan_version_id), "Whom it is between.", order=by_agency_name
    )
    clauses: list[Clause] = many("Clause", _own_clause, "The clauses of the plan as a whole.", order=in_order)
    schemes: Connection[Scheme] = paged(
        "Scheme",
        under(models.PlanScheme.plan_version_id),
        "What is to be commissioned.",
        begin=by_place,
    )
    totals: PlanTotals = same("PlanTotals", "Money added up exactly.")
    contributions: Connection[Contribution] = contributions_field(
        under(models.PlanContribution.plan_version_id), "Every contribution, by year."
    )
    evidence: Connection[Evidence] = paged(
        "Evidence",
        under(models.PlanEvidence.plan_version_id),
        "What it rests on, as it read on a day.",
        begin=by_place,
    )
    template_code: str | None = column(models.PlanVersion.template_code, "Which checklist of standards it answers.")
    standards: list[StandardCheck] = many(
        "StandardCheck",
        under(models.PlanStandard.plan_version_id),
        "Its checklist of standards.",
        order=lambda row: [row.c.position, row.c.standard_code],
    )
    proposals: Connection[Proposal] = proposals_field()
    comments: Connection[Comment] = comments_field()
    problems: list[PlanProblem] = many(
        "PlanProblem",
        among_parties(under(models.PlanProblem.plan_version_id)),
        "What makes it unfit to propose; for parties alone.",
        order=lambda row: [row.c.position, row.c.id],
    )
    signatures: Connection[PlanSignature] = paged(
        "PlanSignature",
        under(models.PlanSignature.plan_version_id),
        "Signatures over its hash, oldest first.",
        begin=begin_at(models.PlanSignature.signed_at),
    )
    missing_signatures: list[Agency] = many(
        "Agency",
        _has_to_sign,
        "Required parties that have not signed its hash.",
        order=lambda row: [row.c.name, row.c.id],
    )
    bundle: PlanBundle | None = bundle_field()
    document: PlanPaper | None = document_field()
    publications: list[PlanPublication] = many(
        "PlanPublication",
        among_parties(under(models.PlanPublication.plan_version_id)),
        "Who wants it public; it is once every required party does. For parties alone.",
        order=lambda row: [row.c.at, row.c.agency_id],
    )
    viewer_can_edit: bool = _can(EDIT, "write in it")
    viewer_can_propose: bool = _can(PROPOSE, "propose it")
    viewer_can_counter_propose: bool = _can(COUNTER, "make counter-proposals to it")
    viewer_can_comment: bool = _can(COMMENT, "comment on it")
    viewer_can_open_signing: bool = _can(OPEN_SIGNING, "open it for signing")
    viewer_can_sign: bool = _can(SIGN_NOW, "sign it")
    viewer_can_decline: bool = _can(DECLINE_NOW, "decline to sign it")
