"""Measures the inbox at a size, in one run: `make bench`. Ratios travel between machines; milliseconds do not.

Each line is the median of several rounds through the door, planning in Python and audit included, and beside it what
PostgreSQL took for the reading statement.
"""

import secrets
import shutil
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from sqlalchemy import create_engine, insert

from graphql_schema import Door
from portal.access.context import Wall, derive_key
from portal.db import Database
from portal.operations import embedded
from portal.operations.upgrade import upgrade
from portal.partnerships.models import Installation
from tests.conftest import SECRET
from tests.factories.cast import Cast, settle_cast
from tests.inbox.crowd import crowd
from tests.inbox.plans import cost
from tests.inbox.test_scale import DUE, LISTS, PAGE, PAGES, RARE

FLAGS, ROUNDS, FAR = 20_000, 7, 200


def run(number: int) -> None:
    """Fill a database of its own and print a line for each list."""
    folder = Path(tempfile.mkdtemp(prefix="concord-bench-", dir="/var/tmp"))
    folder.chmod(0o755)
    server = embedded.start(folder / "data", at_end="delete")
    try:
        urls = server.create_database("bench")
        upgrade(owner_url=urls.owner, web_url=urls.web, worker_url=urls.worker, secret=SECRET)
        engine = create_engine(urls.owner)
        with engine.begin() as connection:
            row = {"id": 1, "name": "Bench", "demo": True, "id_key": secrets.token_bytes(32)}
            connection.execute(insert(Installation).values(row))
        owner, web = Database.connect(urls.owner), Database.connect(urls.web)
        cast = settle_cast(owner, Door(Wall(web, derive_key(SECRET))))
        crowd(owner, cast, number)
        _say(f"{number} flags; milliseconds through the door (in PostgreSQL), and the ratio to the first page")
        for who, narrowed, order in LISTS:
            _line(cast, who, narrowed, order)
        for narrowed in RARE:
            _line(cast, "morgan", {"queue": "TO_TRIAGE"} | narrowed, DUE)
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _line(cast: Cast, who: str, narrowed: dict[str, Any], order: dict[str, str]) -> None:
    asked = {"filter": narrowed, "order": order}
    after, page = None, 0
    while page < FAR:
        found = cast.ask(cast.viewers[who], PAGES, first=100, after=after, **asked)["flags"]["pageInfo"]
        page += 2
        if not found["hasNextPage"]:
            break
        after = found["endCursor"]
    windows = {"first": {"first": PAGE}, f"page {page}": {"first": PAGE, "after": after}, "last": {"last": PAGE}}
    times = {name: _timed(cast, who, asked | window) for name, window in windows.items()}
    [base, *_] = times.values()
    said = [f"{name} {whole:.0f} ({inside:.1f}) x{whole / base[0]:.2f}" for name, (whole, inside) in times.items()]
    _say(f"{who} {narrowed} {order['field']}: {', '.join(said)}")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _timed(cast: Cast, who: str, variables: dict[str, Any]) -> tuple[float, float]:
    rounds = []
    for _ in range(ROUNDS):
        start = perf_counter()
        cast.ask(cast.viewers[who], PAGES, **variables)
        rounds.append((perf_counter() - start) * 1000)
    inside = [cost(cast, cast.viewers[who], PAGES, **variables).milliseconds for _ in range(3)]
    return median(rounds), median(inside)


if __name__ == "__main__":
    run(int(sys.argv[1]) if len(sys.argv) > 1 else FLAGS)
