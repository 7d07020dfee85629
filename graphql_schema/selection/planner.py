"""Decides how a selection set is walked: graphql-core collects the fields, each field's kind plans itself."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, TypeVar, cast
from uuid import UUID

from graphql import GraphQLObjectType, GraphQLResolveInfo
from graphql.execution.collect_fields import FieldDetails, FieldDetailsList, FragmentDetails, collect_subfields
from graphql.execution.values import VariableValues, get_argument_values
from sqlalchemy import ColumnElement, FromClause, Select, func, literal, select, true
from sqlalchemy.sql.selectable import LateralFromClause

from graphql_schema.ids import Seal
from graphql_schema.selection.asked_wrongly import AskedWrongly
from graphql_schema.selection.record import Json, Need, ObjectPlan, Reading, RecordType, Scope
from portal.access.disclosure import currently_disclosed
from portal.access.models import Disclosure
from portal.access.viewer import Viewer
from portal.text import storable

Arguments = TypeVar("Arguments", bound=Mapping[str, Any])


class Planner:
    """Plans the selection of one root field for one viewer."""

    def __init__(
        self,
        info: GraphQLResolveInfo[Any],
        types: Mapping[str, RecordType],
        viewer: Viewer | None,
        seal: Seal,
        *,
        variables: VariableValues | None = None,
    ) -> None:
        self.schema = info.schema
        self.types = types
        self.viewer = viewer
        self.seal = seal
        self.asked: set[UUID] = set()
        # Whether a record was named at all, with an id that opens or not: naming one in vain is kept in the audit.
        self.named = False
        self._operation = info.operation
        self._aliases: dict[FromClause, int] = {}
        self._variables = info.variable_values if variables is None else variables
        self._fragments = {name: FragmentDetails(fragment) for name, fragment in info.fragments.items()}
        self.details: FieldDetailsList = [FieldDetails(node, None) for node in info.field_nodes]

    def row(self, table: FromClause) -> FromClause:
        """An alias of a table that no other part of this statement uses."""
        self._aliases[table] = self._aliases.get(table, 0) + 1
        return numbered_alias(table, self._aliases[table])

    def key(self, type_name: str, sealed: str) -> UUID | None:
        """The key that a global id of a type names, or None; what was asked for is remembered for the audit."""
        self.named = True
        found = self.seal.open_id(sealed)
        if found is None or found[0] != type_name:
            return None
        self.asked.add(found[1])
        return found[1]

    def collect(self, type_name: str, details: FieldDetailsList) -> dict[str, FieldDetailsList]:
        """The fields selected on a concrete type, by response name, with fragments, skips and includes applied."""
        concrete = cast(GraphQLObjectType, self.schema.type_map[type_name])
        collected = collect_subfields(
            self.schema, self._fragments, self._variables, self._operation, concrete, details, True
        )
        return collected.grouped_field_set

    def arguments(self, type_name: str, details: FieldDetailsList) -> dict[str, Any]:
        """The coerced arguments of a collected field."""
        concrete = cast(GraphQLObjectType, self.schema.type_map[type_name])
        node = details[0].node
        return findable(get_argument_values(concrete.fields[node.name.value], node, self._variables))

    def plan_object(self, target: RecordType, details: FieldDetailsList, scope: Scope) -> ObjectPlan:
        """Plan what is selected of one object of a concrete type."""
        into = ObjectPlan(target.name)
        scope = replace(scope, target=target)
        for key, field_details in self.collect(target.name, details).items():
            name = field_details[0].node.name.value
            if not name.startswith("__"):
                arguments = self.arguments(target.name, field_details)
                into.reads.append((key, target.fields[name].plan(self, into, scope, field_details, arguments)))
        return into

    def enter(self, target: RecordType, row: FromClause, outer: Scope) -> tuple[Scope, FromClause | None]:
        """The scope of a row that is, or hangs under, a root of its own, and the levels its viewer holds to join.

        The join is an inner one: no disclosure, no row.
        """
        if target.root is None:
            return replace(outer, row=row, root=None, levels=None, need=Need(), outer=(*outer.outer, row)), None
        root = row.c[target.root]
        levels = held_levels(root, self.viewer, outer=(*outer.outer, row))
        within = (*outer.outer, row, levels)
        return replace(outer, row=row, root=root, levels=levels.c.levels, need=Need(), outer=within), levels

    def note_disclosure(self, into: ObjectPlan, scope: Scope) -> None:
        """Carry the root's id and the held levels beside the row, so that what is shown can be audited."""
        assert scope.root is not None
        assert scope.levels is not None
        root, levels, need = into.add(scope.root), into.add(scope.levels), scope.need

        def note(json: Json, reading: Reading) -> None:
            reading.note(UUID(json[root]), json[levels] & need.bits)

        into.hidden.append(note)


def findable(arguments: Arguments) -> Arguments:
    """Arguments whose every text could be found; raises GraphQLError for one that PostgreSQL cannot hold."""

    def check(value: Any) -> None:
        if isinstance(value, str) and not storable(value):
            raise AskedWrongly("A text must have neither NUL nor half of a surrogate pair: nothing is found by it.")
        for inner in value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ():
            check(inner)

    check(arguments)
    return arguments


@cache
def numbered_alias(table: FromClause, number: int) -> FromClause:
    """The nth alias of a table, made once for every statement: its columns are most of what planning costs.

    SQLAlchemy numbers unnamed aliases in the same way with one underscore, and would take one for the other.
    """
    return table.alias(f"{table.description}__{number}")


def held_levels(root: ColumnElement[Any], viewer: Viewer | None, *, outer: Sequence[FromClause]) -> LateralFromClause:
    """The levels a viewer holds of a root, combined by the highest per group; no row when nothing is disclosed."""
    disclosure = Disclosure.__table__.alias()
    return (
        select(func.bit_or(disclosure.c.levels).label("levels"))
        .where(disclosure.c.root_id == root, *currently_disclosed(viewer, disclosure))
        .having(func.count() > 0)
        .correlate(*outer)
        .lateral()
    )


def select_object(
    into: ObjectPlan, source: FromClause, levels: FromClause | None, *, extra: Sequence[ColumnElement[Any]] = ()
) -> Select[Any]:
    """The select of an object plan: its columns over its source, the levels held of it and its lateral joins."""
    if levels is not None:
        source = source.join(levels, true())
    for join in into.joins:
        source = source.outerjoin(join, true())
    columns = [*into.columns, *extra]
    return select(*(columns or [literal(1).label("c0")])).select_from(source)
