"""Everything the schema publishes says what it is, and who reads or does it, from one declaration each."""

import re
from collections.abc import Iterator

from graphql import GraphQLEnumType, GraphQLInterfaceType, GraphQLObjectType, parse

from graphql_schema import Door
from graphql_schema.argument_words import IN_ONE_FIELD
from graphql_schema.described import declared
from graphql_schema.need_to_know import READERS
from graphql_schema.print_sdl import printed
from graphql_schema.reference import given_in
from graphql_schema.value_words import VALUES
from portal.access.field_groups import FieldGroup, Level

LEVELS = "|".join(level.name.lower() for level in Level)
WHO = re.compile(rf"\[(?:({'|'.join(READERS)})|({'|'.join(FieldGroup)}), ({LEVELS}))\]$")


def types(door: Door) -> Iterator[GraphQLObjectType | GraphQLInterfaceType]:
    """Every type of ours that has fields."""
    for name, each in door.schema._schema.type_map.items():
        if isinstance(each, GraphQLObjectType | GraphQLInterfaceType) and not name.startswith("__"):
            yield each


def test_every_argument_says_what_it_is(door: Door) -> None:
    bare = [
        f"{each.name}.{field_name}.{name}"
        for each in types(door)
        for field_name, field in each.fields.items()
        for name, argument in field.args.items()
        if not argument.description
    ]
    assert not bare, f"Say in graphql_schema/argument_words.py what these are: {bare}"


def test_every_value_says_what_it_means(door: Door) -> None:
    bare = [
        f"{name}.{value_name}"
        for name, each in door.schema._schema.type_map.items()
        if isinstance(each, GraphQLEnumType) and not name.startswith("__")
        for value_name, value in each.values.items()
        if not value.description
    ]
    assert not bare, f"Say in graphql_schema/value_words.py what these mean: {bare}"


def test_no_words_are_left_of_what_is_gone(door: Door) -> None:
    known = door.schema._schema.type_map
    for name, values in VALUES.items():
        each = known.get(name)
        assert isinstance(each, GraphQLEnumType), f"Take {name} out of graphql_schema/value_words.py."
        assert values.keys() <= each.values.keys(), f"Take {values.keys() - each.values.keys()} of {name} out."
    for address in IN_ONE_FIELD:
        type_name, field_name, argument = address.split(".")
        found = known[type_name]
        assert isinstance(found, GraphQLObjectType)
        assert argument in found.fields[field_name].args, f"Take {address} out of graphql_schema/argument_words.py."


def test_every_field_and_type_says_who_reads_it(door: Door) -> None:
    for each in types(door):
        assert WHO.search(each.description or ""), f"{each.name}: end its description with who reads it."
        if each.name == "Mutation":
            continue
        for name, field in each.fields.items():
            assert WHO.search(field.description or ""), f"{each.name}.{name}: end its description with who reads it."


def test_a_type_says_of_its_readers_what_it_declares(door: Door) -> None:
    for each in types(door):
        planned = declared(each) if isinstance(each, GraphQLObjectType) else None
        found = WHO.search(each.description or "")
        # The inside of a masked field, and a record with a group of its own, name the group.
        if planned is None or planned.root is not None or found is None or found[1] is None:
            continue
        assert found[1] == planned.readers, (
            f"{each.name} is declared for {planned.readers} and described for {found[1]}."
        )


def test_every_type_outside_the_grid_names_its_readers_in_words(door: Door) -> None:
    directives = {
        getattr(getattr(each, "name", None), "value", ""): list(
            given_in(getattr(each, "directives", None) or (), "readBy")
        )
        for each in parse(printed()).definitions
    }
    for name, planned in door.types.items():
        outside = planned.root is None and name != "Query"
        assert len(directives[name]) == outside, (
            f"{name}: declare its readers with one of graphql_schema/need_to_know.py."
        )
        assert all(given["who"].strip() for given in directives[name]), name


def test_every_change_says_who_may_make_it_once_for_people_and_once_for_programs(door: Door) -> None:
    mutation = door.schema._schema.mutation_type
    assert mutation is not None
    [printed_type] = [
        each for each in parse(printed()).definitions if getattr(each, "name", None) and each.name.value == "Mutation"
    ]
    told = {field.name.value: list(given_in(field.directives or (), "doneBy")) for field in printed_type.fields}
    for name, field in mutation.fields.items():
        assert len(told[name]) == 1, f"{name}: declare it with `changing`, which says who may."
        assert (field.description or "").endswith(f" {told[name][0]['who']}."), name
