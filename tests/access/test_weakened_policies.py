"""Weakening any one policy breaks a promise: no policy is there that nothing would miss."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, text

from portal.operations.embedded import EmbeddedServer
from tests.access.promises import broken
from tests.access.scene import Scene, set_scene
from tests.factories.scratch import scratch

# Open as they stand, each for a reason.
READ_BEFORE_ANYBODY_IS_KNOWN = "signing in reads it before anybody is known, and names of staff follow their acts"
PUBLIC_DATA = "what a partnership keeps as data is for everybody in it to read, and names nobody"
OPEN = {
    ("partnership", "read"): PUBLIC_DATA,
    ("partnership_clock", "read"): PUBLIC_DATA,
    ("partnership_working_week", "read"): PUBLIC_DATA,
    ("partnership_day", "read"): PUBLIC_DATA,
    ("duty_desk", "read"): PUBLIC_DATA,
    ("local_concept", "read"): PUBLIC_DATA,
    ("area", "read"): PUBLIC_DATA,
    ("agency_area", "read"): PUBLIC_DATA,
    ("user_account", "read"): READ_BEFORE_ANYBODY_IS_KNOWN,
    ("membership", "read"): READ_BEFORE_ANYBODY_IS_KNOWN,
    ("team", "read"): READ_BEFORE_ANYBODY_IS_KNOWN,
    ("team_member", "read"): READ_BEFORE_ANYBODY_IS_KNOWN,
    ("one_time_link", "read"): READ_BEFORE_ANYBODY_IS_KNOWN,
    (
        "one_time_link",
        "used",
    ): "used by whoever holds the secret, before anybody is known; one column may change",
    **{
        (table, policy): "for the worker alone, by columns: where a flag stands and since when, to move it on"
        for table in ("flag", "share", "information_request", "flag_transition")
        for policy in ("clock_reads", "clock_changes", "clock_writes")
    },
    ("notification", "told"): "for the worker alone, which tells anybody that something waits and reads nothing",
    ("notification", "recipients"): "for the worker alone, by columns: that something waits, never what it says",
    ("notification", "mailed"): "for the worker alone, which may change nothing but when a mail told of it",
    ("notification_preference", "told"): "for the worker alone, which mails people as they chose",
    ("disclosure", "recipients"): "for the worker alone, by columns: to whom something is open, never how far",
    ("triage_decision", "recipients"): "for the worker alone, by columns: to whom something was escalated",
    (
        "audit_subject",
        "written",
    ): "a line's subjects name roots that need not exist, and the line itself names its author",
}
POLICIES = "select tablename, policyname, qual, with_check from pg_policies where schemaname = 'public' order by 1, 2"


@pytest.fixture(scope="module")
def broken_into(server: EmbeddedServer, template: str) -> Iterator[Scene]:
    """A scene in a database of its own, whose policies may be weakened."""
    with scratch(server, template) as made:
        yield set_scene(made.owner, made.wall, made.door)


def _alter(connection: Connection, table: str, policy: str, qual: str | None, check: str | None) -> None:
    using = f" using ({qual})" if qual else ""
    with_check = f" with check ({check})" if check else ""
    connection.execute(text(f"alter policy {policy} on {table}{using}{with_check}"))


def test_every_promise_is_kept_and_weakening_any_one_policy_breaks_one(broken_into: Scene) -> None:
    assert broken(broken_into) == []
    unmissed = []
    with broken_into.owner.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        policies = connection.execute(text(POLICIES)).all()
        assert len(policies) > len(OPEN)
        for table, policy, qual, check in policies:
            _alter(connection, table, policy, qual and "true", check and "true")
            noticed = broken(broken_into)
            _alter(connection, table, policy, qual, check)
            if not noticed and (table, policy) not in OPEN:
                unmissed.append(f"{table}.{policy}")
    assert not unmissed, f"Nothing notices when these are open; promise more in tests/access/promises.py: {unmissed}"
    assert broken(broken_into) == []


def test_switching_row_level_security_off_on_any_table_breaks_a_promise(broken_into: Scene) -> None:
    unmissed = []
    with broken_into.owner.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for table in sorted({policy.tablename for policy in connection.execute(text(POLICIES))}):
            connection.execute(text(f"alter table {table} disable row level security"))
            noticed = broken(broken_into)
            connection.execute(text(f"alter table {table} enable row level security"))
            if not noticed and table != "audit_subject":
                unmissed.append(table)
    assert not unmissed
