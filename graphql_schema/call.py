"""Decides what one operation carries: who asks, the transaction it runs in, and what must be audited before it ends."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from graphql import GraphQLResolveInfo
from sqlalchemy import Select, literal, select
from sqlalchemy.orm import Session

from graphql_schema.ids import Seal
from graphql_schema.selection.kinds import One, Related
from graphql_schema.selection.planner import Planner, findable, select_object
from graphql_schema.selection.plans import Asked, Kept, Plans, Read, StandIns, asked, compiled, stands_for
from graphql_schema.selection.record import ObjectPlan, Reading, RecordType, Row, Scope
from portal.access.touched import forget_written, touched
from portal.access.viewer import Viewer
from portal.audit.models import AuditAction
from portal.audit.record import record
from portal.plans.bundle import Press


@dataclass
class Call:
    """One operation on its way through the door."""

    viewer: Viewer | None
    session: Session
    seal: Seal
    types: Mapping[str, RecordType]
    plans: Plans = field(default_factory=Plans)
    press: Press | None = None
    request_id: UUID = field(default_factory=uuid4)
    operations: list[str] = field(default_factory=list)
    # Roots that were asked for by id and are not for this viewer, or not there: the two look alike, and both are kept.
    missed: set[UUID] = field(default_factory=set)
    # Whether a record was named in vain, even by an id that opens to nothing or by a reference.
    named_in_vain: bool = False
    written: str | None = None
    # What a change is in the audit once it is done.
    done_as: AuditAction = AuditAction.WRITE

    def __post_init__(self) -> None:
        self.reading = Reading(seal=self.seal, session=self.session, press=self.press)

    def read(self, info: GraphQLResolveInfo[Any], arguments: Mapping[str, Any]) -> Any:
        """Plan and run one query root field, as one SQL statement; a plan that was made for the same is used again."""
        self.operations.append(info.field_name)
        question = asked(info, self.viewer, self.seal)
        if question is None:
            return self._read_unkept(info, arguments)
        kept = self.plans.find(question.key)
        if kept is None:
            kept = self._planned(info, question)
            self.plans.keep(question.key, kept)
        ids = stands_for(kept, question)
        value = kept.plan.read(kept.plan.run(self.session.connection(), ids), self.reading)
        if value is None:
            # An id written into the document stands for itself.
            self.missed |= {ids.get(each, each) for each in kept.plan.asked}
            self.named_in_vain |= kept.plan.named
        return value

    def _planned(self, info: GraphQLResolveInfo[Any], question: Asked) -> Kept:
        """A plan of a root field in which stand-ins take the place of every id."""
        stand_ins = StandIns.of(question, self.seal)
        variables = info.variable_values._replace(coerced=stand_ins.variables(info.variable_values.coerced, question))
        planner = Planner(info, self.types, stand_ins.viewer, self.seal, variables=variables)
        plan, wanted = self.types["Query"].fields[info.field_name], planner.arguments("Query", planner.details)
        statement, read = self._statement(
            lambda into, scope: plan.plan(planner, into, scope, planner.details, wanted), viewer=stand_ins.viewer
        )
        made = compiled(
            statement,
            self.session.connection(),
            read,
            stand_ins=stand_ins,
            asked_for=planner.asked,
            named=planner.named,
        )
        return Kept(made, stand_ins.ids, stand_ins.texts, stand_ins.viewer, info.operation)

    def _read_unkept(self, info: GraphQLResolveInfo[Any], arguments: Mapping[str, Any]) -> Any:
        """What somebody typed is in this question, so its plan is made for it alone."""
        planner = Planner(info, self.types, self.viewer, self.seal)
        plan, wanted = self.types["Query"].fields[info.field_name], findable(arguments)
        value = self._run(lambda into, scope: plan.plan(planner, into, scope, planner.details, wanted))
        if value is None:
            self.missed |= planner.asked
            self.named_in_vain |= planner.named
        return value

    def read_back(self, info: GraphQLResolveInfo[Any], typename: str, key: UUID | None, **constants: Any) -> Row | None:
        """Plan and run the selection of a mutation's payload: the record as it now stands, under today's rights."""
        planner = Planner(info, self.types, self.viewer, self.seal)
        target = self.types[typename]

        def plan(into: ObjectPlan, scope: Scope) -> Callable[[Any, Reading], Any]:
            related = Related(
                target=typename,
                on=lambda outer, row: literal(True) if key is None else row.c.id == key,
                source=None if target.table is not None else (lambda outer: select(literal(1).label("id")).subquery()),
            )
            return One(related=related).plan(planner, into, scope, planner.details, {})

        found: Row | None = self._run(plan, constants)
        return found

    def _run(
        self,
        plan: Callable[[ObjectPlan, Scope], Read],
        constants: Mapping[str, Any] | None = None,
    ) -> Any:
        statement, read = self._statement(plan, viewer=self.viewer, constants=constants)
        row = self.session.execute(statement).mappings().one()
        return read(dict(row), self.reading)

    @staticmethod
    def _statement(
        plan: Callable[[ObjectPlan, Scope], Read],
        *,
        viewer: Viewer | None,
        constants: Mapping[str, Any] | None = None,
    ) -> tuple[Select[Any], Read]:
        door = select(literal(1).label("here")).subquery("door")
        into = ObjectPlan("Query")
        read = plan(into, Scope(row=door, viewer=viewer, outer=(door,), constants=constants or {}))
        return select_object(into, door, None), read

    def take_back(self) -> None:
        """Forget a change that was rolled back, and what was read back of it: the attempt is what remains to audit."""
        forget_written(self.session)
        self.reading.disclosed.clear()
        if self.written is not None:
            self.written = "Refused"

    def audit(self) -> None:
        """Write the one line of audit this operation owes: its write, or what it read of anybody, or what it missed."""
        missed = self.missed | self.reading.missed
        if self.written is not None:
            outcome = self.written
            action = self.done_as if outcome == "DONE" else AuditAction.DENY
        elif self.reading.disclosed or self.reading.counted:
            action, outcome = AuditAction.READ, "DONE"
        elif missed or self.named_in_vain or self.reading.named_in_vain:
            action, outcome = AuditAction.DENY, "NotFound"
        else:
            return
        subjects = dict.fromkeys(missed | touched(self.session), 0) | self.reading.disclosed
        record(
            self.session,
            viewer=self.viewer,
            action=action,
            # Names of fields, never the operation's own name: a caller may write anything there.
            operation=",".join(sorted(set(self.operations))),
            outcome=outcome,
            request_id=self.request_id,
            subjects=subjects,
        )
