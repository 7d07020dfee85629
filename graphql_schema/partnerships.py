"""What the world can ask of partnerships: who works together, where they answer, what they agreed."""

from datetime import datetime
from typing import Any

import strawberry
from sqlalchemy import ColumnElement, FromClause, and_, func, literal, or_, select

from graphql_schema.agencies import Agency, Area
from graphql_schema.agreements import AgreementVersion
from graphql_schema.need_to_know import MEMBERS
from graphql_schema.nodes import Node, Versioned
from graphql_schema.paging import Connection
from graphql_schema.partnership_clocks import (
    PartnershipClock,
    PartnershipDay,
    WorkingHours,
    clocks_field,
    holidays_field,
    working_week_field,
)
from graphql_schema.selection.declare import (
    begin_at,
    by_key,
    column,
    expression,
    global_id,
    many,
    one,
    paged,
    planned,
    pressed,
    under,
)
from graphql_schema.selection.record import Scope
from graphql_schema.vocabularies import LocalConcept
from portal.agencies.models import Agency as AgencyModel
from portal.agreements.models import AgreementVersionState, SharingAgreement
from portal.partnerships import models
from portal.partnerships.clocks import holds_at
from portal.partnerships.queries import wards
from portal.vocabularies.models import LocalConcept as LocalConceptModel

strawberry.enum(models.DutyDeskKind, description="When a duty team answers.")


@planned(models.DutyDesk, readers=MEMBERS)
@strawberry.type(description="The children's duty team, by day or out of hours. [RECORD]")
class DutyDesk:
    kind: models.DutyDeskKind = expression(lambda scope: scope.row.c.kind, "When it answers.")
    name: str = column(models.DutyDesk.name, "Its name.")
    telephone: str = column(models.DutyDesk.telephone, "Its number.")
    hours: str = column(models.DutyDesk.hours, "Its hours.")
    valid_from: datetime = column(models.DutyDesk.valid_from, "Since when.")
    valid_to: datetime | None = column(models.DutyDesk.valid_to, "Until when; null while no end is known.")


def _answers_now(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    return and_(row.c.partnership_id == scope.row.c.id, holds_at(row, func.statement_timestamp()))


def _member(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    member = models.PartnershipMember.__table__.alias()
    return row.c.id.in_(
        select(member.c.agency_id)
        .where(
            member.c.partnership_id == scope.row.c.id,
            or_(member.c.active_to.is_(None), member.c.active_to >= func.current_date()),
        )
        .correlate(*scope.outer)
    )


def _in_force(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    agreement = SharingAgreement.__table__.alias()
    of_this = select(agreement.c.id).where(agreement.c.partnership_id == scope.row.c.id).correlate(*scope.outer)
    return and_(row.c.agreement_id.in_(of_this), row.c.state == literal(AgreementVersionState.IN_FORCE.value))


def _own(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    return row.c.id.in_(scope.viewer.partnership_ids if scope.viewer else ())


def _ward(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    return wards(scope.row.c.id, row.c, outer=scope.outer)


@planned(models.Partnership, seen_by=_own, readers=MEMBERS)
@strawberry.type(description="Agencies of an area that work together under one agreement. [RECORD]")
class Partnership(Node, Versioned):
    id: strawberry.ID = global_id("Partnership", models.Partnership.id)
    name: str = column(models.Partnership.name, "Its name.")
    area: Area | None = one("Area", by_key(models.Partnership.area_id), "The area it works in, where one is named.")
    lead_agency: Agency = one(
        "Agency", by_key(models.Partnership.lead_agency_id), "The authority that triages and leads."
    )
    members: Connection[Agency] = paged(
        "Agency", _member, "Agencies that belong to it.", begin=begin_at(AgencyModel.name)
    )
    duty_desks: list[DutyDesk] = many(
        "DutyDesk",
        _answers_now,
        "Children's duty team, by day and out of hours, as in force now.",
        order=lambda row: [row.c.position],
    )
    duty_desk_history: list[DutyDesk] = many(
        "DutyDesk",
        under(models.DutyDesk.partnership_id),
        "Every number it had, has and will have, the latest first.",
        order=lambda row: [row.c.valid_from.desc(), row.c.position],
    )
    clock_history: list[PartnershipClock] = many(
        "PartnershipClock",
        under(models.PartnershipClock.partnership_id),
        "Every time it promised, promises and will promise, the latest first.",
        order=lambda row: [row.c.valid_from.desc(), row.c.kind, row.c.urgency],
    )
    concern_history: list[LocalConcept] = many(
        "LocalConcept",
        under(LocalConceptModel.partnership_id),
        "What it said of concerns in words of its own, and will say, the latest first.",
        order=lambda row: [row.c.valid_from.desc(), row.c.position, row.c.code],
    )
    clocks: list[PartnershipClock] = clocks_field()
    working_week: list[WorkingHours] = working_week_field()
    holidays: list[PartnershipDay] = holidays_field()
    holiday_subdivision: str = column(
        models.Partnership.holiday_subdivision, "Whose bank holidays it keeps, by ISO 3166-2 without GB-."
    )
    wards: list[Area] = many(
        "Area",
        _ward,
        "Wards and beats that can be named when a flag is raised.",
        order=lambda row: [row.c.name, row.c.id],
        # A county has some hundreds of wards; a longer list could not be chosen from.
        limit=1000,
    )
    agreement_in_force: AgreementVersion | None = one(
        "AgreementVersion",
        _in_force,
        "The agreement version its sharing rests on today.",
        order=lambda row: [row.c.number.desc()],
    )


def partnerships_field() -> Any:
    """The root field over the partnerships of the viewer's agency."""
    return paged(
        "Partnership", _own, "Partnerships the viewer's agency belongs to.", begin=begin_at(models.Partnership.name)
    )


@planned(models.Installation, readers="REFERENCE")
@strawberry.type(description="This installation. [REFERENCE]")
class Instance:
    name: str = column(models.Installation.name, "Its name.")
    demo: bool = column(models.Installation.demo, "Whether every person in it is invented.")
    plans_key: str | None = pressed(
        lambda scope: literal(""),
        lambda press, nothing: str(press.key),
        "The public key that verifies bundles of its plans, as name+hash+key.",
    )


def instance_field() -> Any:
    """The root field that says what this installation is."""
    return one("Instance", lambda scope, row: row.c.id == 1, "This installation.")
