"""With nothing but raw SQL, two at once and in any order, nothing is agreed but bytes that all who must have signed."""

import os
import sys
from collections import Counter
from collections.abc import Callable
from random import Random

from graphql_schema import Door
from portal.access.context import Wall
from portal.db import Database
from tests.factories.cast import settle_cast
from tests.plans import by_sql
from tests.plans.alone import STEPS, Crowd, Judge, truth_of
from tests.plans.by_sql import PEOPLE


def test_no_interleaving_agrees_what_not_everybody_signed(
    owner: Database, wall: Wall, door: Door, much: Callable[[int, int], int]
) -> None:
    cast = settle_cast(owner, door)
    ended: Counter[str] = Counter()
    run = os.environ.get("CONCORD_SEED") or os.urandom(4).hex()
    for seed in range(much(40, 10_000)):
        chance = Random(f"{run} {seed}")  # noqa: S311  a run is repeated from it, nothing is secret
        codes = chance.sample([*PEOPLE], chance.randint(2, len(PEOPLE)))
        parties = {code: place < 2 or chance.random() < 0.6 for place, code in enumerate(codes)}
        writer = cast.viewers[PEOPLE[codes[0]][0]]
        with wall.acting_as(writer) as session:
            draft = by_sql.drafted(session, writer, cast, parties)
            # Half of them begin with the way to signing before them.
            if seed % 2:
                by_sql.proposed(session, writer, draft)
        if seed % 2:
            for code in codes:
                by_sql.passes(wall, cast.viewers[PEOPLE[code][0]], draft)
        crowd = Crowd(wall, owner, cast, chance, codes, [draft])
        judge = Judge(truth_of(owner, draft.plan))
        for _ in range(STEPS):
            crowd.tries(judge.before)
            try:
                judge.looks(truth_of(owner, draft.plan))
            except AssertionError as broken:
                broken.add_note(f"CONCORD_SEED={run}, sequence {seed}, led there.")
                raise
        ended[judge.before.state] += 1
    sys.stdout.write(f"{dict(ended)}\n")
    # A test in which nothing is ever agreed would show nothing.
    assert ended["AGREED"] > sum(ended.values()) / 100
