"""The same plan is the same bytes everywhere, and whatever is changed in it changes the hash and names the place."""

import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from random import Random
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from portal.plans.document import (
    PlanDocument,
    canonical,
    clause_hash,
    content_hash,
    document_of,
    exact,
    leaves,
    leaves_of,
    merkle_root,
    money_hash,
)
from tests.plans.documents import CONTRIBUTIONS, DOCUMENTS, clause, pays, plan, scheme

Path = tuple[str | int, ...]


def test_the_bytes_are_those_of_the_canonical_form_s_own_examples() -> None:
    # RFC 8785, sections 3.2.2.2 and 3.2.3: how strings are written, and the order of names by their UTF-16 units.
    assert rfc8785.dumps('\u20ac$\x0f\nA\'B"\\\\"/') == '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'.encode()
    names = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\x80", "\xf6"]
    read = json.loads(rfc8785.dumps(dict.fromkeys(names, 0)))
    assert list(read) == ["\r", "1", "\x80", "\xf6", "\u20ac", "\U0001f600", "\ufb33"]


@given(DOCUMENTS)
def test_who_has_no_library_for_the_canonical_form_writes_the_same_bytes(document: PlanDocument) -> None:
    content = canonical(document)

    plain = json.dumps(json.loads(content), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert plain.encode() == content


@given(DOCUMENTS)
def test_a_document_comes_back_whole_from_its_bytes(document: PlanDocument) -> None:
    assert document_of(canonical(document)) == document


@given(DOCUMENTS)
def test_the_leaves_can_be_computed_from_the_bytes_alone(document: PlanDocument) -> None:
    alone = leaves_of(json.loads(canonical(document)))

    assert alone == leaves(document)
    assert len({leaf.name for leaf in alone}) == len(alone)


@given(DOCUMENTS)
def test_no_figure_of_a_document_can_be_rounded(document: PlanDocument) -> None:
    def refuse(figure: str) -> None:
        raise AssertionError(figure)

    json.loads(canonical(document), parse_float=refuse)


@given(DOCUMENTS, st.data())
def test_a_change_of_any_value_changes_the_hash_and_exactly_the_leaf_that_names_its_place(
    document: PlanDocument, data: st.DataObject
) -> None:
    before = json.loads(canonical(document))
    path, value = data.draw(st.sampled_from(list(values(before))))
    after = put(before, path, other(value))

    assert content_hash(rfc8785.dumps(after)) != content_hash(canonical(document))
    assert changed(before, after) == {place(path)}
    assert merkle_root(leaves_of(before)) != merkle_root(leaves_of(after))


@given(DOCUMENTS, st.data())
def test_a_value_added_anywhere_is_in_a_leaf_too(document: PlanDocument, data: st.DataObject) -> None:
    before = json.loads(canonical(document))
    paths = [(), *(path for path, value in nodes(before) if isinstance(value, dict))]
    path = data.draw(st.sampled_from(paths))
    after = put(before, (*path, "unforeseen"), "something")

    assert changed(before, after) == {place((*path, "unforeseen"))}


def test_two_places_that_change_what_they_hold_are_both_named() -> None:
    document = plan(clauses=(clause("G1", "One."), clause("G2", "Two.")))
    before = json.loads(canonical(document))
    after = put(put(before, ("clauses", 0), before["clauses"][1]), ("clauses", 1), before["clauses"][0])

    assert changed(before, after) == {"clause G1", "clause G2"}


def test_what_a_clause_says_has_one_hash_wherever_it_stands() -> None:
    assert clause_hash("MONEY", "Who pays", "Both.") == clause_hash("MONEY", "Who pays", "Both.")
    others = [("GENERAL", "Who pays", "Both."), ("MONEY", "Who pay", "sBoth."), ("MONEY", "Who pays", "Both. ")]
    assert clause_hash("MONEY", "Who pays", "Both.") not in {clause_hash(*each) for each in others}


@given(st.lists(CONTRIBUTIONS, min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_the_same_money_has_the_same_hash_in_any_order_and_under_any_keys(shares: list[Any], chance: Random) -> None:
    shuffled = [replace(share, key=shares[0].key) for share in shares]
    chance.shuffle(shuffled)

    assert money_hash(shuffled) == money_hash(shares)


@pytest.mark.parametrize(
    "changes",
    [{"amount": "40000.01"}, {"year": 2013}, {"route": "IN_KIND"}, {"condition": "Only once."}],
    ids=lambda changes: next(iter(changes)),
)
def test_other_money_has_another_hash(changes: dict[str, Any]) -> None:
    share = pays("PCT")

    assert money_hash([replace(share, **changes)]) != money_hash([share])
    assert money_hash([replace(share, agency=pays("LA").agency)]) != money_hash([share])
    assert money_hash([]) != money_hash([share])


def test_places_are_named_as_people_know_them() -> None:
    document = plan(scheme(pays("PCT")), clauses=(clause("G1", "Words."),))

    assert [leaf.name for leaf in leaves(document)] == [
        "plan", "period", "parties", "clause G1", "scheme 1", "scheme 1 money", "scheme 1 clause 1.1",
        "scheme 1 milestones", "scheme 1 measures", "standards",
    ]  # fmt: skip


def test_a_figure_has_two_places_and_one_with_more_is_refused() -> None:
    assert [exact(Decimal(figure)) for figure in ("80000", "80000.5", "0.01", "1E+5")] == [
        "80000.00", "80000.50", "0.01", "100000.00",
    ]  # fmt: skip
    with pytest.raises(ValueError, match="two places"):
        exact(Decimal("0.005"))


def nodes(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Everything in a document below the document itself, with the way to it."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in items:
        yield (*path, name), inner
        yield from nodes(inner, (*path, name))


def values(document: Any) -> Iterator[tuple[Path, Any]]:
    return ((path, value) for path, value in nodes(document) if not isinstance(value, dict | list))


def put(document: Any, path: Path, value: Any) -> Any:
    """A copy of a document with something else at the end of the way."""
    copy = json.loads(json.dumps(document))
    inner = copy
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] = value
    return copy


def other(value: Any) -> Any:
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case str():
            return value + "."
    return "something"


def changed(before: Any, after: Any) -> set[str]:
    one, two = leaves_of(before), leaves_of(after)
    return {leaf.name for leaf in {*one} ^ {*two}}


def place(path: Path) -> str:  # noqa: PLR0911  one answer for each place
    """The name of the leaf that a value is under, told without asking the product."""
    match path:
        case ("starts_on" | "ends_on", *_):
            return "period"
        case ("parties", *_):
            return "parties"
        case ("clauses", int(at), *_):
            return f"clause G{at + 1}"
        case ("schemes", int(at), "contributions", *_):
            return f"scheme {at + 1} money"
        case ("schemes", int(at), "clauses", int(number), *_):
            return f"scheme {at + 1} clause {at + 1}.{number + 1}"
        case ("schemes", int(at), ("milestones" | "measures") as part, *_):
            return f"scheme {at + 1} {part}"
        case ("schemes", int(at), *_):
            return f"scheme {at + 1}"
        case ("standards" | "template", *_):
            return "standards"
        case ("evidence", int(at), *_):
            return f"evidence {at + 1}"
    return "plan"
