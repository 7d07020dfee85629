"""What is typed anywhere stands in the column it was typed for, and in no log, error, job, mail or line of audit."""

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from portal.db import Database
from portal.operations.embedded import EmbeddedServer
from tests.canaries.columns import ENDINGS, WRITTEN_BY_US, texts, typed
from tests.canaries.databases import read
from tests.canaries.gatherer import Gatherer
from tests.canaries.life import MARK, Life, marked
from tests.factories.cast import settle_cast
from tests.factories.flags import RAISE
from tests.factories.jobs import work_off
from tests.factories.scratch import Scratch, scratch

# A database that repeats in its error what it was given; its own log leaves that part of an error out.
LOUD = """
create function loud() returns trigger language plpgsql as $$
begin raise exception 'loud' using detail = new.fact; end $$;
create trigger loud before insert on flag for each row execute function loud();
"""


@dataclass
class Lived:
    """A life that was lived in a database of its own, and what was logged meanwhile."""

    made: Scratch
    life: Life
    logged: str


@pytest.fixture(scope="module")
def lived(server: EmbeddedServer, template: str) -> Iterator[Lived]:
    """Everything that anybody types, typed once, and every job done that follows from it."""
    lines: list[str] = []
    listener = logging.Handler()
    listener.emit = lambda record: lines.append(logging.Formatter().format(record))  # type: ignore[method-assign]
    logging.getLogger().addHandler(listener)
    with scratch(server, template) as made, capture_logs() as told:
        life = Life(settle_cast(made.owner, made.door))
        life.live()
        work_off(made.urls.worker)
        logging.getLogger().removeHandler(listener)
        yield Lived(made, life, json.dumps([lines, told], default=str))


@pytest.mark.parametrize("column", typed(), ids=".".join)
def test_a_column_that_anybody_types_into_is_tried(lived: Lived, column: tuple[str, str]) -> None:
    table, name = column
    with lived.made.owner.transaction() as session:
        holds = session.scalar(text(f"select exists (select from {table} where {name}::text like '%{MARK}%')"))
    assert holds, (
        f"Nothing is planted in {table}.{name}: let tests/canaries/life.py type into it, or list it in"
        " tests/canaries/columns.py when nobody does."
    )


def test_what_nobody_types_into_is_there_and_has_a_reason() -> None:
    assert not WRITTEN_BY_US.keys() - set(texts()), "Listed and not there: take it off the list."
    assert all(reason.strip() for reason in WRITTEN_BY_US.values())
    assert not [column for column in WRITTEN_BY_US if column[1].endswith(ENDINGS)], "It is known by its name."


def test_what_was_typed_is_found_in_the_record_alone(lived: Lived) -> None:
    gatherer = Gatherer()
    read(lived.made.urls.owner, gatherer)
    assert any(MARK in record for record in gatherer.records)
    assert {sink for sink, _ in gatherer.texts} >= {
        "The column audit_event.operation",
        "The column idempotency_record.result",
        "The column procrastinate_jobs.args",
    }
    assert not list(map(str, gatherer.leaks()))
    assert MARK not in lived.logged.lower()


def test_no_mistake_repeats_what_was_typed(lived: Lived) -> None:
    answered = lived.life.answered
    assert not any(execution.cause for execution in answered)
    assert MARK in json.dumps([execution.data for execution in answered])
    failures = [
        answer
        for execution in answered
        for answer in (execution.data or {}).values()
        if isinstance(answer, dict) and "message" in answer
    ]
    assert {failure["__typename"] for failure in failures} >= {"Conflict", "Invalid"}
    assert MARK not in json.dumps(failures)
    assert MARK not in json.dumps([error.formatted for execution in answered for error in execution.errors])


def test_what_broke_is_told_and_logged_without_what_was_typed(
    server: EmbeddedServer, template: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    with scratch(server, template) as made, capture_logs() as lines:
        cast = settle_cast(made.owner, made.door)
        _loud(made.owner)
        execution = cast.try_to_ask(cast.rowan, RAISE, input=marked())
        assert MARK in str(execution.cause), "the database must say what was typed, or nothing is shown here"
        [error] = execution.errors
        assert MARK not in str(error.formatted).lower()
        gatherer = Gatherer()
        read(made.urls.owner, gatherer)
        assert not gatherer.leaks()
    assert [line["log_level"] for line in lines] == ["error"]
    assert MARK not in (json.dumps(lines, default=str) + caplog.text + "".join(capfd.readouterr())).lower()


def _loud(owner: Database) -> None:
    with owner.transaction() as session:
        session.execute(text(LOUD))
