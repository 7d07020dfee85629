"""Wires the gatherer to a run: what every test logged and printed, the databases, and the verdict when all is done."""

import logging
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from portal.operations.embedded import EmbeddedServer
from tests.canaries.databases import read
from tests.canaries.gatherer import GATHERER, Gatherer

_NAMES = "select datname from pg_database where not datistemplate and datname !~ '^(template|postgres)'"


class Listener(logging.Handler):
    """Hears every line of the standard library's logs that the product would have written, with its traceback."""

    def __init__(self, gatherer: Gatherer) -> None:
        super().__init__()
        self.gatherer = gatherer

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line as it would stand in a log."""
        self.gatherer.gather("A log", self.format(record))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep what a test, and what it started, wrote to standard output, standard error and the logs."""
    report = yield
    gather_report(GATHERER, report)
    return report


@contextmanager
def nothing_leaks(server: EmbeddedServer, data_dir: Path) -> Iterator[None]:
    """See at the end, while the server still runs, that no word of any record went anywhere else."""
    listener = Listener(GATHERER)
    logging.getLogger().addHandler(listener)
    yield
    logging.getLogger().removeHandler(listener)
    with server._superuser() as connection:
        names = [name for (name,) in connection.execute(_NAMES)]
    for name in names:
        read(server.urls(name).owner, GATHERER)
    gather_log_of_database(GATHERER, data_dir)
    leaks = GATHERER.leaks()
    assert not leaks, "Words of records were found elsewhere.\n" + "\n".join(sorted({str(leak) for leak in leaks}))


def gather_report(gatherer: Gatherer, report: pytest.TestReport) -> None:
    """What a test wrote, under the names that pytest gives it: captured stdout, stderr and log."""
    for title, text in report.sections:
        gatherer.gather(title.rpartition(" ")[0], text)


def gather_log_of_database(gatherer: Gatherer, data_dir: Path) -> None:
    """Every line that the private PostgreSQL of a data directory has logged."""
    for line in (data_dir / "postgres" / "log").read_text(errors="replace").splitlines():
        gatherer.gather("The log of the database", line)


def gather_installation(gatherer: Gatherer, data_dir: Path, *said: str) -> None:
    """What an installation that ran in processes of its own leaves: its log, its database's, and its mails."""
    for text in said:
        gatherer.gather("What a served process said", text)
    if (data_dir / "postgres" / "log").exists():
        gather_log_of_database(gatherer, data_dir)
    for path in sorted((data_dir / "mail").glob("*.eml")):
        gather_mail(gatherer, message_from_bytes(path.read_bytes(), policy=policy.SMTP))


def gather_mail(gatherer: Gatherer, mail: EmailMessage) -> None:
    """A mail as whoever gets it reads it."""
    gatherer.gather("A mail", f"{mail['subject']}\n{mail.get_content()}")


def gather_failures(gatherer: Gatherer, execution: Any) -> None:
    """What an operation answered of mistakes: errors, and the messages of expected failures, but no record."""
    for error in execution.errors or ():
        gatherer.gather("An error of the schema", str(error.formatted))
    for answer in (execution.data or {}).values():
        if isinstance(answer, dict) and "message" in answer:
            told = {name: answer[name] for name in ("message", "errors", "reason") if name in answer}
            gatherer.gather("A failure of a change", str(told))
