"""Decides how the processes of one machine live and end together: one that stops stops them all."""

import http.client
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Self

# Longer than the web server's own patience with a request and the worker's with a job.
GRACE_SECONDS = 15
LOOK_EVERY_SECONDS = 0.2


class Stopped(BaseException):
    """Somebody asked the whole to stop (Ctrl-C, SIGTERM, or the terminal went away)."""


class ChildEndedError(Exception):
    """A process ended by itself; the message is one sentence."""


class PortTakenError(Exception):
    """Another program listens already; the message is one sentence."""


@dataclass(frozen=True, kw_only=True)
class Child:
    """A process to keep: what people call it, its command line and what it is told beside the environment."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]


@contextmanager
def stoppable() -> Iterator[None]:
    """Turn the signals that mean "stop" into Stopped, once; a second one does not cut the tidying up short."""
    signals = [signal.SIGINT, signal.SIGTERM, *([signal.SIGHUP] if os.name == "posix" else [])]

    def stop(_number: int, _frame: FrameType | None) -> None:
        for number in signals:
            signal.signal(number, signal.SIG_IGN)
        raise Stopped

    before = {number: signal.signal(number, stop) for number in signals}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class Family:
    """Running children. Leaving the block stops them all."""

    def __init__(self) -> None:
        self._running: list[tuple[Child, subprocess.Popen[bytes]]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        for _, process in self._running:
            process.terminate()
        latest = time.monotonic() + GRACE_SECONDS
        for _, process in self._running:
            try:
                process.wait(max(0.0, latest - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def start(self, child: Child) -> None:
        """Start a child in a session of its own, so that Ctrl-C reaches it through the supervisor and in order."""
        process = subprocess.Popen(  # noqa: S603  the commands are the product's own
            child.command,
            env={**os.environ, **child.environment},
            # The lifeline: the child ends when this end closes.
            stdin=subprocess.PIPE,
            start_new_session=True,
        )
        self._running.append((child, process))

    def look(self) -> None:
        """Raise ChildEndedError when a child has ended."""
        for child, process in self._running:
            if (code := process.poll()) is not None:
                raise ChildEndedError(
                    f"The {child.name} ended by itself (exit code {code}), so everything was stopped."
                )

    def keep(self) -> None:
        """Wait for as long as every child runs. Raises ChildEndedError when one ends, Stopped when asked to stop."""
        while True:
            self.look()
            time.sleep(LOOK_EVERY_SECONDS)


def need_free_port(host: str, port: int) -> None:
    """Raise PortTakenError when another program listens there already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            raise PortTakenError(f"Port {port} of {host} cannot be used: name a free one in PORTAL_PORT.") from None


def wait_until_it_answers(host: str, port: int, path: str, *, family: Family) -> None:
    """Wait until the web server answers this path with 200. Raises ChildEndedError when a child ends before it does."""
    while True:
        family.look()
        visit = http.client.HTTPConnection(host, port, timeout=5)
        try:
            visit.request("GET", path)
            if visit.getresponse().status == http.client.OK:
                return
        except OSError:
            time.sleep(LOOK_EVERY_SECONDS)
        finally:
            visit.close()
