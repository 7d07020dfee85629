"""Decides when lines are sealed: each second, in the worker's process, beside its queue, which knows minutes only."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog

from portal.attestation import SigningKey
from portal.audit.sealing import BATCH, seal
from portal.db import Database

SECOND = 1.0

log = structlog.get_logger()


@contextmanager
def sealed_each_second(database: Database, key: SigningKey) -> Iterator[None]:
    """Seal what waits, each second while the block runs; at its end what has begun is finished, and no more begins."""
    stop = threading.Event()
    sealing = threading.Thread(target=_seal_until, args=(database, key, stop), name="sealing")
    sealing.start()
    try:
        yield
    finally:
        stop.set()
        sealing.join()


def _seal_until(database: Database, key: SigningKey, stop: threading.Event) -> None:
    failing = False
    while not stop.is_set():
        try:
            catch_up(database, key, stopped=stop.is_set)
        except Exception as error:  # noqa: BLE001  a database that restarts, or anything else: the next second tries again
            # Said once: readiness tells how long lines have waited, and a line of log each second would tell no more.
            if not failing:
                log.error("sealing failed", kind=type(error).__name__)  # noqa: TRY400
            failing = True
        else:
            if failing:
                log.info("sealing again")
            failing = False
        stop.wait(SECOND)


def catch_up(database: Database, key: SigningKey, *, stopped: Callable[[], bool] = lambda: False) -> int:
    """Seal all that waits, batch by batch, until nothing is left or a stop is asked for, and give how many lines."""
    done = 0
    while not stopped():
        with database.transaction() as session:
            sealed = seal(session, key)
        done += sealed
        if sealed < BATCH:
            break
    return done
