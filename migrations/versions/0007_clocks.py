"""Create the clocks of a partnership, and let a flag that is late show itself to the managers of the lead agency.

Their disclosure rows begin at the dates of the flag. Whatever moves a flag on, be it triage, its author or the worker,
the database keeps those rows in step with it, because most of these may open nothing to anybody.
"""

import sqlalchemy as sa
from alembic import context, op

revision = "0007"
down_revision = "0006"

CLOSE = """
create or replace function close_disclosures(root uuid, audience int) returns void language plpgsql volatile
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if not public.viewer_may_disclose(root, audience) then
    raise insufficient_privilege using message = 'This viewer may not close that disclosure.';
  end if;
  update public.disclosure d set valid_to = {end}
   where d.root_id = root and d.audience_id = audience
     and (d.valid_to is null or d.valid_to > statement_timestamp());
end $$;
"""
# What was to begin later ends as it begins: it never holds.
NOW_OR_NEVER = "greatest(d.valid_from, statement_timestamp())"

LATE = """
-- The rows through which managers see a late flag are those of its dates, and no others: the date of its triage while
-- it is undecided, the date it is due to end while it is open. New rows are copies of those its raising opened.
create function keep_late_rows(flag_root uuid) returns void language plpgsql volatile
set search_path = pg_catalog, public, pg_temp as $$
declare
  dates timestamptz[] := (
    select array_remove(array[
             case when f.state in ('SUBMITTED', 'IN_TRIAGE') then f.triage_due_at end,
             case when f.state in ('SUBMITTED', 'IN_TRIAGE', 'MORE_INFO_REQUESTED', 'SHARED', 'REFERRED', 'ESCALATED')
                  then f.expires_at end], null)
      from public.flag f where f.id = flag_root);
begin
  update public.disclosure d set valid_to = greatest(d.valid_from, statement_timestamp())
   where d.root_id = flag_root and d.because = 'OVERDUE' and not d.valid_from = any (dates)
     and (d.valid_to is null or d.valid_to > greatest(d.valid_from, statement_timestamp()));
  insert into public.disclosure (root_kind, root_id, audience_id, levels, sort_at, because, agreement_version_id,
                                 column_code, lawful_basis_code, granted_by_membership_id, valid_from)
  select d.root_kind, d.root_id, d.audience_id, d.levels, due.at, d.because, d.agreement_version_id, d.column_code,
         d.lawful_basis_code, d.granted_by_membership_id, due.at
    from (select distinct on (audience_id) * from public.disclosure
           where root_id = flag_root and because = 'OVERDUE' order by audience_id, id desc) d
   cross join (select distinct unnest(dates)) as due (at)
   where not exists (
     select from public.disclosure o
      where o.root_id = flag_root and o.because = 'OVERDUE' and o.audience_id = d.audience_id
        and o.valid_from = due.at and o.valid_to is null);
end $$;

create function late_rows_follow() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  perform public.keep_late_rows(new.id);
  return null;
end $$;
-- Raising opens the first rows itself, as the agreement of that day gives them.
create trigger late_rows_follow after update of state, triage_due_at, expires_at on flag for each row
  when (old.state <> 'DRAFT' and (old.state, old.triage_due_at, old.expires_at)
        is distinct from (new.state, new.triage_due_at, new.expires_at))
  execute function late_rows_follow();
"""
# What the worker changes of a flag beside where it stands: when it is due, and for which date it was announced as late.
WORKER_CHANGES = "triage_due_at, announced_deadline"
INDEXES = {
    "ix_flag_triage_due": ("triage_due_at", "state in ('SUBMITTED', 'IN_TRIAGE')"),
    "ix_flag_open_until": (
        "expires_at",
        "state in ('SUBMITTED', 'IN_TRIAGE', 'MORE_INFO_REQUESTED', 'SHARED', 'REFERRED', 'ESCALATED')",
    ),
}

TABLES = "partnership_clock, partnership_working_week, partnership_day"


def coded(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def tables() -> None:
    op.add_column("partnership", sa.Column("holiday_subdivision", sa.String(), nullable=False, server_default="ENG"))
    op.alter_column("partnership", "holiday_subdivision", server_default=None)
    op.create_check_constraint(
        op.f("ck_partnership_holidays_are_known"),
        "partnership",
        "holiday_subdivision in ('ENG', 'NIR', 'SCT', 'WLS')",
    )
    op.create_table(
        "partnership_clock",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("partnership_id", sa.Uuid(), nullable=False),
        sa.Column("kind", coded("clockkind", "TRIAGE", "SHARE_ANSWER", "INFORMATION"), nullable=False),
        sa.Column("urgency", coded("urgency", "ROUTINE", "URGENT", "IMMEDIATE"), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("working_hours_only", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(kind = 'TRIAGE') = (urgency is not null)", name=op.f("ck_partnership_clock_urgency_is_of_triage")
        ),
        sa.CheckConstraint("minutes between 1 and 43200", name=op.f("ck_partnership_clock_minutes_are_a_promise")),
        sa.CheckConstraint(
            "valid_to is null or valid_to >= valid_from", name=op.f("ck_partnership_clock_period_runs_forward")
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["partnership.id"], name=op.f("fk_partnership_clock_partnership_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partnership_clock")),
    )
    op.create_index(
        "uq_partnership_clock_since",
        "partnership_clock",
        ["partnership_id", "kind", "urgency", "valid_from"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "partnership_working_week",
        sa.Column("partnership_id", sa.Uuid(), nullable=False),
        sa.Column("weekday", sa.SmallInteger(), nullable=False),
        sa.Column("opens", sa.Time(), nullable=False),
        sa.Column("closes", sa.Time(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("weekday between 1 and 7", name=op.f("ck_partnership_working_week_weekday_is_iso")),
        sa.CheckConstraint("closes > opens", name=op.f("ck_partnership_working_week_hours_run_forward")),
        sa.CheckConstraint(
            "valid_to is null or valid_to >= valid_from",
            name=op.f("ck_partnership_working_week_period_runs_forward"),
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["partnership.id"], name=op.f("fk_partnership_working_week_partnership_id")
        ),
        sa.PrimaryKeyConstraint(
            "partnership_id", "weekday", "opens", "valid_from", name=op.f("pk_partnership_working_week")
        ),
    )
    op.create_table(
        "partnership_day",
        sa.Column("partnership_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("working", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["partnership_id"], ["partnership.id"], name=op.f("fk_partnership_day_partnership_id")),
        sa.PrimaryKeyConstraint("partnership_id", "day", name=op.f("pk_partnership_day")),
    )


def upgrade() -> None:
    web, worker = context.config.attributes["web_role"], context.config.attributes["worker_role"]
    tables()
    op.execute(f"grant select on {TABLES} to {web}, {worker}")
    op.add_column("flag", sa.Column("announced_deadline", sa.DateTime(timezone=True), nullable=True))
    for name, (column, condition) in INDEXES.items():
        op.create_index(name, "flag", [column], postgresql_where=sa.text(condition))
    op.execute(CLOSE.format(end=NOW_OR_NEVER))
    op.execute(LATE)
    op.execute("revoke execute on function keep_late_rows(uuid), late_rows_follow() from public")
    op.execute(
        "select keep_late_rows(id) from (select distinct root_id as id from disclosure where because = 'OVERDUE') f"
    )
    op.execute(f"grant select (announced_deadline), update ({WORKER_CHANGES}) on flag to {worker}")


def downgrade() -> None:
    worker = context.config.attributes["worker_role"]
    op.execute(f"revoke update ({WORKER_CHANGES}) on flag from {worker}")
    op.execute("drop trigger late_rows_follow on flag; drop function late_rows_follow(), keep_late_rows(uuid)")
    op.execute(CLOSE.format(end="statement_timestamp()"))
    for name in INDEXES:
        op.drop_index(name, "flag")
    op.drop_column("flag", "announced_deadline")
    op.execute(f"drop table {TABLES}")
    op.drop_column("partnership", "holiday_subdivision")
