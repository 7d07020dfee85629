"""What the world can ask of the audit: lines of it, for the guardians and data protection officers of an agency.

A line is metadata: who, when, what was done, to which record, in which field groups. Never a word of any record.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import strawberry
from graphql.execution.collect_fields import FieldDetailsList
from sqlalchemy import ColumnElement, FromClause

from graphql_schema.agencies import Agency
from graphql_schema.audit_subjects import AuditSubject, SubjectsOfLine
from graphql_schema.identity import User
from graphql_schema.selection.asked_wrongly import AskedWrongly
from graphql_schema.selection.declare import anything, declared, expression, one, planned
from graphql_schema.selection.kinds import Related
from graphql_schema.selection.paged import Order, Page, Paged, Start, Window
from graphql_schema.selection.planner import Planner
from graphql_schema.selection.record import Json, ObjectPlan, Read, Reading, Scope
from portal.access.audit import may_read_audit
from portal.access.viewer import Role
from portal.audit import queries
from portal.audit.models import AuditAction

strawberry.enum(AuditAction, description="What was done.")


@strawberry.input(description="A span of time; what is left out is open.")
class DateTimeRange:
    from_: datetime | None = strawberry.field(default=None, name="from", description="At or after.")
    before: datetime | None = strawberry.field(default=None, description="Strictly before.")


@strawberry.input(
    description="Which lines; every member must hold, and a record, a person or the beginning of a span is needed."
)
class AuditEventFilter:
    record_id: strawberry.ID | None = strawberry.field(
        default=None, description="About this record, by the `recordId` of a subject or of an audited record."
    )
    person_id: strawberry.ID | None = strawberry.field(
        default=None, description="By this member of the viewer's own agency."
    )
    actions: list[AuditAction] | None = strawberry.field(default=None, description="Any of these.")
    at: DateTimeRange | None = strawberry.field(default=None, description="In this span.")
    about_audit: bool | None = strawberry.field(
        default=None, description="Telling of the reading of the audit itself, or of anything but that."
    )


def _of_agency(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    found: ColumnElement[bool] = row.c.id == scope.row.c.agency_id
    return found


def _of_person(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    found: ColumnElement[bool] = row.c.id == scope.row.c.user_id
    return found


@planned(readers="AUDIT")
@strawberry.type(description="One read, change or refusal, as it was written down with it. [AUDIT]")
class AuditEvent:
    at: datetime = expression(lambda scope: scope.row.c.at, "When.")
    agency: Agency | None = one("Agency", _of_agency, "For which agency somebody acted; null for the portal itself.")
    role: Role | None = expression(lambda scope: scope.row.c.role, "In which role; null for the portal itself.")
    person: User | None = one("User", _of_person, "Who, if it was a member of the viewer's own agency.")
    action: AuditAction = expression(lambda scope: scope.row.c.action, "What was done.")
    operation: str = expression(lambda scope: scope.row.c.operation, "Which fields of the schema were asked for.")
    outcome: str = expression(lambda scope: scope.row.c.outcome, "What came of it: DONE, or why not.")
    subjects: list[AuditSubject] = declared(
        SubjectsOfLine(),
        f"Records it touched that the viewer may know of, the agency's own first, at most {queries.SUBJECTS_SHOWN}.",
    )
    subject_count: int = expression(
        lambda scope: scope.row.c.subject_count,
        "How many records it touched; of another agency's line, how many of the viewer's agency.",
    )
    request_id: UUID = expression(lambda scope: scope.row.c.request_id, "The request; a fault is logged under it.")
    seal_number: int | None = expression(
        lambda scope: scope.row.c.seal_number, "The seal over it; null for some seconds."
    )


def _at_number(planner: Planner, scope: Scope, row: FromClause, arguments: Mapping[str, Any], window: Window) -> Start:
    return Start(source=row, where=(), order=Order(sort=row.c.id, tie=row.c.id, descending=True))


@dataclass(frozen=True, kw_only=True)
class AuditLines(Paged):
    """A page of the database function that gives lines, and a note that somebody read them."""

    def plan(
        self, planner: Planner, into: ObjectPlan, scope: Scope, details: FieldDetailsList, arguments: Mapping[str, Any]
    ) -> Read:
        if not may_read_audit(planner.viewer):
            return _in_vain
        wanted = arguments["filter"]
        span = wanted.get("at") or {}
        if wanted.get("recordId") is None and wanted.get("personId") is None and span.get("from") is None:
            raise AskedWrongly("Name a record, a person, or the beginning of a span: the audit is long.")
        read = super().plan(planner, into, scope, details, arguments)

        def noted(json: Json, reading: Reading) -> Any:
            # That nothing was found is read too.
            reading.counted = True
            return read(json, reading)

        return noted

    def _page(
        self,
        planner: Planner,
        into: ObjectPlan,
        scope: Scope,
        selected: Mapping[str, FieldDetailsList],
        arguments: Mapping[str, Any],
        window: Window,
    ) -> Page:
        here = replace(self, related=self._found(planner, arguments["filter"], window))
        return super(AuditLines, here)._page(planner, into, scope, selected, arguments, window)

    def _count(
        self, planner: Planner, into: ObjectPlan, scope: Scope, arguments: Mapping[str, Any], at_most: int
    ) -> Read:
        # A count that is out of bounds is refused before anything is asked.
        window = Window(size=max(1, min(at_most, 100)), backward=False, position=None)
        here = replace(self, related=self._found(planner, arguments["filter"], window))
        return super(AuditLines, here)._count(planner, into, scope, arguments, at_most)

    def _found(self, planner: Planner, wanted: Mapping[str, Any], window: Window) -> Related:
        """The lines from the cursor on, and one more than the page has."""
        span = wanted.get("at") or {}
        named = {"recordId": "AuditedRecord", "personId": "User"}
        keys = {name: planner.seal.open_id(wanted[name]) for name in named if wanted.get(name) is not None}
        opened = {name: None if key is None or key[0] != named[name] else key[1] for name, key in keys.items()}
        nobody = any(key is None for key in opened.values())
        lines: Callable[[Scope], FromClause] = lambda _: queries.lines(  # noqa: E731
            actions=wanted.get("actions"),
            about_audit=wanted.get("aboutAudit"),
            since=span.get("from"),
            before=span.get("before"),
            person_id=opened.get("personId"),
            record_id=opened.get("recordId"),
            beyond=None if window.position is None else int(window.position[0]),
            backward=window.backward,
            # An id that opens to nothing finds nothing, like one of somebody else's.
            most=0 if nobody else window.size + 1,
        )
        return replace(self.related, source=lines)


def _in_vain(json: Json, reading: Reading) -> None:
    """There is no audit for anybody else; that they asked is kept."""
    reading.named_in_vain = True


def _events(
    self: Any,
    filter: AuditEventFilter,  # noqa: A002  the schema's own word
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> None: ...


def audit_events_field() -> Any:
    """The root field over the audit."""
    return declared(
        AuditLines(related=Related(target="AuditEvent", on=anything), begin=_at_number),
        "What members of the viewer's agency did, and what anybody did to the records it raised, newest first; reading"
        " it is itself audited. Null for everybody but guardians and data protection officers.",
        signature=_events,
    )
