"""Decides what a page of a list looks like from outside: Relay connections, with totals counted up to a limit."""

from typing import Any, Generic, TypeVar

import strawberry

from graphql_schema.selection.paged import COUNT_DEFAULT

NodeType = TypeVar("NodeType")


@strawberry.type(description="Where a page lies in its list. [RECORD]")
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether there is more after it. [RECORD]")
    has_previous_page: bool = strawberry.field(description="Whether there is more before it. [RECORD]")
    start_cursor: str | None = strawberry.field(description="Cursor of the first edge; null on an empty page. [RECORD]")
    end_cursor: str | None = strawberry.field(description="Cursor of the last edge; null on an empty page. [RECORD]")


@strawberry.type(description="A number counted up to a limit, because a true count grows with the rows. [RECORD]")
class CountUpTo:
    value: int = strawberry.field(description="How many, or the limit when there are more. [RECORD]")
    more: bool = strawberry.field(description="Whether there are more than `value`. [RECORD]")


@strawberry.type(description="One entry of a list. [RECORD]")
class Edge(Generic[NodeType]):
    cursor: str = strawberry.field(description="Where it stands in the list. [RECORD]")
    node: NodeType = strawberry.field(description="The record. [RECORD]")


def _count(self: Any, at_most: int = COUNT_DEFAULT) -> Any: ...


@strawberry.type(description="A page of a list. [RECORD]")
class Connection(Generic[NodeType]):
    edges: list[Edge[NodeType]] = strawberry.field(description="The entries of this page, in order. [RECORD]")
    page_info: PageInfo = strawberry.field(description="Where this page lies. [RECORD]")
    total_count: CountUpTo = strawberry.field(
        resolver=_count, description="How many there are in all, counted up to `atMost` (100 when left out). [RECORD]"
    )
