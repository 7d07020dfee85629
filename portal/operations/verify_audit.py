"""Decides how the audit is checked: it is closed to change, and every change of a flag stands in it.

It is not sealed yet, so whoever owns the database could still rewrite it unseen: this finds what everybody else did.
"""

from dataclasses import dataclass

from sqlalchemy import text

from portal.db import Database

# Each promise with a statement that counts how often it is broken.
PROMISES = {
    "Nobody but the owner may change, remove or read a line": """
        select count(*) from pg_class c, lateral aclexplode(c.relacl) as granted
         where c.oid in ('public.audit_event'::regclass, 'public.audit_subject'::regclass)
           and granted.grantee <> c.relowner and granted.privilege_type <> 'INSERT'
    """,
    "Changing and removing is refused to the owner too": """
        select 2 - count(*) from pg_trigger
         where tgname = 'append_only' and tgenabled in ('O', 'A')
           and tgrelid in ('public.audit_event'::regclass, 'public.audit_subject'::regclass)
    """,
    "Every step of a flag has its line": """
        select count(*) from flag_transition t
         where not exists (
           select from audit_event e join audit_subject s on s.audit_event_id = e.id
            where s.root_id = t.flag_id and e.action = 'WRITE'
              and e.membership_id is not distinct from t.by_membership_id
              and e.at between t.at - interval '10 minutes' and t.at + interval '10 minutes')
    """,
    "Every answer to a flagger has its line": """
        select count(*) from feedback f
         where not exists (
           select from audit_event e join audit_subject s on s.audit_event_id = e.id
            where s.root_id = f.flag_id and e.action = 'WRITE' and e.membership_id = f.given_by_membership_id
              and e.at between f.given_at - interval '10 minutes' and f.given_at + interval '10 minutes')
    """,
    "Every line has a number below the next one": """
        select count(*) from audit_event where id > (select last_value from audit_event_id_seq)
    """,
}


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One promise and how often it is broken."""

    promise: str
    broken: int


def verify(owner: Database) -> list[Finding]:
    """Count how often each promise is broken; takes the database as its owner, who alone may read the audit."""
    with owner.transaction() as session:
        return [
            Finding(promise=promise, broken=session.execute(text(count)).scalar_one())
            for promise, count in PROMISES.items()
        ]
