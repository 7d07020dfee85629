"""Decides how a part of the schema ends: announced with its day and what to use instead, at least 12 months ahead.

told = ending(column(...), since=date(2026, 11, 22), on=date(2027, 11, 22), use="Flag.toldNow")
strawberry.argument(description="...", **ends(since=..., on=..., use="..."))
"""

from datetime import date
from typing import Any

import strawberry
from strawberry.schema_directive import Location

NOTICE_MONTHS = 12


@strawberry.schema_directive(
    locations=[
        Location.FIELD_DEFINITION,
        Location.ARGUMENT_DEFINITION,
        Location.INPUT_FIELD_DEFINITION,
        Location.ENUM_VALUE,
    ],
    name="sunset",
    description="When a deprecated part of the schema is taken out, since when that is announced, what to use instead.",
)
class Sunset:
    since: date
    on: date
    use: str


def earliest_end(since: date) -> date:
    """The first day on which something announced on a day may end; 29 February is followed by 1 March."""
    year, month = divmod(since.year * 12 + since.month - 1 + NOTICE_MONTHS, 12)
    try:
        return since.replace(year=year, month=month + 1)
    except ValueError:
        return date(year, month + 2, 1)


def ends(*, since: date, on: date, use: str) -> dict[str, Any]:
    """What an argument, an input field or an enum value is declared with once its end is announced.

    Raises ValueError for a day nearer than the notice that clients are promised.
    """
    if on < earliest_end(since):
        raise ValueError(f"Announced on {since}, it stays until {earliest_end(since)} at least, not {on}.")
    return {
        "deprecation_reason": f"Use {use}. It is taken out on {on}.",
        "directives": [Sunset(since=since, on=on, use=use)],
    }


def ending(field: Any, *, since: date, on: date, use: str) -> Any:
    """A declared field whose end is announced; raises ValueError as `ends` does."""
    told = ends(since=since, on=on, use=use)
    field.deprecation_reason = told["deprecation_reason"]
    field.directives = [*field.directives, *told["directives"]]
    return field
