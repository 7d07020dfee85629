"""What PostgreSQL's own catalogue must say of every table, function and grant."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import make_url, text

from portal.db import Database
from portal.operations.embedded import DatabaseUrls
from portal.tables import metadata

PUBLIC = {
    "concept": "words of vocabularies",
    "agency": "public bodies with official codes",
    "area": "places with official codes",
    "area_within": "which place lies in which",
    "agency_area": "which body serves which place",
    "partnership": "which bodies work together",
    "partnership_member": "which bodies work together",
    "local_concept": "what a partnership says in words of its own",
    "duty_desk": "numbers that every professional may ring",
    "partnership_clock": "what a partnership promises, and in which time",
    "partnership_working_week": "when a partnership works",
    "partnership_day": "days a partnership does not work, or works all the same",
    "emergency_advice": "what danger asks of every professional",
    "installation": "the name of this installation and the key of its ids; no record",
    "sharing_agreement": "agreements are for reading",
    "agreement_version": "agreements are for reading",
    "agreement_clause": "agreements are for reading",
    "grid_cell": "who sees what is for reading",
    "grid_recipient": "who sees what is for reading",
    "lawful_basis": "a catalogue of law",
    "purpose_basis": "a catalogue of law",
}
ACCOUNT = {
    "user_account": "staff, read to sign in and to name who acted",
    "credential": "hashes of passwords, read to sign in",
    "membership": "which staff act for which body",
    "team": "teams of staff",
    "team_member": "teams of staff",
    "user_session": "hashes of session secrets, read before anybody is known",
    "access_token": "hashes of token secrets, read before anybody is known",
    "one_time_link": "hashes of link secrets, read before anybody is known",
    "notice_mail": "when somebody was mailed that something waits; neither what nor about whom",
    "audience": "roles, teams and staff that anything was opened to, never what",
    "viewer_context_key": "granted to nobody",
}
# With policies of their own, under no root: each is written and read by the one it is about.
OWN_POLICY = {
    "audit_event": "outlives every root; written by whom it names, read by no role",
    "audit_subject": "outlives every root; read by no role",
    "notification_preference": "how one user hears of what; read by them and by whoever writes the mails",
    "settled_incident": "what one agency is done with, by the hash of a reference; no word of any incident",
    "idempotency_record": "what one membership asked for, by key; holds ids and no record",
    "invitation": "whom an agency invited; read and written by its administrators, accepted by who holds the secret",
    "saved_view": "how one membership looks at its inbox; codes of filters and no record",
}
MACHINERY = {
    "alembic_version": "where the migrations stand",
    "procrastinate_jobs": "names of tasks and ids",
    "procrastinate_events": "states of jobs",
    "procrastinate_periodic_defers": "times of periodic jobs",
    "procrastinate_workers": "heartbeats of workers",
}
LISTED = PUBLIC | ACCOUNT | OWN_POLICY | MACHINERY
HOW = "Give it row-level security and a not-null key to its root in a migration, or list it in this file with a reason."


def _rows(owner: Database, statement: str, **values: Any) -> Sequence[Any]:
    with owner.transaction() as session:
        return session.execute(text(statement), values).all()


def _tables(owner: Database) -> set[str]:
    of_ours = "select relname from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace"
    return {row.relname for row in _rows(owner, of_ours)}


def test_every_table_is_personal_or_listed_with_a_reason(owner: Database) -> None:
    tables = _tables(owner)
    assert not LISTED.keys() - tables, "Listed and not there: take it off the list."
    assert all(reason.strip() for reason in LISTED.values())
    walled = {row.tablename for row in _rows(owner, "select tablename from pg_policies where schemaname = 'public'")}
    switched = {row.relname for row in _rows(owner, "select relname from pg_class where relrowsecurity")}
    for table in sorted(tables - LISTED.keys() | OWN_POLICY.keys()):
        assert table in walled & switched, f"{table} has no wall. {HOW}"


def test_every_personal_table_hangs_under_a_root_by_a_key_that_is_never_null(owner: Database) -> None:
    for name in sorted(_tables(owner) - LISTED.keys() - {"root"}):
        keys = [
            column
            for column in metadata.tables[name].columns
            for key in column.foreign_keys
            if key.column.table.name in {"root", "flag"} and not column.nullable
        ]
        assert keys, f"{name} hangs under no root. {HOW}"


def test_no_listed_table_names_a_root() -> None:
    for name in sorted((PUBLIC | ACCOUNT).keys() & metadata.tables.keys()):
        named = {key.column.table.name for key in metadata.tables[name].foreign_keys}
        assert not named & {"root", "flag", "person", "share"}, f"{name} says something of a record. {HOW}"


def test_no_wall_is_forced_upon_the_owner_who_migrates(owner: Database) -> None:
    assert not _rows(owner, "select relname from pg_class where relforcerowsecurity")


def test_every_function_that_runs_as_its_owner_finds_its_names_in_fixed_places(owner: Database) -> None:
    definers = _rows(
        owner,
        "select p.oid::regprocedure::text as name, proconfig from pg_proc p"
        " where prosecdef and pronamespace not in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)",
    )
    assert definers
    for function in definers:
        paths = [setting for setting in function.proconfig or () if setting.startswith("search_path=")]
        assert paths, f"{function.name} needs `set search_path` in its migration."
        # Named last, or PostgreSQL looks there first.
        assert paths[0].endswith("pg_temp"), f"{function.name} must look at pg_temp last."


def test_there_is_no_view_rule_or_foreign_table_to_look_round_the_wall(owner: Database) -> None:
    others = "select relname from pg_class where relkind in ('v', 'm', 'f') and relnamespace = 'public'::regnamespace"
    assert not _rows(owner, others)
    rules = """
        select rulename from pg_rewrite join pg_class c on c.oid = ev_class where relnamespace = 'public'::regnamespace
    """
    assert not _rows(owner, rules)


def test_nothing_is_granted_to_everybody(owner: Database) -> None:
    granted = _rows(
        owner,
        """
        select c.relname as name, a.privilege_type from pg_class c, aclexplode(c.relacl) a
         where c.relnamespace = 'public'::regnamespace and a.grantee = 0
        union all
        select p.oid::regprocedure::text, a.privilege_type from pg_proc p,
               aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
         where p.pronamespace = 'public'::regnamespace and a.grantee = 0
        union all
        select n.nspname, a.privilege_type from pg_namespace n, aclexplode(n.nspacl) a
         where n.nspname = 'public' and a.grantee = 0
        union all
        select d.datname, a.privilege_type from pg_database d,
               aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
         where d.datname = current_database() and a.grantee = 0
        union all
        select attname, a.privilege_type
          from pg_attribute t join pg_class c on c.oid = t.attrelid, aclexplode(t.attacl) a
         where c.relnamespace = 'public'::regnamespace and a.grantee = 0
        """,
    )
    assert not granted, f"Revoke from public in a migration: {granted[:5]}"


def test_the_web_role_changes_single_columns_and_deletes_only_what_is_listed(
    owner: Database, urls: DatabaseUrls
) -> None:
    changes = """
        select c.relname, a.privilege_type from pg_class c, aclexplode(c.relacl) a
         where a.grantee = cast(:role as regrole) and a.privilege_type in ('UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER')
    """
    found = {tuple(change) for change in _rows(owner, changes, role=make_url(urls.web).username)}
    assert found == {
        ("flag_concern", "DELETE"),
        ("place_group", "DELETE"),
        ("saved_view", "DELETE"),
        ("team_member", "DELETE"),
        # What a partnership said of days to come, and takes back.
        ("partnership_clock", "DELETE"),
        ("partnership_working_week", "DELETE"),
        ("partnership_day", "DELETE"),
        ("duty_desk", "DELETE"),
        ("local_concept", "DELETE"),
    }
