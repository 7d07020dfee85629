"""Count the words that are owed: each agency's own exactly, its partners' in bands, and nothing finer leaves here."""

import sqlalchemy as sa
from alembic import context, op

revision = "0014"
down_revision = "0013"

INDEXES = (
    ("ix_share_owed", "share", "to_agency_id", "state = 'ACTIVE' and engagement is null"),
    ("ix_share_answered", "share", "answered_at", "answered_at is not null"),
    ("ix_flag_transition_clock", "flag_transition", "at", "due_at is not null"),
)

FUNCTIONS = """
create function count_band(number bigint) returns text language sql immutable
set search_path = pg_catalog, public, pg_temp as $$
  select case when $1 = 0 then 'NONE' when $1 < 5 then 'ONE_TO_FOUR' when $1 < 10 then 'FIVE_TO_NINE'
              else 'TEN_OR_MORE' end
$$;

-- One row for each agency of a partnership, for whoever acts for one of them. The lead agency owes a word on each flag
-- that had none since it was raised or reopened, a recipient an answer to each share; in time are the decisions and
-- answers of the last 90 days that came before they were due. Nothing can be asked more narrowly than this, so that no
-- two answers can be told apart by one flag.
create function feedback_ledger(partnership uuid)
returns table (agency_id uuid, own boolean, owed bigint, owed_band text, overdue bigint, overdue_band text,
               in_time bigint, in_time_band text)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  with viewer as (
    select m.agency_id from public.membership m where m.id = public.viewer_membership()
  ), member as (
    select m.agency_id from public.partnership_member m
     where m.partnership_id = $1 and m.active_from <= (now() at time zone 'Europe/London')::date
       and (m.active_to is null or m.active_to >= (now() at time zone 'Europe/London')::date)
  ), entry (agency_id, owed, overdue, in_time) as (
    select p.lead_agency_id, count(*),
           count(*) filter (where f.state in ('SUBMITTED', 'IN_TRIAGE') and f.triage_due_at <= statement_timestamp()), 0
      from public.partnership p
      join public.flag f on f.partnership_id = p.id
      join (select distinct d.root_id from public.disclosure d
             where d.word_owed and d.because = 'PARTNERSHIP_TRIAGE') o on o.root_id = f.id
     where p.id = $1 group by p.lead_agency_id
    union all
    select s.to_agency_id, count(*), count(*) filter (where s.answer_due_at <= statement_timestamp()), 0
      from public.share s join public.flag f on f.id = s.flag_id
     where f.partnership_id = $1 and s.state = 'ACTIVE' and s.engagement is null group by s.to_agency_id
    union all
    select p.lead_agency_id, 0, 0, count(*)
      from public.flag_transition t
      join public.flag f on f.id = t.flag_id join public.partnership p on p.id = f.partnership_id
     where p.id = $1 and t.due_at is not null and t.to_state <> 'WITHDRAWN' and t.at <= t.due_at
       and t.at > statement_timestamp() - interval '90 days' group by p.lead_agency_id
    union all
    select s.to_agency_id, 0, 0, count(*)
      from public.share s join public.flag f on f.id = s.flag_id
     where f.partnership_id = $1 and s.answered_at <= s.answer_due_at
       and s.answered_at > statement_timestamp() - interval '90 days' group by s.to_agency_id
  ), total as (
    select m.agency_id, m.agency_id = v.agency_id as own, coalesce(sum(e.owed), 0)::bigint as owed,
           coalesce(sum(e.overdue), 0)::bigint as overdue, coalesce(sum(e.in_time), 0)::bigint as in_time
      from member m cross join viewer v left join entry e on e.agency_id = m.agency_id
     where exists (select from member o where o.agency_id = v.agency_id)
     group by m.agency_id, v.agency_id
  )
  select t.agency_id, t.own, case when t.own then t.owed end, public.count_band(t.owed),
         case when t.own then t.overdue end, public.count_band(t.overdue),
         case when t.own then t.in_time end, public.count_band(t.in_time)
    from total t
$$;
"""


def upgrade() -> None:
    web = context.config.attributes["web_role"]
    op.add_column("flag_transition", sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
    for name, table, column, condition in INDEXES:
        op.create_index(name, table, [column], postgresql_where=sa.text(condition))
    op.execute(FUNCTIONS)
    op.execute("revoke execute on function count_band(bigint), feedback_ledger(uuid) from public")
    op.execute(f"grant execute on function feedback_ledger(uuid) to {web}")


def downgrade() -> None:
    op.execute("drop function feedback_ledger(uuid), count_band(bigint)")
    for name, table, _, _ in INDEXES:
        op.drop_index(name, table)
    op.drop_column("flag_transition", "due_at")
