"""What the world can ask of sharing agreements: the version in force, its clauses and its need-to-know grid."""

from datetime import datetime
from typing import Any

import strawberry
from sqlalchemy import ColumnElement, FromClause, select

from graphql_schema.nodes import Node
from graphql_schema.selection.declare import (
    by_key,
    column,
    concept,
    expression,
    global_id,
    many,
    one,
    planned,
    under,
)
from graphql_schema.selection.record import Scope
from graphql_schema.vocabularies import Concept
from portal.access.field_groups import FieldGroup, Level
from portal.access.viewer import Role
from portal.agreements import models

strawberry.enum(models.AgreementVersionState, description="Where a version of an agreement stands.")
strawberry.enum(models.GridCondition, description="What raises a cell of the grid to its higher level.")


@planned(models.AgreementClause, readers="AGREEMENT")
@strawberry.type(description="One clause of an agreement. [AGREEMENT]")
class AgreementClause:
    number: str = column(models.AgreementClause.number, "Its number.")
    heading: str = column(models.AgreementClause.heading, "Its heading.")
    text: str = column(models.AgreementClause.text, "What it says.")
    field_group: FieldGroup | None = column(models.AgreementClause.field_group, "The field group it is about, if any.")


def _clause_number(scope: Scope) -> ColumnElement[Any]:
    clause = models.AgreementClause.__table__.alias()
    return (
        select(clause.c.number)
        .where(
            clause.c.agreement_version_id == scope.row.c.agreement_version_id,
            clause.c.field_group == scope.row.c.field_group,
        )
        .correlate(*scope.outer)
        .scalar_subquery()
    )


@planned(models.GridCell, readers="AGREEMENT")
@strawberry.type(description="What one column of the need-to-know grid gives of one field group. [AGREEMENT]")
class GridCell:
    column: Concept = concept("grid-column", models.GridCell.column_code, "Who.")
    field_group: FieldGroup = expression(lambda scope: scope.row.c.field_group, "Of which group.")
    level: Level = expression(lambda scope: scope.row.c.level, "At which level, always.")
    condition: models.GridCondition | None = expression(
        lambda scope: scope.row.c.condition, "What raises it, if anything does."
    )
    conditional_level: Level | None = expression(
        lambda scope: scope.row.c.conditional_level, "The level under that condition."
    )
    clause_number: str | None = expression(_clause_number, "The clause that says so.")


@planned(models.GridRecipient, readers="AGREEMENT")
@strawberry.type(description="Whom a share reaches at an agency of a kind. [AGREEMENT]")
class GridRecipient:
    agency_kind: Concept = concept("agency-kind", models.GridRecipient.agency_kind_code, "At which kind of agency.")
    role: Role = expression(lambda scope: scope.row.c.role, "In which role.")
    column: Concept = concept("grid-column", models.GridRecipient.column_code, "By which column of the grid it reads.")


def _party(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    return row.c.partnership_id.in_(scope.viewer.partnership_ids if scope.viewer else ())


def _party_to_agreement(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    agreement = models.SharingAgreement.__table__.alias()
    own = select(agreement.c.id).where(_party(scope, agreement))
    return row.c.agreement_id.in_(own)


@planned(models.SharingAgreement, seen_by=_party, readers="AGREEMENT")
@strawberry.type(description="The agreement under which a partnership shares. [AGREEMENT]")
class SharingAgreement(Node):
    id: strawberry.ID = global_id("SharingAgreement", models.SharingAgreement.id)
    name: str = column(models.SharingAgreement.name, "Its name.")


@planned(models.LawfulBasis)
@strawberry.type(
    description="An entry of the catalogue of lawful bases; each is still to be checked by a lawyer. [RECORD]"
)
class LawfulBasis:
    code: str = column(models.LawfulBasis.code, "The code programs use.")
    title: str = column(models.LawfulBasis.title, "Its title.")
    provision: str = column(models.LawfulBasis.provision, "The provision it names.")
    conditions: str = column(models.LawfulBasis.conditions, "When it applies.")
    checked_note: str = column(models.LawfulBasis.checked_note, "Whether a lawyer has checked this row.")


@planned(models.AgreementVersion, seen_by=_party_to_agreement, readers="AGREEMENT")
@strawberry.type(description="One version of an agreement; only a version in force opens anything. [AGREEMENT]")
class AgreementVersion(Node):
    id: strawberry.ID = global_id("AgreementVersion", models.AgreementVersion.id)
    number: int = column(models.AgreementVersion.number, "Its number.")
    state: models.AgreementVersionState = column(models.AgreementVersion.state, "Where it stands.")
    agreement: SharingAgreement = one(
        "SharingAgreement", by_key(models.AgreementVersion.agreement_id), "The agreement it is a version of."
    )
    content_hash: str = column(models.AgreementVersion.content_hash, "SHA-256 of its canonical content.")
    in_force_from: datetime | None = column(models.AgreementVersion.in_force_from, "Since when it is in force.")
    in_force_to: datetime | None = column(models.AgreementVersion.in_force_to, "Until when it was.")
    clauses: list[AgreementClause] = many(
        "AgreementClause",
        under(models.AgreementClause.agreement_version_id),
        "Its clauses, in order.",
        order=lambda row: [row.c.position],
    )
    cells: list[GridCell] = many(
        "GridCell",
        under(models.GridCell.agreement_version_id),
        "The cells of its need-to-know grid; a cell that is not listed gives nothing.",
        order=lambda row: [row.c.field_group, row.c.column_code],
        # As many as there are groups and columns, and no more.
        limit=len(FieldGroup) * 20,
    )
    recipients: list[GridRecipient] = many(
        "GridRecipient",
        under(models.GridRecipient.agreement_version_id),
        "Whom a share reaches; an agency of a kind that is not listed receives none.",
        order=lambda row: [row.c.agency_kind_code, row.c.role],
        # As many as there are kinds and roles, and no more.
        limit=len(Role) * 20,
    )
