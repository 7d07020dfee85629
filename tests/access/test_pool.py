"""A connection is handed from viewer to viewer, whatever happened on it, and each sees exactly what is theirs."""

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from portal.access.context import Wall, sign
from portal.access.viewer import Viewer
from portal.db import Database
from portal.operations.embedded import DatabaseUrls
from tests.access.faults import FAULTS, At, BrokenOff
from tests.access.forgeries import KEY
from tests.access.scene import Scene
from tests.factories.flags import raised

CONNECTIONS, THREADS = 3, 4
SEEN = text(
    """
    select pg_backend_pid() as connection, viewer_membership() as viewer, array(select id from flag) as flags,
           array(select id from person) as people, (select count(*) from disclosure) as disclosures,
           exists (select from pg_cursors where is_holdable) as left_behind, current_setting('TimeZone') as zone,
           current_setting('statement_timeout') as time_out
    """
)
TRUTH = text(
    """
    select array(select root_id from disclosure d where root_kind = 'FLAG' and d.audience_id = any (:audiences)
                    and valid_from <= now() and (valid_to is null or valid_to > now())) as flags,
           array(select root_id from disclosure d where root_kind = 'PERSON' and d.audience_id = any (:audiences)
                    and valid_from <= now() and (valid_to is null or valid_to > now())) as people
    """
)


@dataclass
class Switching:
    """Who is on which connection now, and what has been counted."""

    wall: Wall
    owner: Database
    expected: dict[Viewer | None, tuple[Any, ...]]
    wanted: int
    last: dict[int, Viewer | None] = field(default_factory=dict)
    counted: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)
    stopped: threading.Event = field(default_factory=threading.Event)

    def done(self) -> bool:
        with self.lock:
            return self.counted["switches"] >= self.wanted

    def note(self, connection: int, viewer: Viewer | None, fault: str) -> None:
        with self.lock:
            self.counted[fault] += 1
            self.counted["switches"] += connection in self.last and self.last[connection] != viewer
            self.last[connection] = viewer


@pytest.fixture
def pooled(urls: DatabaseUrls) -> Iterator[Wall]:
    """A wall whose few connections everybody shares."""
    # On a busy machine somebody may wait for long while others take turns.
    database = Database.connect(urls.web, pool_size=CONNECTIONS, max_overflow=0, pool_timeout=600)
    yield Wall(database, KEY)
    database.dispose()


def test_no_switch_carries_anything_over_whatever_went_wrong_before_it(
    scene: Scene, pooled: Wall, much: Callable[[int, int], int]
) -> None:
    raised(scene.cast, scene.cast.dana)
    raised(scene.other, scene.other.ari)
    everybody = [*scene.cast.viewers.values(), *scene.other.viewers.values(), None]
    expected = {viewer: _truth(scene.owner, viewer) for viewer in everybody}
    assert len(set(expected.values())) > 6
    switching = Switching(wall=pooled, owner=scene.owner, expected=expected, wanted=much(1_000, 100_000))
    with ThreadPoolExecutor(THREADS) as threads:
        switched = [threads.submit(_switch, switching, seed) for seed in range(THREADS)]
        for each in switched:
            # Whoever fails ends it for all.
            each.add_done_callback(lambda _: switching.stopped.set())
    for each in switched:
        each.result()
    assert switching.done(), switching.counted
    assert set(switching.counted) == {"switches", *(fault.__name__ for fault in FAULTS)}
    assert pooled.database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]


def _truth(owner: Database, viewer: Viewer | None) -> tuple[Any, ...]:
    """What somebody must see, by the rows that were opened to them."""
    with owner.transaction() as session:
        audiences = [] if viewer is None else list(viewer.audience_ids)
        flags, people = session.execute(TRUTH, {"audiences": audiences}).one()
    return (viewer and viewer.membership_id, frozenset(flags), frozenset(people), len(flags) + len(people))


def _switch(switching: Switching, seed: int) -> None:
    choices = random.Random(seed)  # noqa: S311  the order of faults is repeated from it, nothing is secret
    viewers, faults, weights = list(switching.expected), list(FAULTS), list(FAULTS.values())
    while not switching.done() and not switching.stopped.is_set():
        viewer, other = choices.choices(viewers, k=2)
        [fault] = choices.choices(faults, weights)
        at_hand = "" if other is None else sign(KEY, other)
        wall = switching.wall
        try:
            with wall.anonymously() if viewer is None else wall.acting_as(viewer) as session:
                connection = _sees_its_own(session, switching.expected[viewer])
                switching.note(connection, viewer, fault.__name__)
                fault(At(session=session, owner=switching.owner, other_context=at_hand))
                if fault.__name__ == "savepoint_taken_back":
                    _sees_its_own(session, switching.expected[viewer])
        except (BrokenOff, KeyboardInterrupt):
            continue
        except SQLAlchemyError:
            # Only a fault that ends in an error of the database may; a switch before it would not have been counted.
            if fault.__name__ not in {"timed_out", "cancelled", "killed_in_use", "killed_on_return", "invalidated"}:
                raise


def _sees_its_own(session: Session, expected: tuple[Any, ...]) -> int:
    seen = session.execute(SEEN).one()
    found: tuple[UUID | None, Any, Any, int]
    found = (seen.viewer, frozenset(seen.flags), frozenset(seen.people), seen.disclosures)
    assert found == expected
    assert (seen.left_behind, seen.zone, seen.time_out) == (False, "UTC", "10s")
    return int(seen.connection)
