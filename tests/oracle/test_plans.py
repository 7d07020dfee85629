"""An oracle that was told what happened agrees with PostgreSQL on who reads which row of which plan."""

import os
import secrets
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date
from random import Random
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.access.context import Wall
from portal.access.viewer import Role, Viewer
from portal.identity.accounts import create_membership
from portal.operations.catalog.listed import PLAN
from portal.operations.embedded import EmbeddedServer
from tests.factories.cast import Cast, settle_cast
from tests.factories.scratch import scratch
from tests.oracle.plans import TABLES, rows_judged, rows_there, told_plans

YESTERDAY = date(2020, 1, 1)


def test_the_oracle_judges_every_table_of_plans() -> None:
    assert TABLES.keys() == PLAN.keys()


def test_an_independent_oracle_agrees_with_postgresql_on_who_reads_which_plan(
    server: EmbeddedServer, template: str, much: Callable[[int, int], int]
) -> None:
    seed = int(os.environ.get("CONCORD_SEED") or secrets.randbelow(2**32))
    sys.stdout.write(f"CONCORD_SEED={seed}\n")
    cases = shown = 0
    with scratch(server, template) as made:
        cast, other = settle_cast(made.owner, made.door), settle_cast(made.owner, made.door)
        told = told_plans(made.wall, cast, Random(seed), much(20, 300))  # noqa: S311  chance that can be repeated
        there = rows_there(made.owner)
        for name, agency, acting in _everybody(made.wall, cast, other):
            judged = rows_judged(told, there, agency)
            with acting as session:
                for table, (column, _) in TABLES.items():
                    read = Counter(session.scalars(text(f"select {column} from {table}")))
                    assert read == judged[table], f"CONCORD_SEED={seed}: {name} reads other rows of {table}."
                    cases, shown = cases + there[table].total(), shown + read.total()
    sys.stdout.write(f"{cases} rows judged, {shown} shown\n")
    assert 0 < shown < cases


def _everybody(
    wall: Wall, cast: Cast, other: Cast
) -> Iterator[tuple[str, UUID | None, AbstractContextManager[Session]]]:
    """Each viewer with the agency they speak for today, if any."""
    for name, viewer in cast.viewers.items():
        yield name, viewer.agency_id, wall.acting_as(viewer)
    for name in ("frankie", "ellis", "rowan"):
        yield f"{name} of elsewhere", other.viewers[name].agency_id, wall.acting_as(other.viewers[name])
    yield "who was a commissioner", None, wall.acting_as(_gone(cast))
    yield "nobody", None, wall.anonymously()


def _gone(cast: Cast) -> Viewer:
    """Somebody whose membership of the council is over."""
    with cast.owner.transaction() as session:
        past = {"active_from": YESTERDAY, "active_to": YESTERDAY}
        given = {"user_id": cast.brook.user_id, "agency_id": cast.frankie.agency_id, "role": Role.COMMISSIONER}
        membership = create_membership(session, **given, **past)
        session.flush()
        return replace(cast.frankie, membership_id=membership.id, user_id=cast.brook.user_id)
