"""The slow path: graphql-core's own executor over the printed schema, one field of one object at a time."""

from collections import Counter
from collections.abc import Iterable
from typing import Any, cast

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    execute_sync,
    get_named_type,
    is_abstract_type,
    is_composite_type,
)
from graphql.execution.collect_fields import FieldDetails, FieldDetailsList, FragmentDetails, collect_subfields
from graphql.execution.values import get_argument_values

from graphql_schema.scalars import SCALARS
from tests.differential import (
    of_agencies,
    of_flag_lists,
    of_flags,
    of_partnerships,
    of_plan_lists,
    of_plan_missing,
    of_plan_parts,
    of_plan_talk,
    of_plans,
    of_queries,
)
from tests.differential.asking import Asking, Thing
from tests.differential.declared import NEEDS, schema
from tests.differential.listing import Edge, Listed, check_window
from tests.differential.told import TOLD, column_of

# Importing them is what fills the register.
TELLING = (
    of_agencies,
    of_flag_lists,
    of_flags,
    of_partnerships,
    of_plan_lists,
    of_plan_missing,
    of_plan_parts,
    of_plan_talk,
    of_plans,
    of_queries,
)
IDS_AT_ONCE = 100
# What a viewer may do is worked out by expressions that the oracle of visibility tells again.
PERMISSION = "viewerCan"
NOTHING = Thing("Query", {})


def slow_schema() -> GraphQLSchema:
    """The printed schema, with the scalars as they cross the boundary."""
    made = schema()
    for scalar in SCALARS.values():
        printed = made.type_map[scalar.name]
        for name in ("serialize", "coerce_output_value"):
            setattr(printed, name, scalar.serialize)
        for name in ("parse_value", "coerce_input_value"):
            setattr(printed, name, scalar.parse_value)
    return made


class SlowPath:
    """Answers documents, and counts which fields of which types were told."""

    def __init__(self) -> None:
        self.schema = slow_schema()
        self.told: Counter[tuple[str, str]] = Counter()

    def answer(self, document: DocumentNode, variables: dict[str, Any], ask: Asking) -> ExecutionResult:
        """What must be answered."""
        result = execute_sync(
            self.schema,
            document,
            context_value=ask,
            variable_values=variables,
            field_resolver=self._resolve,
            type_resolver=lambda value, info, abstract: value.type_name,
        )
        assert isinstance(result, ExecutionResult)
        for error in result.errors or ():
            if error.original_error is not None and not isinstance(error.original_error, GraphQLError):
                raise error.original_error
        return result

    def _resolve(self, source: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
        ask: Asking = info.context
        parent, name = info.parent_type.name, info.field_name
        self.told[parent, name] += 1
        if isinstance(source, Listed):
            return source.answer(name, arguments)
        if isinstance(source, Edge):
            return source.answer(name)
        if isinstance(source, dict):
            return source[name]() if callable(source[name]) else source[name]
        if source is None:
            Refusals(info, ask).check()
        return tell(ask, source or NOTHING, parent, name, arguments)


def tell(ask: Asking, thing: Thing, parent: str, name: str, arguments: dict[str, Any]) -> Any:
    """The value of one field of one object, masked where the viewer may not read it."""
    needed = NEEDS[parent].get(name)
    if needed is not None and not ask.reads(thing, *needed):
        return None
    told = TOLD.get((parent, name))
    if told is not None:
        return told(ask, thing, arguments)
    if name == "id":
        return ask.seal.seal_id(parent, thing["id"])
    if name.startswith(PERMISSION):
        return _alone(ask, thing, parent, name)
    column = column_of(name)
    assert column in thing.row, f"Say in tests/differential how {parent}.{name} is told."
    return thing[column]


def _alone(ask: Asking, thing: Thing, parent: str, name: str) -> Any:
    """A permission is held against itself: asked alone, of one object, by its id where it has one."""
    if parent == "Viewer":
        return ask.alone(f"{{ viewer {{ {name} }} }}", {})["viewer"][name]
    document = f"query($id: ID!) {{ node(id: $id) {{ ... on {parent} {{ {name} }} }} }}"
    return ask.alone(document, {"id": ask.seal.seal_id(parent, thing["id"])})["node"][name]


class Refusals:
    """What a root field is refused for as a whole: a page or a number, anywhere under it, that nobody is given.

    It is refused before anything is read, so that a refusal is the same whether a record is there or not.
    """

    def __init__(self, info: GraphQLResolveInfo[Any], ask: Asking) -> None:
        self.info, self.ask = info, ask
        self.fragments = {name: FragmentDetails(fragment) for name, fragment in info.fragments.items()}

    def check(self) -> None:
        """Raise GraphQLError where anything is refused."""
        self._field("Query", [FieldDetails(node, None) for node in self.info.field_nodes])

    def _field(self, parent: str, details: FieldDetailsList) -> None:
        declared = cast(GraphQLObjectType, self.info.schema.type_map[parent]).fields[details[0].node.name.value]
        arguments = get_argument_values(declared, details[0].node, self.info.variable_values)
        target = get_named_type(declared.type)
        _check_texts(arguments)
        if parent == "Query" and len(arguments.get("ids", ())) > IDS_AT_ONCE:
            raise GraphQLError("too many at once")
        if target.name.endswith("Connection"):
            check_window(self.ask, target.name.removesuffix("Connection"), arguments)
        if not 1 <= arguments.get("atMost", 1) <= 100:
            raise GraphQLError("no such count")
        if is_composite_type(target):
            for name in self._possible(parent, target, arguments):
                self._selection(name, details)

    def _possible(self, parent: str, target: Any, arguments: dict[str, Any]) -> Iterable[str]:
        """The types an answer can have: a record asked for by its id has the type that the id names."""
        if parent == "Query" and target.name == "Node":
            ids = arguments["ids"] if "ids" in arguments else [arguments["id"]]
            opened = [self.ask.seal.open_id(each) for each in ids]
            return sorted({each[0] for each in opened if each is not None and each[0] in of_queries.FETCHED})
        if is_abstract_type(target):
            return [each.name for each in self.info.schema.get_possible_types(target)]
        return [target.name]

    def _selection(self, type_name: str, details: FieldDetailsList) -> None:
        concrete = cast(GraphQLObjectType, self.info.schema.type_map[type_name])
        found = collect_subfields(
            self.info.schema,
            self.fragments,
            self.info.variable_values,
            self.info.operation,
            concrete,
            details,
            hide_suggestions=True,
        )
        for inner in found.grouped_field_set.values():
            if not inner[0].node.name.value.startswith("__"):
                self._field(type_name, inner)


def _check_texts(value: Any) -> None:
    """Nothing can be found by a text that PostgreSQL cannot hold."""
    if isinstance(value, str) and ("\0" in value or any("\ud800" <= each <= "\udfff" for each in value)):
        raise GraphQLError("no such text")
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _check_texts(inner)
