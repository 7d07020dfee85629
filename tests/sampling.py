"""Decides which cases of a costly test a run tries: some, chosen anew each time, and every one in a full run.

`@pytest.mark.some_of(keep)` stands on a parametrized test whose cases cost seconds each. CONCORD_SEED repeats a choice.
"""

import os
import random
import secrets
from collections.abc import Iterable

import pytest

MARK = "some_of"
FULL = "--full"


def seed_of(config: pytest.Config) -> str:
    """What the choice of this run is drawn from: the same in every process of the run."""
    told = getattr(config, "workerinput", {}).get("testrunuid")
    return os.environ.get("CONCORD_SEED") or told or secrets.token_hex(8)


def chosen(names: Iterable[str], *, keep: int, seed: str) -> set[str]:
    """So many of the names, or all when there are no more."""
    there = sorted(names)
    return set(random.Random(f"{seed} {there}").sample(there, min(keep, len(there))))  # noqa: S311  nothing is secret


def keep_some(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the cases that this run does not try."""
    if config.getoption(FULL):
        return
    seed = seed_of(config)
    cases: dict[str, list[pytest.Item]] = {}
    for item in items:
        if item.get_closest_marker(MARK):
            cases.setdefault(item.nodeid.partition("[")[0], []).append(item)
    left_out: set[pytest.Item] = set()
    for several in cases.values():
        mark = several[0].get_closest_marker(MARK)
        assert mark is not None
        tried = chosen((item.nodeid for item in several), keep=mark.args[0], seed=seed)
        left_out |= {item for item in several if item.nodeid not in tried}
    config.hook.pytest_deselected(items=list(left_out))
    items[:] = [item for item in items if item not in left_out]
