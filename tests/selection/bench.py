"""Measures refusals in one run: `make bench`. How long each document past a limit takes to be refused, by the clock."""

import gc
import shutil
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

from graphql_schema import Door
from portal.access.context import Wall, derive_key
from portal.db import Database
from portal.operations import embedded
from portal.operations.upgrade import upgrade
from tests.conftest import SECRET
from tests.factories.cast import settle_cast
from tests.selection.test_limits import TOO_MUCH

TIMES = 15


def run() -> None:
    """Fill a database of its own and print a line for each document."""
    folder = Path(tempfile.mkdtemp(prefix="concord-bench-", dir="/var/tmp"))
    folder.chmod(0o755)
    server = embedded.start(folder / "data", at_end="delete")
    try:
        urls = server.create_database("bench")
        upgrade(owner_url=urls.owner, web_url=urls.web, worker_url=urls.worker, secret=SECRET)
        door = Door(Wall(Database.connect(urls.web), derive_key(SECRET)))
        team = settle_cast(Database.connect(urls.owner), door)
        # As a process that serves does (portal.operations.web_server).
        gc.collect()
        gc.freeze()
        longest = 0.0
        for name, document in TOO_MUCH.items():
            took = []
            for number in range(TIMES):
                # Another text each time, so that nothing is answered from what is kept of the last one.
                fresh = f"{document} # {number}"
                begin = perf_counter()
                refused = team.try_to_ask(team.rowan, fresh)
                took.append(perf_counter() - begin)
                assert refused.data is None
            longest = max(longest, *took)
            sys.stdout.write(f"{name}: {1000 * median(took):.1f} ms, at most {1000 * max(took):.1f}\n")
        sys.stdout.write(f"the longest refusal took {1000 * longest:.0f} ms\n")
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    run()
