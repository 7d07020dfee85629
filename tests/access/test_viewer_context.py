"""The database believes only a context that this installation signed, for a minute, and for one transaction."""

import json
from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from portal.access.context import SETTING, Wall, sign
from portal.db import Database
from portal.operations.embedded import DatabaseUrls
from tests.access.forgeries import KEY, forgeries
from tests.access.plan_promises import PUBLIC_BY
from tests.access.scene import TABLES, Scene

# The tables whose rows nobody sees unasked: to whoever reads all of them, each policy must put its question.
ASKING = """
    select c.relname from pg_class c
     where c.relrowsecurity and c.relnamespace = 'public'::regnamespace and has_table_privilege(c.oid, 'select')
       and not exists (select from pg_policy p where p.polrelid = c.oid and p.polcmd in ('r', '*')
                          and pg_get_expr(p.polqual, p.polrelid) = 'true' and p.polroles = '{0}')
     order by 1
"""
COUNT = text("select (select count(*) from flag) + (select count(*) from disclosure) + (select count(*) from person)")
SET = text("select set_config(:setting, :context, true)")


def rows(session: Session, context: str) -> int:
    """How many personal rows show under a context."""
    session.execute(SET, {"setting": SETTING, "context": context})
    return int(session.scalar(COUNT) or 0)


REFUSED = "The viewer context is refused."


def _asking(scene: Scene) -> list[str]:
    with scene.wall.anonymously() as session:
        return list(session.scalars(text(ASKING)))


def test_a_signed_context_shows_its_viewers_rows_and_no_context_shows_none(scene: Scene) -> None:
    with scene.wall.anonymously() as session:
        assert session.scalar(COUNT) == 0
        assert rows(session, sign(KEY, scene.author)) > 0
        assert rows(session, "") == 0


def test_a_context_without_audiences_shows_nothing(scene: Scene) -> None:
    with scene.wall.anonymously() as session:
        assert rows(session, sign(KEY, replace(scene.author, audience_ids=()))) == 0


def test_a_forged_changed_or_expired_context_is_refused_at_every_table(scene: Scene) -> None:
    """With no table in front of the others: each asks for itself. One that is empty has nothing to ask about."""
    tables = _asking(scene)
    assert set(TABLES) < set(tables)
    for name, context in forgeries(scene).items():
        with scene.wall.anonymously() as session:
            said = _read_each(session, context, tables)
        assert set(said.values()) <= {REFUSED, "0"}, f"{name} reads something: {said}"
        assert {said[table] for table in TABLES} == {REFUSED}, f"{name} is believed: {said}"


# Reads one table after the other, and says of each how many rows there were, or how that was refused.
READ_EACH = """
do $$ declare name text; found text; said jsonb = '{}'; begin
  foreach name in array string_to_array('these tables', ',') loop
    begin
      execute format('select count(*) from %I', name) into found;
    exception when others then
      found = sqlerrm;
    end;
    said = said || jsonb_build_object(name, found);
  end loop;
  perform set_config('walls.said', said::text, true);
end $$
"""


def _read_each(session: Session, context: str, tables: list[str]) -> dict[str, str]:
    session.execute(SET, {"setting": SETTING, "context": context})
    session.execute(text(READ_EACH.replace("these tables", ",".join(tables))))
    said: dict[str, str] = json.loads(session.scalar(text("select current_setting('walls.said')")) or "{}")
    return said


def test_a_list_of_nothing_reads_nothing_at_every_table(scene: Scene) -> None:
    """A genuine context that names no audience, and none at all; what is open to everybody has no such question.

    Of plans that were published everybody reads the agreed text: tests/oracle/test_plans.py says which rows.
    """
    tables = [table for table in _asking(scene) if table not in PUBLIC_BY]
    nobody = replace(scene.author, audience_ids=(), membership_id=uuid4(), user_id=uuid4())
    for context in ("", sign(KEY, nobody)):
        with scene.wall.anonymously() as session:
            session.execute(SET, {"setting": SETTING, "context": context})
            for table in tables:
                assert session.execute(text(f"select * from {table}")).all() == [], table


def test_a_context_recorded_in_one_transaction_is_gone_in_the_next_and_shows_its_own_viewer_within_its_minute(
    scene: Scene, urls: DatabaseUrls
) -> None:
    """Bound to no connection, because a pooler hands them round; so it is never shown to another one."""
    database = Database.connect(urls.web, pool_size=1, max_overflow=0)
    with Wall(database, KEY).acting_as(scene.author) as session:
        recorded = session.scalar(text(f"select current_setting('{SETTING}')"))
        own = session.scalar(COUNT)
    assert recorded
    try:
        with database.transaction() as session:
            assert session.scalar(text(f"select nullif(current_setting('{SETTING}', true), '')")) is None
            assert session.scalar(COUNT) == 0
        with scene.wall.acting_as(scene.stranger) as session:
            assert rows(session, recorded) == own
            assert rows(session, sign(KEY, scene.stranger)) > 0
    finally:
        database.dispose()


def test_changing_the_installations_secret_ends_every_context(scene: Scene, owner: Database) -> None:
    context = sign(KEY, scene.author)
    change = text("update viewer_context_key set inner_pad = outer_pad, outer_pad = inner_pad")
    with Session(owner.engine) as session:
        session.execute(change)
        session.execute(SET, {"setting": SETTING, "context": context})
        with pytest.raises(ProgrammingError, match="viewer context is refused"):
            session.scalar(text("select viewer_membership()"))
        session.rollback()


def test_a_pooled_connection_never_carries_a_viewer_over(scene: Scene, urls: DatabaseUrls) -> None:
    database = Database.connect(urls.web, pool_size=1, max_overflow=0)
    one_connection = Wall(database, KEY)
    try:
        with one_connection.acting_as(scene.author) as session:
            before = session.scalar(text("select pg_backend_pid()"))
            assert session.scalar(COUNT)
        with database.transaction() as session:
            assert session.scalar(text("select pg_backend_pid()")) == before
            assert not session.scalar(text(f"select current_setting('{SETTING}', true)"))
            assert session.scalar(COUNT) == 0
        with pytest.raises(ZeroDivisionError), one_connection.acting_as(scene.author):
            raise ZeroDivisionError
        with one_connection.acting_as(scene.stranger) as session:
            assert not session.execute(text("select from flag where id = :id"), {"id": scene.flag_id}).all()
        with one_connection.anonymously() as session:
            assert session.scalar(COUNT) == 0
    finally:
        database.dispose()


def test_a_context_that_injected_sql_left_on_a_connection_is_not_believed_afterwards(
    scene: Scene, urls: DatabaseUrls
) -> None:
    database = Database.connect(urls.web, pool_size=1, max_overflow=0)
    one_connection = Wall(database, KEY)
    try:
        with one_connection.acting_as(scene.author) as session:
            session.execute(text(f"select set_config('{SETTING}', current_setting('{SETTING}'), false)"))
        with one_connection.anonymously() as session:
            assert session.scalar(COUNT) == 0
    finally:
        database.dispose()
