"""Decides how a file of incidents is imported: looked at whole first, then sent in pieces that can be sent again."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

from frontend.commands.incident_rows import IncidentsRefused, read_incidents
from frontend.commands.incidents import FlagRow, rows_from
from frontend.documents import document

IMPORT = document("commands/import_incidents.graphql")
# As many rows as importFlags takes in one call.
ROWS_A_CALL = 200
SYSTEM = "police.uk"

# Takes a document and its variables, and gives the data it was answered with.
Ask = Callable[[str, dict[str, Any]], dict[str, Any]]


class ImportRefused(Exception):
    """Nothing was imported; the message says why, line by line."""


def import_incidents(ask: Ask, content: bytes) -> str:
    """Make a draft of each street of a police.uk file, and give what became of it in words.

    The same file sent again changes nothing. Raises ImportRefused, having imported nothing, when any line is bad or
    the caller may not import.
    """
    try:
        read = read_incidents(content)
    except IncidentsRefused as refused:
        raise ImportRefused(f"Nothing was imported.\n{refused}") from None
    rows = rows_from(read.incidents)
    for _ in _send(ask, rows, dry_run=True):
        pass
    became = Counter(outcome for outcomes in _send(ask, rows, dry_run=False) for outcome in outcomes)
    return (
        f"{len(read.incidents)} incidents in {len(rows)} places: {became['CREATED']} new drafts,"
        f" {became['CHANGED']} brought up to date, {became['UNCHANGED']} known already."
    )


def _send(ask: Ask, rows: list[FlagRow], *, dry_run: bool) -> Iterator[list[str]]:
    for start in range(0, len(rows), ROWS_A_CALL):
        piece = rows[start : start + ROWS_A_CALL]
        given = {"system": SYSTEM, "rows": piece, "dryRun": dry_run, "idempotencyKey": str(uuid4())}
        answer = ask(IMPORT.text, {"input": given})["importFlags"]
        if answer["__typename"] != "RowsImported":
            raise ImportRefused(answer["message"])
        refused = [
            f"{piece[row['position']]['place']['description']}: {error['message']}"
            for row in answer["rows"]
            for error in row["errors"]
        ]
        if refused:
            raise ImportRefused("\n".join(["Nothing was imported.", *refused]))
        yield [row["outcome"] for row in answer["rows"]]
