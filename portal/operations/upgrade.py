"""Decides how a database is brought up to date: migrations, the viewer context key, reference data."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, delete, insert, make_url
from sqlalchemy.orm import Session

from portal.access.context import derive_key, pads
from portal.access.models import ViewerContextKey
from portal.agencies.reference import load_reference
from portal.agreements.lawful_bases import load_lawful_bases
from portal.partnerships.clocks import load_clocks
from portal.partnerships.emergencies import load_emergency_advice
from portal.plans.standards import load_standards
from portal.vocabularies.loading import load_concepts

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


def configuration(connection: Connection | None, *, web_role: str, worker_role: str) -> Config:
    """The alembic configuration of this repository, bound to a connection of the owner."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes.update(connection=connection, web_role=web_role, worker_role=worker_role)
    return config


def head() -> str:
    """The newest migration this version of the code knows."""
    revision = ScriptDirectory.from_config(configuration(None, web_role="", worker_role="")).get_current_head()
    assert revision is not None
    return revision


def current(connection: Connection) -> str | None:
    """The migration a database stands at; None for an empty one."""
    return MigrationContext.configure(connection).get_current_revision()


def migrate(engine: Engine, *, web_role: str, worker_role: str, to: str = "head") -> None:
    """Run migrations up (or, given an older revision, down) as the owner, in one transaction."""
    with engine.begin() as connection:
        config = configuration(connection, web_role=web_role, worker_role=worker_role)
        known = ScriptDirectory.from_config(config)
        at = current(connection)
        target = known.get_current_head() if to == "head" else to
        newer = target is not None and (at is None or (target != "base" and target >= at))
        (command.upgrade if newer else command.downgrade)(config, to)


def install_context_key(engine: Engine, secret: str) -> None:
    """Keep the pads that check viewer contexts signed with this installation's secret; any other stops working."""
    inner, outer = pads(derive_key(secret))
    with engine.begin() as connection:
        connection.execute(delete(ViewerContextKey))
        connection.execute(insert(ViewerContextKey).values(id=1, inner_pad=inner, outer_pad=outer))


def load_data(engine: Engine) -> None:
    """Lay the shipped vocabularies, standards, lawful bases, advice and reference data; what was added stays."""
    with Session(engine) as session, session.begin():
        load_concepts(session)
        load_standards(session)
        load_lawful_bases(session)
        load_reference(session)
        load_clocks(session)
        load_emergency_advice(session)


def upgrade(*, owner_url: str, web_url: str, worker_url: str, secret: str) -> None:
    """Bring the database at `owner_url` up to date for the roles that the other two addresses name."""
    engine = create_engine(owner_url)
    try:
        web_role, worker_role = (make_url(url).username for url in (web_url, worker_url))
        assert web_role
        assert worker_role
        migrate(engine, web_role=web_role, worker_role=worker_role)
        install_context_key(engine, secret)
        load_data(engine)
    finally:
        engine.dispose()
