"""What PostgreSQL's own catalogue must say of every table; its rules and lists stand in portal/operations/catalog."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import make_url, text

from portal.db import Database
from portal.operations.catalog import findings
from portal.operations.catalog.listed import ACCOUNT, OWN_POLICY, PLAN, PUBLIC, WITHOUT_ROOT
from portal.operations.embedded import DatabaseUrls
from portal.tables import metadata

HOW = (
    "Give it row-level security and a not-null key to its root in a migration, or list it in"
    " portal/operations/catalog/listed.py with a reason."
)


def _rows(owner: Database, statement: str) -> Sequence[Any]:
    with owner.transaction() as session:
        return session.execute(text(statement)).all()


def _tables(owner: Database) -> set[str]:
    of_ours = "select relname from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace"
    return {row.relname for row in _rows(owner, of_ours)}


def test_the_catalogue_breaks_no_rule_whoever_asks(
    owner: Database, worker: Database, wall: Any, urls: DatabaseUrls
) -> None:
    web_role, worker_role = (make_url(url).username or "" for url in (urls.web, urls.worker))
    for database in (owner, worker, wall.database):
        with database.engine.connect() as connection:
            found = findings(connection, web_role=web_role, worker_role=worker_role)
        assert not found, "\n".join(map(str, found))


def test_every_list_names_what_is_there_and_gives_a_reason(owner: Database) -> None:
    assert not WITHOUT_ROOT.keys() - _tables(owner), "Listed and not there: take it off the list."
    assert all(reason.strip() for reason in WITHOUT_ROOT.values())
    walled = {row.tablename for row in _rows(owner, "select tablename from pg_policies where schemaname = 'public'")}
    assert not (OWN_POLICY | PLAN).keys() - walled, HOW


def test_every_personal_table_hangs_under_a_root_by_a_key_that_is_never_null(owner: Database) -> None:
    for name in sorted(_tables(owner) - WITHOUT_ROOT.keys() - {"root"}):
        keys = [
            column
            for column in metadata.tables[name].columns
            for key in column.foreign_keys
            if key.column.table.name in {"root", "flag"} and not column.nullable
        ]
        assert keys, f"{name} hangs under no root. {HOW}"


def test_no_listed_table_names_a_root() -> None:
    for name in sorted((PUBLIC | ACCOUNT | PLAN).keys() & metadata.tables.keys()):
        named = {key.column.table.name for key in metadata.tables[name].foreign_keys}
        assert not named & {"root", "flag", "person", "share"}, f"{name} says something of a record. {HOW}"
