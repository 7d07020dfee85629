"""A request may ask for so much and no more, however it is written; a refusal says which limit and how far past it."""

from dataclasses import asdict
from typing import Any

import pytest
from graphql import OperationDefinitionNode, get_operation_ast, parse

from frontend.documents import ROOM, document
from graphql_schema import Door
from graphql_schema.door import MOST_ERRORS
from graphql_schema.limits import LIMITS, WORDS, measure
from graphql_schema.schema import assemble
from portal.db import Database
from tests.factories.cast import Cast, settle_cast
from tests.factories.snapshot import changed, snapshot
from tests.selection.test_statements import counted

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
    # Comparing each of them with every other took a second.
    "repeats": "{ viewer { " + "agency { name } " * 700 + "} }",
    "repeats of few fields under few fields": "{ viewer { "
    + ("membership { " + "agency { name } " * 8 + "} ") * 8
    + "} }",
    "repeats through fragments": "{ viewer { " + "...a " * 40 + "} } fragment a on Viewer { role }",
    "page_size": "{ flags(first: 101) { edges { node { id } } } }",
    "page_size of the last": "{ flags(last: 2000000000) { edges { node { id } } } }",
    "page_size under a record": "{ viewer { partnership { members(first: 1000) { edges { node { id } } } } } }",
    "cost of counting": "{ flags { totalCount(atMost: 100000000) { value } } }",
}


@pytest.fixture(scope="module")
def team(owner: Database, door: Door) -> Cast:
    """Everybody of one partnership; nothing here changes them."""
    return settle_cast(owner, door)


@pytest.mark.parametrize("name", TOO_MUCH)
def test_too_much_is_refused_before_any_work_and_says_which_limit(team: Cast, name: str) -> None:
    with counted(team.door.wall.database) as sent:
        execution = team.try_to_ask(team.rowan, TOO_MUCH[name])
    assert sent == []
    assert execution.data is None
    assert execution.cause is None
    [error] = execution.errors
    assert error.extensions is not None
    assert error.extensions["limit"] == name.partition(" ")[0]
    assert f"{error.extensions['allowed']:,}" in error.message
    assert "asked" not in error.extensions or f"{error.extensions['asked']:,}" in error.message
    assert len(error.message) < 200


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


@pytest.mark.parametrize("end", ["...nothing", "...f0"])
def test_fragments_that_lead_to_no_field_are_not_followed_without_end(cast: Cast, end: str) -> None:
    doubling = " ".join(f"fragment f{place} on Query {{ ...f{place + 1} ...f{place + 1} }}" for place in range(200))
    execution = cast.try_to_ask(cast.rowan, f"{{ ...f0 }} {doubling} fragment f200 on Query {{ {end} }}")
    assert execution.data is None
    assert (execution.errors[0].extensions or {})["limit"] == "fields"


def test_a_page_size_in_a_variable_counts_as_sent(cast: Cast) -> None:
    text = (
        "query($n: Int = 1) { flags(first: $n) { edges { node { shares(first: $n) { edges { node { id state"
        " toAgency { name kind { code } } fromAgency { kind { code } } withheld { clause { number } } } } } } } } }"
    )
    small = cast.try_to_ask(cast.rowan, text, n=2)
    assert small.errors == []
    assert small.extensions["cost"]["requested"] < 100
    for n, limit in ((100, "cost"), (101, "page_size"), (10**30, "page_size")):
        large = cast.try_to_ask(cast.rowan, text, n=n)
        assert large.data is None
        assert large.errors[0].extensions is not None
        assert large.errors[0].extensions["limit"] == limit
        # A refusal says what it would have cost, too.
        assert large.extensions["cost"]["requested"] > LIMITS.cost
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


def test_every_limit_is_met_by_a_document() -> None:
    over_http_or_by_the_clock = {"request_bytes", "seconds"}
    assert (
        {name.partition(" ")[0] for name in TOO_MUCH} | over_http_or_by_the_clock == set(WORDS) == set(asdict(LIMITS))
    )


def test_of_many_mistakes_as_many_are_told_as_somebody_mends_at_once(team: Cast) -> None:
    wrong = "mutation { raiseFlag(input: {" + " ".join(f"x{n}: 1" for n in range(900)) + "}) { __typename } }"
    assert len(team.try_to_ask(team.rowan, wrong).errors) <= MOST_ERRORS + 1
    text = "mutation($input: RaiseFlagInput!) { raiseFlag(input: $input) { __typename } }"
    assert len(team.try_to_ask(team.rowan, text, input={f"x{n}": n for n in range(9_000)}).errors) <= MOST_ERRORS + 1


def test_what_is_refused_is_not_in_the_audit_as_read(cast: Cast, owner: Database) -> None:
    before = snapshot(owner)
    cast.try_to_ask(cast.rowan, doubled(40))
    assert changed(before, snapshot(owner)) == {}
