"""A line names nobody: it leads to a record through a key that can be destroyed, and to none without it."""

import hmac
from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal.audit.models import AuditAction
from portal.audit.record import record
from portal.operations.embedded import EmbeddedServer
from tests.access.scene import Scene, set_scene
from tests.factories.audit import lines_since, mark, pseudonym_of, subjects_of
from tests.factories.scratch import scratch


@pytest.fixture(scope="module")
def scene(server: EmbeddedServer, template: str) -> Iterator[Scene]:
    with scratch(server, template) as made:
        yield set_scene(made.owner, made.wall, made.door)


def looked_at(scene: Scene, *ids: UUID) -> int:
    """The number of a line that names these."""
    before = mark(scene.owner)
    with scene.wall.acting_as(scene.author) as session:
        record(
            session,
            viewer=scene.author,
            action=AuditAction.DENY,
            operation="flag",
            outcome="NotFound",
            request_id=uuid4(),
            subjects=dict.fromkeys(ids, 0),
        )
    [line] = lines_since(scene.owner, before)
    return line.id


def test_no_line_holds_the_id_of_a_record(scene: Scene) -> None:
    missing = uuid4()
    looked_at(scene, scene.flag_id, missing)
    with scene.owner.transaction() as session:
        held = session.execute(
            text("select s.*, e.* from audit_subject s join audit_event e on e.id = s.audit_event_id")
        )
        said = "\n".join(str(tuple(row)) for row in held)
        roots = session.scalars(text("select id from root")).all()
    assert roots
    assert not [root for root in [*roots, missing] if str(root) in said]


def test_every_record_has_a_key_and_its_name_is_what_the_key_makes_of_it(scene: Scene) -> None:
    with scene.owner.transaction() as session:
        keys = session.execute(
            text("select r.id, k.key, k.pseudonym from root r left join audit_subject_key k on k.root_id = r.id")
        ).all()
    assert len({row.key for row in keys}) == len(keys)
    for row in keys:
        assert row.pseudonym == UUID(bytes=hmac.digest(row.key, row.id.bytes, "sha256")[:16])


def test_a_missing_record_is_written_like_a_hidden_one(scene: Scene) -> None:
    missing = uuid4()
    first, second = looked_at(scene, scene.own_flag_id), looked_at(scene, missing)
    with scene.owner.transaction() as session:
        rows = session.execute(
            text("select * from audit_subject where audit_event_id in (:first, :second) order by 1"),
            {"first": first, "second": second},
        ).all()
    hidden, absent = ([type(value) for value in row] for row in rows)
    assert hidden == absent
    assert {rows[0].pseudonym, rows[1].pseudonym}.isdisjoint({scene.own_flag_id, missing})
    assert looked_at(scene, missing) != second
    with scene.owner.transaction() as session:
        assert pseudonym_of(session, missing) == rows[1].pseudonym


def test_once_a_key_is_destroyed_no_line_leads_to_the_record(scene: Scene) -> None:
    line = looked_at(scene, scene.group_flag_id)
    with Session(scene.owner.engine) as session:
        assert subjects_of(session, line) == {scene.group_flag_id: 0}
        session.execute(text("delete from audit_subject_key where root_id = :id"), {"id": scene.group_flag_id})
        [left] = subjects_of(session, line)
        assert left not in {scene.group_flag_id, pseudonym_of(session, scene.group_flag_id)}
        session.rollback()


@pytest.mark.parametrize(
    "statement",
    [
        "select * from audit_subject_key",
        "select * from audit_installation_key",
        "insert into audit_subject_key select gen_random_uuid(), '', gen_random_uuid()",
        "delete from audit_subject_key",
        "update audit_subject_key set key = key",
    ],
)
def test_nobody_but_the_owner_reaches_a_key(scene: Scene, statement: str) -> None:
    with pytest.raises(DBAPIError, match="permission denied"), scene.wall.acting_as(scene.author) as session:
        session.execute(text(statement))


def test_not_even_the_owner_changes_a_key(scene: Scene) -> None:
    for statement in ("update audit_subject_key set key = key", "truncate audit_subject_key"):
        with pytest.raises(DBAPIError, match="append only"), scene.owner.transaction() as session:
            session.execute(text(statement))


def test_a_line_wears_the_hat_of_its_membership_whatever_was_said(scene: Scene) -> None:
    before = mark(scene.owner)
    with scene.wall.acting_as(scene.author) as session:
        session.execute(
            text(
                "insert into audit_event (at, action, operation, outcome, membership_id, agency_id, role, request_id)"
                " values (now(), 'READ', 'flag', 'DONE', :me, :other, 'GUARDIAN', gen_random_uuid())"
            ),
            {"me": scene.author.membership_id, "other": scene.recipient.agency_id},
        )
    [line] = lines_since(scene.owner, before)
    assert (line.agency_id, line.role) == (scene.author.agency_id, scene.author.role)


def test_what_the_version_before_writes_of_a_record_becomes_its_pseudonym(scene: Scene) -> None:
    before = mark(scene.owner)
    with scene.wall.acting_as(scene.author) as session:
        session.execute(
            text(
                "with line as materialized (select nextval('audit_event_id_seq') as id), event as ("
                " insert into audit_event (id, at, action, operation, outcome, user_id, membership_id, request_id)"
                " select line.id, now(), 'READ', 'flag', 'DONE', :user, :me, gen_random_uuid() from line)"
                " insert into audit_subject (audit_event_id, root_id, field_groups) select line.id, :root, 3 from line"
            ),
            {"user": scene.author.user_id, "me": scene.author.membership_id, "root": scene.flag_id},
        )
    [line] = lines_since(scene.owner, before)
    assert (line.agency_id, line.role) == (scene.author.agency_id, scene.author.role)
    with scene.owner.transaction() as session:
        assert subjects_of(session, line.id) == {scene.flag_id: 3}
        assert session.scalar(text("select count(*) from audit_subject where root_id is not null")) == 0
