"""Takes down what the whole database holds, for tests that assert that nothing changed."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text

from portal.db import Database
from portal.tables import metadata

# What an attempt leaves behind when all is well: its line of the audit, and that somebody was seen.
TRACES = frozenset({"audit_event", "audit_subject", "user_session"})
# Not a table of the portal's own; a job would do something later.
QUEUE = "procrastinate_jobs"


def everything(owner: Database) -> dict[str, str]:
    """A fingerprint of each table's rows, by the table's name; only the traces of attempts are left out."""
    names = sorted({table.name for table in metadata.tables.values()} - TRACES | {QUEUE})
    fingerprint = "md5(coalesce(string_agg(md5(kept::text), '' order by md5(kept::text)), ''))"
    with owner.transaction() as session:
        return {name: str(session.scalar(text(f'select {fingerprint} from "{name}" as kept'))) for name in names}


@contextmanager
def unchanged(owner: Database) -> Iterator[None]:
    """Fail when what happens inside changes any table, and say which."""
    before = everything(owner)
    yield
    after = everything(owner)
    changed = [name for name in before if before[name] != after[name]]
    assert not changed, f"Nothing should have changed, and these tables did: {changed}"
