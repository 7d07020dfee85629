"""Gives the tests of reading a partnership with more flags than a page holds, several of them at each moment."""

from dataclasses import dataclass

import pytest
from sqlalchemy import text

from graphql_schema import Door
from portal.db import Database
from tests.factories.cast import Cast, settle_cast
from tests.factories.flags import RAISE, group_report, report, shared, taken

FLAGS = 104
QUICK = "mutation($input: RaiseFlagInput!) { raiseFlag(input: $input) { ... on FlagRaised { reference } } }"


@dataclass(frozen=True, kw_only=True)
class Pile:
    """One cast with a pile of flags raised by Rowan, of which the newest was shared with health."""

    cast: Cast
    shared_id: str
    references: frozenset[str]


@pytest.fixture(scope="session")
def pile(owner: Database, door: Door) -> Pile:
    """More than a hundred flags, seven of them at each moment; nothing in a test changes them."""
    cast = settle_cast(owner, door)
    references = set()
    for place in range(FLAGS - 1):
        given = report() if place % 3 else group_report()
        references.add(cast.ask(cast.rowan, QUICK, input=given)["raiseFlag"]["reference"])
    newest = cast.ask(cast.rowan, RAISE, input=report())["raiseFlag"]
    references.add(newest["reference"])
    shared(cast, taken(cast, newest["flag"]))
    with owner.transaction() as session:
        session.execute(
            text(
                "update disclosure d set sort_at = timestamptz '2026-01-01' + interval '1 minute' * (place.n / 7)"
                " from (select id, row_number() over (order by reference) as n from flag"
                "        where partnership_id = :partnership) as place"
                " where place.id = d.root_id and d.because <> 'SHARE'"
            ),
            {"partnership": cast.settled.partnership_id},
        )
    return Pile(cast=cast, shared_id=newest["flag"]["id"], references=frozenset(references))
