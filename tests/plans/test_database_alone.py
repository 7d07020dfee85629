"""With nothing but raw SQL, two at once and in any order, nothing is agreed but bytes that all who must have signed."""

import sys
from collections import Counter
from collections.abc import Callable
from random import Random
from uuid import UUID

import pytest

from portal.access.context import Wall
from portal.access.viewer import Viewer
from portal.db import Database
from tests.plans import by_sql
from tests.plans.alone import Crowd, Judge, steps_of, truth_of
from tests.plans.by_sql import Draft
from tests.plans.interleaving.world import PARTIES, settle_people
from tests.sampling import seed_of

# How many take part, most often few.
MANY = ((2, 3, 4, 5, 6), (35, 25, 15, 15, 10))


def test_no_interleaving_agrees_what_not_everybody_signed(
    request: pytest.FixtureRequest, owner: Database, wall: Wall, much: Callable[[int, int], int]
) -> None:
    people, seed = settle_people(owner), seed_of(request.config)
    speakers = {letter: (people.viewers[f"{letter}c1"], people.viewers[f"{letter}s"]) for letter in PARTIES}
    seen: Counter[str] = Counter()
    for number in range(much(40, 10_000)):
        chance = Random(f"{seed} {number}")  # noqa: S311  a run is repeated from it, nothing is secret
        parties = [speakers[letter] for letter in chance.sample(PARTIES, *chance.choices(*MANY))]
        # Half of them begin with the way to signing before them.
        draft = _begun(wall, people.partnership_id, parties, chance, ready=number % 2 == 1)
        crowd, judge = Crowd(wall, owner, parties, chance, [draft]), Judge(truth_of(owner, draft.plan))
        for _ in range(steps_of(len(parties))):
            crowd.tries(judge.before)
            try:
                judge.looks(truth_of(owner, draft.plan))
            except AssertionError as broken:
                broken.add_note(f"CONCORD_SEED={seed}, sequence {number}, led there.")
                raise
        seen[judge.before.state] += 1
        seen[f"{len(parties)} parties, {judge.before.state}"] += 1
    sys.stdout.write(f"\n{dict(sorted(seen.items()))}, CONCORD_SEED={seed}\n")
    # A test in which nothing is ever agreed would show nothing.
    assert seen["AGREED"] > seen.total() / 200


def _begun(
    wall: Wall, partnership_id: UUID, parties: list[tuple[Viewer, Viewer]], chance: Random, *, ready: bool
) -> Draft:
    """A draft, or a proposed version that every party has checked; the first two of its parties must sign."""
    required = {viewer.agency_id: place < 2 or chance.random() < 0.6 for place, (viewer, _) in enumerate(parties)}
    writer = parties[0][0]
    with wall.acting_as(writer) as session:
        draft = by_sql.drafted_between(session, writer, partnership_id, required)
        if ready:
            by_sql.proposed(session, writer, draft)
    if ready:
        for viewer, _ in parties:
            by_sql.passes(wall, viewer, draft)
    return draft
