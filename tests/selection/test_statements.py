"""One root field is one SQL statement, however much is asked of it and however many rows it has."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from portal.access.viewer import Viewer
from portal.db import Database
from tests.oracle.compare import EVERYTHING
from tests.selection.conftest import Pile

SETTINGS, AUDIT = 2, 1
INBOX = f"""
query Inbox($first: Int!) {{
  flags(first: $first) {{ totalCount {{ value }} pageInfo {{ endCursor }} edges {{ node {{ {EVERYTHING} }} }} }}
}}
"""
EVERY_ROOT = """
query($id: ID!) {
  a: node(id: $id) { id } b: flag(by: {id: $id}) { id fact } c: flags { edges { node { id } } }
  d: notifications { edges { node { id } } } e: viewer { role } f: instance { name }
  g: agencies(first: 1) { edges { node { name } } } h: concepts(vocabulary: "concern") { edges { node { code } } }
  i: partnerships { edges { node { name dutyDesks { name } members { edges { node { name } } } } } }
  j: agency(by: {code: {list: "CONCORD-DEMO", value: "none"}}) { id }
}
"""


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """The statements that are sent to a database inside the block."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def statements(pile: Pile, viewer: Viewer, document: str, **variables: Any) -> list[str]:
    """What an operation sends to the database."""
    pile.cast.ask(viewer, document, **variables)
    with counted(pile.cast.door.wall.database) as sent:
        pile.cast.ask(viewer, document, **variables)
    return sent


def test_one_root_field_is_one_statement_with_everything_nested_under_it(pile: Pile) -> None:
    document = f"query($id: ID!) {{ flag(by: {{id: $id}}) {{ {EVERYTHING} }} }}"
    sent = statements(pile, pile.cast.ines, document, id=pile.shared_id)
    assert len(sent) == SETTINGS + 1 + AUDIT, sent
    assert "audit_event" in sent[-1]


@pytest.mark.parametrize("first", [1, 20, 100])
def test_an_inbox_is_one_statement_at_any_size(pile: Pile, first: int) -> None:
    assert len(statements(pile, pile.cast.morgan, INBOX, first=first)) == SETTINGS + 1 + AUDIT


def test_several_root_fields_are_as_many_statements(pile: Pile) -> None:
    sent = statements(pile, pile.cast.rowan, EVERY_ROOT, id=pile.shared_id)
    assert len(sent) == SETTINGS + 10 + AUDIT


def test_what_is_not_asked_for_is_not_read(pile: Pile) -> None:
    sent = statements(pile, pile.cast.rowan, "query($id: ID!) { flag(by: {id: $id}) { reference } }", id=pile.shared_id)
    [read] = [statement for statement in sent if statement.startswith("SELECT")]
    for hidden in ("fact", "opinion", "person", "triage_decision", "feedback", "share"):
        assert hidden not in read


def test_the_names_a_caller_chooses_never_reach_the_database(pile: Pile) -> None:
    document = "query($id: ID!) { pg_sleep: flag(by: {id: $id}) { drop_table: reference } }"
    assert not any(
        "drop_table" in each or "pg_sleep" in each
        for each in statements(pile, pile.cast.rowan, document, id=pile.shared_id)
    )


def test_what_a_caller_sends_travels_beside_the_statement(pile: Pile) -> None:
    document = "query($r: String!) { flag(by: {reference: $r}) { id } }"
    planted = "F-1' or '1'='1"
    assert pile.cast.ask(pile.cast.rowan, document, r=planted)["flag"] is None
    assert not any(planted in each for each in statements(pile, pile.cast.rowan, document, r=planted))
