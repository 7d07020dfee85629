"""Each rule of the catalogue finds the fault it is about, and what a managed PostgreSQL brings refuses no start."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, create_engine, make_url, text

from portal.operations.catalog import RULES, Finding, Rule, Weight, findings
from portal.operations.embedded import OWNER, WEB, WORKER, EmbeddedServer
from tests.factories.scratch import scratch
from tests.guards.catalog_faults import FAULTS, MANAGED


@pytest.fixture(scope="module")
def superuser(server: EmbeddedServer, template: str) -> Iterator[Engine]:
    """Whoever made the server, in a database where nothing stays that they break."""
    with scratch(server, template) as made:
        engine = create_engine(make_url(made.urls.owner).set(username="postgres"))
        yield engine
        engine.dispose()


def _named(connection: Connection, words: str) -> str:
    return words.format(owner=OWNER, web=WEB, worker=WORKER, database=connection.engine.url.database)


def _break(connection: Connection, statements: str) -> None:
    for statement in _named(connection, statements).split(";"):
        connection.exec_driver_sql(statement)
    connection.exec_driver_sql("reset role")


def _found(connection: Connection) -> list[Finding]:
    return findings(connection, web_role=WEB, worker_role=WORKER)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.sentence.replace(" ", "-"))
def test_a_rule_finds_the_fault_it_is_about(superuser: Engine, rule: Rule) -> None:
    for statements, what in FAULTS[rule.sentence]:
        with superuser.connect() as connection:
            _break(connection, statements)
            found = {finding.what: str(finding) for finding in _found(connection) if finding.rule is rule}
            assert _named(connection, what) in found, statements
            assert rule.remedy in found[_named(connection, what)]
            connection.rollback()


def test_every_rule_is_seen_to_fail() -> None:
    assert FAULTS.keys() == {rule.sentence for rule in RULES}, "Plant a fault in tests/guards/catalog_faults.py."


def test_nothing_that_was_planted_stays(superuser: Engine) -> None:
    with superuser.connect() as connection:
        assert _found(connection) == []


@pytest.mark.parametrize("brought", MANAGED.values(), ids=[*MANAGED])
def test_what_a_managed_postgresql_brings_refuses_no_start(superuser: Engine, brought: str) -> None:
    with superuser.connect() as connection:
        _break(connection, brought)
        refused = [finding for finding in _found(connection) if finding.rule.weight is Weight.REFUSES]
        assert not refused, [str(finding) for finding in refused]
        connection.rollback()


def test_the_catalogue_is_one_question(superuser: Engine) -> None:
    """A start asks it of every web process: it is one statement, and PostgreSQL answers before anybody notices."""
    with superuser.connect() as connection:
        _found(connection)
        connection.execute(text("set local statement_timeout = '2s'"))
        assert _found(connection) == []
        connection.rollback()
