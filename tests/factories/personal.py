"""Everything that is kept about anybody, as its owner sees it: to assert that nothing changed, or what did."""

from sqlalchemy import text

from portal.db import Database

# Every table of personal data, what one membership asked for, and the jobs that would follow.
KEPT = (
    "root", "disclosure", "flag", "person", "flag_concern", "place_group", "triage_decision", "feedback",
    "flag_transition", "share", "notification", "idempotency_record", "audience", "procrastinate_jobs",
)  # fmt: skip
Snapshot = dict[str, tuple[int, str]]


def snapshot(owner: Database, *, without: tuple[str, ...] = ()) -> Snapshot:
    """The number of rows of every table, and a sum that changes with any value in any of them."""
    with owner.transaction() as session:
        return {
            table: tuple(
                session.execute(
                    text(f"select count(*), coalesce(sum(hashtextextended(t::text, 0)), 0)::text from {table} t")
                ).one()
            )
            for table in KEPT
            if table not in without
        }


def changed(before: Snapshot, after: Snapshot) -> dict[str, int]:
    """The tables that differ, with how many rows each gained."""
    return {table: after[table][0] - before[table][0] for table in before if before[table] != after[table]}
