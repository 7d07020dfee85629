"""Decides how data shipped as CSV is read, and laid into tables so that laying it twice changes nothing."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import or_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from portal.db import Base


class BrokenFile(ValueError):
    """A shipped file does not say what it must; the message names the file, the line and what is wrong."""

    def __init__(self, path: Path, line: int, sentence: str) -> None:
        super().__init__(f"{path.name}, line {line}: {sentence}")


def numbered_rows(path: Path, columns: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Take a CSV file and the columns it must have, and give each row with the number of its line.

    Raises BrokenFile when the columns are others, or a row has more or fewer cells than the heading.
    """
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file, strict=True)
        heading = next(reader, [])
        if heading != list(columns):
            raise BrokenFile(path, 1, f"the columns are {', '.join(heading)}, expected {', '.join(columns)}.")
        for cells in reader:
            if len(cells) != len(columns):
                raise BrokenFile(path, reader.line_num, f"{len(cells)} cells, expected {len(columns)}.")
            yield reader.line_num, dict(zip(columns, cells, strict=True))


def lay(
    session: Session,
    model: type[Base],
    rows: Iterable[Mapping[str, Any]],
    *,
    key: Sequence[str],
    on_change: Mapping[str, Any] | None = None,
) -> int:
    """Insert the rows, or change those whose key is there and whose other columns differ; give how many were touched.

    `on_change` sets further columns of a row that changes, such as its version. Rows of the table that are not among
    `rows` stay as they are: a partnership adds its own.
    """
    values = [dict(row) for row in rows]
    if not values:
        return 0
    statement = insert(model).values(values)
    others = [name for name in values[0] if name not in key]
    columns = model.__table__.columns
    if others:
        statement = statement.on_conflict_do_update(
            index_elements=list(key),
            set_={**{name: statement.excluded[name] for name in others}, **(on_change or {})},
            where=or_(*(columns[name].is_distinct_from(statement.excluded[name]) for name in others)),
        )
    else:
        statement = statement.on_conflict_do_nothing(index_elements=list(key))
    # Only rows that were inserted or changed are returned, so their number is what happened.
    return len(session.execute(statement.returning(columns[key[0]])).all())
