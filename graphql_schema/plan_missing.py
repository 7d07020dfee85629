"""What the world can ask of what a plan still lacks before it is agreed, for its parties: in the order to settle it."""

from enum import StrEnum
from typing import Any

import strawberry
from sqlalchemy import ColumnElement, FromClause, and_, case, exists, func, literal, null, select, union_all
from sqlalchemy.sql.selectable import Select
from sqlalchemy.types import Uuid

from graphql_schema.agencies import Agency
from graphql_schema.need_to_know import PARTIES
from graphql_schema.plan_sight import takes_part
from graphql_schema.selection.declare import anything, expression, many, one, planned
from graphql_schema.selection.record import Scope
from portal.access.plans import is_current, still_answers
from portal.agencies.models import Agency as AgencyModel
from portal.plans import models
from portal.plans.signing import FEWEST_SIGNATORIES
from portal.plans.states import PlanVersionState, ProposalState

# The members of a partnership, each with a handful of checks.
LIMIT = 1000


@strawberry.enum(description="What a plan can lack before it is agreed.")
class PlanMissingCode(StrEnum):
    PROBLEM = "PROBLEM"
    SIGNATORIES = "SIGNATORIES"
    PROPOSAL = "PROPOSAL"
    DECISION = "DECISION"
    OPENING = "OPENING"
    CHECK = "CHECK"
    SIGNATURE = "SIGNATURE"
    DECLINED = "DECLINED"


_PLACES = {code: place for place, code in enumerate(PlanMissingCode)}
_DRAFT, _PROPOSED, _SIGNING = PlanVersionState.DRAFT, PlanVersionState.PROPOSED, PlanVersionState.SIGNING


def _lacks(
    code: ColumnElement[Any],
    agency_id: ColumnElement[Any],
    message: ColumnElement[Any],
    source: Any,
) -> Select[Any]:
    return select(
        case(_PLACES, value=code).label("place"),
        code.label("code"),
        agency_id.cast(Uuid).label("agency_id"),
        message.label("message"),
    ).select_from(source)


def _code(code: PlanMissingCode) -> ColumnElement[str]:
    return literal(code.value)


def _stands(version: FromClause, *states: PlanVersionState) -> ColumnElement[bool]:
    found: ColumnElement[bool] = version.c.state.in_([each.value for each in states])
    return found


def _itself(version: FromClause) -> list[Select[Any]]:
    """What the version lacks by itself."""
    problem, party = models.PlanProblem.__table__.alias(), models.PlanVersionParty.__table__.alias()
    required = (
        select(func.count())
        .select_from(party)
        .where(party.c.plan_version_id == version.c.id, party.c.required)
        .correlate_except(party)
        .scalar_subquery()
    )
    proposed = literal("A commissioner of a party has yet to propose the draft.")
    opened = literal("A commissioner of a party has yet to open the version for signing.")
    few = literal(f"At least {FEWEST_SIGNATORIES} agencies have to sign.")
    with_problem = version.join(problem, problem.c.plan_version_id == version.c.id)
    return [
        _lacks(_code(PlanMissingCode.PROBLEM), problem.c.agency_id, problem.c.message, with_problem).where(
            _stands(version, _DRAFT, _PROPOSED)
        ),
        _lacks(_code(PlanMissingCode.SIGNATORIES), null(), few, version).where(
            _stands(version, _DRAFT, _PROPOSED), required < FEWEST_SIGNATORIES
        ),
        _lacks(_code(PlanMissingCode.PROPOSAL), null(), proposed, version).where(_stands(version, _DRAFT)),
        _lacks(_code(PlanMissingCode.OPENING), null(), opened, version).where(_stands(version, _PROPOSED)),
    ]


def _undecided(version: FromClause) -> Select[Any]:
    """Counter-proposals that somebody has to decide, because they answer what the version says."""
    proposal, agency = models.PlanProposal.__table__.alias(), AgencyModel.__table__.alias()
    message = func.concat("A counter-proposal of ", agency.c.name, " is open.")
    source = version.join(proposal, proposal.c.plan_id == version.c.plan_id).join(
        agency, agency.c.id == proposal.c.agency_id
    )
    return _lacks(_code(PlanMissingCode.DECISION), agency.c.id, message, source).where(
        _stands(version, _PROPOSED), proposal.c.state == literal(ProposalState.OPEN.value), still_answers(proposal.c)
    )


def _unchecked(version: FromClause) -> Select[Any]:
    """Checks that required parties have yet to pass on the version."""
    check, passed = models.PlanCheck.__table__.alias(), models.PlanCheckPass.__table__.alias()
    party, agency = models.PlanVersionParty.__table__.alias(), AgencyModel.__table__.alias()
    source = (
        version.join(party, and_(party.c.plan_version_id == version.c.id, party.c.required))
        .join(check, and_(check.c.plan_id == version.c.plan_id, check.c.agency_id == party.c.agency_id))
        .join(agency, agency.c.id == party.c.agency_id)
        .outerjoin(
            passed,
            and_(
                passed.c.plan_version_id == version.c.id,
                passed.c.agency_id == check.c.agency_id,
                passed.c.code == check.c.code,
            ),
        )
    )
    message = func.concat(agency.c.name, " has yet to pass its check: ", check.c.name, ".")
    return _lacks(_code(PlanMissingCode.CHECK), agency.c.id, message, source).where(
        _stands(version, _PROPOSED, _SIGNING), passed.c.code.is_(None)
    )


def unsigned(version: FromClause, party: FromClause) -> ColumnElement[bool]:
    """Whether an agency whose signature a version needs has not signed its bytes."""
    signature = models.PlanSignature.__table__.alias()
    signed = and_(
        signature.c.plan_version_id == version.c.id,
        signature.c.agency_id == party.c.agency_id,
        signature.c.content_hash == version.c.content_hash,
    )
    there = exists(select(literal(1)).select_from(signature).where(signed).correlate_except(signature))
    return and_(party.c.required, ~there)


def _unsigned(version: FromClause) -> Select[Any]:
    """Required parties that have yet to sign, and what those say that will not."""
    party, agency = models.PlanVersionParty.__table__.alias(), AgencyModel.__table__.alias()
    refusal = models.PlanRefusal.__table__.alias()
    source = (
        version.join(party, party.c.plan_version_id == version.c.id)
        .join(agency, agency.c.id == party.c.agency_id)
        .outerjoin(
            refusal,
            and_(refusal.c.plan_version_id == version.c.id, refusal.c.agency_id == party.c.agency_id),
        )
    )
    declined = refusal.c.id.is_not(None)
    code = case((declined, _code(PlanMissingCode.DECLINED)), else_=_code(PlanMissingCode.SIGNATURE))
    message = case(
        (declined, func.concat(agency.c.name, " declined to sign: ", refusal.c.reason)),
        else_=func.concat(agency.c.name, " has yet to sign."),
    )
    return _lacks(code, agency.c.id, message, source).where(_stands(version, _SIGNING), unsigned(version, party))


def _missing(scope: Scope) -> FromClause:
    version = models.PlanVersion.__table__.alias()
    here = and_(is_current(version.c, scope.row.c), takes_part(scope))
    every = [*_itself(version), _undecided(version), _unchecked(version), _unsigned(version)]
    found: FromClause = union_all(*(each.where(here).correlate(*scope.outer) for each in every)).lateral("missing")
    return found


@planned(readers=PARTIES)
@strawberry.type(description="One thing a plan lacks before it is agreed. [PLAN]")
class PlanMissing:
    code: PlanMissingCode = expression(lambda scope: scope.row.c.code, "Which kind of thing.")
    agency: Agency | None = one(
        "Agency", lambda scope, row: row.c.id == scope.row.c.agency_id, "Whose move it is, where it is one agency's."
    )
    message: str = expression(lambda scope: scope.row.c.message, "What is missing, in words.")


def missing_field() -> Any:
    """The field of what a plan still lacks."""
    return many(
        "PlanMissing",
        anything,
        "What the version it stands at still lacks before it is agreed, in the order to settle it; for parties alone.",
        order=lambda row: [row.c.place, row.c.message],
        source=_missing,
        limit=LIMIT,
    )
