"""Fills a partnership with many flags at once, as its owner, so that what a page costs can be measured at any size."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.db import Database
from tests.factories.cast import Cast
from tests.factories.flags import raised, shared, taken

# Of every 8 flags 4 wait for triage (one of them in somebody's hand), 2 are shared and unanswered, 2 are done with.
# Every 500th is about something rare, so that a filter must pass over nearly everything to find it.
NEW = """
create temp table crowd on commit drop as
select gen_random_uuid() as id, gen_random_uuid() as person_id, g, now() - g * interval '1 minute' as at,
       case when g % 8 < 3 then 'SUBMITTED' when g % 8 = 3 then 'IN_TRIAGE' when g % 8 < 6 then 'SHARED' else 'NFA' end
         as state
  from generate_series(1, :number) g
"""
CHANGED = {
    "id": "n.id",
    "reference": "'G-' || n.g || '-' || f.reference",
    "person_id": "n.person_id",
    "raised_at": "n.at",
    "created_at": "n.at",
    "state": "n.state",
    "urgency": "case when n.g % 500 = 7 then 'IMMEDIATE' else 'URGENT' end",
    "triage_due_at": "now() + (n.g - 100) * interval '3 minutes'",
    "triaged_by_membership_id": "case when n.state = 'SUBMITTED' then null else cast(:worker as uuid) end",
    "expires_at": "n.at + interval '180 days'",
    "source_reference": "null",
    "source_system": "null",
    "announced_deadline": "null",
}


def crowd(owner: Database, cast: Cast, number: int) -> None:
    """Add this many flags to a partnership; the triggers run, so their disclosure rows say what a worklist needs."""
    like = raised(cast)["reference"]
    share_like = shared(cast, taken(cast))["reference"]
    with owner.transaction() as session:

        def run(statement: str, **values: object) -> None:
            session.execute(text(statement), values)

        run("set local statement_timeout = '600s'")
        template = session.execute(text("select id, person_id from flag where reference = :like"), {"like": like}).one()
        share_flag = session.scalar(text("select id from flag where reference = :like"), {"like": share_like})
        run(NEW, number=number)
        for key, kind in (("id", "FLAG"), ("person_id", "PERSON")):
            run(
                f"insert into root select n.{key}, '{kind}', r.partnership_id, r.created_by_membership_id, n.at"
                " from crowd n cross join (select * from root where id = :root) r",
                root=template.id,
            )
        copy = (
            "insert into {table} ({names}) select {chosen} from crowd n"
            " cross join (select * from {table} where id = :id) f"
        )
        run(_copied(session, copy, "person", {"id": "n.person_id"}), id=template.person_id)
        # They ended before they were here, so nobody can have been told.
        run("alter table flag disable trigger ends_with_feedback")
        run(_copied(session, copy, "flag", CHANGED), id=template.id, worker=cast.morgan.membership_id)
        run("alter table flag enable trigger ends_with_feedback")
        run(
            "insert into flag_concern"
            " select id, case when g % 500 = 7 then 'SELF_HARM' else 'ALCOHOL' end, 0 from crowd"
        )
        run(
            "insert into share (id, flag_id, from_agency_id, to_agency_id, state, field_groups, purpose_code,"
            " lawful_basis_code, source_regime, proportionality_note, agreement_version_id, valid_from, valid_to,"
            " answer_due_at, version, created_at, updated_at)"
            " select gen_random_uuid(), n.id, s.from_agency_id, s.to_agency_id, 'ACTIVE', s.field_groups,"
            " s.purpose_code, s.lawful_basis_code, s.source_regime, s.proportionality_note, s.agreement_version_id,"
            " n.at, n.at + interval '180 days', now() + (n.g - 100) * interval '3 minutes', 1, n.at, n.at from crowd n"
            " cross join (select * from share where flag_id = :flag) s where n.state = 'SHARED'",
            flag=share_flag,
        )
        opened = (
            "insert into disclosure (root_kind, root_id, audience_id, levels, sort_at, because, share_id,"
            " agreement_version_id, column_code, lawful_basis_code, granted_by_membership_id, valid_from, valid_to)"
            " select k.kind, k.id, d.audience_id, d.levels, n.at, d.because, {share}, d.agreement_version_id,"
            " d.column_code, d.lawful_basis_code, d.granted_by_membership_id, {valid_from}, d.valid_to from crowd n"
            " cross join lateral (values ('FLAG', n.id), ('PERSON', n.person_id)) k (kind, id)"
            " {joined} join (select * from disclosure where root_id = :flag) d on {on}"
        )
        run(
            opened.format(share="null", valid_from="n.at", joined="", on="d.because not in ('SHARE', 'OVERDUE')"),
            flag=template.id,
        )
        run(
            opened.format(
                share="null", valid_from="now() + (n.g - 100) * interval '3 minutes'", joined="",
                on="k.kind = 'FLAG' and n.state in ('SUBMITTED', 'IN_TRIAGE') and d.because = 'OVERDUE'"
                " and d.valid_from < now() + interval '30 days'",
            ),
            flag=template.id,
        )  # fmt: skip
        run(
            opened.format(
                share="s.id", valid_from="n.at", joined="join share s on s.flag_id = n.id", on="d.because = 'SHARE'"
            ),
            flag=share_flag,
        )
    with owner.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("vacuum analyze disclosure"))
        connection.execute(text("analyze"))


def _copied(session: Session, copy: str, table: str, changed: dict[str, str]) -> str:
    """The statement that copies one row of a table for each new flag, with some columns changed."""
    columns = "select column_name from information_schema.columns where table_name = :table and table_schema = 'public'"
    names = session.scalars(text(columns), {"table": table}).all()
    chosen = ", ".join(changed.get(name, f"f.{name}") for name in names)
    return copy.format(table=table, names=", ".join(names), chosen=chosen)
