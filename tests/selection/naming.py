"""Every operation that names a record, read off the schema, and an example of each to put any id into.

An example is what `arguments` of the operation could be: `Slot` stands where an id goes, `Version` where the version of
the viewer's own record goes that another slot of the same example names.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLInputType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_input_object_type,
    is_leaf_type,
    is_object_type,
    is_required_argument,
)

from tests.factories.cast import key

FAILURE = """
  __typename ... on Failure { message } ... on Invalid { errors { path code message rule } }
  ... on NotPermitted { reason remedy } ... on Conflict { conflict: reason currentVersion }
"""


@dataclass(frozen=True)
class Slot:
    """Where the id of a record of a type goes."""

    type_name: str


@dataclass(frozen=True)
class Version:
    """Where the version of the viewer's own record of a type goes."""

    type_name: str


@dataclass(frozen=True)
class Key:
    """Where a fresh key of an intent goes."""


@dataclass(frozen=True, kw_only=True)
class Example:
    """Who of the cast could use an operation, and with what."""

    by: str
    arguments: Mapping[str, Any]


Path = tuple[str, ...]


def id_paths(schema: GraphQLSchema) -> Iterator[tuple[str, Path]]:
    """Every operation with every place in its arguments where an id goes; lists do not count."""
    for root in (schema.query_type, schema.mutation_type):
        assert root is not None
        for name, field in root.fields.items():
            for argument, given in field.args.items():
                yield from ((name, path) for path in _within(given.type, (argument,), frozenset()))


def _within(given: GraphQLInputType, path: Path, seen: frozenset[str]) -> Iterator[Path]:
    named = get_named_type(given)
    if named.name == "ID":
        yield path
    elif is_input_object_type(named) and named.name not in seen:
        for name, field in named.fields.items():
            yield from _within(field.type, (*path, name), seen | {named.name})


def slots(value: Any, path: Path = ()) -> Iterator[tuple[Path, Slot]]:
    """Every slot of an example with its place."""
    if isinstance(value, Slot):
        yield path, value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from slots(inner, (*path, name))
    elif isinstance(value, list):
        for inner in value:
            yield from slots(inner, path)


def filled(value: Any, at: Path, this: str, own: Mapping[str, tuple[str, int]], path: Path = ()) -> Any:
    """The arguments of an example with an id at one place, and the viewer's own records at all others."""
    if isinstance(value, Slot):
        return this if path == at else own[value.type_name][0]
    if isinstance(value, Version):
        return own[value.type_name][1]
    if isinstance(value, Key):
        return key()
    if isinstance(value, Mapping):
        return {name: filled(inner, at, this, own, (*path, name)) for name, inner in value.items()}
    if isinstance(value, list):
        return [filled(inner, at, this, own, path) for inner in value]
    return value


def document(schema: GraphQLSchema, operation: str, arguments: Mapping[str, Any]) -> str:
    """The operation with these arguments as variables, and everything plain of what it answers."""
    assert schema.query_type is not None
    assert schema.mutation_type is not None
    kind = "query" if operation in schema.query_type.fields else "mutation"
    field = (schema.query_type if kind == "query" else schema.mutation_type).fields[operation]
    declared = ", ".join(f"${name}: {field.args[name].type}" for name in arguments)
    given = ", ".join(f"{name}: ${name}" for name in arguments)
    selection = FAILURE if kind == "mutation" else selected(schema, get_named_type(field.type))
    return f"{kind}({declared}) {{ {operation}({given}) {{ {selection} }} }}"


def selected(schema: GraphQLSchema, answered: GraphQLNamedType, depth: int = 3) -> str:
    """The plain fields of a type, and of what is in it while `depth` lasts."""
    if is_abstract_type(answered):
        return "__typename"
    assert isinstance(answered, GraphQLObjectType)
    found = ["__typename"]
    for name, field in answered.fields.items():
        if any(is_required_argument(argument) for argument in field.args.values()):
            continue
        inner = get_named_type(field.type)
        if is_leaf_type(inner):
            found.append(name)
        elif depth and is_object_type(inner) and name in {"edges", "node", "pageInfo", "totalCount"}:
            found.append(f"{name} {{ {selected(schema, inner, depth - 1)} }}")
    return " ".join(found)
