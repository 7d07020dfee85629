"""Every line of audit is written by whoever it names, and can be neither read nor changed from the web."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from portal.access.context import Wall
from portal.access.viewer import Viewer
from portal.audit.models import AuditAction
from portal.audit.record import record
from portal.db import Database
from portal.identity.viewers import viewer_for_membership
from tests.factories.accounts import make_member
from tests.factories.audit import lines_since, mark, subjects_of


@pytest.fixture
def viewer(wall: Wall, owner: Database) -> Viewer:
    member = make_member(owner)
    with wall.anonymously() as session:
        found = viewer_for_membership(session, member.membership_id)
    assert found is not None
    return found


def write(session: Session, viewer: Viewer | None, **details: object) -> None:
    record(
        session,
        viewer=viewer,
        action=AuditAction.READ,
        operation="flag",
        outcome="DONE",
        **{"request_id": uuid4(), **details},  # type: ignore[arg-type]
    )


def test_a_line_says_who_did_what_in_which_membership(wall: Wall, owner: Database, viewer: Viewer) -> None:
    before, request_id = mark(owner), uuid4()
    with wall.acting_as(viewer) as session:
        write(session, viewer, request_id=request_id)
    [line] = lines_since(owner, before)
    assert (line.user_id, line.membership_id) == (viewer.user_id, viewer.membership_id)
    assert (line.action, line.operation, line.outcome) == (AuditAction.READ, "flag", "DONE")
    assert line.request_id == request_id


def test_a_line_names_every_root_with_what_was_shown_of_it(wall: Wall, owner: Database, viewer: Viewer) -> None:
    before = mark(owner)
    subjects: dict[UUID, int] = {uuid4(): 0b1101, uuid4(): 2**40, uuid4(): 0}
    with wall.acting_as(viewer) as session:
        write(session, viewer, subjects=subjects)
    [line] = lines_since(owner, before)
    with owner.transaction() as session:
        assert subjects_of(session, line.id, asked_for=subjects) == subjects


@pytest.mark.parametrize("roots", [0, 1, 100])
def test_a_line_costs_one_statement_however_many_roots_it_names(wall: Wall, viewer: Viewer, roots: int) -> None:
    statements: list[str] = []
    with wall.acting_as(viewer) as session:
        event.listen(session.connection(), "before_cursor_execute", lambda *args: statements.append(args[2]))
        write(session, viewer, subjects={uuid4(): 1 for _ in range(roots)})
    assert len(statements) == 1


def test_a_line_goes_with_the_transaction_it_tells_of(wall: Wall, owner: Database, viewer: Viewer) -> None:
    before = mark(owner)
    with pytest.raises(ZeroDivisionError), wall.acting_as(viewer) as session:  # noqa: PT012
        write(session, viewer, subjects={uuid4(): 1})
        raise ZeroDivisionError
    assert lines_since(owner, before) == []


def test_nobody_writes_a_line_in_the_name_of_another_membership(wall: Wall, owner: Database, viewer: Viewer) -> None:
    before = mark(owner)
    with pytest.raises(ProgrammingError, match="row-level security"), wall.anonymously() as session:
        write(session, viewer)
    assert lines_since(owner, before) == []


def test_somebody_without_a_membership_is_named_by_account(wall: Wall, owner: Database, viewer: Viewer) -> None:
    before = mark(owner)
    with wall.anonymously() as session:
        write(session, None, user_id=viewer.user_id)
    [line] = lines_since(owner, before)
    assert (line.user_id, line.membership_id) == (viewer.user_id, None)


@pytest.mark.parametrize(
    "statement",
    [
        "select * from audit_event",
        "select * from audit_subject",
        "update audit_event set outcome = 'REFUSED'",
        "delete from audit_subject",
        "truncate audit_event, audit_subject",
    ],
)
def test_the_web_role_neither_reads_nor_changes_the_audit(wall: Wall, viewer: Viewer, statement: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), wall.acting_as(viewer) as session:
        session.execute(text(statement))
