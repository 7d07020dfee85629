"""Decides what every test starts from: a real PostgreSQL, a migrated database of its own, and a fresh cast."""

import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, insert
from sqlalchemy.orm import Session

from frontend.plans.paper import print_plan
from graphql_schema import Door
from portal.access.context import Wall, derive_key
from portal.db import Database
from portal.operations import embedded
from portal.operations.embedded import DatabaseUrls, EmbeddedServer
from portal.operations.upgrade import upgrade
from portal.partnerships.models import Installation
from portal.plans.bundle import Press, plans_key
from tests.canaries.plugin import nothing_leaks
from tests.canaries.plugin import pytest_runtest_makereport as pytest_runtest_makereport
from tests.factories.cast import Cast, settle_cast
from tests.sampling import FULL, keep_some

SECRET = "a secret that only tests know, and long enough"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(FULL, action="store_true", help="Try as much as `make verify` promises.")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    # Somebody who names one case wants that case.
    if not any("[" in each for each in config.args):
        keep_some(config, items)


@pytest.fixture(scope="session")
def much(request: pytest.FixtureRequest) -> Callable[[int, int], int]:
    """How much to try: the first number in every run, the second in a full one (`make verify`)."""
    full = bool(request.config.getoption(FULL))
    return lambda short, long: long if full else short


@pytest.fixture(scope="session")
def server() -> Iterator[EmbeddedServer]:
    """A private PostgreSQL for this test process, gone when it ends."""
    # As root the path must be open to the user PostgreSQL runs as, which the usual temporary folder is not.
    folder = Path(tempfile.mkdtemp(prefix="concord-test-", dir="/var/tmp"))
    folder.chmod(0o755)
    running = embedded.start(folder / "data", at_end="delete")
    try:
        with nothing_leaks(running, folder / "data"):
            yield running
    finally:
        running.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def template(server: EmbeddedServer) -> str:
    """The name of a migrated demonstration with reference data, to copy and never to connect to."""
    name = f"template_{secrets.token_hex(4)}"
    made = server.create_database(name)
    upgrade(owner_url=made.owner, web_url=made.web, worker_url=made.worker, secret=SECRET)
    engine = create_engine(made.owner)
    with engine.begin() as connection:
        connection.execute(insert(Installation).values(id=1, name="Tests", demo=True, id_key=secrets.token_bytes(32)))
    engine.dispose()
    return name


@pytest.fixture(scope="session")
def urls(server: EmbeddedServer, template: str) -> DatabaseUrls:
    """The addresses of the database that most tests share."""
    return server.copy_database(f"test_{secrets.token_hex(4)}", template=template)


@pytest.fixture(scope="session")
def owner(urls: DatabaseUrls) -> Iterator[Database]:
    """The database as its owner, who sees every row: for arranging, and for asserting that nothing changed."""
    database = Database.connect(urls.owner)
    yield database
    database.dispose()


@pytest.fixture(scope="session")
def wall(urls: DatabaseUrls) -> Iterator[Wall]:
    """The database as the web role sees it, behind its wall."""
    database = Database.connect(urls.web)
    yield Wall(database, derive_key(SECRET))
    database.dispose()


@pytest.fixture(scope="session")
def worker(urls: DatabaseUrls) -> Iterator[Database]:
    """The database as the worker role sees it."""
    database = Database.connect(urls.worker)
    yield database
    database.dispose()


@pytest.fixture(scope="session")
def door(wall: Wall) -> Door:
    """The one door, over the web role."""
    return Door(wall, press=Press(plans_key(SECRET), print_plan))


@pytest.fixture
def owner_session(owner: Database) -> Iterator[Session]:
    """One transaction of the owner, taken back at the end."""
    with Session(owner.engine) as session:
        yield session
        session.rollback()


@pytest.fixture
def cast(owner: Database, door: Door) -> Cast:
    """An invented partnership of this test's own, with everybody in it."""
    return settle_cast(owner, door)
