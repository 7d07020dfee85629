"""What is asked is paid for before any work, also when it fails; a refusal says whose limit and how long to wait."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from sqlalchemy import text

from graphql_schema import Door, Execution
from graphql_schema.limits import LIMITS
from portal.access.viewer import Viewer
from portal.db import Database
from portal.rates.buckets import Rates, Subject
from portal.rates.models import EVERYBODY, RateKind
from tests.factories.audit import lines_since, mark
from tests.factories.cast import Cast, settle_cast
from tests.factories.flags import RAISE, report
from tests.factories.snapshot import unchanged
from tests.selection.test_limits import TOO_MUCH
from tests.selection.test_statements import counted

WHO = "{ viewer { role } }"
ALLOWANCE = "{ viewer { allowance { limit remaining restoredPerSecond maximumDocumentCost } } }"


@pytest.fixture(scope="module")
def team(owner: Database, door: Door) -> Cast:
    """Everybody, asking through a door that counts, as the site's does."""
    return settle_cast(owner, Door(door.wall, rates=Rates(door.wall.database)))


@pytest.fixture(autouse=True)
def _full_buckets(owner: Database) -> Iterator[None]:
    """Every test begins with every bucket full."""
    yield
    with owner.transaction() as session:
        session.execute(text("delete from rate_bucket"))


def tools(viewer: Viewer) -> tuple[Subject, ...]:
    return Subject(RateKind.USER, viewer.user_id), Subject(RateKind.AGENCY, viewer.agency_id)


def emptied(owner: Database, kind: RateKind, subject: UUID) -> None:
    """A bucket out of which everything was paid, and which fills for two minutes before it holds anything."""
    with owner.transaction() as session:
        session.execute(
            text(
                "insert into rate_bucket select kind, :id, now() + interval '2 minutes'"
                " + make_interval(secs => capacity / restored_per_second)"
                " from rate_limit where kind = :kind and subject = :everybody"
            ),
            {"id": subject, "kind": kind.value, "everybody": EVERYBODY},
        )


def left(team: Cast, viewer: Viewer, kind: RateKind = RateKind.PAGES) -> int:
    """What is left in a bucket."""
    assert team.door.rates is not None
    subject = viewer.agency_id if kind is RateKind.AGENCY else viewer.user_id
    [level] = team.door.rates.charge(0, [Subject(kind, subject)])
    return level.remaining


def is_too_soon(execution: Execution, kind: RateKind) -> None:
    assert execution.data is None
    [error] = execution.errors
    said = error.extensions
    assert said is not None
    assert (said["code"], said["limit"]) == ("RATE", kind.value)
    assert 0 < said["retryAfter"] <= 300
    assert f"Wait {said['retryAfter']} seconds" in error.message
    assert f"{said['allowed']:,}" in error.message


def test_a_refused_request_sends_one_statement_and_changes_nothing(team: Cast, owner: Database) -> None:
    emptied(owner, RateKind.PAGES, team.rowan.user_id)
    before = mark(owner)
    with unchanged(owner), counted(team.door.wall.database) as sent:
        execution = team.try_to_ask(team.rowan, RAISE, input=report())
    is_too_soon(execution, RateKind.PAGES)
    assert len(sent) == 1
    assert "charge_rates" in sent[0]
    assert lines_since(owner, before) == []
    cost = execution.extensions["cost"]
    assert cost["allowance"] == {"limit": 400_000, "remaining": 0, "restoredPerSecond": 5_000}
    assert cost["requested"] > 0
    # Nobody else is held up.
    assert team.ask(team.dana, WHO)["viewer"]["role"] == "OFFICER"


def test_counting_is_one_statement_more(team: Cast, door: Door) -> None:
    sent = []
    for each in (door, team.door):
        each.execute(WHO, {}, team.rowan)
        with counted(each.wall.database) as statements:
            each.execute(WHO, {}, team.rowan)
        sent.append(len(statements))
    assert sent[1] == sent[0] + 1


@pytest.mark.parametrize("kind", [RateKind.USER, RateKind.AGENCY])
def test_tools_never_keep_anybody_from_the_pages(team: Cast, owner: Database, kind: RateKind) -> None:
    emptied(owner, kind, team.rowan.agency_id if kind is RateKind.AGENCY else team.rowan.user_id)
    is_too_soon(team.door.execute(WHO, {}, team.rowan, subjects=tools(team.rowan)), kind)
    assert team.ask(team.rowan, WHO)["viewer"]["role"] == "OFFICER"
    assert team.ask(team.rowan, ALLOWANCE)["viewer"]["allowance"]["remaining"] == 0
    colleague = team.door.execute(WHO, {}, team.dana, subjects=tools(team.dana))
    assert (colleague.data is None) == (kind is RateKind.AGENCY)


def test_an_answer_says_what_it_cost_and_what_is_left(team: Cast) -> None:
    execution = team.door.execute(
        "{ flags(first: 100) { edges { node { id } } } }", {}, team.sam, subjects=tools(team.sam)
    )
    assert execution.extensions["cost"] == {
        "requested": 201,
        "limit": LIMITS.cost,
        "allowance": {"limit": 200_000, "remaining": 200_000 - 201, "restoredPerSecond": 1_000},
    }
    allowance = team.ask(team.sam, ALLOWANCE)["viewer"]["allowance"]
    assert allowance.pop("remaining") in range(200_000 - 201, 200_001)
    assert allowance == {"limit": 200_000, "restoredPerSecond": 1_000, "maximumDocumentCost": LIMITS.cost}


def test_what_is_refused_for_its_size_is_paid_with_a_point_and_nothing_else_is_sent(team: Cast) -> None:
    for name, document in TOO_MUCH.items():
        with counted(team.door.wall.database) as sent:
            assert team.try_to_ask(team.rowan, document).data is None, name
        assert len(sent) == 1, name
        assert "charge_rates" in sent[0]


def test_what_fails_is_paid_all_the_same(team: Cast) -> None:
    costly = "edges { node { shares(first: 100) { edges { node { id } } } } }"
    before = left(team, team.rowan)
    execution = team.try_to_ask(team.rowan, f"{{ flags(first: 100, last: 100) {{ {costly} }} }}")
    assert [error.message for error in execution.errors] == ["Ask for the first or for the last entries, not for both."]
    assert before - execution.extensions["cost"]["requested"] <= left(team, team.rowan) < before


def test_aliases_do_not_multiply_tries(team: Cast, owner: Database) -> None:
    guesses = " ".join(f'a{n}: flag(by: {{reference: "F-{n}"}}) {{ id }}' for n in range(LIMITS.root_fields))
    before = mark(owner)
    execution = team.door.execute(f"{{ {guesses} }}", {}, team.rowan, subjects=tools(team.rowan))
    assert execution.extensions["cost"]["requested"] == LIMITS.root_fields
    [line] = lines_since(owner, before)
    assert (line.action, line.operation, line.outcome) == ("DENY", "flag", "NotFound")
    refused = team.try_to_ask(team.rowan, f"{{ {guesses} viewer {{ role }} }}")
    assert refused.errors[0].extensions is not None
    assert refused.errors[0].extensions["limit"] == "root_fields"


def test_pages_for_nobody_are_not_counted(team: Cast) -> None:
    with counted(team.door.wall.database) as sent:
        assert team.ask(None, "{ instance { name } }")["instance"]["name"]
    assert not any("charge_rates" in each for each in sent)
