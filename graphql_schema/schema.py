"""Assembles the one schema, and gives every planned type one generic resolver: there is no place for another."""

from collections.abc import Mapping
from typing import Any

import strawberry
from graphql import GraphQLInterfaceType, GraphQLObjectType, GraphQLResolveInfo, GraphQLSchema, GraphQLUnionType
from strawberry.schema.config import StrawberryConfig

from graphql_schema.call import Call
from graphql_schema.described import declared, describe
from graphql_schema.mutation import Mutation
from graphql_schema.query import Query
from graphql_schema.scalars import SCALARS
from graphql_schema.selection.declare import PLAN
from graphql_schema.selection.record import Later, RecordType, Row

_DEFINITION = "strawberry-definition"


def _resolve(source: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
    """Read what was planned, by response name; or what an action made, by field name, planning what it names."""
    if isinstance(source, Row):
        return source[str(info.path.key)]
    value = source[info.field_name]
    if not isinstance(value, Later):
        return value
    call: Call = info.context
    return call.read_back(info, value.typename, value.key)


def _resolve_root(source: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
    call: Call = info.context
    return call.read(info, arguments)


def _resolve_type(value: Any, info: GraphQLResolveInfo[Any], abstract_type: Any) -> str:
    typename: str = value.typename
    return typename


def _record_types(schema: GraphQLSchema) -> dict[str, RecordType]:
    """Every planned type by GraphQL name, read off the declarations."""
    types: dict[str, RecordType] = {}
    for name, graphql_type in schema.type_map.items():
        planned = declared(graphql_type) if isinstance(graphql_type, GraphQLObjectType) else None
        if not isinstance(graphql_type, GraphQLObjectType) or planned is None:
            continue
        types[name] = RecordType(
            name=name,
            table=planned.table,
            root=planned.root,
            need=planned.need,
            seen_by=planned.seen_by,
            fields={
                field_name: field.extensions[_DEFINITION].metadata[PLAN]
                for field_name, field in graphql_type.fields.items()
            },
        )
    return types


def _wire(schema: GraphQLSchema) -> None:
    for name, graphql_type in schema.type_map.items():
        if name.startswith("__"):
            continue
        if isinstance(graphql_type, GraphQLInterfaceType | GraphQLUnionType):
            graphql_type.resolve_type = _resolve_type
        if isinstance(graphql_type, GraphQLObjectType):
            graphql_type.is_type_of = None
            if name != "Mutation":
                resolver = _resolve_root if name == "Query" else _resolve
                for field in graphql_type.fields.values():
                    field.resolve = resolver


def assemble() -> tuple[strawberry.Schema, Mapping[str, RecordType]]:
    """Build the schema and the planned types; one Query builds into one schema per process."""
    schema = strawberry.Schema(
        query=Query,
        mutation=Mutation,
        config=StrawberryConfig(scalar_map=SCALARS),
    )
    _wire(schema._schema)
    describe(schema._schema)
    return schema, _record_types(schema._schema)
