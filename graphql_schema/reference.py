"""Decides what the developers' page says of the schema: read off the printed schema and its limits."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from graphql import (
    ConstDirectiveNode,
    DirectiveNode,
    DocumentNode,
    EnumTypeDefinitionNode,
    InputObjectTypeDefinitionNode,
    InterfaceTypeDefinitionNode,
    ObjectTypeDefinitionNode,
    parse,
)

from graphql_schema.ending import NOTICE_MONTHS as NOTICE_MONTHS
from graphql_schema.limits import LIMITS, WORDS
from graphql_schema.print_sdl import PRINTED

Directives = Sequence[DirectiveNode | ConstDirectiveNode]


@dataclass(frozen=True, kw_only=True)
class GroupedField:
    """One field of the need-to-know grid: where it stands, its group, and the lowest level that shows it."""

    name: str
    group: str
    level: str


@dataclass(frozen=True, kw_only=True)
class Deprecation:
    """Something that ends: where it stands, on which day, and what to use instead."""

    name: str
    on: str
    use: str


@cache
def sdl() -> str:
    """The schema as text, as it is committed."""
    return PRINTED.read_text(encoding="utf-8")


@cache
def grouped_fields() -> tuple[GroupedField, ...]:
    """Every field that belongs to a group of the grid, in the order of the schema."""
    return tuple(
        GroupedField(name=name, group=given["name"], level=given["at"])
        for name, directives in members_of(parse(sdl()))
        for given in given_in(directives, "fieldGroup")
    )


@cache
def deprecations() -> tuple[Deprecation, ...]:
    """Everything that ends, in the order of the schema."""
    return tuple(
        Deprecation(name=name, on=given["on"], use=given["use"])
        for name, directives in members_of(parse(sdl()))
        for given in given_in(directives, "sunset")
    )


def limits() -> list[tuple[str, int]]:
    """What one request may have, in words and numbers."""
    return [(words, getattr(LIMITS, name)) for name, words in WORDS.items()]


def members_of(document: DocumentNode) -> Iterator[tuple[str, Directives]]:
    """Every field, value and argument of a schema by its address, with the directives printed on it."""
    for each in document.definitions:
        if isinstance(each, EnumTypeDefinitionNode):
            yield from (
                (f"{each.name.value}.{value.name.value}", value.directives or ()) for value in each.values or ()
            )
        elif isinstance(each, ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode):
            for field in each.fields or ():
                where = f"{each.name.value}.{field.name.value}"
                yield where, field.directives or ()
                yield from (
                    (f"{where}({argument.name.value}:)", argument.directives or ())
                    for argument in field.arguments or ()
                )
        elif isinstance(each, InputObjectTypeDefinitionNode):
            yield from (
                (f"{each.name.value}.{field.name.value}", field.directives or ()) for field in each.fields or ()
            )


def given_in(directives: Directives, name: str) -> Iterator[dict[str, str]]:
    """The arguments of each directive of a name, as text."""
    for directive in directives:
        if directive.name.value == name:
            yield {each.name.value: str(getattr(each.value, "value", "")) for each in directive.arguments or ()}
