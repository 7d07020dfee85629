"""Decides how the audit is checked: closed to change, telling of every change of a flag, and as it was sealed."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.attestation import PublicKey
from portal.audit.checkpoints import Anchor
from portal.db import Database, now
from portal.operations.verify_seals import faults

# Each promise with a statement that counts how often it is broken.
PROMISES = {
    "Nobody but the owner may change or remove a line, and only the worker may read one, until it is sealed": """
        select count(*) from pg_class c, lateral aclexplode(c.relacl) as granted
         where c.oid in ('public.audit_event'::regclass, 'public.audit_subject'::regclass)
           and granted.grantee <> c.relowner and granted.privilege_type <> 'INSERT'
           and not (
             granted.privilege_type = 'SELECT' and c.relrowsecurity
             and (select bool_and(p.polname = 'sealed' and pg_get_expr(p.polqual, p.polrelid) like '%audit_pending%')
                    from pg_policy p where p.polrelid = c.oid and p.polcmd in ('r', '*')))
    """,
    "Nobody but the owner may change or remove a seal, a leaf or a checkpoint": """
        select count(*) from pg_class c, lateral aclexplode(c.relacl) as granted
         where c.oid in ('public.audit_seal'::regclass, 'public.audit_leaf'::regclass,
                         'public.audit_checkpoint'::regclass)
           and granted.grantee <> c.relowner and granted.privilege_type not in ('INSERT', 'SELECT')
    """,
    "Nobody but the owner may see whose pseudonym is whose": """
        select count(*) from pg_class c, lateral aclexplode(c.relacl) as granted
         where c.oid in ('public.audit_subject_key'::regclass, 'public.audit_installation_key'::regclass)
           and granted.grantee <> c.relowner
    """,
    "Changing and removing is refused to the owner too": """
        select count(*) from unnest(array['audit_event', 'audit_subject', 'audit_seal', 'audit_leaf',
                                          'audit_checkpoint', 'audit_subject_key']) as closed (name)
         where not exists (
           select from pg_trigger where tgname = 'append_only' and tgenabled in ('O', 'A')
              and tgrelid = ('public.' || closed.name)::regclass)
    """,
    "Whatever comes in waits to be sealed, and every record has a pseudonym": """
        select count(*) from (values ('audit_event', 'enter_audit'), ('root', 'give_audit_key')) as wanted (name, does)
         where not exists (
           select from pg_trigger where tgname = wanted.does and tgenabled in ('O', 'A')
              and tgrelid = ('public.' || wanted.name)::regclass)
    """,
    "Every step of a flag has its line": """
        select count(*) from flag_transition t
         where not exists (
           select from audit_event e join audit_subject s on s.audit_event_id = e.id
            where s.pseudonym = audit_pseudonym(t.flag_id) and e.action = 'WRITE'
              and e.membership_id is not distinct from t.by_membership_id
              and e.at between t.at - interval '10 minutes' and t.at + interval '10 minutes')
    """,
    "Every answer to a flagger has its line": """
        select count(*) from feedback f
         where not exists (
           select from audit_event e join audit_subject s on s.audit_event_id = e.id
            where s.pseudonym = audit_pseudonym(f.flag_id) and e.action = 'WRITE'
              and e.membership_id = f.given_by_membership_id
              and e.at between f.given_at - interval '10 minutes' and f.given_at + interval '10 minutes')
    """,
    "Every line has a number below the next one": """
        select count(*) from audit_event where id > (select last_value from audit_event_id_seq)
    """,
}


# So many faults are named; of more, only the number is given.
NAMED = 100
SEALED = "Every line is as it was sealed, and none is missing"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One promise, how often it is broken, and the first places where."""

    promise: str
    broken: int
    places: Sequence[str] = ()


def verify(owner: Database, *, keys: Sequence[PublicKey], anchor: Anchor | None = None) -> list[Finding]:
    """Count how often each promise is broken; takes the database as its owner, who alone may read the audit.

    `keys` are those that may have signed seals. Without an anchor, a log whose end was cut off looks like a short one.
    """
    # One moment of the log, however long the reading takes; no statement is too long for it.
    with (
        owner.engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection,
        Session(connection) as session,
    ):
        promised = [
            Finding(promise=promise, broken=session.execute(text(count)).scalar_one())
            for promise, count in PROMISES.items()
        ]
        found = faults(session, keys=keys, anchor=anchor, moment=now())
        places = [str(fault) for fault in islice(found, NAMED)]
        return [*promised, Finding(promise=SEALED, broken=len(places) + sum(1 for _ in found), places=places)]
