"""Decides how each kind of declared field becomes SQL: a value, one related object, a bounded list, one of a union."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from graphql.execution.collect_fields import FieldDetailsList
from sqlalchemy import ColumnElement, FromClause, Text, case, func, literal, select
from sqlalchemy.dialects.postgresql import JSON

from graphql_schema.selection.planner import Planner, select_object
from graphql_schema.selection.record import Json, ObjectPlan, Read, Reading, Scope
from portal.access.field_groups import FieldGroup, Level
from portal.plans.bundle import Press

# A bounded list is never paged, so a rule of the domain must keep it under this.
LIST_LIMIT = 100

Value = Callable[[Scope], ColumnElement[Any]]
On = Callable[[Scope, FromClause], ColumnElement[bool]]
Locate = Callable[[Planner, Scope, FromClause, Mapping[str, Any]], ColumnElement[bool]]


@dataclass(frozen=True, kw_only=True)
class Column:
    """A value of the row, or an expression over it."""

    value: Value
    group: FieldGroup | None = None
    level: Level = Level.NONE
    # Global ids are sealed after reading; the name of the type goes inside.
    sealed_as: str | None = None
    # What turns a JSON value into answered objects, where the row itself carries them.
    made: Callable[[Any], Any] | None = None
    # What the installation makes of it with its press; null where the door has none.
    pressed: Callable[[Press, Any], Any] | None = None

    def plan(
        self, planner: Planner, into: ObjectPlan, scope: Scope, details: FieldDetailsList, arguments: Mapping[str, Any]
    ) -> Read:
        label = into.add(scope.masked(self.value(scope), self.group, self.level))
        if self.made is not None:
            made = self.made
            return lambda json, reading: None if json[label] is None else made(json[label])
        if self.pressed is not None:
            pressed = self.pressed
            return lambda json, reading: (
                None if json[label] is None or reading.press is None else pressed(reading.press, json[label])
            )
        if self.sealed_as is None:
            return lambda json, reading: json[label]
        type_name = self.sealed_as
        return lambda json, reading: None if json[label] is None else reading.seal.seal_id(type_name, json[label])


@dataclass(frozen=True, kw_only=True)
class Same:
    """An object made of the same row, such as an official code; null where `present` says so."""

    target: str
    present: Value | None = None
    group: FieldGroup | None = None
    level: Level = Level.NONE

    def plan(
        self, planner: Planner, into: ObjectPlan, scope: Scope, details: FieldDetailsList, arguments: Mapping[str, Any]
    ) -> Read:
        inner = planner.plan_object(planner.types[self.target], details, scope)
        # The inner columns join the outer select, under the outer select's names.
        names = {column.name: into.add(column.element) for column in inner.columns}
        into.joins.extend(inner.joins)
        shown: ColumnElement[Any] = literal(True) if self.present is None else self.present(scope)
        mark = into.add(scope.masked(shown, self.group, self.level))

        def read(json: Json, reading: Reading) -> Any:
            if not json[mark]:
                return None
            return inner.read({name: json[outer] for name, outer in names.items()}, reading)

        return read


@dataclass(frozen=True, kw_only=True)
class Related:
    """How rows of another type belong to a row: which type, on what, and whether they hang under the same root."""

    target: str
    on: On
    # A child of the same root is seen at the levels of its parent; any other root is asked for its own disclosure.
    same_root: bool = False
    # Rows that are made rather than stored, such as the list of what is withheld.
    source: Callable[[Scope], FromClause] | None = None

    def row(self, planner: Planner, scope: Scope) -> FromClause:
        """A fresh alias of the rows."""
        if self.source is not None:
            return self.source(scope)
        table = planner.types[self.target].table
        assert table is not None
        return planner.row(table)

    def enter(self, planner: Planner, row: FromClause, scope: Scope) -> tuple[Scope, FromClause | None]:
        """The scope of one such row, and the levels to join when it brings its own root."""
        if self.same_root:
            return replace(scope, row=row, outer=(*scope.outer, row)), None
        return planner.enter(planner.types[self.target], row, scope)

    def conditions(self, planner: Planner, outer: Scope, inner: Scope, row: FromClause) -> list[ColumnElement[bool]]:
        """What a row must meet: it belongs here, and its type's own need is held."""
        need = planner.types[self.target].need
        held = [] if need is None or self.same_root else [inner.holds(*need)]
        return [self.on(outer, row), *held]

    def plan(self, planner: Planner, details: FieldDetailsList, inner: Scope) -> ObjectPlan:
        """Plan the selection of one such row."""
        target = planner.types[self.target]
        plan = planner.plan_object(target, details, inner)
        if not self.same_root and target.root is not None:
            planner.note_disclosure(plan, inner)
        return plan


@dataclass(frozen=True, kw_only=True)
class One:
    """One related object, or null."""

    related: Related
    group: FieldGroup | None = None
    level: Level = Level.NONE
    order: Callable[[FromClause], Sequence[ColumnElement[Any]]] | None = None
    # How the arguments of a look-up find the row.
    locate: Locate | None = None

    def plan(
        self, planner: Planner, into: ObjectPlan, scope: Scope, details: FieldDetailsList, arguments: Mapping[str, Any]
    ) -> Read:
        label, inner = self.join(planner, into, scope, details, arguments)
        return lambda json, reading: None if json[label] is None else inner.read(json[label], reading)

    def join(
        self, planner: Planner, into: ObjectPlan, scope: Scope, details: FieldDetailsList, arguments: Mapping[str, Any]
    ) -> tuple[str, ObjectPlan]:
        """Join the related row laterally, as one JSON value."""
        row = self.related.row(planner, scope)
        within, levels = self.related.enter(planner, row, scope)
        inner = self.related.plan(planner, details, within)
        conditions = self.related.conditions(planner, scope, within, row)
        statement = select_object(inner, row, levels).where(*conditions).limit(1)
        if self.locate is not None:
            statement = statement.where(self.locate(planner, scope, row, arguments))
        if self.group is not None:
            statement = statement.where(scope.holds(self.group, self.level))
        if self.order is not None:
            statement = statement.order_by(*self.order(row))
        found = statement.correlate(*scope.outer).lateral()
        as_json = select(func.to_json(found.table_valued()).label("j")).select_from(found)
        joined = as_json.correlate(*scope.outer).lateral()
        into.joins.append(joined)
        return into.add(joined.c.j), inner


@dataclass(frozen=True, kw_only=True)
class OneOf:
    """One object of a closed union: each member type with its own relation, at most one of which holds."""

    members: tuple[Related, ...]
    group: FieldGroup | None = None
    level: Level = Level.NONE

    def plan(
        self, planner: Planner, into: ObjectPlan, scope: Scope, details: FieldDetailsList, arguments: Mapping[str, Any]
    ) -> Read:
        found = [
            One(related=member, group=self.group, level=self.level).join(planner, into, scope, details, arguments)
            for member in self.members
        ]

        def read(json: Json, reading: Reading) -> Any:
            return next((inner.read(json[label], reading) for label, inner in found if json[label] is not None), None)

        return read


@dataclass(frozen=True, kw_only=True)
class Many:
    """A bounded list of related objects, in an order."""

    related: Related
    order: Callable[[FromClause], Sequence[ColumnElement[Any]]]
    limit: int = LIST_LIMIT
    group: FieldGroup | None = None
    level: Level = Level.NONE

    def plan(
        self, planner: Planner, into: ObjectPlan, scope: Scope, details: FieldDetailsList, arguments: Mapping[str, Any]
    ) -> Read:
        row = self.related.row(planner, scope)
        within, levels = self.related.enter(planner, row, scope)
        inner = self.related.plan(planner, details, within)
        place = func.row_number().over(order_by=list(self.order(row))).label("place")
        rows = (
            select_object(inner, row, levels, extra=[place])
            .where(*self.related.conditions(planner, scope, within, row))
            .order_by(place)
            .limit(self.limit)
            .correlate(*scope.outer)
            .lateral()
        )
        listed = func.json_agg(func.to_json(rows.table_valued())).aggregate_order_by(rows.c.place)
        joined = (
            select(func.coalesce(listed, literal("[]").cast(Text).cast(JSON)).label("j"))
            .select_from(rows)
            .correlate(*scope.outer)
            .lateral()
        )
        into.joins.append(joined)
        value: ColumnElement[Any] = joined.c.j
        if self.group is not None:
            value = case((scope.holds(self.group, self.level), value))
        label = into.add(value)
        return lambda json, reading: (
            None if json[label] is None else [inner.read(item, reading) for item in json[label]]
        )


@dataclass(frozen=True, kw_only=True)
class ById:
    """Any record by its global id: the type is inside the id, so the plan depends on it."""

    group: FieldGroup | None = None
    level: Level = Level.NONE

    def plan(
        self, planner: Planner, into: ObjectPlan, scope: Scope, details: FieldDetailsList, arguments: Mapping[str, Any]
    ) -> Read:
        planner.named = True
        opened = planner.seal.open_id(arguments["id"])
        target = None if opened is None else planner.types.get(opened[0])
        if opened is None or target is None or not target.fetched_by_id:
            return lambda json, reading: None
        key = planner.key(target.name, arguments["id"])

        def on(outer: Scope, row: FromClause) -> ColumnElement[bool]:
            found: ColumnElement[bool] = row.c.id == key
            return found if target.seen_by is None else found & target.seen_by(outer, row)

        return One(related=Related(target=target.name, on=on)).plan(planner, into, scope, details, arguments)
