"""What a line of audit says of the records it touched: number, kind and groups, of those its reader may know of."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

import strawberry
from graphql.execution.collect_fields import FieldDetailsList

from graphql_schema.selection.planner import Planner
from graphql_schema.selection.record import Json, ObjectPlan, Plain, Read, Reading, Scope
from portal.access.field_groups import FieldGroup, Level, highest
from portal.access.models import RootKind

strawberry.enum(RootKind, name="RecordKind", description="What a record is.")


@strawberry.enum(description="What the viewer's agency has to do with a record.")
class AuditedAs(StrEnum):
    OWN = "OWN"
    KNOWN = "KNOWN"
    UNKNOWN = "UNKNOWN"


@strawberry.type(description="Up to which level a field group was shown. [AUDIT]")
class AuditedGroup:
    field_group: FieldGroup = strawberry.field(description="The group. [AUDIT]")
    level: Level = strawberry.field(description="The highest level of any field that was shown. [AUDIT]")


@strawberry.type(description="One record that a line touched. [AUDIT]")
class AuditSubject:
    known_as: AuditedAs = strawberry.field(
        description="OWN: raised by the viewer's agency. KNOWN: shown to somebody in it at some time. UNKNOWN: neither,"
        " or no record at all; the two look alike. [AUDIT]"
    )
    record_id: strawberry.ID | None = strawberry.field(description="To ask for it; null when unknown. [AUDIT]")
    kind: RootKind | None = strawberry.field(description="What it is; null when unknown. [AUDIT]")
    reference: str | None = strawberry.field(
        description="Receipt reference of a flag; null when unknown, and for a person. [AUDIT]"
    )
    groups: list[AuditedGroup] = strawberry.field(
        description="Field groups that were shown; none when only the record itself was. [AUDIT]"
    )


def audited_groups(packed: int) -> list[Plain]:
    """The groups of packed bits as answered objects."""
    return [
        Plain("AuditedGroup", fieldGroup=group.value, level=level.value) for group, level in highest(packed).items()
    ]


@dataclass(frozen=True, kw_only=True)
class SubjectsOfLine:
    """The subjects that a line carries as JSON: sealed on their way out, and noted as read."""

    group: FieldGroup | None = None
    level: Level = Level.NONE

    def plan(
        self, planner: Planner, into: ObjectPlan, scope: Scope, details: FieldDetailsList, arguments: Mapping[str, Any]
    ) -> Read:
        label = into.add(scope.row.c.subjects)
        return lambda json, reading: [_subject(each, reading) for each in json[label] or []]


def _subject(found: Json, reading: Reading) -> Plain:
    root = None if found["root"] is None else UUID(found["root"])
    known_as = AuditedAs.UNKNOWN if root is None else AuditedAs.OWN if found["own"] else AuditedAs.KNOWN
    if root is not None:
        # That it was touched, and by whom, is all that was shown of it: no field of any group.
        reading.note(root, 0)
    return Plain(
        "AuditSubject",
        knownAs=known_as.value,
        recordId=None if root is None else reading.seal.seal_id("AuditedRecord", root),
        kind=found["kind"],
        reference=found["reference"],
        groups=audited_groups(found["groups"]),
    )
