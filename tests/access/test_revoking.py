"""What was ended is not read again: no read that begins after the commit finds it, by any way, with caches warm."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Barrier, Event
from typing import Any

import pytest

from graphql_schema import Door
from portal.access.context import Wall
from portal.db import Database
from portal.operations.embedded import DatabaseUrls
from tests.access.revocations import REVOCATIONS, Ground, Read, Revocation
from tests.factories.cast import settle_cast
from tests.factories.site import make_site


@pytest.fixture(scope="module")
def ground(
    owner: Database, wall: Wall, door: Door, urls: DatabaseUrls, tmp_path_factory: pytest.TempPathFactory
) -> Ground:
    site = make_site(urls, tmp_path_factory.mktemp("site"))
    return Ground(cast=settle_cast(owner, door), owner=owner, wall=wall, site=site)


@pytest.fixture(scope="module")
def threads() -> Iterator[ThreadPoolExecutor]:
    """As many as the most readers of a round, and whoever ends what they read."""
    with ThreadPoolExecutor(7) as pool:
        yield pool


def test_no_read_that_begins_after_the_commit_finds_what_was_ended(
    ground: Ground, threads: ThreadPoolExecutor, much: Callable[[int, int], int]
) -> None:
    rounds = much(20, 1_000)
    assert rounds > len(REVOCATIONS)
    for number in range(rounds):
        prepare = REVOCATIONS[number % len(REVOCATIONS)]
        before, after = _raced(threads, prepare(ground))
        assert all(before), f"{prepare.__name__}: somebody read nothing while it was open, so this shows nothing"
        assert not any(after), f"{prepare.__name__}: read after it was ended: {after}"


def _raced(threads: ThreadPoolExecutor, revocation: Revocation) -> tuple[list[Any], list[Any]]:
    """What each reader found at first, and what each found in its first read after the end was committed."""
    warm, ended = Barrier(len(revocation.readers) + 1), Event()

    def end() -> None:
        try:
            warm.wait()
            revocation.end()
        finally:
            ended.set()

    def read(reader: Read) -> tuple[Any, Any]:
        try:
            first = reader()
        finally:
            # Everybody has read, so every plan and every connection is warm when it ends.
            warm.wait()
        # One that races the end may find either; it leaves behind whatever a reader could keep for the next.
        reader()
        ended.wait()
        return first, reader()

    reading: list[Future[tuple[Any, Any]]] = [threads.submit(read, reader) for reader in revocation.readers]
    threads.submit(end).result()
    found = [each.result() for each in reading]
    return [first for first, _ in found], [last for _, last in found]
