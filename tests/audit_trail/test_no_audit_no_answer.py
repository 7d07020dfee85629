"""What cannot be audited is not answered."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from graphql_schema import Execution
from portal.operations.embedded import EmbeddedServer
from tests.access.scene import Scene, set_scene
from tests.factories.cast import settle_cast
from tests.factories.flags import RAISE, raised, report
from tests.factories.scratch import scratch
from tests.factories.snapshot import changed, snapshot

FLAG = "query($id: ID!) { flag(by: {id: $id}) { fact } viewer { role } }"
LIST = "{ flags(first: 5) { edges { node { fact } } } }"
PERSON = "query($id: ID!) { node(id: $id) { ... on Flag { subject { ... on Person { preferredName } } } } }"


# What a line needs beside itself and its subjects, and how it is given back.
NEEDED = {
    "keys": ("audit_subject_key rename column pseudonym to lost", "audit_subject_key rename column lost to pseudonym"),
    "a place to wait": ("audit_pending rename to lost", "lost rename to audit_pending"),
}


@pytest.fixture(scope="module", params=["audit_event", "audit_subject"])
def unheard(server: EmbeddedServer, template: str, request: pytest.FixtureRequest) -> Iterator[Scene]:
    """A scene in a database that takes no lines of audit."""
    with scratch(server, template) as made:
        scene = set_scene(made.owner, made.wall, made.door)
        with made.owner.transaction() as session:
            session.execute(text(f"revoke insert on {request.param} from {made.wall.database.engine.url.username}"))
        yield scene


def refused(execution: Execution) -> None:
    """An answer that holds nothing but an apology."""
    assert execution.data is None
    assert execution.cause is not None
    [error] = execution.errors
    assert error.extensions is not None
    assert error.extensions["code"] == "INTERNAL"
    assert "Sitting alone" not in str(error.formatted)


def test_no_record_is_shown(unheard: Scene) -> None:
    for viewer in (unheard.author, unheard.recipient, unheard.cast.morgan):
        for document in (FLAG, PERSON):
            refused(unheard.cast.try_to_ask(viewer, document, id=unheard.global_id))
        refused(unheard.cast.try_to_ask(viewer, LIST))


def test_no_refusal_is_answered_either(unheard: Scene) -> None:
    refused(unheard.cast.try_to_ask(unheard.stranger, FLAG, id=unheard.global_id))


def test_nothing_is_changed(unheard: Scene) -> None:
    before = snapshot(unheard.owner)
    refused(unheard.cast.try_to_ask(unheard.author, RAISE, input=report()))
    refused(unheard.cast.try_to_ask(unheard.author, RAISE, input=report(confirm=False)))
    assert changed(before, snapshot(unheard.owner)) == {}


def test_what_is_public_is_still_answered(unheard: Scene) -> None:
    found = unheard.cast.ask(
        unheard.author, '{ concepts(vocabulary: "concern", first: 1) { edges { node { code } } } }'
    )
    assert found["concepts"]["edges"]


def test_without_a_name_or_a_place_to_wait_there_is_no_line_and_no_answer(
    server: EmbeddedServer, template: str
) -> None:
    with scratch(server, template) as made:
        cast = settle_cast(made.owner, made.door)
        flag = raised(cast)
        for lost, found in NEEDED.values():
            with made.owner.transaction() as session:
                session.execute(text(f"alter table {lost}"))
            refused(cast.try_to_ask(cast.rowan, FLAG, id=flag["id"]))
            refused(cast.try_to_ask(cast.ari, FLAG, id=flag["id"]))
            refused(cast.try_to_ask(cast.rowan, RAISE, input=report()))
            with made.owner.transaction() as session:
                session.execute(text(f"alter table {found}"))
        before = snapshot(made.owner)
        assert cast.ask(cast.rowan, FLAG, id=flag["id"])["flag"]["fact"]
        assert changed(before, snapshot(made.owner)) == {}
        with made.owner.transaction() as session:
            assert session.scalar(text("select count(*) from flag")) == 1
