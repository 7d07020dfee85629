"""Weakening any one policy breaks a promise: no policy is there that nothing would miss."""

import secrets
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, text

from graphql_schema import Door
from portal.access.context import Wall, derive_key
from portal.db import Database
from portal.operations.embedded import EmbeddedServer
from portal.operations.upgrade import upgrade
from tests.access.promises import broken
from tests.access.scene import Scene, set_scene
from tests.conftest import SECRET, install

# Open as they stand, each for a reason.
OPEN = {
    ("notification", "told"): "for the worker alone, which tells anybody that something waits and reads nothing",
    ("audit_subject", "written"): "a line's subjects name roots that need not exist, and the line itself names its author",
}
POLICIES = """
select tablename, policyname, qual, with_check from pg_policies where schemaname = 'public' order by tablename, policyname
"""


@pytest.fixture(scope="module")
def scratch(server: EmbeddedServer) -> Iterator[Scene]:
    """A scene in a database of its own, whose policies may be weakened."""
    urls = server.create_database(f"weak_{secrets.token_hex(4)}")
    upgrade(owner_url=urls.owner, web_url=urls.web, worker_url=urls.worker, secret=SECRET)
    owner, web = Database.connect(urls.owner), Database.connect(urls.web)
    install(owner)
    wall = Wall(web, derive_key(SECRET))
    yield set_scene(owner, wall, Door(wall))
    owner.dispose()
    web.dispose()


def _alter(connection: Connection, table: str, policy: str, qual: str | None, check: str | None) -> None:
    using = f" using ({qual})" if qual else ""
    with_check = f" with check ({check})" if check else ""
    connection.execute(text(f"alter policy {policy} on {table}{using}{with_check}"))


def test_every_promise_is_kept_and_weakening_any_one_policy_breaks_one(scratch: Scene) -> None:
    assert broken(scratch) == []
    unmissed = []
    with scratch.owner.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        policies = connection.execute(text(POLICIES)).all()
        assert len(policies) > len(OPEN)
        for table, policy, qual, check in policies:
            _alter(connection, table, policy, qual and "true", check and "true")
            noticed = broken(scratch)
            _alter(connection, table, policy, qual, check)
            if not noticed and (table, policy) not in OPEN:
                unmissed.append(f"{table}.{policy}")
    assert not unmissed, f"Nothing notices when these are open; promise more in tests/access/promises.py: {unmissed}"
    assert broken(scratch) == []


def test_switching_row_level_security_off_on_any_table_breaks_a_promise(scratch: Scene) -> None:
    unmissed = []
    with scratch.owner.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for table in connection.scalars(text("select distinct tablename from pg_policies where schemaname = 'public'")).all():
            connection.execute(text(f"alter table {table} disable row level security"))
            noticed = broken(scratch)
            connection.execute(text(f"alter table {table} enable row level security"))
            if not noticed and table != "audit_subject":
                unmissed.append(table)
    assert not unmissed
