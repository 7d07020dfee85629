"""However steps of two to six agencies follow or meet, nothing is agreed but one text that all of them signed."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from random import Random

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.access.context import Wall
from portal.db import Database
from tests.factories.cast import Cast
from tests.factories.clock import key_of
from tests.factories.plans import agreed
from tests.plans.interleaving.chance import Chance
from tests.plans.interleaving.model import Model, Step, Version
from tests.plans.interleaving.world import BROKEN, People, World, settle_people
from tests.sampling import seed_of

AT_ONCE = 0.25
# The same agencies write no more than one part of the plans, because what they may read grows with each.
PARTS = 20
# A plan is looked at a little longer once it is agreed: nothing may move it then.
AFTERWARDS = 2


@pytest.fixture
def people(owner: Database) -> People:
    return settle_people(owner)


@pytest.fixture(scope="module")
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as running:
        yield running


def begun(world: World, chance: Chance, random: Random, people: People) -> Model:
    """A plan that was just drafted, and the model of it."""
    parties = chance.parties()
    by = random.choice(people.of(random.choice(sorted(parties)), "COMMISSIONER"))
    words = chance.words()
    world.begin(parties, by=by, words=words)
    # Its scheme and its clause were written after it was drafted.
    first = Version(number=1, parties=dict(parties), words=words, funder=by.agency, count=3)
    return Model(versions=[first], checks=world.keep_checks(chance.checks(parties)), been=set(parties))


def agrees(world: World, model: Model, steps: list[Step], outcomes: list[str]) -> Model | None:
    """The model after steps that happened in this order, when it expects just this of them and of the database."""
    later = model.copy()
    expected = [later.apply(step) for step in steps]
    alone = len(steps) == 1
    # Who comes second may be refused for what the first did, in one of two ways.
    same = expected == outcomes if alone else [it == "done" for it in expected] == [it == "done" for it in outcomes]
    return later if same and later.view() == world.look() else None


def follow(world: World, chance: Chance, random: Random, model: Model, seen: Counter[str]) -> Model:
    """Let one thing happen, or two at once, and give the model that says the same."""
    steps = [chance.step(model)]
    if random.random() < AT_ONCE:
        steps.append(chance.step(model))
        if steps[1].token and steps[1].token == steps[0].token and steps[1].kind in {"edit", "counter"}:
            steps[1] = replace(steps[1], token=chance.words())
    outcomes = world.perform(*steps)
    later = agrees(world, model, steps, outcomes)
    if later is None and len(steps) > 1:
        later = agrees(world, model, steps[::-1], outcomes[::-1])
    if later is None:
        one = model.copy()
        expected = [one.apply(step) for step in steps]
        pytest.fail(f"{steps}\ncame to {outcomes}, expected {expected}\n{world.look()}\n{one.view()}")
    seen.update(f"{step.kind} {outcome}" for step, outcome in zip(steps, outcomes, strict=True))
    seen["two at once"] += len(steps) > 1
    return later


@pytest.mark.some_of(2)
@pytest.mark.parametrize("part", range(PARTS))
def test_no_interleaving_agrees_anything_but_one_text_that_all_signed(
    request: pytest.FixtureRequest,
    owner: Database,
    wall: Wall,
    people: People,
    pool: ThreadPoolExecutor,
    much: Callable[[int, int], int],
    part: int,
) -> None:
    seed, seen = seed_of(request.config), Counter[str]()
    for number in range(much(15, 500)):
        random = Random(f"{seed} {part} {number}")  # noqa: S311  nothing is secret
        chance, world = Chance(random, people), World(owner, wall, people, pool)
        model = begun(world, chance, random, people)
        assert world.look() == model.view(), f"CONCORD_SEED={seed}, part {part}, interleaving {number}"
        many = len(model.current.parties)
        left = 4 + 4 * many
        while left > 0:
            model = follow(world, chance, random, model, seen)
            left = min(left - 1, AFTERWARDS) if model.state == "AGREED" else left - 1
        seen[f"ended {model.state}"] += 1
        seen[f"{many} parties"] += 1
    with owner.transaction() as session:
        assert session.execute(BROKEN).scalar_one() == 0
    print(f"\n{dict(sorted(seen.items()))}, CONCORD_SEED={seed}")  # noqa: T201  what was covered
    assert seen["ended AGREED"] > 0


@pytest.mark.parametrize(
    "change",
    [
        "delete from plan_signature where plan_version_id = :version and agency_id = :agency",
        "update plan_version set state = 'SIGNING', agreed_at = null where id = :version",
        "update plan_version_party set required = false where plan_version_id = :version",
        "update plan set state = 'NEGOTIATION' where id = :plan",
    ],
)
def test_what_looks_for_a_broken_agreement_finds_one(cast: Cast, owner_session: Session, change: str) -> None:
    plan = agreed(cast)
    known = {
        "plan": key_of(cast, plan),
        "version": key_of(cast, plan["currentVersion"]),
        "agency": cast.quinn.agency_id,
    }
    before = owner_session.execute(BROKEN).scalar_one()
    for table in ("plan_signature", "plan_version", "plan_version_party", "plan"):
        owner_session.execute(text(f"alter table {table} disable trigger user"))
    owner_session.execute(text(change), {name: value for name, value in known.items() if f":{name}" in change})
    assert owner_session.execute(BROKEN).scalar_one() == before + 1
