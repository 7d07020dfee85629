"""Decides how the schema answers "why can I see this, and what can I not": disclosures and what is withheld."""

from datetime import datetime
from typing import Any

import strawberry
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Integer,
    Text,
    and_,
    case,
    exists,
    func,
    literal,
    select,
    values,
)
from sqlalchemy import (
    column as sql_column,
)

from graphql_schema.agencies import Agency
from graphql_schema.agreements import AgreementClause, AgreementVersion
from graphql_schema.identity import Team, User
from graphql_schema.need_to_know import WithheldReason, WithheldRemedy
from graphql_schema.selection.declare import by_key, column, expression, many, one, planned
from graphql_schema.selection.record import Scope
from portal.access import models
from portal.access.disclosure import currently_disclosed
from portal.access.field_groups import FieldGroup, Level, bit
from portal.access.models import DisclosureReason
from portal.access.viewer import Role
from portal.agreements.models import GridCell
from portal.partnerships.models import Partnership


@planned(models.Audience)
@strawberry.type(description="One role of an agency, one team, one role within a team, or one user. [RECORD]")
class Audience:
    agency: Agency = one("Agency", by_key(models.Audience.agency_id), "The agency.")
    role: Role | None = column(models.Audience.role, "The role, when it is a role.")
    team: Team | None = one("Team", by_key(models.Audience.team_id), "The team, when it is a team.")
    user: User | None = one("User", by_key(models.Audience.user_id), "The user, when it is one person.")


def _granted(scope: Scope) -> FromClause:
    """Every group with the level held of it, from the one packed integer."""
    assert scope.levels is not None
    groups = values(sql_column("field_group", Text), sql_column("place", BigInteger), name="groups").data(
        [(group.value, group.offset) for group in FieldGroup]
    )
    thermometer = scope.levels.op(">>")(groups.c.place.cast(Integer)).op("&")(literal(7))
    level = case({1: 1, 3: 2, 7: 3}, value=thermometer, else_=0)
    return select(groups.c.field_group, groups.c.place, level.label("level")).correlate(*scope.outer).lateral("granted")


@planned()
@strawberry.type(description="One field group opened to the viewer. [RECORD]")
class GroupGrant:
    field_group: FieldGroup = expression(lambda scope: scope.row.c.field_group, "The group.")
    level: Level = expression(lambda scope: scope.row.c.level, "The level granted.")


def _shown(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    return row.c.level > 0


@planned(models.Disclosure)
@strawberry.type(description="Why this viewer sees one record, what is open to them, and until when. [RECORD]")
class Disclosure:
    because: DisclosureReason = column(models.Disclosure.because, "The relationship that opened it.")
    granted: list[GroupGrant] = many(
        "GroupGrant",
        _shown,
        "What is open, group by group; several disclosures combine by the highest.",
        order=lambda row: [row.c.place],
        same_root=True,
        source=_granted,
    )
    audience: Audience = one("Audience", by_key(models.Disclosure.audience_id), "To whom it was opened.")
    agreement_version: AgreementVersion = one(
        "AgreementVersion", by_key(models.Disclosure.agreement_version_id), "The agreement version it rests on."
    )
    valid_from: datetime = column(models.Disclosure.valid_from, "Since when.")
    valid_to: datetime | None = column(
        models.Disclosure.valid_to, "Until when; null means until the record or the agreement ends."
    )


def _of_this_root(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    return and_(row.c.root_id == scope.root, *currently_disclosed(scope.viewer, row))


def disclosure_field() -> Any:
    """The field that says why the viewer sees a record; of several reasons, the one that lasts longest."""
    return one(
        "Disclosure",
        _of_this_root,
        "Why the viewer can see this, what is open to them, and until when.",
        same_root=True,
        order=lambda row: [row.c.valid_to.desc().nulls_first(), row.c.id],
    )


def _withheld(scope: Scope) -> FromClause:
    """Each field group in which this type has fields that the held levels do not show."""
    assert scope.levels is not None
    assert scope.target is not None
    fields = values(
        sql_column("place", Integer),
        sql_column("field", Text),
        sql_column("field_group", Text),
        sql_column("needed", Integer),
        sql_column("bit", BigInteger),
        sql_column("any_bit", BigInteger),
        name="fields",
    ).data(
        [
            (place, name, group.value, int(level), bit(group, level), bit(group, Level.STATUS))
            for place, (name, (group, level)) in enumerate(scope.target.maskable().items())
        ]
    )
    disclosure, cell = models.Disclosure.__table__.alias(), GridCell.__table__.alias()
    root, partnership = models.Root.__table__.alias(), Partnership.__table__.alias()
    closed = (
        select(
            fields.c.field_group,
            func.array_agg(fields.c.field).aggregate_order_by(fields.c.place).label("fields"),
            func.max(fields.c.needed).label("needed"),
            func.bool_or(scope.levels.op("&")(fields.c.any_bit) != 0).label("something"),
        )
        .where(scope.levels.op("&")(fields.c.bit) == 0)
        .group_by(fields.c.field_group)
        .correlate(*scope.outer)
        .lateral("closed")
    )
    conditional = exists(
        select(literal(1))
        .select_from(disclosure)
        .join(
            cell,
            and_(
                cell.c.agreement_version_id == disclosure.c.agreement_version_id,
                cell.c.column_code == disclosure.c.column_code,
                cell.c.field_group == closed.c.field_group,
            ),
        )
        .where(
            disclosure.c.root_id == scope.root,
            *currently_disclosed(scope.viewer, disclosure),
            cell.c.conditional_level >= closed.c.needed,
        )
        .correlate(closed, *scope.outer)
    )
    version = (
        select(func.min(disclosure.c.agreement_version_id.cast(Text)).cast(models.Root.id.type))
        .where(disclosure.c.root_id == scope.root, *currently_disclosed(scope.viewer, disclosure))
        .correlate(*scope.outer)
        .scalar_subquery()
    )
    lead = (
        select(partnership.c.lead_agency_id)
        .select_from(root.join(partnership, partnership.c.id == root.c.partnership_id))
        .where(root.c.id == scope.root)
        .correlate(*scope.outer)
        .scalar_subquery()
    )
    because = case(
        (conditional, WithheldReason.CONDITION_NOT_MET.value),
        (closed.c.something, WithheldReason.LEVEL_TOO_LOW.value),
        else_=WithheldReason.NOT_IN_AGREEMENT.value,
    )
    remedy = case((conditional, WithheldRemedy.REQUEST_SHARE.value), else_=WithheldRemedy.AMEND_AGREEMENT.value)
    return (
        select(
            closed.c.field_group,
            closed.c.fields,
            because.label("because"),
            remedy.label("remedy"),
            version.label("agreement_version_id"),
            lead.label("lead_agency_id"),
        )
        .select_from(closed)
        .correlate(*scope.outer)
        .lateral("withheld")
    )


def _clause_of_group(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    return and_(
        row.c.agreement_version_id == scope.row.c.agreement_version_id,
        row.c.field_group == scope.row.c.field_group,
    )


def _lead(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    found: ColumnElement[bool] = row.c.id == scope.row.c.lead_agency_id
    return found


@planned()
@strawberry.type(description="One field group closed to the viewer; never the value, never a hint of it. [RECORD]")
class Withheld:
    field_group: FieldGroup = expression(lambda scope: scope.row.c.field_group, "The group.")
    fields: list[str] = expression(
        lambda scope: scope.row.c.fields, "Names of the fields of this type that are null for that reason."
    )
    because: WithheldReason = expression(lambda scope: scope.row.c.because, "Why.")
    clause: AgreementClause | None = one("AgreementClause", _clause_of_group, "The clause that says so.")
    ask_agency: Agency | None = one("Agency", _lead, "Whom to ask.")
    remedy: WithheldRemedy = expression(lambda scope: scope.row.c.remedy, "What the viewer could lawfully do about it.")


def _always(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    return literal(True)


def withheld_field() -> Any:
    """The field that names what is closed; empty means that every null is a true none."""
    return many(
        "Withheld",
        _always,
        "What is withheld here and why; empty means that every null is a true none.",
        order=lambda row: [row.c.field_group],
        same_root=True,
        source=_withheld,
    )


@strawberry.interface(description="A record that reaches the viewer only through a disclosure. [RECORD]")
class Disclosed:
    disclosure: Disclosure = disclosure_field()


@strawberry.interface(description="An object some of whose fields may be withheld from the viewer. [RECORD]")
class Maskable:
    withheld: list[Withheld] = withheld_field()
