"""Takes down what the whole database holds, as its owner sees it: to assert that nothing changed, or what did."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text

from portal.db import Database
from portal.tables import metadata

# What an attempt leaves behind when all is well: its line of the audit, that somebody was seen, and what it cost.
TRACES = frozenset(
    {
        "audit_event",
        "audit_event_agency",
        "audit_subject",
        "audit_pending",
        "user_session",
        "rate_bucket",
        "sign_in_throttle",
    }
)
# Not a table of the portal's own; a job would do something later.
QUEUE = "procrastinate_jobs"
TABLES = tuple(sorted({table.name for table in metadata.tables.values()} - TRACES | {QUEUE}))
Snapshot = dict[str, tuple[int, str]]
_SUM = "select '{0}', count(*), coalesce(sum(hashtextextended(t::text, 0)), 0)::text from {0} t"


def snapshot(owner: Database, *, without: tuple[str, ...] = ()) -> Snapshot:
    """The number of rows of every table, and a sum that changes with any value in any of them."""
    statement = " union all ".join(_SUM.format(table) for table in TABLES if table not in without)
    with owner.transaction() as session:
        return {table: (rows, total) for table, rows, total in session.execute(text(statement))}


def changed(before: Snapshot, after: Snapshot) -> dict[str, int]:
    """The tables that differ, with how many rows each gained."""
    return {table: after[table][0] - before[table][0] for table in before if before[table] != after[table]}


@contextmanager
def unchanged(owner: Database) -> Iterator[None]:
    """Fail when what happens inside changes any table, and say which."""
    before = snapshot(owner)
    yield
    found = sorted(changed(before, snapshot(owner)))
    assert not found, f"Nothing should have changed, and these tables did: {found}"
