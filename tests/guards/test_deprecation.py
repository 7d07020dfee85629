"""Whatever leaves the schema is announced: on which day, what to use instead, and at least 12 months ahead."""

from collections.abc import Iterator
from datetime import date
from enum import Enum
from typing import Annotated, Any

import pytest
import strawberry
from graphql import NoDeprecatedCustomRule, parse, validate
from strawberry.schema.config import StrawberryConfig

from frontend.documents import every_document
from graphql_schema import Door
from graphql_schema.ending import NOTICE_MONTHS, earliest_end, ending, ends
from graphql_schema.print_sdl import printed
from graphql_schema.reference import given_in, members_of

TOLD: dict[str, Any] = {"since": date(2026, 3, 1), "on": date(2027, 3, 1), "use": "Query.newer"}
SUNSET = '@sunset(since: "2026-03-01", on: "{on}", use: "Query.newer")'


def faults(sdl: str) -> Iterator[str]:
    """Everything in a schema that ends otherwise than is promised."""
    for name, directives in members_of(parse(sdl)):
        deprecated, sunsets = list(given_in(directives, "deprecated")), list(given_in(directives, "sunset"))
        if bool(deprecated) != bool(sunsets):
            yield f"{name}: deprecate it with graphql_schema.ending, which prints its day and what to use."
        for sunset in sunsets:
            if date.fromisoformat(sunset["on"]) < earliest_end(date.fromisoformat(sunset["since"])):
                yield f"{name}: give {NOTICE_MONTHS} months of notice."
            if not sunset["use"].strip():
                yield f"{name}: say what to use instead."


def test_nothing_in_the_schema_ends_without_notice() -> None:
    assert list(faults(printed())) == []


@pytest.mark.parametrize(
    ("directives", "found"),
    [
        ('@deprecated(reason: "Old.")', ["Query.old: deprecate it with graphql_schema.ending"]),
        (SUNSET.format(on="2027-03-01"), ["Query.old: deprecate it with graphql_schema.ending"]),
        ('@deprecated(reason: "Old.") ' + SUNSET.format(on="2027-02-28"), ["Query.old: give 12 months"]),
        (
            '@deprecated(reason: "Old.") ' + SUNSET.format(on="2027-03-01").replace("Query.newer", " "),
            ["Query.old: say"],
        ),
        ('@deprecated(reason: "Old.") ' + SUNSET.format(on="2027-03-01"), []),
    ],
    ids=["no day", "only a day", "a day too near", "nothing to use", "as promised"],
)
def test_an_end_without_notice_is_found(directives: str, found: list[str]) -> None:
    said = list(faults(f"type Query {{ old: String {directives} }}"))
    assert len(said) == len(found)
    assert all(fault.startswith(begin) for fault, begin in zip(said, found, strict=True))


def test_a_field_an_argument_an_input_field_and_a_value_can_end() -> None:
    @strawberry.enum
    class Colour(Enum):
        RED = strawberry.enum_value("RED", **ends(**TOLD))

    @strawberry.input
    class Asked:
        old: str | None = strawberry.field(default=None, **ends(**TOLD))

    @strawberry.type
    class Query:
        old: str = ending(strawberry.field(description="Old."), **TOLD)

        @strawberry.field
        def newer(self, asked: Asked, old: Annotated[int | None, strawberry.argument(**ends(**TOLD))] = None) -> Colour:
            del asked, old
            return Colour.RED

    sdl = strawberry.Schema(query=Query, config=StrawberryConfig()).as_str()
    assert list(faults(sdl)) == []
    assert sdl.count(SUNSET.format(on="2027-03-01")) == 4
    assert sdl.count('@deprecated(reason: "Use Query.newer. It is taken out on 2027-03-01.")') == 4


def test_no_page_and_no_command_asks_for_what_ends(door: Door) -> None:
    asked = {
        each.path: [
            error.message for error in validate(door.schema._schema, parse(each.text), [NoDeprecatedCustomRule])
        ]
        for each in every_document()
    }
    late = {path: said for path, said in asked.items() if said}
    assert not late, f"Ask for what is to be used instead: {late}"


def test_an_end_that_is_too_near_cannot_be_declared() -> None:
    with pytest.raises(ValueError, match="stays until 2027-03-01"):
        ends(since=date(2026, 3, 1), on=date(2027, 2, 28), use="Query.newer")


@pytest.mark.parametrize(
    ("since", "earliest"),
    [
        (date(2026, 11, 22), date(2027, 11, 22)),
        (date(2026, 12, 31), date(2027, 12, 31)),
        (date(2028, 2, 29), date(2029, 3, 1)),
    ],
)
def test_a_year_of_notice_is_a_year(since: date, earliest: date) -> None:
    assert earliest_end(since) == earliest
