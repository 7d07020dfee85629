"""Measures the audit in one run: `make bench`. Ratios travel between machines; milliseconds do not.

What a line costs with its subjects against an empty transaction, how fast a backlog is sealed and checked, and whether
sealing one line costs more when the log is long.
"""

import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter
from uuid import UUID, uuid4

from sqlalchemy import text

from portal.access.context import Wall, derive_key
from portal.audit.each_second import catch_up
from portal.audit.models import AuditAction
from portal.audit.record import record
from portal.audit.sealing import sealing_key
from portal.db import Database
from portal.operations import embedded
from portal.operations.embedded import DatabaseUrls
from portal.operations.upgrade import upgrade
from portal.operations.verify_audit import verify
from tests.conftest import SECRET

LENGTH, GROWS, TIMES = 5_000, 10, 200
MANY = (
    "insert into audit_event (at, action, operation, outcome, request_id)"
    " select clock_timestamp(), 'SIGN_IN', 'signIn', 'DONE', gen_random_uuid() from generate_series(1, :many)"
)
KEY = sealing_key(SECRET)


def run() -> None:
    """Fill a database of its own and print a line for each figure."""
    folder = Path(tempfile.mkdtemp(prefix="concord-bench-", dir="/var/tmp"))
    folder.chmod(0o755)
    server = embedded.start(folder / "data", at_end="delete")
    try:
        urls = server.create_database("bench")
        upgrade(owner_url=urls.owner, web_url=urls.web, worker_url=urls.worker, secret=SECRET)
        _measure(urls)
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _measure(urls: DatabaseUrls) -> None:
    owner, worker = Database.connect(urls.owner), Database.connect(urls.worker)
    wall = Wall(Database.connect(urls.web), derive_key(SECRET))
    empty = _timed(lambda: _line(wall, None))
    for subjects in (0, 2, 50):
        named = [uuid4() for _ in range(subjects)]
        took = _timed(lambda named=named: _line(wall, named))  # type: ignore[misc]
        _say(f"a line with {subjects} subjects: {1000 * took:.2f} ms, x{took / empty:.2f} of a transaction without one")
    catch_up(worker, KEY)
    for length in (LENGTH, LENGTH * GROWS):
        _fill(owner, length)
        _rate("sealed", length, lambda: catch_up(worker, KEY))
        one = median(_one(owner, worker) for _ in range(25))
        _say(f"one more line sealed after {length}: {1000 * one:.2f} ms")
    _rate("checked", LENGTH * (1 + GROWS), lambda: verify(owner, keys=[KEY.public]))


def _line(wall: Wall, named: list[UUID] | None) -> None:
    with wall.anonymously() as session:
        session.execute(text("select 1"))
        if named is not None:
            record(
                session,
                viewer=None,
                action=AuditAction.DENY,
                operation="flag",
                outcome="NotFound",
                request_id=uuid4(),
                subjects=dict.fromkeys(named, 0),
            )


def _fill(owner: Database, many: int) -> None:
    with owner.transaction() as session:
        session.execute(text(MANY), {"many": many})


def _one(owner: Database, worker: Database) -> float:
    _fill(owner, 1)
    begin = perf_counter()
    assert catch_up(worker, KEY) == 1
    return perf_counter() - begin


def _timed(act: Callable[[], None]) -> float:
    took = []
    for _ in range(TIMES):
        begin = perf_counter()
        act()
        took.append(perf_counter() - begin)
    return median(took)


def _rate(done: str, many: int, act: Callable[[], object]) -> None:
    begin = perf_counter()
    act()
    _say(f"{many} lines {done}: {many / (perf_counter() - begin):.0f} a second")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    run()
