"""What the world can ask of danger: what somebody of a kind of agency does first, before any form."""

import strawberry
from sqlalchemy import ColumnElement, FromClause, and_, any_

from graphql_schema.selection.declare import column, expression, many, planned
from graphql_schema.selection.record import Scope
from graphql_schema.vocabularies import Concept
from portal.partnerships import models


def _action(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    return and_(row.c.vocabulary == "emergency-action", row.c.code == any_(scope.row.c.action_codes))


@planned(models.EmergencyAdvice, readers="REFERENCE")
@strawberry.type(description="What comes before any flag when somebody is in danger now. [REFERENCE]")
class EmergencyAdvice:
    title: str = column(models.EmergencyAdvice.title, "What to do, in a few words.")
    text: str = column(models.EmergencyAdvice.body, "Why a flag is not enough.")
    steps: list[str] = expression(lambda scope: scope.row.c.steps, "What to do, in order.")
    call_999: bool = expression(lambda scope: scope.row.c.call_999, "Whether 999 comes first.", name="call999")
    actions: list[Concept] = many(
        "Concept", _action, "What can be said to have been done.", order=lambda row: [row.c.position]
    )
    tick: str | None = column(
        models.EmergencyAdvice.tick, "The sentence to agree to, where there is one thing to have done."
    )
    needs_incident_number: bool = column(
        models.EmergencyAdvice.needs_incident_number, "Whether the incident's number is asked for."
    )
