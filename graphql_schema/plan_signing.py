"""What the world can ask of signing: the parties of a plan and of a version, their checks, and what they signed."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry
from sqlalchemy import ColumnElement, FromClause, and_, exists, false, literal, select

from graphql_schema.agencies import Agency
from graphql_schema.identity import Actor
from graphql_schema.need_to_know import PARTIES
from graphql_schema.nodes import Node
from graphql_schema.plan_sight import current, of_seen_version, staff, takes_part
from graphql_schema.selection.declare import anything, by_key, column, expression, global_id, many, one, planned
from graphql_schema.selection.kinds import On
from graphql_schema.selection.record import Scope
from portal.access.plan_signing import may_pass
from portal.access.viewer import Role
from portal.agencies.models import Agency as AgencyModel
from portal.plans import models
from portal.plans.states import PlanVersionState

if TYPE_CHECKING:
    from graphql_schema.plan_versions import PlanVersion

strawberry.enum(models.SignatureMethod, description="How a signatory proves who they are.")

# A signature counts while its version can still be agreed, and once it is.
COUNTING = (PlanVersionState.SIGNING.value, PlanVersionState.AGREED.value)


def _void(scope: Scope) -> ColumnElement[bool]:
    version = models.PlanVersion.__table__.alias()
    counts = and_(version.c.id == scope.row.c.plan_version_id, version.c.state.in_(COUNTING))
    return ~exists(select(literal(1)).select_from(version).where(counts).correlate_except(version))


@planned(models.PlanSignature, seen_by=of_seen_version, readers="PLAN")
@strawberry.type(description="One agency's signature over one hash. [PLAN]")
class PlanSignature(Node):
    id: strawberry.ID = global_id("PlanSignature", models.PlanSignature.id)
    agency: Agency = one("Agency", by_key(models.PlanSignature.agency_id), "For whom.")
    by: Actor | None = one("Actor", staff("membership_id"), "Who signed; for parties alone.")
    role: Role = column(models.PlanSignature.role, "In which role.")
    content_hash: str = column(models.PlanSignature.content_hash, "Over which bytes, by their SHA-256.")
    method: models.SignatureMethod = column(models.PlanSignature.method, "How they proved who they are.")
    signed_at: datetime = column(models.PlanSignature.signed_at, "When.")
    void: bool = expression(_void, "Whether its version was superseded, so that it counts no more.")
    plan_version: Annotated["PlanVersion", strawberry.lazy("graphql_schema.plan_versions")] = one(
        "PlanVersion", by_key(models.PlanSignature.plan_version_id), "The version it is over."
    )


def _on(version_id: Any, scope: Scope, row: FromClause) -> ColumnElement[bool]:
    """The relation to what the agency of this row left on a version."""
    return and_(row.c.plan_version_id == version_id, row.c.agency_id == scope.row.c.agency_id)


def _on_this(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    return _on(scope.row.c.plan_version_id, scope, row)


def _on_current(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    return _on(current(scope.row.c.plan_id), scope, row)


def _declined(on: On, name: str) -> Any:
    """What an agency said when it declined to sign: for parties alone."""

    def value(scope: Scope) -> ColumnElement[Any]:
        refusal = models.PlanRefusal.__table__.alias()
        return (
            select(refusal.c[name])
            .where(on(scope, refusal), takes_part(scope))
            .correlate_except(refusal)
            .scalar_subquery()
        )

    return value


def _who_declined(on: On) -> On:
    who = _declined(on, "membership_id")
    return lambda scope, row: row.c.id == who(scope)


def _checked(scope: Scope) -> FromClause:
    """The checks of an agency, each with its pass on the version the plan stands at, if it has one."""
    check, passed = models.PlanCheck.__table__.alias(), models.PlanCheckPass.__table__.alias()
    version = models.PlanVersion.__table__.alias()
    same = and_(
        passed.c.plan_version_id == version.c.id,
        passed.c.agency_id == check.c.agency_id,
        passed.c.code == check.c.code,
    )
    own = (check.c.plan_id == scope.row.c.plan_id, check.c.agency_id == scope.row.c.agency_id)
    found: FromClause = (
        select(
            check,
            passed.c.passed_at,
            passed.c.passed_by_membership_id,
            may_pass(scope.viewer, check.c, version.c).label("may_pass"),
        )
        .select_from(check.join(version, version.c.id == current(check.c.plan_id)).outerjoin(passed, same))
        .where(*own, takes_part(scope))
        .correlate(*scope.outer)
        .lateral()
    )
    return found


@planned(readers=PARTIES)
@strawberry.type(description="One check an agency sets itself before it signs. [PLAN]")
class PreSignCheck:
    code: str = expression(lambda scope: scope.row.c.code, "What programs call it.")
    name: str = expression(lambda scope: scope.row.c.name, "What people call it.")
    role: Role = expression(lambda scope: scope.row.c.role, "Who passes it.")
    passed_at: datetime | None = expression(
        lambda scope: scope.row.c.passed_at, "When it passed on the version the plan stands at."
    )
    passed_by: Actor | None = one(
        "Actor", lambda scope, row: row.c.id == scope.row.c.passed_by_membership_id, "Who passed it."
    )
    viewer_can_pass: bool = expression(lambda scope: scope.row.c.may_pass, "Whether the viewer may pass it now.")


def _required(scope: Scope) -> ColumnElement[bool]:
    party = models.PlanVersionParty.__table__.alias()
    needed = and_(_on(current(scope.row.c.plan_id), scope, party), party.c.required)
    return exists(select(literal(1)).select_from(party).where(needed).correlate_except(party))


def _is_viewers(scope: Scope) -> ColumnElement[bool]:
    own: ColumnElement[bool] = scope.row.c.agency_id == scope.viewer.agency_id if scope.viewer else false()
    return own


@planned(models.PlanParty, readers=PARTIES)
@strawberry.type(description="One agency of a plan, from the day it takes part. [PLAN]")
class PlanParty:
    agency: Agency = one("Agency", by_key(models.PlanParty.agency_id), "Which.")
    required: bool = expression(_required, "Whether its signature on the version the plan stands at is needed.")
    joined_on: date = column(models.PlanParty.joined_on, "Since when.")
    left_on: date | None = column(models.PlanParty.left_on, "Its last day; leaving forces a new version.")
    left_because: str | None = column(models.PlanParty.left_because, "Why it left.")
    left_by: Actor | None = one("Actor", by_key(models.PlanParty.left_by_membership_id), "Who took it out.")
    is_viewers: bool = expression(_is_viewers, "Whether it is the viewer's own agency.")
    checks: list[PreSignCheck] = many(
        "PreSignCheck",
        anything,
        "Its own checks before it signs, in order.",
        order=lambda row: [row.c.position, row.c.code],
        source=_checked,
    )
    declined_because: str | None = expression(
        _declined(_on_current, "reason"), "Why it does not sign the version the plan stands at; it may still sign."
    )
    declined_at: datetime | None = expression(_declined(_on_current, "refused_at"), "When it said so.")
    declined_by: Actor | None = one("Actor", _who_declined(_on_current), "Who said so.")
    latest_signature: PlanSignature | None = one(
        "PlanSignature",
        lambda scope, row: and_(row.c.agency_id == scope.row.c.agency_id, _of_this_plan(scope, row)),
        "Its latest signature, whatever it is over.",
        order=lambda row: [row.c.signed_at.desc(), row.c.id],
    )


def _of_this_plan(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    """Whether a signature is over a version of this plan that the viewer reads."""
    version = models.PlanVersion.__table__.alias()
    ours = and_(version.c.id == row.c.plan_version_id, version.c.plan_id == scope.row.c.plan_id)
    here = exists(select(literal(1)).select_from(version).where(ours).correlate_except(version))
    return and_(here, of_seen_version(scope, row))


@planned(models.PlanPublication, readers=PARTIES)
@strawberry.type(description="That a party wants the agreed version public. [PLAN]")
class PlanPublication:
    agency: Agency = one("Agency", by_key(models.PlanPublication.agency_id), "Which.")
    by: Actor = one("Actor", by_key(models.PlanPublication.membership_id), "Who said so.")
    at: datetime = column(models.PlanPublication.at, "When.")


@planned(models.PlanVersionParty, readers="PLAN")
@strawberry.type(description="One agency that a version is between. [PLAN]")
class PlanVersionParty:
    agency: Agency = one("Agency", by_key(models.PlanVersionParty.agency_id), "Which.")
    required: bool = column(models.PlanVersionParty.required, "Whether nothing is agreed without its signature.")
    is_viewers: bool = expression(_is_viewers, "Whether it is the viewer's own agency.")
    signature: PlanSignature | None = one("PlanSignature", _on_this, "Its signature over this version.")
    declined_because: str | None = expression(
        _declined(_on_this, "reason"), "Why it does not sign this version; it may still sign. For parties alone."
    )
    declined_at: datetime | None = expression(_declined(_on_this, "refused_at"), "When it said so; for parties alone.")
    declined_by: Actor | None = one("Actor", _who_declined(_on_this), "Who said so; for parties alone.")


def by_agency_name(row: FromClause) -> list[ColumnElement[Any]]:
    """The order of rows that each name an agency: by its name."""
    agency = AgencyModel.__table__.alias()
    name = select(agency.c.name).where(agency.c.id == row.c.agency_id).correlate_except(agency).scalar_subquery()
    return [name, row.c.agency_id]
