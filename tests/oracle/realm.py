"""Several generated worlds in one database: everybody who may ask as they are today, and what was counted."""

import random
from collections import Counter
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import text

from graphql_schema import Door
from portal.access.context import Wall
from portal.access.viewer import Viewer
from portal.db import Database
from portal.identity.viewers import viewer_for_membership
from tests.oracle.compare import differences, settled
from tests.oracle.stories import tell_stories
from tests.oracle.visibility import ToldFlag, held
from tests.oracle.world import World, settle_world

# Every story happens in the first world; the other is there to be kept apart from it.
FLAGS = (25, 4)


@dataclass
class Count:
    """How many cases agreed or not, by way (sql, graphql) and operation."""

    cases: Counter[tuple[str, str]] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def of(self, way: str) -> int:
        """How many cases went one way."""
        return sum(cases for (each, _), cases in self.cases.items() if each == way)


@dataclass
class Realm:
    """Worlds that share a database, and all who may ask in any of them."""

    rng: random.Random
    owner: Database
    wall: Wall
    worlds: list[World]
    viewers: list[tuple[str, Viewer | None]]
    count: Count

    @property
    def flags(self) -> list[ToldFlag]:
        """Every flag of every world."""
        return [flag for world in self.worlds for flag in world.flags]

    def seen(self, viewer: Viewer | None) -> list[ToldFlag]:
        """The flags a viewer sees, as it was told."""
        return [flag for flag in self.flags if held(flag, viewer)]

    def ask(self, viewer: Viewer | None, document: str, **variables: Any) -> dict[str, Any]:
        """Ask through the door."""
        return self.worlds[0].cast.ask(viewer, document, **variables)

    def hold(self, way: str, operation: str, who: str, found: Any, told: Any) -> None:
        """Hold an answer against what must be answered, and count every value of it as one case."""
        cases, wrong = differences(settled(found), settled(told))
        self.count.cases[way, operation] += cases
        self.count.wrong += [f"{way} {operation} {who}{each}" for each in wrong]


def door_over(door: Door, wall: Wall) -> Door:
    """A door over another database with the plans of this one: they know no database, as they know no viewer."""
    here = copy(door)
    here.wall, here._seal = wall, None
    return here


def settle_realm(owner: Database, wall: Wall, door: Door, *, seed: int, count: Count) -> Realm:
    """Let everything happen that a seed holds."""
    rng = random.Random(seed)  # noqa: S311  worlds are repeated from it, nothing is secret
    worlds = [settle_world(owner, door, rng) for _ in FLAGS]
    for world, flags in zip(worlds, FLAGS, strict=True):
        tell_stories(world, flags=flags)
    return Realm(rng, owner, wall, worlds, _as_of_today(owner, rng, worlds), count)


def _as_of_today(owner: Database, rng: random.Random, worlds: list[World]) -> list[tuple[str, Viewer | None]]:
    """Everybody with the rights they hold now; in each world the membership of one author has ended meanwhile."""
    found: list[tuple[str, Viewer | None]] = [("nobody", None)]
    for world in worlds:
        authors = {flag.author for flag in world.flags}
        gone = rng.choice([viewer for viewer in world.people.values() if viewer.user_id in authors])
        with owner.transaction() as session:
            session.execute(
                text("update membership set active_to = current_date - 1 where id = :id"), {"id": gone.membership_id}
            )
            found += [(name, viewer_for_membership(session, each.membership_id)) for name, each in world.people.items()]
    assert sum(viewer is None for _, viewer in found) == 1 + len(worlds)
    return found
