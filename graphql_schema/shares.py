"""What the world can ask of a share: who opened what to whom, what for, and what the receiver answered."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry
from sqlalchemy import ColumnElement, FromClause, and_, case, func, literal, select, values
from sqlalchemy import column as sql_column
from sqlalchemy.types import BigInteger, Text

from graphql_schema.agencies import Agency
from graphql_schema.agreements import AgreementVersion, LawfulBasis
from graphql_schema.disclosures import Maskable
from graphql_schema.flag_words import Engagement
from graphql_schema.identity import Actor
from graphql_schema.nodes import Node, Versioned
from graphql_schema.selection.declare import by_key, column, concept, expression, global_id, one, planned
from graphql_schema.selection.record import Scope
from graphql_schema.vocabularies import Concept
from portal.access.field_groups import FieldGroup, Level, bit
from portal.access.rule import may
from portal.access.shares import ANSWER
from portal.shares import models

if TYPE_CHECKING:
    from graphql_schema.flags import Flag

strawberry.enum(models.ShareState, description="Where a share stands.")
strawberry.enum(models.SourceRegime, description="Which part of the Data Protection Act 2018 the data came from.")

BASIS_CODED = (FieldGroup.LAWFUL_BASIS, Level.CODED)
BASIS_FULL = (FieldGroup.LAWFUL_BASIS, Level.FULL)
TRIAGE_STATUS = (FieldGroup.TRIAGE, Level.STATUS)
TRIAGE_CODED = (FieldGroup.TRIAGE, Level.CODED)
TRIAGE_FULL = (FieldGroup.TRIAGE, Level.FULL)


def _field_groups(scope: Scope) -> ColumnElement[Any]:
    groups = values(sql_column("name", Text), sql_column("bit", BigInteger), name="groups").data(
        [(group.value, bit(group, Level.STATUS)) for group in FieldGroup]
    )
    return (
        select(func.coalesce(func.json_agg(groups.c.name).aggregate_order_by(groups.c.bit), func.json_build_array()))
        .select_from(groups)
        .where(scope.row.c.field_groups.op("&")(groups.c.bit) != 0)
        .correlate(*scope.outer)
        .scalar_subquery()
    )


def _live_state(scope: Scope) -> ColumnElement[Any]:
    """A share past its end has ended, whether or not a job has said so yet."""
    over = and_(scope.row.c.valid_to.is_not(None), scope.row.c.valid_to <= func.statement_timestamp())
    return case((over, literal(models.ShareState.ENDED.value)), else_=scope.row.c.state)


@planned(models.Share, root=models.Share.flag_id, need=BASIS_CODED)
@strawberry.type(description="A flag, and its person, opened by one agency to another for a purpose. [RECORD]")
class Share(Node, Versioned, Maskable):
    id: strawberry.ID = global_id("Share", models.Share.id)
    state: models.ShareState = expression(_live_state, "Where it stands.")
    from_agency: Agency = one("Agency", by_key(models.Share.from_agency_id), "Who opens.")
    to_agency: Agency = one("Agency", by_key(models.Share.to_agency_id), "Who sees.")
    flag: Annotated["Flag", strawberry.lazy("graphql_schema.flags")] | None = one(
        "Flag", by_key(models.Share.flag_id), "The flag it opened from."
    )
    field_groups: list[FieldGroup] = expression(
        _field_groups, "Which groups it names; what the receiver then holds is what the agreement gives."
    )
    purpose: Concept = concept("purpose", models.Share.purpose_code, "What for.")
    agreement_version: AgreementVersion = one(
        "AgreementVersion", by_key(models.Share.agreement_version_id), "The version it rests on."
    )
    valid_from: datetime = column(models.Share.valid_from, "Since when.")
    valid_to: datetime | None = column(models.Share.valid_to, "Until when; null means until the agreement ends.")
    lawful_basis: LawfulBasis | None = one(
        "LawfulBasis", by_key(models.Share.lawful_basis_code, "code"), "What allows it.", BASIS_CODED
    )
    source_regime: models.SourceRegime | None = column(
        models.Share.source_regime, "Which part of the Act the data came from.", BASIS_CODED
    )
    proportionality_note: str | None = column(models.Share.proportionality_note, "Why no less would do.", BASIS_FULL)
    answer_due_at: datetime | None = column(
        models.Share.answer_due_at, "By when the receiver is asked to answer.", TRIAGE_STATUS
    )
    engagement: Engagement | None = column(
        models.Share.engagement, "What the receiver answered; null until it does.", TRIAGE_STATUS
    )
    answered_at: datetime | None = column(models.Share.answered_at, "When it answered.", TRIAGE_STATUS)
    answered_by: Actor | None = one(
        "Actor", by_key(models.Share.answered_by_membership_id), "Who answered.", TRIAGE_CODED
    )
    answer_note: str | None = column(models.Share.answer_note, "What the receiver told triage.", TRIAGE_FULL)
    viewer_can_answer: bool = expression(
        lambda scope: may(scope.viewer, ANSWER, scope.row), "Whether the viewer may answer this now."
    )


def awaiting(viewer_agency: Any, row: FromClause) -> ColumnElement[bool]:
    """Shares that wait for an answer from an agency."""
    return and_(
        row.c.to_agency_id == viewer_agency,
        row.c.state == literal(models.ShareState.ACTIVE.value),
        row.c.engagement.is_(None),
    )
