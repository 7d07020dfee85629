"""An independent oracle of visibility agrees with what the door answers and with what PostgreSQL shows.

New worlds every round; the seed of each is in the output, and CONCORD_SEED repeats one.
"""

import os
import secrets
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext

import pytest

from graphql_schema import Door
from portal.operations.embedded import EmbeddedServer
from tests.factories.scratch import scratch
from tests.oracle.reading import hold_reads
from tests.oracle.realm import Count, Realm, door_over, settle_realm
from tests.oracle.rows import hold_rows
from tests.oracle.searching import SEARCHES, hold_searches
from tests.oracle.trying import hold_attempts

# A case is one value, one row or one verdict for one viewer; each list says which operations must have some.
OPERATIONS = {
    "graphql": {"list", "count", "nested", "may", "get", "node", "person", "hidden", "search", "try"},
    "sql": {"select", "update", "delete"},
}


def test_an_independent_oracle_agrees_with_the_door_and_with_postgresql(
    server: EmbeddedServer,
    template: str,
    door: Door,
    much: Callable[[int, int], int],
    capsys: pytest.CaptureFixture[str],
) -> None:
    def say(line: str) -> None:
        """Where it stands, at once when it takes long."""
        with capsys.disabled() if much(0, 1) else nullcontext():
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()

    enough = {"graphql": much(8_000, 100_000), "sql": much(12_000, 1_000_000)}
    count, given = Count(), os.environ.get("CONCORD_SEED")
    while any(count.of(way) < cases for way, cases in enough.items()):
        seed = int(given or secrets.randbelow(2**32))
        say(f"CONCORD_SEED={seed}")
        with _realm(server, template, door, count, seed=seed) as realm:
            if count.of("graphql") < enough["graphql"]:
                # A sample of what is asked for every role, over the same worlds.
                hold_reads(realm, deep=much(1, 2) / 2)
                hold_searches(realm, filters=much(1, len(SEARCHES)))
                hold_attempts(realm, how_many=much(100, 300))
            hold_rows(realm)
        by = ", ".join(f"{way} {operation} {cases}" for (way, operation), cases in sorted(count.cases.items()))
        say(f"{sum(count.cases.values())} cases: {by}")
        assert not count.wrong, f"CONCORD_SEED={seed}: {len(count.wrong)} differ, such as {count.wrong[:5]}"
        if given:
            break
    for way, operations in OPERATIONS.items():
        assert {operation for each, operation in count.cases if each == way} == operations


@contextmanager
def _realm(server: EmbeddedServer, template: str, door: Door, count: Count, *, seed: int) -> Iterator[Realm]:
    """New worlds in a database of their own, gone with the round."""
    with scratch(server, template) as made:
        yield settle_realm(made.owner, made.wall, door_over(door, made.wall), seed=seed, count=count)
