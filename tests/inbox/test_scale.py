"""With thousands of flags in view a page of a worklist reads no more than a page: the plans say so, not a clock."""

from collections.abc import Iterator
from typing import Any

import pytest

from portal.operations.embedded import EmbeddedServer
from tests.factories.cast import Cast, settle_cast
from tests.factories.scratch import scratch
from tests.inbox.crowd import crowd
from tests.inbox.plans import Cost, cost

FLAGS, PAGE = 3000, 50
# A page and one row more, each looked up in the few disclosure rows of its flag: far below the flags in view.
MOST_ROWS = 700
PAGES = """query($filter: FlagFilter, $order: FlagOrder, $first: Int, $after: String, $last: Int) {
  flags(filter: $filter, order: $order, first: $first, after: $after, last: $last) {
    pageInfo { startCursor endCursor hasNextPage } edges { node { id } }
  }
}"""
COUNT = "query($filter: FlagFilter) { flags(filter: $filter, first: 1) { totalCount(atMost: 99) { value more } } }"
DUE, NEWEST = {"field": "DUE_AT", "direction": "ASC"}, {"field": "RAISED_AT", "direction": "DESC"}
LISTS: list[tuple[str, dict[str, Any], dict[str, str]]] = [
    *(("morgan", {"queue": queue}, order) for queue in ("TO_TRIAGE", "OVERDUE", "MINE", "FEEDBACK_OWED")
      for order in (DUE, NEWEST)),
    ("morgan", {"states": ["SHARED"]}, NEWEST),
    ("morgan", {"states": ["NFA", "SHARED"]}, NEWEST),
    ("morgan", {}, NEWEST),
    *(("sam", {"queue": queue}, order) for queue in ("AWAITING_OUR_ANSWER", "FEEDBACK_OWED")
      for order in (DUE, NEWEST)),
    ("sam", {"queue": "SHARED_WITH_US"}, NEWEST),
    ("dee", {"queue": "OVERDUE"}, DUE),
    ("rowan", {"queue": "RAISED_BY_ME"}, NEWEST),
]  # fmt: skip
RARE: list[dict[str, Any]] = [
    {"concernCodes": ["SELF_HARM"]}, {"urgencies": ["IMMEDIATE"]}, {"heldBy": "ME"}, {"due": "OVERDUE"},
    {"urgencies": ["IMMEDIATE"], "heldBy": "ME"}, {"concernCodes": ["NOTHING"]},
]  # fmt: skip


@pytest.fixture(scope="module")
def busy(server: EmbeddedServer, template: str) -> Iterator[Cast]:
    """A partnership with thousands of flags, in a database of its own."""
    with scratch(server, template) as own:
        cast = settle_cast(own.owner, own.door)
        crowd(own.owner, cast, FLAGS)
        yield cast


@pytest.mark.parametrize(("who", "narrowed", "order"), LISTS, ids=str)
def test_the_first_the_middle_and_the_last_page_read_a_page(
    busy: Cast,
    who: str,
    narrowed: dict[str, Any],
    order: dict[str, str],
) -> None:
    viewer, asked = busy.viewers[who], {"filter": narrowed, "order": order}
    cursor = _far_in(busy, who, asked)
    pages: dict[str, dict[str, Any]] = {
        "first": {"first": PAGE},
        "far in": {"first": PAGE, "after": cursor},
        "last": {"last": PAGE},
    }
    for name, window in pages.items():
        found = cost(busy, viewer, PAGES, **asked, **window)
        assert found.rows <= MOST_ROWS, f"{name}: {found}"
        assert found.passed_over <= MOST_ROWS, f"{name}: {found}"
    counted = cost(busy, viewer, COUNT, filter=narrowed)
    # A hundred are counted and no more, so twice a page.
    assert max(counted.rows, counted.passed_over) <= 2 * MOST_ROWS, counted


def _far_in(busy: Cast, who: str, asked: dict[str, Any]) -> str:
    after, cursor = None, ""
    for _ in range(5):
        page = busy.ask(busy.viewers[who], PAGES, first=100, after=after, **asked)["flags"]["pageInfo"]
        after = page["endCursor"]
        cursor = page["startCursor"] or cursor
        if not page["hasNextPage"]:
            break
    return cursor


@pytest.mark.parametrize("given", RARE, ids=str)
def test_a_filter_passes_over_what_waits_in_an_index_and_reads_no_flag_it_does_not_show(
    busy: Cast, given: dict[str, Any]
) -> None:
    for order in (DUE, NEWEST):
        asked = {"filter": {"queue": "TO_TRIAGE"} | given, "order": order}
        found: Cost = cost(busy, busy.morgan, PAGES, first=PAGE, **asked)
        assert found.rows <= MOST_ROWS, found
        # Half of the flags wait; what is done with is not even passed over.
        assert found.passed_over <= FLAGS / 2 + MOST_ROWS, found
