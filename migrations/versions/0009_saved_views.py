"""Keep views of the inbox, and make the disclosure row the index of every worklist.

What a worklist is filtered and sorted by is copied from the flag onto the disclosure rows that open it, as an index
would copy it: by the database itself, whichever action wrote, and by nobody else. The flag stays the home of each fact.
"""

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"

MOMENT = sa.DateTime(timezone=True)
TEXTS, UUIDS = postgresql.ARRAY(sa.Text()), postgresql.ARRAY(sa.Uuid())
# What an index over waiting work carries, so that a filter reads the index alone.
CARRIED = (
    "because", "flag_state", "urgency", "raised_by_agency_id", "held_by_membership_id", "concern_codes", "ward_id",
    "levels", "valid_from", "valid_to", "word_owed",
)  # fmt: skip
# Which statements change what is copied: the table, the event, the name of the changed rows, the column of the flag.
CHANGES = (
    ("flag", "insert", "new", "id"),
    ("flag", "update", "new", "id"),
    ("flag_concern", "insert", "new", "flag_id"),
    ("flag_concern", "delete", "old", "flag_id"),
    ("flag_transition", "insert", "new", "flag_id"),
    ("feedback", "insert", "new", "flag_id"),
    ("information_request", "insert", "new", "flag_id"),
    ("information_request", "update", "new", "flag_id"),
    ("share", "insert", "new", "flag_id"),
    ("share", "update", "new", "flag_id"),
    ("disclosure", "insert", "new", "root_id"),
)

FUNCTIONS = """
-- What each disclosure row of these flags says to a worklist. `waits`: whoever it opens the flag to must act now, triage
-- decide, a recipient answer, a manager look after what is late. `due_at`: by when, for every row of an open flag that
-- has such a time; infinity where nobody set one. `word_owed`: the flagger has had no word since the flag was raised or
-- opened again, or a recipient has not answered.
create function keep_worklists(flags uuid[]) returns void language sql volatile security definer
set search_path = pg_catalog, public, pg_temp as $$
  with flag_now as (
    select f.id, f.state, f.urgency, f.ward_id, f.raised_by_agency_id, f.triaged_by_membership_id, f.expires_at,
           f.state in ('SUBMITTED', 'IN_TRIAGE', 'MORE_INFO_REQUESTED', 'SHARED', 'REFERRED', 'ESCALATED') as is_open,
           f.state in ('SUBMITTED', 'IN_TRIAGE', 'MORE_INFO_REQUESTED') as undecided,
           case when f.state in ('SUBMITTED', 'IN_TRIAGE') then f.triage_due_at
                when f.state = 'MORE_INFO_REQUESTED' then (
                  select r.due_at from public.information_request r
                   where r.flag_id = f.id and r.answer is null and not r.lapsed)
           end as next_due,
           (select array_agg(c.concern_code::text order by c.position)
              from public.flag_concern c where c.flag_id = f.id) as concern_codes,
           not exists (
             select from public.feedback b
              where b.flag_id = f.id
                and b.given_at > greatest(f.raised_at, (
                  select max(t.at) from public.flag_transition t
                   where t.flag_id = f.id and t.to_state = 'IN_TRIAGE'
                     and t.from_state in ('NFA', 'CLOSED', 'EXPIRED')))) as no_word
      from public.flag f where f.id = any (flags)
  ), opened as (
    select d.id, d.because, d.valid_from, f.state, f.urgency, f.ward_id, f.raised_by_agency_id, f.concern_codes,
           f.triaged_by_membership_id, f.is_open, f.undecided, f.next_due, f.expires_at, f.no_word,
           d.valid_to is null or d.valid_to > statement_timestamp() as holds,
           s.id is not null as unanswered, s.answer_due_at
      from flag_now f join public.disclosure d on d.root_id = f.id
      left join public.share s on s.id = d.share_id and s.state = 'ACTIVE' and s.engagement is null
  ), wanted as (
    select o.id, o.state, o.urgency, o.ward_id, o.raised_by_agency_id, o.concern_codes, o.triaged_by_membership_id,
           o.holds and case o.because when 'PARTNERSHIP_TRIAGE' then o.undecided
                                      when 'SHARE' then o.unanswered
                                      when 'OVERDUE' then o.is_open else false end as waits,
           case when not o.holds then null
                when o.because = 'PARTNERSHIP_TRIAGE' and o.is_open
                  then coalesce(least(o.next_due, o.expires_at), 'infinity')
                when o.because = 'SHARE' and o.unanswered then coalesce(o.answer_due_at, 'infinity')
                when o.because = 'OVERDUE' and o.is_open then o.valid_from
           end as due_at,
           o.holds and case o.because when 'PARTNERSHIP_TRIAGE' then o.is_open and o.no_word
                                      when 'SHARE' then o.unanswered else false end as word_owed
      from opened o
  )
  update public.disclosure d
     set flag_state = w.state, waits = w.waits, due_at = w.due_at, word_owed = w.word_owed, urgency = w.urgency,
         raised_by_agency_id = w.raised_by_agency_id, held_by_membership_id = w.triaged_by_membership_id,
         concern_codes = w.concern_codes, ward_id = w.ward_id
    from wanted w
   where d.id = w.id
     and (d.flag_state, d.waits, d.due_at, d.word_owed, d.urgency, d.raised_by_agency_id, d.held_by_membership_id,
          d.concern_codes, d.ward_id)
         is distinct from (w.state, w.waits, w.due_at, w.word_owed, w.urgency, w.raised_by_agency_id,
          w.triaged_by_membership_id, w.concern_codes, w.ward_id)
$$;

create function keep_worklists_of_changed() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  flags uuid[];
begin
  execute format('select array_agg(distinct %I) from changed', tg_argv[0]) into flags;
  if flags is not null then
    perform public.keep_worklists(flags);
  end if;
  return null;
end $$;
"""


def upgrade() -> None:
    web = context.config.attributes["web_role"]
    op.add_column("disclosure", sa.Column("flag_state", sa.String()))
    op.add_column("disclosure", sa.Column("waits", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("disclosure", sa.Column("due_at", MOMENT))
    op.add_column("disclosure", sa.Column("word_owed", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("disclosure", sa.Column("urgency", sa.String()))
    op.add_column("disclosure", sa.Column("raised_by_agency_id", sa.Uuid()))
    op.add_column("disclosure", sa.Column("held_by_membership_id", sa.Uuid()))
    op.add_column("disclosure", sa.Column("concern_codes", TEXTS))
    op.add_column("disclosure", sa.Column("ward_id", sa.Uuid()))
    indexes()
    op.execute(FUNCTIONS)
    for table, event, rows, key in CHANGES:
        op.execute(
            f"create trigger keep_worklists_on_{event} after {event} on {table} referencing {rows} table as changed"
            f" for each statement execute function keep_worklists_of_changed('{key}')"
        )
    op.execute("revoke execute on function keep_worklists(uuid[]), keep_worklists_of_changed() from public")
    op.execute("select keep_worklists(array(select id from flag))")
    saved_views(web)


def indexes() -> None:
    for name, column, other in (("due", "due_at", "sort_at"), ("newest", "sort_at", "due_at")):
        op.create_index(
            f"ix_disclosure_waiting_{name}",
            "disclosure",
            ["audience_id", column, "root_id"],
            postgresql_where=sa.text("waits"),
            postgresql_include=[*CARRIED, other],
        )
    op.create_index(
        "ix_disclosure_due",
        "disclosure",
        ["audience_id", "due_at", "root_id"],
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    for name, column in (("due", "due_at"), ("newest", "sort_at")):
        op.create_index(
            f"ix_disclosure_word_owed_{name}",
            "disclosure",
            ["audience_id", column, "root_id"],
            postgresql_where=sa.text("word_owed"),
        )
    op.create_index("ix_disclosure_state", "disclosure", ["audience_id", "flag_state", "sort_at", "root_id"])


def saved_views(web: str) -> None:
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("membership_id", sa.Uuid(), sa.ForeignKey("membership.id"), nullable=False),
        sa.Column("name", sa.String()),
        sa.Column("queue", sa.String()),
        sa.Column("states", TEXTS, nullable=False),
        sa.Column("due", sa.String()),
        sa.Column("urgencies", TEXTS, nullable=False),
        sa.Column("concern_codes", TEXTS, nullable=False),
        sa.Column("raised_by_agency_ids", UUIDS, nullable=False),
        sa.Column("ward_ids", UUIDS, nullable=False),
        sa.Column("held_by", sa.String()),
        sa.Column("order_field", sa.String(), nullable=False),
        sa.Column("order_direction", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
    )
    op.create_index(
        "uq_saved_view_name", "saved_view", ["membership_id", "name"], unique=True, postgresql_nulls_not_distinct=True
    )
    op.execute("alter table saved_view enable row level security")
    op.execute(
        "create policy own on saved_view using (membership_id = (select viewer_membership()))"
        " with check (membership_id = (select viewer_membership()))"
    )
    op.execute(f"grant select, insert, delete on saved_view to {web}")
    op.execute(
        f"grant update (queue, states, due, urgencies, concern_codes, raised_by_agency_ids, ward_ids, held_by, order_field,"
        f" order_direction, version, updated_at) on saved_view to {web}"
    )


def downgrade() -> None:
    op.drop_table("saved_view")
    for table, event, _, _ in CHANGES:
        op.execute(f"drop trigger keep_worklists_on_{event} on {table}")
    op.execute("drop function keep_worklists_of_changed(), keep_worklists(uuid[])")
    for index in ("state", "word_owed_newest", "word_owed_due", "due", "waiting_newest", "waiting_due"):
        op.drop_index(f"ix_disclosure_{index}", "disclosure")
    for column in (
        "ward_id", "concern_codes", "held_by_membership_id", "raised_by_agency_id", "urgency", "word_owed", "due_at", "waits", "flag_state",
    ):  # fmt: skip
        op.drop_column("disclosure", column)
