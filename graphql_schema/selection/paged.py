"""Decides how lists are paged: keyset cursors, first/after or last/before, at most 100 to a page, totals capped."""

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import partial
from typing import Any

from graphql.execution.collect_fields import FieldDetailsList
from sqlalchemy import ColumnElement, FromClause, asc, case, desc, func, literal, select, tuple_

from graphql_schema.selection.asked_wrongly import AskedWrongly
from graphql_schema.selection.kinds import Related
from graphql_schema.selection.planner import Planner, select_object
from graphql_schema.selection.record import Json, ObjectPlan, Plain, Read, Reading, Row, Scope
from portal.access.field_groups import FieldGroup, Level

PAGE_DEFAULT = 20
PAGE_LIMIT = 100
COUNT_DEFAULT = 100
# A cursor holds the sort value and the id that breaks ties.
CURSOR_PARTS = 2


@dataclass(frozen=True, kw_only=True)
class Window:
    """Which page of a list is asked for; one row more than its size is read, to know whether there is more."""

    size: int
    backward: bool
    position: tuple[str, str] | None

    @classmethod
    def of(cls, arguments: Mapping[str, Any], open_cursor: Callable[[str], list[str] | None]) -> "Window":
        """Read first/after or last/before; raises AskedWrongly with a sentence on anything else."""
        first, last = arguments.get("first"), arguments.get("last")
        if first is not None and last is not None:
            raise AskedWrongly("Ask for the first or for the last entries, not for both.")
        size: int = next((asked for asked in (first, last) if asked is not None), PAGE_DEFAULT)
        if not 1 <= size <= PAGE_LIMIT:
            raise AskedWrongly(f"A page has 1 to {PAGE_LIMIT} entries.")
        cursor = arguments.get("after" if last is None else "before")
        if arguments.get("before" if last is None else "after") is not None:
            raise AskedWrongly("`after` goes with `first`, and `before` with `last`.")
        position = None if cursor is None else open_cursor(cursor)
        if cursor is not None and (position is None or len(position) != CURSOR_PARTS):
            raise AskedWrongly("That cursor does not belong to this list.")
        return cls(size=size, backward=last is not None, position=(position[0], position[1]) if position else None)


Way = Callable[[Any], ColumnElement[Any]]


@dataclass(frozen=True, kw_only=True)
class Order:
    """The order of a list: a sort value, the id that breaks ties, and which way it runs."""

    sort: ColumnElement[Any]
    tie: ColumnElement[Any]
    descending: bool

    def ways(self, window: Window) -> tuple[Way, Way]:
        """Which way sort value and tie run while rows are read: reversed for the last page."""
        return (desc, desc) if self.descending != window.backward else (asc, asc)

    def beyond(self, window: Window) -> list[ColumnElement[bool]]:
        """The keyset: rows past the cursor, in the direction read."""
        if window.position is None:
            return []
        sort, tie = (
            literal(value).cast(column.type)
            for value, column in zip(window.position, (self.sort, self.tie), strict=True)
        )
        here, there = tuple_(self.sort, self.tie), tuple_(sort, tie)
        return [here < there] if self.descending != window.backward else [here > there]


@dataclass(frozen=True, kw_only=True)
class Start:
    """Where a list begins: rows joined to what narrows them, the conditions, and the order."""

    source: FromClause
    where: Sequence[ColumnElement[bool]]
    order: Order


# Takes the planner, the scope the list stands in, the row alias, the arguments and the window.
Begin = Callable[[Planner, Scope, FromClause, Mapping[str, Any], Window], Start]


@dataclass(frozen=True, kw_only=True)
class Paged:
    """A connection: where it begins is the noun's to say, how it pages is the same everywhere."""

    related: Related
    begin: Begin
    group: FieldGroup | None = None
    level: Level = Level.NONE

    def plan(
        self, planner: Planner, into: ObjectPlan, scope: Scope, details: FieldDetailsList, arguments: Mapping[str, Any]
    ) -> Read:
        window = Window.of(arguments, partial(planner.seal.open_cursor, self.related.target))
        type_name = f"{self.related.target}Connection"
        selected = planner.collect(type_name, details)
        wanted = {entry[0].node.name.value for entry in selected.values()}
        page = self._page(planner, into, scope, selected, arguments, window) if wanted & {"edges", "pageInfo"} else None
        readers: list[tuple[str, Read]] = []
        for key, entry in selected.items():
            name = entry[0].node.name.value
            if name == "totalCount":
                at_most = planner.arguments(type_name, entry)["atMost"]
                readers.append((key, self._count(planner, into, scope, arguments, at_most)))
            elif page is not None and not name.startswith("__"):
                readers.append((key, page.reader(planner, key, entry)))
        shown = into.add(literal(True) if self.group is None else scope.holds(self.group, self.level))

        def read(json: Json, reading: Reading) -> Any:
            if not json[shown]:
                return None
            return Row(type_name, {key: reader(json, reading) for key, reader in readers})

        return read

    def _page(
        self,
        planner: Planner,
        into: ObjectPlan,
        scope: Scope,
        selected: Mapping[str, FieldDetailsList],
        arguments: Mapping[str, Any],
        window: Window,
    ) -> "Page":
        row = self.related.row(planner, scope)
        within, levels = self.related.enter(planner, row, scope)
        edges = Edges.of(planner, self.related, selected, within)
        if not edges.nodes and levels is not None:
            planner.note_disclosure(edges.whole, within)
        start = self.begin(planner, scope, row, arguments, window)
        ways, columns = start.order.ways(window), (start.order.sort, start.order.tie)
        sort, tie = (edges.whole.add(column) for column in columns)
        rows = (
            select_object(edges.whole, start.source, levels)
            .where(*self.related.conditions(planner, scope, within, row), *start.where, *start.order.beyond(window))
            .order_by(*(way(column) for way, column in zip(ways, columns, strict=True)))
            .limit(window.size + 1)
            .correlate(*scope.outer)
            .lateral()
        )
        in_order = [way(rows.c[label]) for way, label in zip(ways, (sort, tie), strict=True)]
        joined = (
            select(func.json_agg(func.to_json(rows.table_valued())).aggregate_order_by(*in_order).label("j"))
            .select_from(rows)
            .correlate(*scope.outer)
            .lateral()
        )
        into.joins.append(joined)
        value: ColumnElement[Any] = joined.c.j
        label = into.add(value if self.group is None else case((scope.holds(self.group, self.level), value)))
        return Page(window=window, edges=edges, label=label, sort=sort, tie=tie)

    def _count(
        self, planner: Planner, into: ObjectPlan, scope: Scope, arguments: Mapping[str, Any], at_most: int
    ) -> Read:
        if not 1 <= at_most <= PAGE_LIMIT:
            raise AskedWrongly(f"Count up to a number from 1 to {PAGE_LIMIT}.")
        row = self.related.row(planner, scope)
        within, levels = self.related.enter(planner, row, scope)
        start = self.begin(planner, scope, row, arguments, Window(size=at_most, backward=False, position=None))
        some = (
            select_object(ObjectPlan(""), start.source, levels)
            .where(*self.related.conditions(planner, scope, within, row), *start.where)
            .limit(at_most + 1)
            .correlate(*scope.outer)
            .lateral()
        )
        counted = select(func.count().label("n")).select_from(some).correlate(*scope.outer).lateral()
        into.joins.append(counted)
        label = into.add(counted.c.n)
        return lambda json, reading: Plain("CountUpTo", value=min(json[label], at_most), more=json[label] > at_most)


@dataclass(frozen=True, kw_only=True)
class Edges:
    """What is selected of the edges: each alias of `edges` and of `node` takes its own fields of one row."""

    listed: str
    type_name: str
    fields: Mapping[str, Mapping[str, FieldDetailsList]]
    nodes: Mapping[tuple[str, str], ObjectPlan]
    # The one select that all of them read, and the names each of them reads it by.
    whole: ObjectPlan
    names: Mapping[tuple[str, str], Mapping[str, str]]

    @classmethod
    def of(cls, planner: Planner, related: Related, selected: Mapping[str, FieldDetailsList], within: Scope) -> "Edges":
        """Plan every selection of a node over the same row."""
        type_name = f"{related.target}Edge"
        fields = {
            key: planner.collect(type_name, entry)
            for key, entry in selected.items()
            if entry[0].node.name.value == "edges"
        }
        nodes = {
            (key, inner): related.plan(planner, details, within)
            for key, entries in fields.items()
            for inner, details in entries.items()
            if details[0].node.name.value == "node"
        }
        whole = ObjectPlan(type_name)
        names = {
            place: {column.name: whole.add(column.element) for column in plan.columns} for place, plan in nodes.items()
        }
        for plan in nodes.values():
            whole.joins.extend(plan.joins)
        return cls(listed=related.target, type_name=type_name, fields=fields, nodes=nodes, whole=whole, names=names)


@dataclass(frozen=True, kw_only=True)
class Page:
    """How the rows of one page become edges and page information."""

    window: Window
    edges: Edges
    label: str
    sort: str
    tie: str

    def reader(self, planner: Planner, key: str, details: FieldDetailsList) -> Read:
        """What reads one field of the connection."""
        if details[0].node.name.value == "pageInfo":
            asked = {each[0].node.name.value for each in planner.collect("PageInfo", details).values()}
            return partial(self._information, asked)
        return lambda json, reading: [self._edge(key, item, reading) for item in self._rows(json)]

    def _rows(self, json: Json) -> list[Json]:
        kept: list[Json] = (json[self.label] or [])[: self.window.size]
        return kept[::-1] if self.window.backward else kept

    def _cursor(self, item: Json, reading: Reading) -> str:
        return reading.seal.seal_cursor(self.edges.listed, str(item[self.sort]), str(item[self.tie]))

    def _information(self, asked: AbstractSet[str], json: Json, reading: Reading) -> Plain:
        items, beyond = self._rows(json), len(json[self.label] or []) > self.window.size
        # Whose cursor is told, is shown.
        told = [items[place] for name, place in (("startCursor", 0), ("endCursor", -1)) if items and name in asked]
        for item in told:
            self._note(item, reading)
        came_from = self.window.position is not None
        return Plain(
            "PageInfo",
            hasNextPage=came_from if self.window.backward else beyond,
            hasPreviousPage=beyond if self.window.backward else came_from,
            startCursor=self._cursor(items[0], reading) if items else None,
            endCursor=self._cursor(items[-1], reading) if items else None,
        )

    def _note(self, item: Json, reading: Reading) -> None:
        for note in self.edges.whole.hidden:
            note(item, reading)

    def _edge(self, key: str, item: Json, reading: Reading) -> Row:
        self._note(item, reading)
        values: dict[str, Any] = {}
        for inner, details in self.edges.fields[key].items():
            if details[0].node.name.value == "cursor":
                values[inner] = self._cursor(item, reading)
            elif (plan := self.edges.nodes.get((key, inner))) is not None:
                renamed = {name: item[outer] for name, outer in self.edges.names[key, inner].items()}
                values[inner] = plan.read(renamed, reading)
        return Row(self.edges.type_name, values)
