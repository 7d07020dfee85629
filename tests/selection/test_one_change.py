"""An operation makes one change, however it is written."""

from graphql import parse, specified_rules, validate

from graphql_schema import Door
from graphql_schema.one_change import OneChangeRule

TAKE = "startTriage(input: $input) { __typename }"
HEAD = "mutation Two($input: StartTriageInput!)"


def refusals(door: Door, document: str) -> list[str]:
    found = validate(door.schema._schema, parse(document), [*specified_rules, OneChangeRule])
    return [error.message for error in found]


def test_two_changes_are_refused_side_by_side_and_through_fragments(door: Door) -> None:
    two = "An operation makes one change: send each mutation on its own."
    assert refusals(door, f"{HEAD} {{ {TAKE} }}") == []
    assert refusals(door, f"{HEAD} {{ a: {TAKE} b: {TAKE} }}") == [two]
    assert refusals(door, f"{HEAD} {{ ...One b: {TAKE} }} fragment One on Mutation {{ a: {TAKE} }}") == [two]
    assert refusals(door, f"{HEAD} {{ ... {{ a: {TAKE} }} ... on Mutation {{ b: {TAKE} }} }}") == [two]


def test_a_chain_of_fragments_that_doubles_sixty_times_is_answered(door: Door) -> None:
    links = "\n".join(f"fragment F{n} on Mutation {{ ...F{n + 1} ...F{n + 1} }}" for n in range(60))
    document = f"{HEAD} {{ ...F0 }}\n{links}\nfragment F60 on Mutation {{ {TAKE} }}"
    assert refusals(door, document) == ["An operation makes one change: send each mutation on its own."]


def test_a_cycle_of_fragments_is_refused_and_ends(door: Door) -> None:
    document = f"{HEAD} {{ ...F }} fragment F on Mutation {{ ...G {TAKE} }} fragment G on Mutation {{ ...F }}"
    assert any("itself" in message for message in refusals(door, document))
