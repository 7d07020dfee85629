"""Decides how a file of incidents is imported: looked at whole first, then sent in pieces that can be sent again."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from uuid import uuid4

from frontend.commands.incident_rows import IncidentsRefused, read_incidents
from frontend.commands.incidents import Draft, drafts_from
from frontend.commands.mapping import FileMapping, read_mapping
from frontend.documents import document

IMPORT = document("commands/import_incidents.graphql")
# As many rows as importFlags takes in one call.
ROWS_A_CALL = 200
# As many bad lines as somebody mends before trying again.
LINES_SAID = 50

# Takes a document and its variables, and gives the data it was answered with.
Ask = Callable[[str, dict[str, Any]], dict[str, Any]]


class ImportRefused(Exception):
    """Nothing was imported; the message says why, line by line."""


def import_incidents(ask: Ask, content: bytes, mapping: FileMapping | None = None, *, dry_run: bool = False) -> str:
    """Make drafts of the rows of a CSV file, and give what became of them in words; `dry_run` only says what would.

    Without a mapping it is a file of police.uk. The same file sent again changes nothing. Raises ImportRefused, having
    imported nothing, when any line is bad or the caller may not import.
    """
    mapping = mapping or read_mapping()
    try:
        read = read_incidents(content, mapping)
    except IncidentsRefused as refused:
        raise _refused(str(problem) for problem in refused.problems) from None
    drafts = drafts_from(read.incidents, mapping)
    became = Counter(outcome for outcomes in _send(ask, drafts, mapping, dry_run=True) for outcome in outcomes)
    if not dry_run:
        became = Counter(outcome for outcomes in _send(ask, drafts, mapping, dry_run=False) for outcome in outcomes)
    return (
        f"{'Nothing was imported yet. ' if dry_run else ''}"
        f"{len(read.incidents)} incidents in {len(drafts)} drafts: {became['CREATED']} new,"
        f" {became['CHANGED']} brought up to date, {became['UNCHANGED']} known already,"
        f" {became['DISCARDED']} discarded before. Left out: {read.other_categories} of another category,"
        f" {read.without_place} without a place."
    )


def _send(ask: Ask, drafts: list[Draft], mapping: FileMapping, *, dry_run: bool) -> Iterator[list[str]]:
    for start in range(0, len(drafts), ROWS_A_CALL):
        piece = drafts[start : start + ROWS_A_CALL]
        given = {
            "system": mapping.system,
            "rows": [draft.row for draft in piece],
            "dryRun": dry_run,
            "idempotencyKey": str(uuid4()),
        }
        answer = ask(IMPORT.text, {"input": given})["importFlags"]
        if answer["__typename"] != "RowsImported":
            raise ImportRefused(answer["message"])
        # What the portal says of a value never repeats it.
        refused = [
            f"Line {piece[row['position']].line}: {error['message']}"
            for row in answer["rows"]
            for error in row["errors"]
        ]
        if refused:
            raise _refused(refused)
        yield [row["outcome"] for row in answer["rows"]]


def _refused(lines: Iterable[str]) -> ImportRefused:
    said = list(lines)
    more = [f"And {len(said) - LINES_SAID} more."] if len(said) > LINES_SAID else []
    return ImportRefused("\n".join(["Nothing was imported.", *said[:LINES_SAID], *more]))
