"""What the world can take out of a version of a plan: its bundle, which verifies anywhere, and its PDF."""

from base64 import b64encode
from datetime import date, datetime
from typing import Any

import strawberry
from sqlalchemy import ColumnElement, case, func, literal, select

from graphql_schema.plan_sight import takes_part
from graphql_schema.selection.declare import column, expression, planned, pressed, same
from graphql_schema.selection.record import Json, Scope
from portal.agencies.models import Agency
from portal.partnerships.models import Installation
from portal.plans import models
from portal.plans.bundle import BUNDLED, Frozen, Press, Signed
from portal.plans.document import AgencyKey
from portal.plans.models import SignatureMethod
from portal.plans.states import PlanVersionState


def _signatures(scope: Scope) -> ColumnElement[Any]:
    """Who signed, as JSON; the person's name for the parties alone."""
    signature, agency = models.PlanSignature.__table__.alias(), Agency.__table__.alias()
    told = func.json_build_object(
        "code_list", agency.c.code_list, "code", agency.c.code, "active_from", agency.c.active_from,
        "person", case((takes_part(scope), signature.c.signed_name)), "role", signature.c.role,
        "method", signature.c.method, "hash", signature.c.content_hash, "at", signature.c.signed_at,
    )  # fmt: skip
    return (
        select(func.coalesce(func.json_agg(told), func.json_build_array()))
        .select_from(signature.join(agency, agency.c.id == signature.c.agency_id))
        .where(signature.c.plan_version_id == scope.row.c.id)
        .correlate_except(signature, agency)
        .scalar_subquery()
    )


def _last_signed(scope: Scope) -> ColumnElement[Any]:
    signature = models.PlanSignature.__table__.alias()
    return (
        select(func.max(signature.c.signed_at))
        .where(signature.c.plan_version_id == scope.row.c.id)
        .correlate_except(signature)
        .scalar_subquery()
    )


def _frozen(scope: Scope) -> ColumnElement[Any]:
    """All that a bundle is made of, as JSON; null while nothing is frozen."""
    row = scope.row.c
    demo = select(Installation.demo).scalar_subquery()
    since = func.greatest(row.proposed_at, row.signing_opened_at, row.agreed_at, _last_signed(scope))
    told = func.json_build_object(
        "content", func.convert_from(row.content, "UTF8"), "state", row.state, "signatures", _signatures(scope),
        "since", since, "demo", demo,
    )  # fmt: skip
    return case((row.content.is_not(None), told))


def _version(kept: Json) -> Frozen:
    return Frozen(
        content=kept["content"].encode(),
        state=PlanVersionState(kept["state"]),
        signatures=tuple(sorted((_signed(each) for each in kept["signatures"]), key=lambda each: each.agency)),
        since=datetime.fromisoformat(kept["since"]),
        demo=kept["demo"],
    )


def _signed(kept: Json) -> Signed:
    first_day = date.fromisoformat(kept["active_from"])
    return Signed(
        agency=AgencyKey(code_list=kept["code_list"], code=kept["code"], active_from=first_day),
        person=kept["person"],
        role=kept["role"],
        method=SignatureMethod(kept["method"]),
        content_hash=kept["hash"],
        signed_at=datetime.fromisoformat(kept["at"]),
    )


def _bundle(press: Press, kept: Json) -> str:
    return b64encode(press.bundle(_version(kept))).decode()


def _paper(press: Press, kept: Json) -> str:
    return b64encode(press.paper(_version(kept))).decode()


def _named(ending: str) -> Any:
    """The name of a file: the plan's reference and the version's number."""

    def value(scope: Scope) -> ColumnElement[Any]:
        plan = models.Plan.__table__.alias()
        name = func.concat("plan-", plan.c.reference, "-version-", scope.row.c.number, ending)
        return select(name).where(plan.c.id == scope.row.c.plan_id).correlate_except(plan).scalar_subquery()

    return expression(value, "A name for the file.")


@planned(models.PlanVersion, readers="PLAN")
@strawberry.type(
    description="A version and who signed it in one file, which verifies without this installation. [PLAN]"
)
class PlanBundle:
    file_name: str = _named(".zip")
    content_hash: str = column(models.PlanVersion.content_hash, "SHA-256 of the bytes that were signed.")
    public_key: str | None = pressed(
        lambda scope: literal(""),
        lambda press, nothing: str(press.key),
        "The key that attests it, as name+hash+key: compare it with the published one.",
    )
    content: str | None = pressed(
        _frozen, _bundle, "The file, a ZIP, in base64; names of people are in it for parties alone."
    )


@planned(models.PlanVersion, readers="PLAN")
@strawberry.type(description="A frozen version as PDF, with its hash on every page. [PLAN]")
class PlanPaper:
    file_name: str = _named(".pdf")
    content: str | None = pressed(
        _frozen, _paper, "The file, a tagged PDF, in base64; names of people are in it for parties alone."
    )


def _is_bundled(scope: Scope) -> ColumnElement[bool]:
    found: ColumnElement[bool] = scope.row.c.state.in_([state.value for state in BUNDLED])
    return found


def _is_frozen(scope: Scope) -> ColumnElement[bool]:
    found: ColumnElement[bool] = scope.row.c.content.is_not(None)
    return found


def bundle_field() -> Any:
    """The bundle of a version, for `PlanVersion`."""
    return same(
        "PlanBundle",
        "The download that verifies without this installation; null unless it is open for signing or agreed.",
        present=_is_bundled,
    )


def document_field() -> Any:
    """The PDF of a version, for `PlanVersion`."""
    return same("PlanPaper", "It as PDF; null while it is a draft.", present=_is_frozen)
