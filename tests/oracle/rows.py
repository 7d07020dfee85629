"""What PostgreSQL shows when a query forgets its filter, held against the oracle row by row.

One case is one row for one viewer and one command: shown whole, as its owner reads it, or not at all. A command is
asked once for a whole table, so a round is tens of thousands of cases and a few thousand statements.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from portal.access.viewer import Viewer
from tests.oracle.realm import Realm
from tests.oracle.visibility import held, sees_person

# What hangs under a flag or a person, with the column that names the root it is seen through.
TABLES = {
    "root": "id",
    "flag": "id",
    "person": "id",
    "flag_concern": "flag_id",
    "flag_source": "flag_id",
    "flag_export": "flag_id",
    "place_group": "flag_id",
    "triage_decision": "flag_id",
    "feedback": "flag_id",
    "information_request": "flag_id",
    "flag_addition": "flag_id",
    "flag_transition": "flag_id",
    "share": "flag_id",
}
# Blind, so that nothing but the policy of the command decides: what is read, if only to return it, has one of its own.
CHANGES = {
    "update": {"flag": "update flag set version = 1", "share": "update share set version = 1"},
    "delete": {"flag_concern": "delete from flag_concern", "place_group": "delete from place_group"},
}
# Every value of a row goes into its sum, so a row that is shown otherwise than it stands is another row.
SUM = "md5(t::text)"
DISCLOSURES = f"""
select {SUM} as sum, d.root_id, a.agency_id, a.role, a.team_id, a.user_id,
       t.valid_from <= now() and (t.valid_to is null or t.valid_to > now()) as valid
  from disclosure t join disclosure d on d.id = t.id join audience a on a.id = t.audience_id
"""
NOTICES = f"select {SUM} as sum, t.flag_id, t.membership_id from notification t"
INTENTS = f"select {SUM} as sum, t.membership_id from idempotency_record t"
SETTLED = f"select {SUM} as sum, t.agency_id from settled_incident t"


@dataclass(frozen=True)
class Rights:
    """The keys of what a viewer sees, as it was told."""

    viewer: Viewer | None
    flags: frozenset[UUID]
    roots: frozenset[UUID]
    drafts: frozenset[UUID]


def hold_rows(realm: Realm) -> None:
    """Let everybody read, change and delete everything, and take it back."""
    _leave_notices(realm)
    with realm.owner.transaction() as session:
        rows = {
            table: session.execute(text(f"select {SUM} as sum, {column} as root from {table} t")).all()
            for table, column in TABLES.items()
        }
        special = {
            "disclosure": session.execute(text(DISCLOSURES)).all(),
            "notification": session.execute(text(NOTICES)).all(),
            "idempotency_record": session.execute(text(INTENTS)).all(),
            "settled_incident": session.execute(text(SETTLED)).all(),
        }
    for name, viewer in realm.viewers:
        rights = _rights(realm, viewer)
        with realm.wall.anonymously() if viewer is None else realm.wall.acting_as(viewer) as session:
            for table, there in rows.items():
                told = {row.sum for row in there if row.root in rights.roots}
                found = set(session.scalars(text(f"select {SUM} from {table} t")))
                _hold(realm, "select", f"{name} {table}", found, told, of=len(there))
            for table, there in special.items():
                told = {row.sum for row in there if SHOWN[table](row, rights)}
                found = set(session.scalars(text(f"select {SUM} from {table} t")))
                _hold(realm, "select", f"{name} {table}", found, told, of=len(there))
            for command, statements in CHANGES.items():
                for table, statement in statements.items():
                    there = rows[table]
                    roots = rights.drafts if command == "delete" else rights.flags
                    told_rows = sum(row.root in roots for row in there)
                    realm.count.cases["sql", command] += len(there)
                    if (found_rows := _tried(session, statement)) != told_rows:
                        differ = f"sql {command} {name} {table}: {found_rows} rows, must be {told_rows}"
                        realm.count.wrong.append(differ)


def _tried(session: Session, statement: str) -> int:
    with session.begin_nested() as attempt:
        changed: int = session.execute(text(statement)).rowcount  # type: ignore[attr-defined]
        attempt.rollback()
    return changed


def _hold(realm: Realm, command: str, where: str, found: set[str], told: set[str], *, of: int) -> None:
    """Count every row that is there, hidden ones too; only how many differ is said, never what they hold."""
    realm.count.cases["sql", command] += of
    if found - told:
        realm.count.wrong.append(f"sql {command} {where}: {len(found - told)} rows leak")
    if told - found:
        realm.count.wrong.append(f"sql {command} {where}: {len(told - found)} rows are missing")


def _rights(realm: Realm, viewer: Viewer | None) -> Rights:
    flags = [flag for flag in realm.flags if held(flag, viewer)]
    people = {flag.person_key for flag in flags if flag.person_key and sees_person(flag, viewer)}
    keys = frozenset(flag.key for flag in flags)
    drafts = frozenset(flag.key for flag in flags if flag.state == "DRAFT")
    return Rights(viewer, keys, keys | people, drafts)


def _opened(row: Row[tuple[object, ...]], rights: Rights) -> bool:
    """Whether a disclosure is valid and to an audience of the viewer's: their role, team, role in a team, or them."""
    viewer = rights.viewer
    if viewer is None or not row.valid or row.agency_id != viewer.agency_id:
        return False
    of_role = row.role is None or row.role == viewer.role
    of_team = row.team_id is None or row.team_id in viewer.team_ids
    return of_role and of_team and (row.user_id is None or row.user_id == viewer.user_id)


def _told_of(row: Row[tuple[object, ...]], rights: Rights) -> bool:
    mine = rights.viewer is not None and row.membership_id == rights.viewer.membership_id
    return mine and row.flag_id in rights.flags


SHOWN: dict[str, Callable[[Row[tuple[object, ...]], Rights], bool]] = {
    "disclosure": _opened,
    "notification": _told_of,
    "idempotency_record": lambda row, rights: (
        rights.viewer is not None and row.membership_id == rights.viewer.membership_id
    ),
    "settled_incident": lambda row, rights: rights.viewer is not None and row.agency_id == rights.viewer.agency_id,
}


def _leave_notices(realm: Realm) -> None:
    """A notice of each flag waits for somebody, whoever sees the flag or not."""
    notice = text(
        "insert into notification (id, flag_id, membership_id, kind, created_at)"
        " values (:id, :flag, :membership, 'ANSWER', now())"
    )
    people = [viewer for _, viewer in realm.viewers if viewer is not None]
    with realm.owner.transaction() as session:
        for flag in realm.flags:
            for viewer in realm.rng.sample(people, 3):
                given = {"id": uuid4(), "flag": flag.key, "membership": viewer.membership_id}
                session.execute(notice, given)
