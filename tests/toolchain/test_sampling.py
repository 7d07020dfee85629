"""A run tries as many cases as it says, other ones each time, and all of them when it is full."""

import subprocess
import sys
from pathlib import Path

from tests.sampling import chosen

ROOT = Path(__file__).parents[2]
NAMES = [f"test_step[{number}]" for number in range(19)]


def collected(*arguments: str) -> list[str]:
    order = [sys.executable, "-m", "pytest", "-o", "addopts=", "--collect-only", "-q", "-p", "no:cacheprovider"]
    told = subprocess.run([*order, *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    return [line for line in told.stdout.splitlines() if "::" in line]


def test_a_choice_has_so_many_repeats_with_its_seed_and_differs_without() -> None:
    assert len(chosen(NAMES, keep=5, seed="one")) == 5
    assert chosen(NAMES, keep=5, seed="one") == chosen(reversed(NAMES), keep=5, seed="one")
    assert len({frozenset(chosen(NAMES, keep=5, seed=str(seed))) for seed in range(20)}) > 10
    assert chosen(NAMES, keep=50, seed="one") == set(NAMES)


def test_over_many_runs_every_case_has_its_turn() -> None:
    assert set().union(*(chosen(NAMES, keep=5, seed=str(seed)) for seed in range(60))) == set(NAMES)


def test_a_run_tries_some_and_a_full_one_all() -> None:
    steps = "tests/browser/test_every_step.py"
    name = "test_a_step_is_offered"
    some = [line for line in collected(steps) if name in line]
    every = [line for line in collected(steps, "--full") if name in line]
    assert len(some) == 5
    assert set(some) < set(every)
    assert len(every) > 15
