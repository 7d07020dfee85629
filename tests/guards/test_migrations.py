"""Migrations run up, down and up again with data in place, and lead exactly to what the models say."""

import re

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, create_engine, make_url, text

from graphql_schema import Door
from portal.db import Database
from portal.operations.embedded import DatabaseUrls, EmbeddedServer
from portal.operations.upgrade import MIGRATIONS, current, head, migrate, upgrade
from portal.tables import metadata
from tests.access.scene import set_scene
from tests.conftest import SECRET
from tests.factories.flags import raised
from tests.factories.scratch import Scratch, scratch

VERSIONS = sorted(MIGRATIONS.glob("versions/*.py"))
NUMBERS = [path.name[:4] for path in VERSIONS]
# The last migration that only makes tables: everything after it can be taken down with the data in place.
TABLES_ONLY = "0003"
LEFT = """
select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'S', 'v')
   and relname <> 'alembic_version'
union all select proname from pg_proc where pronamespace = 'public'::regnamespace
union all select typname from pg_type where typnamespace = 'public'::regnamespace and typtype in ('e', 'c')
   and typname <> 'alembic_version'
"""
CHECKS = """
select c.conname from pg_constraint c join pg_class t on t.oid = c.conrelid
 where c.contype = 'c' and t.relnamespace = 'public'::regnamespace and t.relname not like 'procrastinate%'
"""
COLUMNS = """
select table_name, column_name from information_schema.columns
 where table_schema = 'public' and table_name <> 'alembic_version' order by table_name, ordinal_position
"""
# What has a place in the oldest tables, where a later migration lets one hold more.
OLD_ROWS = {"disclosure": "because not in ('OVERDUE', 'SAFEGUARDING')"}
# What newer tables hold under another name: a pseudonym stands for it (tests/audit/test_upgrade.py takes it back).
RENAMED = {("audit_subject", "root_id")}
READ = "query($id: ID!) { flag(by: {id: $id}) { fact subject { ... on Person { preferredName } } } }"


def _to(urls: DatabaseUrls, revision: str) -> None:
    web, worker = (str(make_url(url).username) for url in (urls.web, urls.worker))
    engine = create_engine(urls.owner)
    try:
        migrate(engine, web_role=web, worker_role=worker, to=revision)
        with engine.connect() as connection:
            assert current(connection) == (head() if revision == "head" else None if revision == "base" else revision)
    finally:
        engine.dispose()


def _upgraded(urls: DatabaseUrls) -> None:
    """Do as an operator does: every migration, and the reference data that the tables begin with."""
    upgrade(owner_url=urls.owner, web_url=urls.web, worker_url=urls.worker, secret=SECRET)


def test_migrations_are_numbered_without_gaps_and_each_follows_the_last() -> None:
    assert [int(number) for number in NUMBERS] == list(range(1, len(NUMBERS) + 1))
    for before, path in zip([None, *NUMBERS], VERSIONS, strict=False):
        source = path.read_text(encoding="utf-8")
        assert re.search(rf'^revision = "{path.name[:4]}"$', source, re.MULTILINE), path.name
        follows = "None" if before is None else f'"{before}"'
        assert re.search(rf"^down_revision = {follows}$", source, re.MULTILINE), path.name


def test_every_migration_can_be_taken_down() -> None:
    for path in VERSIONS:
        down = path.read_text(encoding="utf-8").split("def downgrade() -> None:\n")[1]
        assert not down.strip().startswith(("pass", "raise")), path.name


def test_the_migrations_make_exactly_the_tables_of_the_models(owner: Database) -> None:
    def ours(thing: object, name: str | None, kind: str, _reflected: object, _other: object) -> bool:
        table = name if kind == "table" else getattr(getattr(thing, "table", None), "name", None)
        return not str(table).startswith(("procrastinate_", "alembic_"))

    with owner.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": ours, "compare_type": True})
        differences = compare_metadata(context, metadata)
    assert not differences, f"Write a migration: {differences[:3]}"


def test_the_migrations_make_exactly_the_checks_of_the_models(owner: Database) -> None:
    told = {
        str(check.name)
        for table in metadata.tables.values()
        for check in table.constraints
        if isinstance(check, CheckConstraint)
    }
    with owner.transaction() as session:
        assert set(session.scalars(text(CHECKS))) == told


def test_what_is_in_the_database_survives_down_and_up(server: EmbeddedServer, template: str) -> None:
    """Everything that has a place in the oldest tables is there at every step; what only newer ones hold may go."""
    with scratch(server, template) as made:
        _to(made.urls, TABLES_ONLY)
        columns = _columns(made)
        _upgraded(made.urls)
        scene = set_scene(made.owner, made.wall, made.door, worker=made.worker)
        before = _held(made, columns)
        references = _references(made)
        for revision in reversed(NUMBERS[NUMBERS.index(TABLES_ONLY) : -1]):
            _to(made.urls, revision)
            assert _held(made, columns) == before, revision
        _upgraded(made.urls)
        assert _held(made, columns) == before
        assert scene.cast.ask(scene.author, READ, id=scene.global_id)["flag"] == {
            "fact": "Sitting alone with two empty cans.",
            "subject": {"preferredName": "Kai"},
        }
        assert scene.cast.ask(scene.stranger, READ, id=scene.global_id)["flag"] is None
        assert raised(scene.cast)["reference"] not in references


def _columns(made: Scratch) -> dict[str, list[str]]:
    """Every table of ours with its columns, as they stand at this moment."""
    found: dict[str, list[str]] = {}
    with made.owner.transaction() as session:
        for table, column in session.execute(text(COLUMNS)):
            if (table, column) not in RENAMED:
                found.setdefault(table, []).append(column)
    return found


def _held(made: Scratch, columns: dict[str, list[str]]) -> dict[str, list[str]]:
    """What the columns of each table hold, row by row."""
    with made.owner.transaction() as session:
        return {
            table: sorted(
                session.scalars(
                    text(f"select row({', '.join(names)})::text from {table} where {OLD_ROWS.get(table, 'true')}")
                )
            )
            for table, names in columns.items()
        }


def _references(made: Scratch) -> set[str]:
    with made.owner.transaction() as session:
        return set(session.scalars(text("select reference from flag")))


def test_everything_can_be_taken_down_and_put_up_again(server: EmbeddedServer, template: str) -> None:
    with scratch(server, template) as made:
        set_scene(made.owner, made.wall, made.door)
        _to(made.urls, "base")
        with made.owner.transaction() as session:
            assert session.scalars(text(LEFT)).all() == [], "A migration leaves these behind when it is taken down."
        for _ in range(2):
            _upgraded(made.urls)
        with made.owner.transaction() as session:
            session.execute(
                text("insert into installation (id, name, demo, id_key) values (1, 'x', true, :key)"),
                {"key": b"k" * 32},
            )
        anew = Door(made.wall)
        assert raised(set_scene(made.owner, made.wall, anew).cast)["state"] == "SUBMITTED"
