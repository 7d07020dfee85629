"""A request may ask for so much and no more, however it is written; a refusal says which limit and how far past it."""

from typing import Any

import pytest
from graphql import OperationDefinitionNode, get_operation_ast, parse

from frontend.documents import ROOM, document
from graphql_schema.limits import LIMITS, measure
from graphql_schema.schema import assemble
from portal.db import Database
from tests.factories.cast import Cast
from tests.factories.snapshot import changed, snapshot

# Files of fragments alone are measured with the pages that use them.
PAGES = sorted(
    path.relative_to(ROOM).as_posix()
    for path in ROOM.rglob("*.graphql")
    if any(isinstance(each, OperationDefinitionNode) for each in parse(path.read_text(encoding="utf-8")).definitions)
)
# Three times the work of any page still fits, so that a limit is met by accident only in a very large document.
ROOM_TO_SPARE = 3


def doubled(times: int) -> str:
    """A short document that expands to 2 to the power of `times` fields."""
    spreads = [f"fragment f{n} on Flag {{ ...f{n + 1} ...f{n + 1} }}" for n in range(times)]
    return "{ flags { edges { node { ...f0 } } } } " + " ".join(spreads) + f" fragment f{times} on Flag {{ id }}"


def nested(levels: int) -> str:
    """Partnerships of flags of partnerships, as deep as asked for."""
    return "{ flags { edges { node " + "{ partnership " * levels + "{ id }" + " }" * levels + " } } }"


TOO_MUCH = {
    "tokens": "{ viewer { " + "role " * 5_000 + "} }",
    "depth": nested(30),
    "depth through fragments": "{ viewer { ...a0 } } "
    + " ".join(f"fragment a{n} on Viewer {{ membership {{ agency {{ name }} }} ...a{n + 1} }}" for n in range(5))
    + "fragment a5 on Viewer { agency { kind { "
    + "display { " * 30
    + "x"
    + " }" * 30
    + " } } }",
    "root_fields": "{ " + " ".join(f"a{n}: viewer {{ role }}" for n in range(30)) + " }",
    "root_fields through fragments": "{ ...r ...r ...r } fragment r on Query { "
    + " ".join(f"a{n}: viewer {{ role }}" for n in range(10))
    + " }",
    "aliases": "{ viewer { " + " ".join(f"a{n}: role" for n in range(100)) + " } }",
    "aliases through fragments": "{ viewer { "
    + "...many " * 10
    + "} } fragment many on Viewer { "
    + " ".join(f"a{n}: role" for n in range(10))
    + " }",
    "directives": "{ viewer { role " + "@include(if: true) " * 100 + "} }",
    "cost of pages in pages": "{ flags(first: 100) { edges { node { shares(first: 100) { edges { node { id "
    "toAgency { kind { code } } withheld { fields clause { number } } } } } } } } }",
    "fields through doubling fragments": doubled(40),
    "cost of counting": "{ flags { totalCount(atMost: 100000000) { value } } }",
}


@pytest.mark.parametrize("name", TOO_MUCH)
def test_too_much_is_refused_and_says_which_limit(cast: Cast, name: str) -> None:
    before = snapshot(cast.owner)
    execution = cast.try_to_ask(cast.rowan, TOO_MUCH[name])
    assert execution.data is None
    assert execution.cause is None
    [error] = execution.errors
    assert error.extensions is not None
    assert error.extensions["limit"] == name.partition(" ")[0]
    assert f"{error.extensions['allowed']:,}" in error.message
    assert len(error.message) < 200
    assert changed(before, snapshot(cast.owner)) == {}


def test_the_deepest_documents_break_nothing(cast: Cast) -> None:
    for text in ("{a" * 1_900, "{ a(b: " + "[" * 3_000, "{a" * 50_000, "query(" + "$a: [" * 900):
        execution = cast.try_to_ask(cast.rowan, text)
        assert execution.data is None
        assert execution.cause is None
        assert execution.errors


def test_a_cycle_of_fragments_ends(cast: Cast) -> None:
    execution = cast.try_to_ask(
        cast.rowan, "{ viewer { ...a } } fragment a on Viewer { role ...b } fragment b on Viewer { ...a }"
    )
    assert execution.data is None
    assert "fragment" in execution.errors[0].message.lower()


def test_a_page_size_in_a_variable_counts_as_sent(cast: Cast) -> None:
    text = (
        "query($n: Int = 1) { flags(first: $n) { edges { node { shares(first: $n) { edges { node { id state"
        " toAgency { name kind { code } } fromAgency { kind { code } } withheld { clause { number } } } } } } } } }"
    )
    small = cast.try_to_ask(cast.rowan, text, n=2)
    assert small.errors == []
    assert small.extensions["cost"]["requested"] < 100
    large = cast.try_to_ask(cast.rowan, text, n=100)
    assert large.data is None
    assert large.errors[0].extensions is not None
    assert large.errors[0].extensions["limit"] == "cost"
    left_out = cast.try_to_ask(cast.rowan, text)
    assert left_out.extensions["cost"]["requested"] < small.extensions["cost"]["requested"]


def test_every_answer_says_what_it_cost(cast: Cast) -> None:
    one = cast.try_to_ask(cast.rowan, "{ flags(first: 10) { edges { node { id } } } }")
    two = cast.try_to_ask(cast.rowan, "{ flags(first: 20) { edges { node { id } } } }")
    assert one.extensions["cost"] == {"requested": 1 + 10 * 2, "limit": LIMITS.cost}
    assert two.extensions["cost"]["requested"] == 1 + 20 * 2


@pytest.mark.parametrize("page", PAGES)
def test_every_page_of_the_portal_fits_several_times(page: str) -> None:
    schema = assemble()[0]._schema
    question = document(page)
    parsed = parse(question.text)
    operation = get_operation_ast(parsed, question.name)
    assert operation is not None
    asked: Any = measure(schema, parsed, operation)
    assert asked.cost * ROOM_TO_SPARE <= LIMITS.cost, asked
    assert asked.depth <= LIMITS.depth - 4, asked
    assert asked.fields * ROOM_TO_SPARE <= LIMITS.fields, asked
    assert asked.aliases * 2 <= LIMITS.aliases, asked


def test_what_is_refused_is_not_in_the_audit_as_read(cast: Cast, owner: Database) -> None:
    before = snapshot(owner)
    cast.try_to_ask(cast.rowan, doubled(40))
    assert changed(before, snapshot(owner)) == {}
