"""What the web role and the worker role cannot do, even when somebody speaks SQL through them."""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Boolean, DateTime, Enum, Integer, Uuid, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal.db import Database
from portal.tables import metadata
from tests.access.scene import TABLES, Scene

DISCLOSE = text(
    """
    insert into disclosure (root_kind, root_id, audience_id, levels, sort_at, because, agreement_version_id,
                            column_code, granted_by_membership_id, valid_from)
    values ('FLAG', :root, :audience, 7, now(), :because, (select min(id::text)::uuid from agreement_version),
            'AUTHOR', :by, now())
    """
)


WRITES = (
    "insert into flag_concern (flag_id, concern_code, position) values (:flag, 'DRUGS', 9)",
    "insert into flag_transition (id, flag_id, to_state, by_membership_id, at) values (:id, :flag, 'NFA', :by, now())",
    """
    insert into feedback (id, flag_id, text, given_by_agency_id, given_by_membership_id, given_at)
    select :id, :flag, 'x', agency_id, id, now() from membership where id = :by
    """,
)
PERSONAL = sorted(TABLES)
WORKER_CHANGES = {
    ("flag", "state"),
    ("flag", "triage_due_at"),
    ("flag", "announced_deadline"),
    ("flag", "version"),
    ("flag", "updated_at"),
    ("share", "state"),
    ("share", "valid_to"),
    ("share", "version"),
    ("share", "updated_at"),
    ("information_request", "lapsed"),
    ("information_request", "version"),
    ("information_request", "updated_at"),
    ("notification", "mailed_at"),
}
UNREAD = [
    "audit_event",
    "audit_subject",
    "audit_leaf",
    "audit_pending",
    "audit_subject_key",
    "audit_installation_key",
    "idempotency_record",
    "viewer_context_key",
    "invitation",
    "one_time_link",
    "credential",
    "user_session",
]
# The worker reads a line until it has sealed it (tests/audit), and what waits.
SEALED_BY_THE_WORKER = {"audit_event", "audit_subject", "audit_pending"}


def refused(session: Session, statement: str, **values: Any) -> str:
    """Run a statement that must be refused, and give the refusal; what it would have done is taken back."""
    with pytest.raises(DBAPIError) as refusal, session.begin_nested():
        session.execute(text(statement), values)
    said = str(refusal.value.orig)
    assert (
        "permission denied" in said or "row-level security" in said or "must be owner" in said or "not change" in said
    )
    return said


def test_neither_role_owns_anything_or_passes_the_wall(owner: Database, wall_roles: tuple[str, str]) -> None:
    with owner.transaction() as session:
        for role in wall_roles:
            attributes = session.execute(
                text(
                    "select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication from pg_roles"
                    " where rolname = :role"
                ),
                {"role": role},
            ).one()
            assert not any(attributes), role
            owned = session.execute(
                text("select oid::regclass::text from pg_class where pg_get_userbyid(relowner) = :role"), {"role": role}
            ).all()
            member_of = session.execute(
                text("select roleid::regrole::text from pg_auth_members where member = cast(:role as regrole)"),
                {"role": role},
            ).all()
            assert (owned, member_of) == ([], []), role


@pytest.mark.parametrize(
    "statement",
    [
        "set role {owner}",
        "set session authorization {owner}",
        "alter table flag disable row level security",
        "drop policy disclosed on flag",
        "create policy mine on flag using (true)",
        "grant select on viewer_context_key to public",
        "create table mine (id int)",
        "create temp table mine (id int)",
        "create function mine() returns int language sql as 'select 1'",
        "create view mine as select * from flag",
        "alter role current_user bypassrls",
        "select * from viewer_context_key",
        "select rolpassword from pg_authid",
        "select * from pg_statistic",
        "copy flag to program 'cat'",
        "select pg_read_file('/etc/hostname')",
        "truncate flag cascade",
        "delete from flag",
        "delete from disclosure",
        "update disclosure set levels = 9223372036854775807",
        "update disclosure set valid_to = null",
        "update root set created_by_membership_id = created_by_membership_id",
        "update person set preferred_name = 'x'",
        "update share set to_agency_id = from_agency_id",
        "update share set field_groups = 0",
        "update feedback set text = 'x'",
        "update triage_decision set rationale = 'x'",
        "delete from feedback",
        "delete from flag_transition",
        "update membership set role = 'TRIAGE_WORKER'",
        "update membership set user_id = user_id",
        "update membership set active_from = active_from",
        "delete from membership",
        "insert into user_account select * from user_account",
        "update user_account set email = 'x'",
        "update user_account set home_agency_id = null",
        "delete from user_account",
        "update team set agency_id = agency_id",
        "update team_member set team_id = team_id",
        "update access_token set revoked_at = null",
        "insert into access_token select * from access_token",
        "update one_time_link set expires_at = now()",
        "update invitation set role = 'TRIAGE_WORKER'",
        "update invitation set accepted_at = null",
        "update audience set role = 'TRIAGE_WORKER'",
        "update grid_cell set level = 3",
        "update agreement_version set state = 'ENDED'",
        "select * from audit_event",
        "select * from audit_subject",
        "update audit_event set outcome = 'x'",
        "delete from audit_event",
        "truncate audit_event",
        "alter table audit_event disable trigger append_only",
        "set session_replication_role = replica",
        "update idempotency_record set result = 'x'",
        "delete from idempotency_record",
    ],
)
def test_the_web_role_cannot(scene: Scene, statement: str) -> None:
    owner = scene.owner.engine.url.username
    with scene.wall.acting_as(scene.author) as session:
        with pytest.raises(DBAPIError) as refusal:
            session.execute(text(statement.replace("{owner}", str(owner))))
        session.rollback()
    said = str(refusal.value.orig)
    assert said.startswith(("permission denied", "must be owner")), said


def test_the_facts_of_a_raised_flag_do_not_change(scene: Scene) -> None:
    for fact in ("fact", "opinion", "own_words", "place_description", "third_party_notes", "emergency_incident_number"):
        with scene.wall.acting_as(scene.author) as session:
            said = refused(session, f"update flag set {fact} = 'something else' where id = :id", id=scene.flag_id)
            assert "facts of a raised flag do not change" in said
            session.rollback()
    with scene.wall.acting_as(scene.author) as session:
        said = refused(session, "update flag set raised_at = null, state = 'DRAFT' where id = :id", id=scene.flag_id)
        assert "facts of a raised flag do not change" in said
        session.rollback()


def test_nobody_gives_themselves_a_flag_they_do_not_hold(scene: Scene) -> None:
    for flag in (scene.flag_id, scene.group_flag_id, scene.draft_id):
        with scene.wall.acting_as(scene.stranger) as session:
            for audience in scene.stranger.audience_ids:
                _refuse_disclosure(session, scene.stranger.membership_id, flag, audience)
            session.rollback()


def test_whoever_received_a_flag_does_not_pass_it_on(scene: Scene) -> None:
    with scene.wall.acting_as(scene.recipient) as session:
        for audience in (*scene.cast.alex.audience_ids, *scene.recipient.audience_ids):
            _refuse_disclosure(session, scene.recipient.membership_id, scene.flag_id, audience)
        session.rollback()


def test_nobody_opens_a_flag_in_the_name_of_somebody_else(scene: Scene) -> None:
    with scene.wall.acting_as(scene.author) as session:
        for by in (scene.cast.morgan, scene.stranger):
            _refuse_disclosure(session, by.membership_id, scene.flag_id, scene.author.audience_ids[0])
        session.rollback()


def test_nobody_opens_their_own_flag_outside_the_partnership(scene: Scene) -> None:
    with scene.wall.acting_as(scene.author) as session:
        for audience in scene.other.morgan.audience_ids:
            _refuse_disclosure(session, scene.author.membership_id, scene.flag_id, audience)
        session.rollback()


def _refuse_disclosure(session: Session, by: Any, root: Any, audience: int) -> None:
    with pytest.raises(DBAPIError, match="row-level security"), session.begin_nested():
        session.execute(DISCLOSE, {"root": root, "audience": audience, "by": by, "because": "PARTNERSHIP_TRIAGE"})


def test_nobody_closes_what_is_not_theirs_to_open(scene: Scene) -> None:
    for viewer in (scene.stranger, scene.recipient):
        with scene.wall.acting_as(viewer) as session:
            with pytest.raises(DBAPIError, match="may not close"), session.begin_nested():
                session.execute(
                    text("select close_disclosures(:root, :audience)"),
                    {"root": scene.flag_id, "audience": scene.author.audience_ids[0]},
                )
            session.rollback()


def test_nobody_writes_under_a_flag_they_do_not_see(scene: Scene) -> None:
    at = {"flag": scene.flag_id, "by": scene.stranger.membership_id, "id": uuid4()}
    with scene.wall.acting_as(scene.stranger) as session:
        for statement in WRITES:
            assert "row-level security" in refused(session, statement, **at)
        session.rollback()


def test_nobody_reads_or_replays_the_intents_of_another(scene: Scene) -> None:
    with scene.wall.acting_as(scene.stranger) as session:
        theirs = text("select count(*) from idempotency_record where membership_id <> :own")
        assert session.scalar(theirs, {"own": scene.stranger.membership_id}) == 0
    with scene.wall.acting_as(scene.author) as session:
        own = session.scalar(
            text("select count(*) from idempotency_record where membership_id = :own"),
            {"own": scene.author.membership_id},
        )
        assert own
        assert own == session.scalar(text("select count(*) from idempotency_record"))


@pytest.mark.parametrize("table", [table for table in UNREAD if table not in SEALED_BY_THE_WORKER])
def test_the_worker_reads_nothing_of_secrets_and_of_the_audit(worker: Database, table: str) -> None:
    with worker.transaction() as session:
        with pytest.raises(DBAPIError, match="permission denied"):
            session.execute(text(f"select * from {table}"))
        session.rollback()


def test_the_worker_reads_no_words_of_a_record(worker: Database) -> None:
    """Where a record stands, since when and who acts on it: keys, moments and members of closed sets, and no text."""
    wordless = (Uuid, DateTime, Boolean, Integer, Enum)
    for name in PERSONAL:
        for column in metadata.tables[name].columns:
            with worker.transaction() as session:
                granted = session.scalar(
                    text("select has_column_privilege(:table, :column, 'select')"),
                    {"table": name, "column": column.name},
                )
                assert not granted or isinstance(column.type, wordless), f"The worker reads {name}.{column.name}."


def test_the_worker_changes_where_a_record_stands_and_nothing_that_anybody_said(worker: Database) -> None:
    """It moves a flag on when its time has come, and tells who must know; nobody's name is put under that."""
    changed = {
        (name, column.name)
        for name in PERSONAL
        for column in metadata.tables[name].columns
        if _may(worker, "has_column_privilege(:table, :column, 'update')", table=name, column=column.name)
    }
    assert changed == WORKER_CHANGES
    added = {name for name in PERSONAL if _may(worker, "has_any_column_privilege(:table, 'insert')", table=name)}
    assert added == {"flag_transition", "notification"}
    assert not [name for name in PERSONAL if _may(worker, "has_table_privilege(:table, 'delete')", table=name)]


def test_the_worker_takes_no_step_in_anybody_s_name(scene: Scene, worker: Database) -> None:
    step = WRITES[1]
    with worker.transaction() as session:
        said = refused(session, step, id=uuid4(), flag=scene.flag_id, by=scene.author.membership_id)
        session.rollback()
    assert "row-level security" in said


def _may(worker: Database, privilege: str, **about: str) -> bool:
    with worker.transaction() as session:
        return bool(session.scalar(text(f"select {privilege}"), about))
