"""A bucket pays so much at once and so much each second, and no more, whoever asks it from however many processes."""

import secrets
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from graphql_schema.limits import LIMITS
from portal.access.context import Wall
from portal.db import Database
from portal.operations.embedded import DatabaseUrls
from portal.rates.buckets import Level, Rates, Subject, emptiest
from portal.rates.models import EVERYBODY, RateKind

# The smallest bucket there may be, so that a test empties it soon.
CAPACITY, RESTORED = 100_000, 10
RANDOM = secrets.SystemRandom()


@pytest.fixture
def rates(wall: Wall) -> Rates:
    return Rates(wall.database)


@pytest.fixture
def processes(urls: DatabaseUrls) -> Iterator[list[Rates]]:
    """Three processes with connections of their own."""
    databases = [Database.connect(urls.web) for _ in range(3)]
    yield [Rates(each) for each in databases]
    for each in databases:
        each.dispose()


def limited(owner: Database, kind: RateKind, *, capacity: int = CAPACITY, restored: int = RESTORED) -> Subject:
    """A subject of its own with a limit of its own, as an operator would set it."""
    subject = Subject(kind, uuid4())
    with owner.transaction() as session:
        session.execute(
            text("insert into rate_limit values (:kind, :id, :capacity, :restored)"),
            {"kind": kind.value, "id": subject.id, "capacity": capacity, "restored": restored},
        )
    return subject


def let_pass(owner: Database, subject: UUID, seconds: float) -> None:
    """What time does, without waiting for it."""
    with owner.transaction() as session:
        session.execute(
            text("update rate_bucket set full_at = full_at - :gone where subject = :subject"),
            {"gone": timedelta(seconds=seconds), "subject": subject},
        )


def paid(levels: tuple[Level, ...]) -> bool:
    return not any(level.wait for level in levels)


def test_of_many_at_once_no_more_is_paid_than_the_bucket_holds_and_what_came_back(
    owner: Database, processes: list[Rates], much: Callable[[int, int], int]
) -> None:
    me, agency = limited(owner, RateKind.USER), limited(owner, RateKind.AGENCY, capacity=CAPACITY * 3)
    others = [limited(owner, RateKind.USER) for _ in range(3)]
    costs = [RANDOM.randint(1, 4_000) for _ in range(much(400, 8_000))]
    began = time.monotonic()

    def ask(number: int) -> tuple[Subject, int]:
        who = me if number % 2 else others[number % 3]
        # In either order: two requests that name the same buckets never wait for each other in a ring.
        subjects = [who, agency] if number % 4 < 2 else [agency, who]
        return who, costs[number] if paid(processes[number % 3].charge(costs[number], subjects)) else 0

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(ask, range(len(costs))))
    came_back = RESTORED * (time.monotonic() - began + 1)
    mine = sum(cost for who, cost in answers if who == me)
    everybody = sum(cost for _, cost in answers)
    assert CAPACITY - max(costs) < mine <= CAPACITY + came_back
    assert everybody <= CAPACITY * 3 + came_back
    assert everybody > min(CAPACITY * 3, sum(costs)) - max(costs)


def test_of_many_who_ask_for_the_last_points_at_the_same_moment_one_has_them(
    owner: Database, processes: list[Rates], much: Callable[[int, int], int]
) -> None:
    many = 9
    with ThreadPoolExecutor(many) as pool:
        for _ in range(much(10, 300)):
            me, together = limited(owner, RateKind.USER), Barrier(many)
            processes[0].charge(CAPACITY - 60_000, [me])

            def ask(number: int, me: Subject = me, together: Barrier = together) -> bool:
                together.wait()
                return paid(processes[number % 3].charge(40_000, [me]))

            assert sum(pool.map(ask, range(many))) == 1


def test_a_bucket_does_what_somebody_counts_with_a_pencil(owner: Database, rates: Rates) -> None:
    me, left = limited(owner, RateKind.CLIENT, restored=100), float(CAPACITY)
    for _ in range(120):
        cost, seconds = RANDOM.choice([0, 1, 900, 40_000, CAPACITY]), RANDOM.choice([0, 0, 1, 60, 2_000])
        [level] = rates.charge(cost, [me])
        # What comes back while the test runs is the only thing the pencil does not know.
        if level.wait:
            assert cost > left
            assert level.wait == pytest.approx((cost - left) / 100, abs=6)
        else:
            assert cost <= left + 600
            left = max(0, left - cost)
        assert level.remaining == pytest.approx(left, abs=600)
        let_pass(owner, me.id, seconds)
        left = min(CAPACITY, level.remaining + 100 * seconds)


def test_a_request_is_paid_out_of_every_bucket_or_out_of_none(owner: Database, rates: Rates) -> None:
    me, agency = limited(owner, RateKind.USER), limited(owner, RateKind.AGENCY)
    assert paid(rates.charge(90_000, [agency]))
    levels = rates.charge(50_000, [me, agency])
    assert not paid(levels)
    assert emptiest(levels).kind is RateKind.AGENCY
    assert 3_900 < emptiest(levels).wait <= 4_000
    [mine] = rates.charge(0, [me])
    assert mine.remaining == CAPACITY


def test_whoever_has_no_limit_of_their_own_has_everybody_s(owner: Database, rates: Rates) -> None:
    for kind in RateKind:
        [level] = rates.charge(1, [Subject(kind, uuid4())])
        assert level.kind is kind
        # Twice the largest request: a document that is allowed at all is never too large for a bucket.
        assert level.capacity >= 2 * LIMITS.cost
    with owner.transaction() as session:
        subjects = set(session.scalars(text("select subject from rate_limit where kind = 'PAGES'")))
    assert subjects == {EVERYBODY}


def test_nothing_gives_points_back(rates: Rates, wall: Wall) -> None:
    with pytest.raises(ValueError, match="below zero"):
        rates.charge(-1, [Subject(RateKind.USER, uuid4())])
    for cost in ("-1", "null"):
        with pytest.raises(DBAPIError, match="not below zero"), wall.anonymously() as session:
            session.execute(text(f"select charge_rates({cost}, array['USER'], array[gen_random_uuid()])"))


def test_a_bucket_is_an_id_and_a_moment(owner: Database, rates: Rates) -> None:
    me = Subject(RateKind.USER, uuid4())
    rates.charge(10, [me])
    with owner.transaction() as session:
        row = session.execute(text("select * from rate_bucket where subject = :id"), {"id": me.id}).mappings().one()
    assert set(row) == {"kind", "subject", "full_at"}
