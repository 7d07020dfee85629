"""Decides when a process of another family has ended: a zombie has, though nobody may ever ask for its exit code."""

import time
from collections.abc import Iterable

import psutil


def ended(processes: Iterable[psutil.Process], *, within_seconds: float) -> bool:
    """Say whether all of them end in time; it looks until they have."""
    latest = time.monotonic() + within_seconds
    left = list(processes)
    while left := [process for process in left if not _has_ended(process)]:
        if time.monotonic() > latest:
            return False
        time.sleep(0.05)
    return True


def _has_ended(process: psutil.Process) -> bool:
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
