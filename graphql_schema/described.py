"""Decides what is printed beside each declaration: what an argument and a value are, and who reads a type by itself."""

from typing import Any

from graphql import GraphQLEnumType, GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema

from graphql_schema.argument_words import argument_words
from graphql_schema.need_to_know import ReadBy, who_reads
from graphql_schema.selection.declare import DECLARED, Planned
from graphql_schema.value_words import VALUES

_DEFINITION = "strawberry-definition"


def describe(schema: GraphQLSchema) -> None:
    """Give every argument and value its words, and every type outside the grid the directive that names its readers."""
    for name, each in schema.type_map.items():
        if name.startswith("__"):
            continue
        if isinstance(each, GraphQLEnumType):
            for value_name, value in each.values.items():
                value.description = value.description or VALUES.get(name, {}).get(value_name)
        if isinstance(each, GraphQLObjectType | GraphQLInterfaceType):
            _describe_arguments(each)
        if isinstance(each, GraphQLObjectType):
            _say_who_reads(each)


def declared(graphql_type: GraphQLObjectType) -> Planned | None:
    """What is declared of a type as a whole, or None where it is not planned."""
    definition: Any = graphql_type.extensions.get(_DEFINITION)
    found: Planned | None = getattr(getattr(definition, "origin", None), DECLARED, None)
    return found


def _describe_arguments(graphql_type: GraphQLObjectType | GraphQLInterfaceType) -> None:
    for field_name, field in graphql_type.fields.items():
        for name, argument in field.args.items():
            argument.description = argument.description or argument_words(graphql_type.name, field_name, name)


def _say_who_reads(graphql_type: GraphQLObjectType) -> None:
    """End the description of each field that belongs to no group with who reads the type it stands in."""
    planned = declared(graphql_type)
    if planned is None:
        return
    for field in graphql_type.fields.values():
        field.description = (field.description or "").replace("[RECORD]", f"[{planned.readers}]")
    # Where reads begin is no record, and a record of the grid says so field by field.
    if graphql_type.name != "Query" and planned.root is None and (who := who_reads(planned.readers)):
        definition: Any = graphql_type.extensions[_DEFINITION]
        # The definition outlives the schema that is built from it.
        others = [each for each in definition.directives or () if not isinstance(each, ReadBy)]
        definition.directives = [*others, ReadBy(who=who)]
