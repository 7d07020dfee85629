"""Every row of the database, as its owner reads them, in plain Python: what the slow path answers from."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text

from portal.db import Database

Row = dict[str, Any]
# What PostgreSQL calls infinity, and Python has no moment for.
NEVER = datetime(9999, 12, 31, tzinfo=UTC)
COLUMNS = """
    select column_name, data_type from information_schema.columns
     where table_schema = 'public' and table_name = :name order by ordinal_position
"""


class Rows:
    """The rows of each table, read once: nothing changes while documents are asked."""

    def __init__(self, owner: Database) -> None:
        self._owner = owner
        self._tables: dict[str, list[Row]] = {}
        self._found: dict[tuple[str, str], dict[Any, list[Row]]] = {}

    def where(self, table: str, **equal: Any) -> Iterator[Row]:
        """Every row of a table whose columns have these values."""
        if table not in self._tables:
            self._tables[table] = self._read(table)
        for row in self._by_first(table, equal) if equal else self._tables[table]:
            if all(row[column] == value for column, value in equal.items()):
                yield row

    def _by_first(self, table: str, equal: Row) -> list[Row]:
        """The rows with the first of these values, found without looking at every row."""
        column, value = next(iter(equal.items()))
        if (table, column) not in self._found:
            found: dict[Any, list[Row]] = {}
            for row in self._tables[table]:
                found.setdefault(row[column], []).append(row)
            self._found[table, column] = found
        return self._found[table, column].get(value, [])

    def _read(self, table: str) -> list[Row]:
        with self._owner.transaction() as session:
            chosen = ", ".join(
                f"nullif({column}, 'infinity') as {column}, {column} = 'infinity' as {column}_is_never"
                if kind == "timestamp with time zone"
                else column
                for column, kind in session.execute(text(COLUMNS), {"name": table})
            )
            return [_finite(dict(each)) for each in session.execute(text(f"select {chosen} from {table}")).mappings()]

    def one(self, table: str, **equal: Any) -> Row | None:
        """The row with these values, or None."""
        found = list(self.where(table, **equal))
        assert len(found) <= 1, f"{table} has several rows for {sorted(equal)}"
        return found[0] if found else None


def _finite(row: Row) -> Row:
    for column in [name for name in row if name.endswith("_is_never")]:
        if row.pop(column):
            row[column.removesuffix("_is_never")] = NEVER
    return row
