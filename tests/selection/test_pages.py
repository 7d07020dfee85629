"""A list is walked to its end, either way, without a gap and without meeting anything twice."""

from typing import Any

import pytest

from portal.access.viewer import Viewer
from tests.factories.cast import Cast
from tests.factories.flags import raised, shared, taken
from tests.selection.conftest import FLAGS, Pile

WALK = """
query Walk($first: Int, $after: String, $last: Int, $before: String, $direction: OrderDirection!) {
  flags(order: {field: RAISED_AT, direction: $direction}, first: $first, after: $after, last: $last, before: $before) {
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    edges { cursor node { reference } }
  }
}
"""
TOTAL = "query($atMost: Int!) { flags { totalCount(atMost: $atMost) { value more } } }"


def walk(cast: Cast, viewer: Viewer, *, size: int, direction: str, backward: bool) -> list[list[str]]:
    """Every page of a viewer's flags in the order they were turned, each as it was answered."""
    pages: list[list[str]] = []
    cursor = None
    while True:
        asked: dict[str, Any] = {"last": size, "before": cursor} if backward else {"first": size, "after": cursor}
        found = cast.ask(viewer, WALK, direction=direction, **asked)["flags"]
        pages.append([edge["node"]["reference"] for edge in found["edges"]])
        info = found["pageInfo"]
        assert [info["startCursor"], info["endCursor"]] == [found["edges"][0]["cursor"], found["edges"][-1]["cursor"]]
        # Where the walk came from there is more, unless it has only begun.
        assert info["hasNextPage" if backward else "hasPreviousPage"] is (cursor is not None)
        if not info["hasPreviousPage" if backward else "hasNextPage"]:
            return pages
        cursor = info["startCursor" if backward else "endCursor"]


@pytest.mark.parametrize("direction", ["ASC", "DESC"])
@pytest.mark.parametrize("size", [9, 40])
def test_both_ways_through_meet_every_flag_once_in_one_order(pile: Pile, size: int, direction: str) -> None:
    there = walk(pile.cast, pile.cast.morgan, size=size, direction=direction, backward=False)
    back = walk(pile.cast, pile.cast.morgan, size=size, direction=direction, backward=True)
    forwards = [reference for page in there for reference in page]
    assert len(forwards) == FLAGS
    assert set(forwards) == pile.references
    assert [reference for page in reversed(back) for reference in page] == forwards
    assert all(len(page) == size for page in there[:-1])


def test_the_opposite_direction_is_the_opposite_order(pile: Pile) -> None:
    [up], [newest, oldest] = (
        walk(pile.cast, pile.cast.rowan, size=100, direction="ASC", backward=False)[:1],
        walk(pile.cast, pile.cast.rowan, size=100, direction="DESC", backward=False),
    )
    assert up == [*newest, *oldest][::-1][:100]


def test_a_flag_that_reaches_a_viewer_twice_stands_in_the_list_once_at_its_newest(cast: Cast) -> None:
    twice = raised(cast, cast.sam)
    once = raised(cast, cast.sam)
    shared(cast, taken(cast, twice))
    for backward in (False, True):
        found = walk(cast, cast.sam, size=1, direction="DESC", backward=backward)
        pages = found[::-1] if backward else found
        assert pages == [[twice["reference"]], [once["reference"]]]
    assert cast.ask(cast.sam, TOTAL, atMost=100)["flags"]["totalCount"] == {"value": 2, "more": False}


@pytest.mark.parametrize(("at_most", "value", "more"), [(1, 1, True), (99, 99, True), (100, 100, True)])
def test_a_total_is_counted_up_to_what_was_asked(pile: Pile, at_most: int, value: int, more: bool) -> None:  # noqa: FBT001
    found = pile.cast.ask(pile.cast.rowan, TOTAL, atMost=at_most)["flags"]["totalCount"]
    assert found == {"value": value, "more": more}


def test_a_total_that_is_small_is_exact(pile: Pile) -> None:
    assert pile.cast.ask(pile.cast.ines, TOTAL, atMost=100)["flags"]["totalCount"]["more"] is False
    assert pile.cast.ask(pile.cast.ari, TOTAL, atMost=1)["flags"]["totalCount"] == {"value": 0, "more": False}


def test_a_page_that_was_not_asked_for_a_size_has_twenty(pile: Pile) -> None:
    found = pile.cast.ask(pile.cast.rowan, "{ flags { edges { cursor } pageInfo { hasNextPage } } }")["flags"]
    assert (len(found["edges"]), found["pageInfo"]["hasNextPage"]) == (20, True)


@pytest.mark.parametrize(
    "arguments",
    [
        "first: 0", "first: -1", "first: 101", "last: 0", "last: 101", "first: 2147483647", "first: 1, last: 1",
        'after: "x"', 'first: 1, after: ""', 'last: 1, after: "x"', 'first: 1, before: "x"', 'first: 1, after: "AAAA"',
    ],
)  # fmt: skip
def test_a_page_that_cannot_be_is_refused_with_a_sentence(pile: Pile, arguments: str) -> None:
    for document in (
        f"{{ flags({arguments}) {{ edges {{ cursor }} }} }}",
        f"{{ viewer {{ partnership {{ members({arguments}) {{ edges {{ cursor }} }} }} }} }}",
    ):
        execution = pile.cast.try_to_ask(pile.cast.rowan, document)
        assert execution.cause is None
        assert len(execution.errors) == 1
        assert execution.errors[0].message.endswith(".")


@pytest.mark.parametrize("at_most", [0, -1, 101])
def test_a_count_that_cannot_be_is_refused_with_a_sentence(pile: Pile, at_most: int) -> None:
    execution = pile.cast.try_to_ask(pile.cast.rowan, TOTAL, atMost=at_most)
    assert execution.cause is None
    assert [error.message for error in execution.errors] == ["Count up to a number from 1 to 100."]


def test_a_cursor_opens_only_the_kind_of_list_it_was_given_for(pile: Pile) -> None:
    cursors = """{
      agencies(first: 1) { pageInfo { endCursor } } concepts(vocabulary: "concern", first: 1) { pageInfo { endCursor } }
      partnerships(first: 1) { pageInfo { endCursor } }
    }"""
    for found in pile.cast.ask(pile.cast.rowan, cursors).values():
        cursor = found["pageInfo"]["endCursor"]
        execution = pile.cast.try_to_ask(pile.cast.rowan, WALK, first=1, after=cursor, direction="DESC")
        assert execution.cause is None
        assert [error.message for error in execution.errors] == ["That cursor does not belong to this list."]


@pytest.mark.parametrize("field", ["transitions", "feedback", "shares"])
def test_a_list_inside_a_record_is_walked_the_same_way(pile: Pile, field: str) -> None:
    document = f"""
    query($id: ID!, $first: Int, $after: String, $last: Int, $before: String) {{
      flag(by: {{id: $id}}) {{
        {field}(first: $first, after: $after, last: $last, before: $before) {{
          totalCount {{ value more }} pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }}
          edges {{ node {{ id }} }}
        }}
      }}
    }}
    """
    found: dict[bool, list[str]] = {True: [], False: []}
    for backward in found:
        cursor, more = None, True
        while more:
            asked: dict[str, Any] = {"last": 1, "before": cursor} if backward else {"first": 1, "after": cursor}
            page = pile.cast.ask(pile.cast.morgan, document, id=pile.shared_id, **asked)["flag"][field]
            found[backward] += [edge["node"]["id"] for edge in page["edges"]]
            more = page["pageInfo"]["hasPreviousPage" if backward else "hasNextPage"]
            cursor = page["pageInfo"]["startCursor" if backward else "endCursor"]
            assert page["totalCount"]["more"] is False
    assert found[False] == found[True][::-1]
    assert len(set(found[False])) == len(found[False]) == page["totalCount"]["value"]


def test_reference_lists_are_walked_the_same_way(pile: Pile) -> None:
    document = """
    query($first: Int, $after: String, $last: Int, $before: String) {
      agencies(first: $first, after: $after, last: $last, before: $before) {
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { node { id name } }
      }
    }
    """
    ways: dict[bool, list[str]] = {True: [], False: []}
    for backward in ways:
        cursor, more = None, True
        while more:
            asked: dict[str, Any] = {"last": 100, "before": cursor} if backward else {"first": 100, "after": cursor}
            page = pile.cast.ask(pile.cast.rowan, document, **asked)["agencies"]
            ids = [edge["node"]["id"] for edge in page["edges"]]
            ways[backward] += ids[::-1] if backward else ids
            more = page["pageInfo"]["hasPreviousPage" if backward else "hasNextPage"]
            cursor = page["pageInfo"]["startCursor" if backward else "endCursor"]
    assert ways[False] == ways[True][::-1]
    assert len(set(ways[False])) == len(ways[False]) > 150
