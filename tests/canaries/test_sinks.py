"""Words of a record are found wherever they go, however they are written there."""

import logging
import time
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import quote_plus

import pytest
from flask import Flask, abort, make_response, redirect, session
from flask.typing import ResponseReturnValue
from graphql import GraphQLError
from markupsafe import escape
from sqlalchemy import text

from graphql_schema import Execution
from portal.operations.embedded import EmbeddedServer
from tests.canaries.databases import read
from tests.canaries.gatherer import Gatherer
from tests.canaries.plugin import (
    Listener,
    gather_failures,
    gather_installation,
    gather_mail,
    gather_report,
)
from tests.canaries.site import heard
from tests.factories.cast import settle_cast
from tests.factories.flags import raised
from tests.factories.scratch import Scratch, scratch

# What stands in a record, and a part of it, as whoever abbreviates would pass it on.
FACT = "She hid beneath the old lime kiln's arch, “again”, until dusk"
PART = "hid beneath the old lime kiln's arch"


@pytest.fixture
def gatherer() -> Gatherer:
    """Knows one record."""
    made = Gatherer()
    made.plant([FACT])
    return made


def _sinks(gatherer: Gatherer) -> set[str]:
    return {leak.sink for leak in gatherer.leaks()}


@pytest.mark.parametrize(
    "written",
    [
        PART,
        PART.upper(),
        quote_plus(PART),
        str(escape(PART)),
        f"...{PART}...",
        FACT.replace(" ", "-"),
        f"/flags?about={quote_plus(FACT)}#top",
        f'{{"fact": "{PART}"}}',
    ],
)
def test_words_are_known_however_they_are_written(gatherer: Gatherer, written: str) -> None:
    gatherer.gather("somewhere", written)
    [leak] = gatherer.leaks()
    assert leak.sink == "somewhere"
    assert "test_words_are_known_however_they_are_written" in str(leak)


@pytest.mark.parametrize("other", ["She hid", "the old lime", "until dusk, again, she hid", "", "arch" * 20])
def test_what_everybody_says_is_no_leak(gatherer: Gatherer, other: str) -> None:
    gatherer.gather("somewhere", other)
    assert gatherer.leaks() == []


def test_a_long_word_of_a_record_is_known_by_itself(gatherer: Gatherer) -> None:
    gatherer.plant(["9f1c7c52-0c1e-4b52-a6a9-8d2f4f8f4b1e", "short"])
    gatherer.gather("somewhere", "/flags/9f1c7c52-0c1e-4b52-a6a9-8d2f4f8f4b1e?short")
    gatherer.gather("elsewhere", "/flags/9f1c7c52-0c1e-0000-0000-000000000000?short")
    assert _sinks(gatherer) == {"somewhere"}


def _kept() -> str:
    session["typed"] = FACT * 20
    return "<title>Concord</title>"


def _copy() -> ResponseReturnValue:
    named = f"attachment; filename*=UTF-8''{quote_plus(PART)}.pdf"
    return make_response((b"%PDF", {"Content-Type": "application/pdf", "Content-Disposition": named}))


# Answers of a site that says words of a record: on the first two pages it may.
ANSWERS: dict[str, Callable[[], ResponseReturnValue]] = {
    "page": lambda: f"<title>Concord</title><p>{escape(FACT)}</p>",
    "asked": lambda: "<title>Concord</title>",
    "title": lambda: f"<title>{escape(FACT)}</title>",
    "link": lambda: f'<a href="/flags?{quote_plus(PART)}">A flag</a>',
    "form": lambda: f'<form action="/flags/{escape(PART)}">',
    "away": lambda: redirect(f"/flags?{quote_plus(PART)}"),
    "copy": _copy,
    "kept": _kept,
    "missing": lambda: abort(404, FACT),
    "broken": lambda: (f"<h1>{FACT}</h1>", 500),
    "graphql": lambda: {"data": {"flag": {"fact": FACT}}, "errors": [{"message": f"Not a code: {PART}."}]},
}


def _site() -> Flask:
    site = Flask(__name__)
    site.secret_key = "a secret of this test"
    site.add_url_rule("/<name>", view_func=lambda name: ANSWERS[name](), endpoint="answer")
    return site


@pytest.mark.parametrize(
    ("path", "sink"),
    [
        (f"/asked?{quote_plus(PART)}", "An address that was asked"),
        ("/title", "The title of a page"),
        ("/link", "An address on a page"),
        ("/form", "An address on a page"),
        ("/away", "The header Location"),
        ("/copy", "The header Content-Disposition"),
        ("/kept", "A cookie"),
        ("/missing", "A page that answers 404"),
        ("/broken", "A page that answers 500"),
        ("/graphql", "An error of the schema"),
    ],
)
def test_a_site_is_overheard(gatherer: Gatherer, path: str, sink: str) -> None:
    site = _site()
    site.wsgi_app = heard(site.wsgi_app, gatherer)  # type: ignore[method-assign]
    assert site.test_client().get(path).data
    assert sink in _sinks(gatherer)


def test_where_somebody_came_from_is_overheard_and_a_page_may_say_a_record(gatherer: Gatherer) -> None:
    site = _site()
    site.wsgi_app = heard(site.wsgi_app, gatherer)  # type: ignore[method-assign]
    client = site.test_client()
    assert FACT.partition("'")[0] in client.get("/page").text
    assert _sinks(gatherer) == set()
    client.get("/page", headers={"Referer": f"http://localhost/flags?{quote_plus(PART)}"})
    assert _sinks(gatherer) == {"The referrer of a request"}


def test_logs_are_heard_with_what_broke(gatherer: Gatherer) -> None:
    logger, listener = logging.getLogger("somebody.elses.library"), Listener(gatherer)
    logger.addHandler(listener)
    # It is this test's own line, and no log of the run.
    logger.propagate = False
    logger.error("It broke", exc_info=ValueError(FACT))
    logger.removeHandler(listener)
    assert _sinks(gatherer) == {"A log"}


@pytest.mark.parametrize("title", ["Captured stdout call", "Captured stderr setup", "Captured log teardown"])
def test_what_a_test_writes_is_kept(gatherer: Gatherer, title: str) -> None:
    now = time.time()
    report = pytest.TestReport(
        "a test", ("", 0, ""), {}, "passed", None, "call", [(title, f"a line\n{FACT}\n")], start=now, stop=now
    )
    gather_report(gatherer, report)
    assert _sinks(gatherer) == {title.rpartition(" ")[0]}


def test_mails_and_logs_of_an_installation_are_looked_through(gatherer: Gatherer, tmp_path: Path) -> None:
    mail = EmailMessage()
    mail["subject"] = "Something waits"
    # Sent in another alphabet than it is read in.
    mail.set_content(f"{PART} – ü", cte="base64")
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / "1.eml").write_bytes(mail.as_bytes())
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "log").write_text(f"DETAIL:  Failing row contains (1, {FACT}).\n")
    gather_installation(gatherer, tmp_path, f"starting\n{FACT}")
    assert _sinks(gatherer) == {"A mail", "The log of the database", "What a served process said"}


def test_a_subject_is_read_too(gatherer: Gatherer) -> None:
    mail = EmailMessage()
    mail["subject"] = FACT
    mail.set_content("Something waits.")
    gather_mail(gatherer, mail)
    assert _sinks(gatherer) == {"A mail"}


@pytest.mark.parametrize(
    ("execution", "sink"),
    [
        (Execution(None, [GraphQLError(f"Not a date: {PART}")]), "An error of the schema"),
        (Execution({"raiseFlag": {"__typename": "Conflict", "message": PART}}), "A failure of a change"),
        (Execution({"raiseFlag": {"message": "No.", "errors": [{"message": PART}]}}), "A failure of a change"),
    ],
)
def test_mistakes_are_looked_through(gatherer: Gatherer, execution: Execution, sink: str) -> None:
    gather_failures(gatherer, execution)
    assert _sinks(gatherer) == {sink}


def test_the_record_in_an_answer_is_no_mistake(gatherer: Gatherer) -> None:
    gather_failures(gatherer, Execution({"flag": {"fact": FACT}}))
    gather_failures(gatherer, Execution({"takeFlag": {"message": "It changed.", "current": {"fact": FACT}}}))
    assert _sinks(gatherer) == set()


@pytest.fixture(scope="module")
def keeping(server: EmbeddedServer, template: str) -> Iterator[Scratch]:
    """A database with one record in it, whose other tables may be written to."""
    with scratch(server, template) as made:
        cast = settle_cast(made.owner, made.door)
        raised(cast, fact=FACT)
        yield made


LINE = "insert into audit_event (request_id, action, operation, outcome, at) values (gen_random_uuid(), 'READ', "


@pytest.mark.parametrize(
    ("sink", "statement", "undone"),
    [
        (
            "procrastinate_jobs.args",
            "insert into procrastinate_jobs (queue_name, task_name, args) values ('x', 'x', to_jsonb(array[:it]))",
            "delete from procrastinate_jobs where task_name = 'x'",
        ),
        (
            "audit_event.operation",
            f"{LINE} :it, 'x', now())",
            (
                "alter table audit_event disable trigger append_only; delete from audit_event where outcome = 'x';"
                " alter table audit_event enable trigger append_only"
            ),
        ),
        (
            "idempotency_record.result",
            "update idempotency_record set result = :it",
            "update idempotency_record set result = 'x'",
        ),
        ("diary.entry", "create table diary as select cast(:it as text) as entry", "drop table diary"),
    ],
)
def test_every_other_column_of_a_database_is_looked_through(
    keeping: Scratch, sink: str, statement: str, undone: str
) -> None:
    clean = Gatherer()
    read(keeping.urls.owner, clean)
    assert FACT in clean.records
    assert clean.leaks() == []
    _do(keeping, statement)
    found = Gatherer()
    read(keeping.urls.owner, found)
    for part in undone.split(";"):
        _do(keeping, part)
    assert _sinks(found) == {f"The column {sink}"}


def _do(made: Scratch, statement: str) -> None:
    with made.owner.transaction() as session:
        session.execute(text(statement), {"it": PART} if ":it" in statement else {})
