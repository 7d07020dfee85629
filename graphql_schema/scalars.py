"""Decides how values cross the boundary: moments as RFC 3339 in UTC, days as ISO 8601, ids as opaque text."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import strawberry
from strawberry.types.scalar import ScalarDefinition


def answer_moment(value: datetime | str) -> str:
    """A moment as answered: always UTC, always with a Z."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def read_moment(value: object) -> datetime:
    """A moment as sent; raises for anything without a zone, because a guess would be a wrong fact."""
    if not isinstance(value, str):
        raise TypeError("A moment is text, such as 2026-11-21T20:15:00Z.")
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError("A moment needs its zone, such as 2026-11-21T20:15:00Z.")
    return moment


_DECIMAL = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,20})?")


def read_decimal(value: object) -> Decimal:
    """A number as sent, as text or as a number; raises for anything else, such as NaN or an exponent."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise TypeError("A decimal is text, such as 51.900693.")
    written = str(value)
    if not _DECIMAL.fullmatch(written):
        raise ValueError("A decimal has digits and at most one point, such as 51.900693.")
    return Decimal(written)


SCALARS: Mapping[object, ScalarDefinition] = {
    datetime: strawberry.scalar(
        name="DateTime",
        description="A moment, RFC 3339, always answered in UTC.",
        specified_by_url="https://scalars.graphql.org/andimarek/date-time",
        serialize=answer_moment,
        parse_value=read_moment,
    ),
    date: strawberry.scalar(
        name="Date",
        description="A calendar day, ISO 8601, as lived in Europe/London.",
        specified_by_url="https://scalars.graphql.org/andimarek/local-date",
        serialize=str,
        parse_value=lambda value: date.fromisoformat(str(value)),
    ),
    Decimal: strawberry.scalar(
        name="Decimal",
        description="An exact number, answered as text; sent as text or as a number.",
        serialize=str,
        parse_value=read_decimal,
    ),
    UUID: strawberry.scalar(
        name="UUID",
        description="A universally unique identifier.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc9562",
        serialize=str,
        parse_value=lambda value: UUID(str(value)),
    ),
}
