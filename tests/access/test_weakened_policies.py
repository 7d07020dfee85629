"""Weakening any one policy breaks a promise: no policy is there that nothing would miss, in whole or in part."""

import sys
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from portal.operations.catalog.listed import OPEN_POLICIES as OPEN
from portal.operations.embedded import EmbeddedServer
from tests.access.promises import broken
from tests.access.scene import Scene, set_scene
from tests.access.weakening import Asked, noticed, policies, what_each_asks
from tests.factories.scratch import scratch

# Parts of a policy that its other half holds as well: taking both away is tried, and noticed.
HELD_TWICE = {
    ("information_request", "answered", "what it uses"),
    (
        "information_request",
        "answered",
        "with check without (EXISTS ( SELECT FROM disclosure d WHERE (d.root_id = information_request.flag_id)))",
    ),
}


@pytest.fixture(scope="module")
def broken_into(server: EmbeddedServer, template: str) -> Iterator[Scene]:
    """A scene in a database of its own, whose policies may be weakened."""
    with scratch(server, template) as made:
        yield set_scene(made.owner, made.wall, made.door, worker=made.worker)


@pytest.fixture(scope="module")
def asked(broken_into: Scene) -> Asked:
    """What each promise asks of the wall as it is, which keeps them all."""
    found, not_kept = what_each_asks(broken_into)
    assert not not_kept, f"The wall as it is does not keep these: {not_kept}"
    return found


def test_taking_away_any_one_policy_or_any_part_of_it_breaks_a_promise(broken_into: Scene, asked: Asked) -> None:
    unmissed, tried = [], 0
    with broken_into.owner.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        found = policies(connection)
        unexplained = {(policy.table, policy.name) for policy in found if policy.open_already} - OPEN.keys()
        assert not unexplained, "An open policy needs its reason in portal/operations/catalog/listed.py."
        for policy in found:
            for what, weaker in policy.weaker():
                weaker.apply(connection)
                tried += 1
                seen = noticed(broken_into, asked, policy.table, policy.command)
                policy.apply(connection)
                if seen.by is None and (policy.table, policy.name, what) not in HELD_TWICE:
                    unmissed.append((policy.table, policy.name, what, *seen.crashed))
    sys.stdout.write(f"{tried} weaker forms of {len(found)} policies\n")
    assert not unmissed, f"Nothing notices when these are open; promise more in tests/access/promises.py: {unmissed}"
    assert broken(broken_into) == []


def test_switching_row_level_security_off_on_any_table_breaks_a_promise(broken_into: Scene, asked: Asked) -> None:
    unmissed = []
    with broken_into.owner.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for table in sorted({policy.table for policy in policies(connection)}):
            connection.execute(text(f"alter table {table} disable row level security"))
            seen = noticed(broken_into, asked, table)
            connection.execute(text(f"alter table {table} enable row level security"))
            if seen.by is None and table != "audit_subject":
                unmissed.append((table, *seen.crashed))
    assert not unmissed


def test_a_promise_that_falls_over_has_noticed_nothing(broken_into: Scene) -> None:
    def falls_over(_scene: Scene) -> bool:
        raise LookupError

    def notices(_scene: Scene) -> bool:
        return True

    asked = {name: frozenset({("SELECT", "flag")}) for name in ("a promise", "another promise")}
    seen = noticed(broken_into, asked, "flag", each={"a promise": falls_over, "another promise": falls_over})
    assert (seen.by, len(seen.crashed)) == (None, 2)
    assert noticed(broken_into, asked, "flag", each={"a promise": falls_over, "another promise": notices}).by
