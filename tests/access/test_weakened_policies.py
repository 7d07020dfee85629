"""Weakening any one policy breaks a promise: no policy is there that nothing would miss."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, text

from portal.operations.embedded import EmbeddedServer
from tests.access.promises import broken
from tests.access.scene import Scene, set_scene
from tests.factories.scratch import scratch

# Open as they stand, each for a reason.
OPEN = {
    ("notification", "told"): "for the worker alone, which tells anybody that something waits and reads nothing",
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
