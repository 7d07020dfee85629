"""The ways to a flag: through lists, by id, by reference, as a node, nested in others, and by SQL behind the wall."""

from collections.abc import Mapping
from random import Random
from typing import Any

from sqlalchemy import text

from portal.access.context import Wall
from portal.access.viewer import Viewer
from tests.factories.cast import Cast

PLAIN = "id reference state version fact urgency viewerDueAt"
LIST = f"""
query Listed($filter: FlagFilter, $order: FlagOrder, $first: Int, $after: String, $last: Int, $before: String) {{
  flags(filter: $filter, order: $order, first: $first, after: $after, last: $last, before: $before) {{
    totalCount {{ value }} pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }}
    edges {{ node {{
      {PLAIN} raisedByAgency {{ id }} ward {{ id }} concerns {{ code }} triagedBy {{ __typename }}
      subject {{ ... on Person {{ id }} }} mergedInto {{ id }} shares(first: 20) {{ edges {{ node {{ id }} }} }}
      mergedFlags(first: 20) {{ totalCount {{ value }} edges {{ node {{ {PLAIN} }} }} }}
    }} }}
  }}
}}
"""
IDS = """
query Found($filter: FlagFilter, $order: FlagOrder, $first: Int, $after: String, $last: Int, $before: String) {
  flags(filter: $filter, order: $order, first: $first, after: $after, last: $last, before: $before) {
    totalCount { value } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { node { id } }
  }
}
"""
COUNT = "query Counted($filter: FlagFilter) { flags(filter: $filter) { totalCount { value } } }"
NODES = f"query Many($ids: [ID!]!) {{ nodes(ids: $ids) {{ __typename ... on Flag {{ {PLAIN} }} }} }}"
BY_ID = f"""
query Two($id: ID!) {{ flag(by: {{id: $id}}) {{ {PLAIN} }} node(id: $id) {{ ... on Flag {{ {PLAIN} }} }} }}
"""
BY_REFERENCE = f"query One($reference: String!) {{ flag(by: {{reference: $reference}}) {{ {PLAIN} }} }}"
NOTICES = f"{{ notifications(first: 100) {{ edges {{ node {{ flag {{ {PLAIN} }} }} }} }} }}"
SHARES = f"""
query Shares($ids: [ID!]!) {{
  nodes(ids: $ids) {{ ... on Share {{ id flag {{ {PLAIN} }} }} ... on Person {{ id preferredName }} }}
}}
"""
SIMILAR = f"query Alike($input: SimilarFlagsInput!) {{ similarFlags(input: $input) {{ {PLAIN} }} }}"
QUEUES = (
    "TO_TRIAGE", "OVERDUE", "MINE", "RAISED_BY_ME", "SHARED_WITH_US", "AWAITING_OUR_ANSWER", "FEEDBACK_OWED",
    "IMPORTED_DRAFTS", "MY_DRAFTS",
)  # fmt: skip
Flag = dict[str, Any]


def plain(node: Mapping[str, Any] | None) -> Flag | None:
    """What every way tells of a flag."""
    return node and {name: node[name] for name in PLAIN.split()}


def found_ids(cast: Cast, viewer: Viewer | None, **asked: Any) -> list[str]:
    """The ids of a whole list."""
    return [flag["id"] for flag in listed(cast, viewer, document=IDS, **asked)]


def listed(
    cast: Cast, viewer: Viewer | None, *, document: str = LIST, size: int = 100, backward: bool = False, **asked: Any
) -> list[Flag]:
    """A whole list, page by page, in the order of the list; each page says whether there is another."""
    found: list[Flag] = []
    cursor: str | None = None
    while True:
        page = {"last": size, "before": cursor} if backward else {"first": size, "after": cursor}
        answer = cast.ask(viewer, document, **asked, **page)["flags"]
        nodes = [edge["node"] for edge in answer["edges"]]
        found = [*nodes, *found] if backward else [*found, *nodes]
        info = answer["pageInfo"]
        if not info["hasPreviousPage" if backward else "hasNextPage"]:
            return found
        assert len(nodes) == size, "a page that is not full says that there is another"
        cursor = info["startCursor" if backward else "endCursor"]


def counted(cast: Cast, viewer: Viewer | None, wanted: dict[str, Any]) -> int:
    """How many a list says that it has."""
    return int(cast.ask(viewer, COUNT, filter=wanted)["flags"]["totalCount"]["value"])


def queried(wall: Wall, viewer: Viewer | None) -> set[str]:
    """The references that SQL reads when it forgot its filter."""
    with wall.anonymously() if viewer is None else wall.acting_as(viewer) as session:
        return set(session.scalars(text("select reference from flag")))


def holds(flag: Flag, wanted: Mapping[str, Any]) -> bool:
    """Whether a flag, as its reader sees it, is what a filter on its plain values asks for."""
    seen = {
        "states": lambda each: flag["state"] in each,
        "urgencies": lambda each: flag["urgency"] in each,
        "concernCodes": lambda each: bool({one["code"] for one in flag["concerns"] or ()} & set(each)),
        "raisedByAgencyIds": lambda each: flag["raisedByAgency"]["id"] in each,
        "wardIds": lambda each: (flag["ward"] or {}).get("id") in each,
        "ids": lambda each: flag["id"] in each,
    }
    return all(seen[name](value) for name, value in wanted.items())


def some_filter(choices: Random, flags: list[Flag], strangers: list[str]) -> dict[str, Any]:
    """A random filter on plain values, of what the viewer sees and of what there is besides."""
    parts = {
        "states": ["DRAFT", "SUBMITTED", "IN_TRIAGE", "SHARED", "NFA", "MERGED", "CLOSED", "WITHDRAWN", "ESCALATED"],
        "urgencies": ["ROUTINE", "URGENT", "IMMEDIATE"],
        "concernCodes": ["ALCOHOL", "ANTI_SOCIAL_BEHAVIOUR", "LOW_MOOD"],
        "raisedByAgencyIds": sorted({flag["raisedByAgency"]["id"] for flag in flags}) + strangers[:1],
        "wardIds": sorted({flag["ward"]["id"] for flag in flags if flag["ward"]}) + strangers[:1],
        "ids": [flag["id"] for flag in flags] + strangers,
    }
    names = choices.sample(sorted(parts), k=choices.choice((0, 1, 1, 2)))
    return {name: choices.sample(parts[name], k=choices.randint(0, len(parts[name]))) for name in names}
