"""Decides how a request is paid for: its cost out of every bucket it counts against, or out of none, before any work.

It is paid in one statement that commits by itself. So a request that fails has paid, and a slow one keeps nobody who
counts against the same bucket waiting. Processes count together, because the buckets stand in PostgreSQL, behind a
function that takes and never gives back.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from portal.db import Database
from portal.rates.models import RateKind

_CHARGE = text(
    "select kind, capacity, restored_per_second, remaining, wait"
    " from public.charge_rates(:cost, cast(:kinds as text[]), cast(:subjects as uuid[]))"
)


@dataclass(frozen=True)
class Subject:
    """Whose bucket: a kind, and the id of one of that kind."""

    kind: RateKind
    id: UUID


@dataclass(frozen=True, kw_only=True)
class Level:
    """How a bucket stands after it was asked to pay; `wait` is in seconds, and zero when it paid."""

    kind: RateKind
    capacity: int
    restored_per_second: int
    remaining: int
    wait: int


class Rates:
    """The buckets of one installation."""

    def __init__(self, database: Database) -> None:
        # The same connections, in statements that commit by themselves.
        self._engine = database.engine.execution_options(isolation_level="AUTOCOMMIT")

    def charge(self, cost: int, subjects: Sequence[Subject]) -> tuple[Level, ...]:
        """Take a cost out of the bucket of each subject, or out of none when one has too little; one level for each.

        Raises ValueError for a cost below zero.
        """
        if cost < 0:
            raise ValueError("A cost is not below zero.")
        values = {
            "cost": cost,
            "kinds": [each.kind.value for each in subjects],
            "subjects": [each.id for each in subjects],
        }
        with self._engine.connect() as connection:
            rows = connection.execute(_CHARGE, values).all()
        return tuple(
            Level(
                kind=RateKind(row.kind),
                capacity=row.capacity,
                restored_per_second=row.restored_per_second,
                remaining=math.floor(row.remaining),
                wait=math.ceil(row.wait),
            )
            for row in rows
        )


def emptiest(levels: Sequence[Level]) -> Level:
    """The bucket that is waited for longest, or has least left."""
    return max(levels, key=lambda level: (level.wait, -level.remaining))
