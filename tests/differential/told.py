"""The register of what is told: for each field that is more than a column of its row, how it follows from the rows."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import UUID

from tests.differential.asking import Asking, Thing
from tests.differential.rows import Row

Arguments = Mapping[str, Any]
Tell = Callable[[Asking, Thing, Arguments], Any]
TOLD: dict[tuple[str, str], Tell] = {}


def tells(*names: str) -> Callable[[Tell], Tell]:
    """Say how fields are told, each named as `Type.field`."""

    def keep(tell: Tell) -> Tell:
        for name in names:
            type_name, _, field_name = name.partition(".")
            assert (type_name, field_name) not in TOLD, name
            TOLD[type_name, field_name] = tell
        return tell

    return keep


def column_of(field_name: str) -> str:
    """The column that a field is called after."""
    return re.sub(r"(?<=[a-z])(?=[A-Z0-9])", "_", field_name).lower()


def named(type_name: str, table: str, column: str, *, key: str = "id") -> Tell:
    """The object that a column of the row names."""

    def tell(ask: Asking, thing: Thing, arguments: Arguments) -> Thing | None:
        return None if thing[column] is None else ask.see(type_name, ask.rows.one(table, **{key: thing[column]}))

    return tell


def coded(vocabulary: str, column: str) -> Tell:
    """The entry of a vocabulary that a column names, in the words it was shipped with."""

    def tell(ask: Asking, thing: Thing, arguments: Arguments) -> Thing | None:
        return concept(ask, vocabulary, thing[column])

    return tell


def concept(ask: Asking, vocabulary: str, code: str | None) -> Thing | None:
    """An entry of a vocabulary in the words it was shipped with."""
    return None if code is None else ask.see("Concept", ask.rows.one("concept", vocabulary=vocabulary, code=code))


def part(type_name: str) -> Tell:
    """An object made of the same row."""
    return lambda ask, thing, arguments: Thing(type_name, thing.row, thing.root, thing.levels)


def things(ask: Asking, type_name: str, rows: Iterable[Row], limit: int = 100) -> list[Thing]:
    """The rows as objects that the viewer may know of, in their order."""
    found = (ask.see(type_name, row) for row in rows)
    return [each for each in found if each is not None][:limit]


def first_of(rows: Iterable[Row], key: Callable[[Row], Any]) -> Row | None:
    """The row that comes first in an order."""
    return min(rows, key=key, default=None)


def latest_first(moment: Any) -> float:
    """What sorts later moments first."""
    stamp: float = -moment.timestamp()
    return stamp


def keys(ask: Asking, sealed: Iterable[str], type_name: str) -> set[UUID]:
    """The keys that ids of one type name."""
    return {key for each in sealed if (key := ask.key(each, type_name)) is not None}


def filter_of(arguments: Arguments) -> dict[str, Any]:
    """The members of a filter that say anything."""
    return {name: value for name, value in (arguments.get("filter") or {}).items() if value is not None}
