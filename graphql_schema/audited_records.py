"""What the world can ask of one audited record: its number, whose it is, and who has seen it by agency and role."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import strawberry
from graphql.execution.collect_fields import FieldDetailsList
from sqlalchemy import ColumnElement, FromClause

from graphql_schema.agencies import Agency
from graphql_schema.audit_subjects import AuditedGroup, audited_groups
from graphql_schema.flag_words import FlagState
from graphql_schema.selection.declare import anything, declared, expression, made, many, one, planned
from graphql_schema.selection.kinds import One, Related
from graphql_schema.selection.planner import Planner
from graphql_schema.selection.record import ObjectPlan, Read, Scope
from portal.access.audit import may_read_audit
from portal.access.field_groups import FieldGroup, Level
from portal.access.models import RootKind
from portal.access.viewer import Role
from portal.audit import queries


@strawberry.input(one_of=True, description="One way to name an audited record.")
class AuditedRecordLookup:
    id: strawberry.ID | None = strawberry.field(default=strawberry.UNSET, description="By its `recordId`.")
    reference: str | None = strawberry.field(default=strawberry.UNSET, description="By a flag's receipt reference.")


def _of_agency(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    found: ColumnElement[bool] = row.c.id == scope.row.c.agency_id
    return found


@planned(readers="AUDIT")
@strawberry.type(description="Members of one agency in one role who have seen a record; none of them is named. [AUDIT]")
class RecordReaders:
    agency: Agency = one("Agency", _of_agency, "The agency they acted for.")
    role: Role = expression(lambda scope: scope.row.c.role, "The role they acted in.")
    first_at: datetime = expression(lambda scope: scope.row.c.first_at, "When the first of them touched it.")
    last_at: datetime = expression(lambda scope: scope.row.c.last_at, "When the last of them touched it.")
    times: int = expression(lambda scope: scope.row.c.times, "How often it was read, changed, shared or copied.")
    refused: int = expression(lambda scope: scope.row.c.refused, "How often it was refused to them.")
    groups: list[AuditedGroup] = made(
        lambda scope: scope.row.c.field_groups, audited_groups, "Field groups that were shown, all times together."
    )


def _readers(scope: Scope) -> FromClause:
    return queries.readers(scope.row.c.id)


@dataclass(frozen=True, kw_only=True)
class SealedRecord:
    """The id of a record, sealed for the audit alone: it opens no page of the record itself."""

    group: FieldGroup | None = None
    level: Level = Level.NONE

    def plan(
        self, planner: Planner, into: ObjectPlan, scope: Scope, details: FieldDetailsList, arguments: Mapping[str, Any]
    ) -> Read:
        label = into.add(scope.row.c.id)
        return lambda json, reading: reading.seal.seal_id("AuditedRecord", json[label])


@planned(readers="AUDIT")
@strawberry.type(
    description="A record as the guardians of an agency know of it: that it is there, and who has seen it. [AUDIT]"
)
class AuditedRecord:
    record_id: strawberry.ID = declared(SealedRecord(), "To ask for it, and for its lines of audit.")
    kind: RootKind = expression(lambda scope: scope.row.c.kind, "What it is.")
    reference: str | None = expression(lambda scope: scope.row.c.reference, "Receipt reference of a flag.")
    state: FlagState | None = expression(lambda scope: scope.row.c.state, "Where a flag stands.")
    agency: Agency = one("Agency", _of_agency, "The agency that raised it, whose record it is.")
    own: bool = expression(lambda scope: scope.row.c.own, "Whether that is the viewer's.")
    created_at: datetime = expression(lambda scope: scope.row.c.created_at, "When it was made.")
    raised_at: datetime | None = expression(lambda scope: scope.row.c.raised_at, "When a flag was submitted.")
    readers: list[RecordReaders] = many(
        "RecordReaders",
        anything,
        "Who has seen it, by agency and role, the latest first; of another agency's record, the viewer's own people.",
        order=lambda row: [row.c.last_at.desc(), row.c.agency_id, row.c.role],
        source=_readers,
    )


@dataclass(frozen=True, kw_only=True)
class Noted(Related):
    """A record that is noted as read when it is shown: that it is there, and no field of any group."""

    def plan(self, planner: Planner, details: FieldDetailsList, inner: Scope) -> ObjectPlan:
        plan = super().plan(planner, details, inner)
        key = plan.add(inner.row.c.id)
        plan.hidden.append(lambda json, reading: reading.note(UUID(json[key]), 0))
        return plan


@dataclass(frozen=True, kw_only=True)
class FoundRecord(One):
    """The row of the database function that finds a record; nothing for whoever may not read the audit."""

    def plan(
        self, planner: Planner, into: ObjectPlan, scope: Scope, details: FieldDetailsList, arguments: Mapping[str, Any]
    ) -> Read:
        planner.named = True
        by = arguments["by"]
        key = None if by.get("id") is None else planner.key("AuditedRecord", by["id"])
        if not may_read_audit(planner.viewer):
            return lambda json, reading: None
        found = queries.record(record_id=key, reference=by.get("reference"))
        here = replace(self, related=replace(self.related, source=lambda _: found))
        return super(FoundRecord, here).plan(planner, into, scope, details, {})


def _lookup(self: Any, by: AuditedRecordLookup) -> None: ...


def audited_record_field() -> Any:
    """The root field for one audited record."""
    return declared(
        FoundRecord(related=Noted(target="AuditedRecord", on=anything)),
        "One record that the viewer's agency raised or was ever shown, with who has seen it; null for everybody but"
        " guardians and data protection officers, and for any other record.",
        signature=_lookup,
    )
