"""`concord run`: everything starts together, and nothing outlives the rest."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from portal.operations import embedded
from tests.canaries.databases import read
from tests.canaries.gatherer import Gatherer
from tests.canaries.plugin import gather_installation
from tests.toolchain.processes import ended

CLONE = Path(__file__).resolve().parents[2]
# What a loaded machine may take for a start or a stop; a broken one takes for ever.
PATIENCE_SECONDS = 120


class Running:
    """A `concord run` that has said that it is there."""

    def __init__(self, data_dir: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        told = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
        told |= {"PORTAL_DEMO": "1", "PORTAL_PORT": str(self.port), "PORTAL_DATA_DIR": str(data_dir)}
        self._log = (data_dir / "log").open("w+")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "wsgi", "run"],
            cwd=CLONE,
            env=told,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )
        assert self.process.stdout is not None
        self.said = ""
        for line in self.process.stdout:
            self.said += line
            if "Ctrl-C stops it" in line:
                break
        else:
            pytest.fail(f"It did not start: {self.said}{self.complaint()}")
        self.children = psutil.Process(self.process.pid).children(recursive=True)
        postmaster = int((data_dir / "postgres" / "postmaster.pid").read_text().split()[0])
        self.database = psutil.Process(postmaster)

    def complaint(self) -> str:
        self._log.seek(0)
        return self._log.read()

    def child(self, part: str) -> psutil.Process:
        return next(child for child in self.children if part in " ".join(child.cmdline()))

    def ready(self) -> int:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=PATIENCE_SECONDS) as answer:
            return int(answer.status)

    def has_gone(self, *, database: bool = True) -> bool:
        everything = [*self.children, *([self.database] if database else [])]
        return ended(everything, within_seconds=PATIENCE_SECONDS)

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(PATIENCE_SECONDS)
        self._log.close()
        if self.process.stdout:
            self.process.stdout.close()


@pytest.fixture
def running(data_dir: Path) -> Iterator[Running]:
    """A running installation, in whose logs and mails no word of its records is found when it has ended."""
    it = Running(data_dir)
    gatherer = Gatherer()
    server = embedded.attach(data_dir)
    assert server is not None
    read(server.urls().owner, gatherer)
    assert gatherer.records
    yield it
    it.end()
    gather_installation(gatherer, data_dir, it.said, (data_dir / "log").read_text())
    assert not list(map(str, gatherer.leaks()))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_stop_stops_web_worker_and_database(running: Running, number: signal.Signals) -> None:
    assert running.ready() == 200
    assert len(running.children) >= 4
    running.process.send_signal(number)
    assert running.process.wait(PATIENCE_SECONDS) == 0
    assert running.has_gone()
    assert running.complaint() == ""


@pytest.mark.parametrize(("part", "name"), [("gunicorn", "web server"), ("worker", "worker")])
def test_a_child_that_ends_stops_everything_with_a_sentence(running: Running, part: str, name: str) -> None:
    running.child(part).kill()
    assert running.process.wait(PATIENCE_SECONDS) == 1
    assert f"The {name} ended by itself (exit code -9), so everything was stopped." in running.complaint()
    assert running.has_gone()


def test_a_kill_leaves_no_web_server_and_no_worker_and_the_next_start_goes_on(data_dir: Path) -> None:
    first = Running(data_dir)
    first.process.kill()
    first.process.wait(PATIENCE_SECONDS)
    assert first.has_gone(database=False)
    second = Running(data_dir)
    try:
        assert second.database == first.database
        assert second.ready() == 200
    finally:
        second.end()
    assert second.has_gone()
    first.end()


def test_a_taken_port_is_named_before_anything_starts(data_dir: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        told = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
        told |= {"PORTAL_DEMO": "1", "PORTAL_PORT": str(port), "PORTAL_DATA_DIR": str(data_dir)}
        answer = subprocess.run(
            [sys.executable, "-m", "wsgi", "run"], cwd=CLONE, env=told, capture_output=True, text=True, check=False
        )
    assert answer.returncode == 1
    assert answer.stderr == f"Error: Port {port} of 127.0.0.1 cannot be used: name a free one in PORTAL_PORT.\n"
    assert not (data_dir / "postgres").exists()
