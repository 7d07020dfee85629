"""Whoever may not ask for the schema is told no name of it that they did not send, however they guess.

The guesses are those of the tools that put a schema together from error messages: words one letter off, fields without
their selection, arguments left out, values of every wrong type, in the document and in its variables.
"""

import json
import re
import secrets
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLObjectType,
    GraphQLSchema,
    get_introspection_query,
    get_named_type,
    is_leaf_type,
)

from graphql_schema import Door
from graphql_schema.introspection import DOES_NOT_FIT, VALUES_DO_NOT_FIT
from portal.access.viewer import Viewer
from portal.db import Database
from tests.factories.audit import lines_since, mark
from tests.factories.cast import Cast, settle_cast
from tests.selection.test_statements import counted

WRONG_VALUES = ("7", '"7"', "7.5", "true", "NOTHING", "{}", "{x: 7}", "[]", "null")
WORD = re.compile(r"[_A-Za-z][_0-9A-Za-z]*")
REPEATED = re.compile(r"must have a selection of subfields. Did you mean '(\w+) { ... }'")


@pytest.fixture(scope="module")
def team(owner: Database, door: Door) -> Cast:
    """Everybody of one partnership; nothing here changes them."""
    return settle_cast(owner, door)


@pytest.fixture(scope="module")
def closed(door: Door) -> Door:
    """A door that tells nobody what the schema is."""
    return Door(door.wall, introspection=False)


@pytest.fixture(scope="module")
def schema(door: Door) -> GraphQLSchema:
    return door.schema._schema


def off(word: str) -> str:
    """The same word one letter off, for which a helpful server would suggest the right one."""
    return word[:-1] if len(word) > 3 else f"{word}x"


def some(many: Iterator[Any], every: int) -> list[Any]:
    """One of so many, another one in each run."""
    return list(islice(many, secrets.randbelow(every), None, every))


def guesses(schema: GraphQLSchema) -> Iterator[str]:
    """Documents that are wrong in one place, for every root field and every field under it."""
    for keyword, root in (("query", schema.query_type), ("mutation", schema.mutation_type)):
        assert root is not None
        for name, field in root.fields.items():
            for wrong in about(name, field):
                yield f"{keyword} {{ {wrong} }}"
    for type_name in schema.type_map:
        yield f"query {{ viewer {{ ... on {off(type_name)} {{ __typename }} }} }}"
        yield f"query($v: {off(type_name)}) {{ __typename }}"


def about(name: str, field: GraphQLField) -> Iterator[str]:
    yield off(name)
    yield name + " { nothingLikeThis }"
    if not is_leaf_type(get_named_type(field.type)):
        yield name
    for argument, declared in field.args.items():
        yield f"{name}({off(argument)}: 7) {{ __typename }}"
        yield f"{name}({argument}: {{nothingLikeThis: 7}}) {{ __typename }}"
        inner = get_named_type(declared.type)
        if isinstance(inner, GraphQLInputObjectType):
            for each in inner.fields:
                yield f"{name}({argument}: {{{off(each)}: 7}}) {{ __typename }}"
                yield f"{name}({argument}: {{{each}: {{nothingLikeThis: 7}}}}) {{ __typename }}"
        if isinstance(inner, GraphQLEnumType):
            for each in inner.values:
                yield f"{name}({argument}: {off(each)}) {{ __typename }}"
    under = get_named_type(field.type)
    if isinstance(under, GraphQLObjectType):
        for each, below in under.fields.items():
            yield f"{name} {{ {off(each)} }}"
            if not is_leaf_type(get_named_type(below.type)):
                yield f"{name} {{ {each} }}"


@pytest.mark.parametrize("signed_in", [False, True])
def test_a_wrong_document_is_answered_in_one_sentence_and_nothing_is_done(
    team: Cast,
    closed: Door,
    schema: GraphQLSchema,
    owner: Database,
    much: Callable[[int, int], int],
    *,
    signed_in: bool,
) -> None:
    viewer, before, tried = team.rowan if signed_in else None, mark(owner), 0
    with counted(closed.wall.database) as sent:
        for document in some(guesses(schema), much(10, 1)):
            execution = closed.execute(document, {}, viewer)
            assert execution.data is None
            assert [error.formatted for error in execution.errors] == [{"message": DOES_NOT_FIT}], document
            tried += 1
    assert tried > much(100, 1_500)
    assert sent == []
    assert lines_since(team.owner, before) == []


def test_values_in_a_document_tell_no_name_either(
    team: Cast, closed: Door, schema: GraphQLSchema, much: Callable[[int, int], int]
) -> None:
    for name, argument in arguments(schema):
        for value in some(iter(WRONG_VALUES), much(4, 1)):
            asked = f"{{ {name}({argument}: {value}) {{ __typename }} }}"
            assert names_told(closed, asked, {}, team.rowan, schema) <= set(), asked


def test_variables_tell_no_name_either(
    team: Cast, closed: Door, schema: GraphQLSchema, much: Callable[[int, int], int]
) -> None:
    tried, every = 0, much(20, 1)
    for root in (schema.query_type, schema.mutation_type):
        assert root is not None
        for name, field in root.fields.items():
            for argument, declared in field.args.items():
                keyword = "query" if root is schema.query_type else "mutation"
                text = f"{keyword}($v: {declared.type}) {{ {name}({argument}: $v) {{ __typename }} }}"
                for value in some(wrong_variables(get_named_type(declared.type)), every):
                    told = names_told(closed, text, {"v": value}, team.rowan, schema)
                    assert told == set(), (text, value, told)
                    tried += 1
    assert tried > much(60, 600)


def arguments(schema: GraphQLSchema) -> Iterator[tuple[str, str]]:
    assert schema.query_type is not None
    for name, field in schema.query_type.fields.items():
        yield from ((name, argument) for argument in field.args)


def wrong_variables(declared: Any) -> Iterator[Any]:
    yield from (7, "7", 7.5, True, None, [], {}, {"nothingLikeThis": 7}, [{"nothingLikeThis": 7}])
    if isinstance(declared, GraphQLInputObjectType):
        for each in declared.fields:
            yield {off(each): 7}
            yield {each: {"nothingLikeThis": 7}}
    if isinstance(declared, GraphQLEnumType):
        yield from (off(each) for each in declared.values)


def names_told(
    door: Door, document: str, variables: dict[str, Any], viewer: Viewer | None, schema: GraphQLSchema
) -> set[str]:
    """The names of the schema that the errors of an answer say, and that did not stand in what was sent."""
    execution = door.execute(document, variables, viewer)
    said = [error.message for error in execution.errors if error.message not in {DOES_NOT_FIT, VALUES_DO_NOT_FIT}]
    assert not any("Did you mean" in each for each in said)
    told = {word for each in said for word in WORD.findall(each)}
    return (told & names(schema)) - set(WORD.findall(document + json.dumps(variables)))


def names(schema: GraphQLSchema) -> set[str]:
    """Every name that can be told from an ordinary word: with a capital inside, or of a type."""
    found = set(schema.type_map)
    for each in schema.type_map.values():
        if isinstance(each, GraphQLEnumType):
            found |= set(each.values)
        for name, field in getattr(each, "fields", {}).items():
            found |= {name, *getattr(field, "args", {})}
    return {name for name in found if not name.startswith("__") and not name.islower()}


@pytest.mark.parametrize(
    "document",
    [
        get_introspection_query(),
        "{ __schema { queryType { name } } }",
        '{ __type(name: "Flag") { fields { name } } }',
        'query A { viewer { role } } query B { ...b } fragment b on Query { x: __type(name: "A") { kind } }',
    ],
)
def test_the_schema_is_not_told(team: Cast, closed: Door, door: Door, document: str) -> None:
    for refusing, viewer in ((closed, team.rowan), (closed, None), (door, None)):
        execution = refusing.execute(document, {}, viewer)
        assert execution.data is None
        assert {error.message for error in execution.errors} <= {"The schema is not told here.", DOES_NOT_FIT}
    if "query B" not in document:
        assert door.execute(document, {}, team.rowan).data is not None


def test_right_documents_are_answered_as_ever(team: Cast, closed: Door) -> None:
    assert closed.execute("{ viewer { __typename role } }", {}, team.rowan).data == {
        "viewer": {"__typename": "Viewer", "role": "OFFICER"}
    }


def test_nothing_is_suggested_where_the_schema_may_be_asked_for(
    team: Cast, door: Door, schema: GraphQLSchema, much: Callable[[int, int], int]
) -> None:
    for document in some(guesses(schema), much(100, 10)):
        told = " ".join(error.message for error in door.execute(document, {}, team.rowan).errors)
        assert told
        # What it says of a field without its selection repeats the field that was sent.
        assert "Did you mean" not in REPEATED.sub("", told)
    wrong = door.execute(
        "query($v: Role!) { viewer { role } x: __type(name: $v) { name } }", {"v": "OFFICE"}, team.rowan
    )
    assert "Did you mean" not in str(wrong.errors)
