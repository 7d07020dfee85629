"""Invented and real people never share a database."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from pydantic import SecretStr
from sqlalchemy import create_engine, insert, inspect, text

from portal.config import Settings
from portal.identity.models import User
from portal.operations import embedded
from portal.operations.installation import (
    WrongDatabaseError,
    catalogue_findings,
    mark,
    refuse_without_walls,
    refuse_wrong_database,
)
from portal.operations.readiness import readiness
from portal.operations.upgrade import upgrade

SECRET = "s" * 32


@pytest.fixture
def settings(server: embedded.EmbeddedServer) -> Iterator[Settings]:
    """A demonstration's settings for an empty database."""
    urls = server.create_database("installation")
    yield Settings(
        database_url=urls.web,
        owner_database_url=urls.owner,
        worker_database_url=urls.worker,
        secret_key=SecretStr(SECRET),
        demo=True,
    )
    server.drop_database("installation")


def _upgrade(settings: Settings) -> None:
    upgrade(
        owner_url=settings.owner_database_url or "",
        web_url=settings.database_url or "",
        worker_url=settings.worker_database_url or "",
        secret=SECRET,
    )


def _real(settings: Settings) -> Settings:
    return settings.model_copy(update={"demo": False})


def test_a_demonstration_starts_on_an_empty_database_and_again_on_its_own(settings: Settings) -> None:
    refuse_wrong_database(settings)
    _upgrade(settings)
    mark(settings)
    refuse_wrong_database(settings)


def test_a_demonstration_that_was_killed_before_it_was_marked_starts_again(settings: Settings) -> None:
    _upgrade(settings)
    refuse_wrong_database(settings)


def test_a_demonstration_refuses_unmarked_accounts(settings: Settings) -> None:
    _upgrade(settings)
    owner = create_engine(settings.owner_database_url or "")
    account = {"id": uuid4(), "display_name": "Somebody", "email": "somebody@agency.example"}
    with owner.begin() as connection:
        connection.execute(insert(User).values(account))
    owner.dispose()
    with pytest.raises(WrongDatabaseError, match="is not a demonstration"):
        refuse_wrong_database(settings)


def test_a_demonstration_refuses_a_database_with_anything_in_it(settings: Settings) -> None:
    owner = create_engine(settings.owner_database_url or "")
    with owner.begin() as connection:
        connection.execute(text("create table ledger (id int)"))
    with pytest.raises(WrongDatabaseError, match="is not a demonstration"):
        refuse_wrong_database(settings)
    assert inspect(owner).get_table_names() == ["ledger"]
    owner.dispose()


def test_a_demonstration_refuses_a_real_installation(settings: Settings) -> None:
    _upgrade(settings)
    mark(_real(settings))
    with pytest.raises(WrongDatabaseError, match="is not a demonstration"):
        refuse_wrong_database(settings)


def test_a_real_installation_refuses_a_demonstration_and_a_later_mark_changes_nothing(settings: Settings) -> None:
    _upgrade(settings)
    mark(settings)
    mark(_real(settings))
    with pytest.raises(WrongDatabaseError, match="is a demonstration"):
        refuse_wrong_database(_real(settings))


def test_a_real_installation_refuses_the_private_server(settings: Settings) -> None:
    with pytest.raises(WrongDatabaseError, match="trusts everyone who reaches it"):
        refuse_wrong_database(_real(settings))


def test_an_installation_is_ready_only_when_every_condition_holds(settings: Settings) -> None:
    web, owner = create_engine(settings.database_url or ""), create_engine(settings.owner_database_url or "")
    assert readiness(web) == {
        "database": True, "migrations": False, "walls": True, "worker": False, "audit sealed": False,
    }  # fmt: skip
    _upgrade(settings)
    with owner.begin() as connection:
        connection.execute(text("insert into procrastinate_workers default values"))
    assert readiness(web) == dict.fromkeys(("database", "migrations", "walls", "worker", "audit sealed"), True)
    # The owner sees every row whatever the policies say: a site that connects as the owner is not ready.
    assert readiness(owner)["walls"] is False
    with owner.begin() as connection:
        connection.execute(text("update procrastinate_workers set last_heartbeat = now() - interval '31 seconds'"))
    assert readiness(web)["worker"] is False
    for engine in (web, owner):
        engine.dispose()


def test_the_site_does_not_start_as_a_role_that_owns_the_tables(settings: Settings) -> None:
    _upgrade(settings)
    refuse_without_walls(settings)
    as_owner = settings.model_copy(update={"database_url": settings.owner_database_url})
    with pytest.raises(WrongDatabaseError, match="row-level security does not hold"):
        refuse_without_walls(as_owner)


def _broken(settings: Settings, statement: str) -> None:
    owner = create_engine(settings.owner_database_url or "")
    with owner.begin() as connection:
        connection.execute(text(statement))
    owner.dispose()


def test_the_site_does_not_start_where_the_catalogue_has_an_opening(settings: Settings) -> None:
    _upgrade(settings)
    assert catalogue_findings(settings) == []
    _broken(settings, "alter table audit_event disable trigger append_only")
    with pytest.raises(WrongDatabaseError) as refusal:
        refuse_without_walls(settings)
    said = str(refusal.value)
    assert "audit_event.append_only" in said
    assert "Every trigger is switched on" in said
    assert said.count(". ") == 0, "One sentence."
    [found] = catalogue_findings(settings)
    assert "enable trigger" in str(found)


def test_what_only_needs_a_look_refuses_no_start(settings: Settings) -> None:
    _upgrade(settings)
    _broken(settings, "create table flag_copy as select * from flag")
    refuse_without_walls(settings)
    assert {finding.what for finding in catalogue_findings(settings)} == {"flag_copy"}


def test_the_catalogue_of_another_version_is_not_judged(settings: Settings) -> None:
    """The version before may serve while the next one has migrated; it says itself that it is not ready."""
    _upgrade(settings)
    _broken(settings, "update alembic_version set version_num = 'later'; create table later (id int);")
    refuse_without_walls(settings)
    assert catalogue_findings(settings) == []
