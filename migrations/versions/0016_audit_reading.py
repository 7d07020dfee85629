"""Let guardians and data protection officers read the audit of their agency, through functions and nothing else.

Nobody may select from the audit. What may be read comes from functions that run as the owner, look at the signed viewer
context, and leave out what the reader may not know: so they are the second wall, of rows and of single values, which no
policy and no grant of columns could be at once. The same reader knows the names of colleagues and not those of others.
"""

import sqlalchemy as sa
from alembic import context, op

revision = "0016"
down_revision = "0015"

ROLES = (
    "OFFICER", "SERGEANT", "TRIAGE_WORKER", "PRACTITIONER", "CLINICIAN", "SERVICE_ADMINISTRATOR", "SERVICE_MANAGER",
    "COMMISSIONER", "SIGNATORY", "GUARDIAN", "DPO", "AGENCY_ADMINISTRATOR",
)  # fmt: skip
INDEXES = {
    "ix_audit_event_agency": ["agency_id", "id"],
    "ix_audit_event_person": ["agency_id", "user_id", "id"],
    "ix_audit_event_at": ["at"],
    "ix_audit_event_membership": ["membership_id", "at"],
}
# What is looked for by itself, over years, and would otherwise be looked for among all the reading.
RARE = "action in ('SHARE', 'EXPORT', 'DENY')"
TODAY = "(now() at time zone 'Europe/London')::date"
# Whose a record is: the agency that raised it.
OWNER = """
  from public.audit_subject_key k join public.root r on r.id = k.root_id
  join public.membership m on m.id = r.created_by_membership_id
"""
WANTED = """
  (wanted_actions is null or e.action = any (wanted_actions)) and (since is null or e.at >= since)
  and (before is null or e.at < before) and (person is null or (e.user_id = person and e.agency_id = reader))
  and (about_audit is null or about_audit = (
    coalesce(e.role in ('GUARDIAN', 'DPO'), false) and e.action = 'READ' and e.operation like 'audit%'))
"""
IN_ORDER = "order by case when backward then {0} end, case when not backward then {0} end desc limit most"
# Said of both sides of a join, or a merge of the two begins at the newest line whatever page is asked for.
BOUNDS = "{0} between lowest and highest and e.id between lowest and highest"

FUNCTIONS = f"""
-- The agency whose audit the viewer reads; null for everybody but its guardians and data protection officers.
create function audit_reader() returns uuid language sql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
  select m.agency_id from public.membership m join public.user_account u on u.id = m.user_id
   where m.id = public.viewer_membership() and m.role in ('GUARDIAN', 'DPO') and u.disabled_at is null
     and m.active_from <= {TODAY} and (m.active_to is null or m.active_to >= {TODAY})
$$;

-- Whether an agency raised a record; null for one that is not there.
create function audit_owns(agency uuid, wanted uuid) returns boolean language sql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
  select m.agency_id = $1 from public.root r join public.membership m on m.id = r.created_by_membership_id
   where r.id = $2
$$;

-- Whether an agency knows of a record: it raised it, or anybody in it was ever shown it.
create function audit_knows(agency uuid, wanted uuid) returns boolean language sql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
  select coalesce(public.audit_owns($1, $2), false) or exists (
    select from public.disclosure d join public.audience a on a.id = d.audience_id
     where d.root_id = $2 and a.agency_id = $1)
$$;

-- Which agencies' records a line touches, kept as an index, because a pseudonym leads to no agency. What is nobody's
-- stands under nobody, so that a look at a hidden record is written like one at a missing record.
create function index_audit_subjects() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  insert into public.audit_event_agency (agency_id, audit_event_id)
  select distinct coalesce(o.agency_id, '00000000-0000-0000-0000-000000000000'), s.audit_event_id
    from added s left join lateral (select m.agency_id {OWNER} where k.pseudonym = s.pseudonym) o on true
  on conflict do nothing;
  return null;
end $$;
create trigger index_audit_subjects after insert on audit_subject referencing new table as added
  for each statement execute function index_audit_subjects();

-- The lines the viewer may read: what members of their agency did, and what anybody did to a record their agency raised.
-- Of another agency's members it gives agency and role; of a line of theirs, only the records of the reader's agency.
-- A line is about the audit when its readers wrote it and nothing else was read: they are shown no record by any list.
create function audit_lines(wanted_actions text[], about_audit boolean, since timestamptz, before timestamptz,
                            person uuid, record uuid, beyond bigint, backward boolean, most int, subjects_shown int)
returns table (id bigint, at timestamptz, action text, operation text, outcome text, agency_id uuid, role text,
               user_id uuid, request_id uuid, seal_number bigint, subject_count int, subjects json)
language plpgsql stable security definer
set search_path = pg_catalog, public, pg_temp set plan_cache_mode = force_custom_plan as $$
#variable_conflict use_column
declare
  reader uuid := public.audit_reader();
  asked uuid;
  ours boolean;
  -- A period is a stretch of line numbers, give or take the clocks of the machines that wrote them.
  lowest bigint := coalesce(case when backward then beyond + 1 end, 0);
  highest bigint := coalesce(case when not backward then beyond - 1 end, 9223372036854775807);
  chosen bigint[];
begin
  if reader is null then return; end if;
  if since is not null then
    lowest := greatest(lowest, coalesce((select e.id from public.audit_event e
      where e.at >= since - interval '10 minutes' order by e.at limit 1), highest));
  end if;
  if before is not null then
    highest := least(highest, coalesce((select e.id from public.audit_event e
      where e.at < before + interval '10 minutes' order by e.at desc limit 1), 0));
  end if;
  if record is not null then
    if not public.audit_knows(reader, record) then return; end if;
    asked := public.audit_pseudonym(record);
    ours := public.audit_owns(reader, record);
    chosen := array(
      select s.audit_event_id from public.audit_subject s join public.audit_event e on e.id = s.audit_event_id
       where s.pseudonym = asked and (ours or e.agency_id = reader)
         and {BOUNDS.format("s.audit_event_id")} and {WANTED} {IN_ORDER.format("s.audit_event_id")});
  else
    chosen := array(
      select e.id from public.audit_event e
       where e.agency_id = reader and {BOUNDS.format("e.id")} and {WANTED} {IN_ORDER.format("e.id")});
    if person is null then
      chosen := chosen || array(
        select a.audit_event_id from public.audit_event_agency a join public.audit_event e on e.id = a.audit_event_id
         where a.agency_id = reader and e.agency_id is distinct from reader
           and {BOUNDS.format("a.audit_event_id")} and {WANTED} {IN_ORDER.format("a.audit_event_id")});
    end if;
  end if;
  return query
  select e.id, e.at, e.action::text, e.operation::text, e.outcome::text, e.agency_id, e.role::text,
         case when e.agency_id = reader then e.user_id end, e.request_id, l.seal_number, s.number, s.listed
    from public.audit_event e
    left join public.audit_leaf l on l.audit_event_id = e.id
    cross join lateral (
      select coalesce(max(named.number), 0)::int as number, json_agg(json_build_object(
               'root', case when named.known then named.root_id end,
               'kind', case when named.known then named.kind end,
               'reference', case when named.known then f.reference end,
               'own', named.own, 'groups', named.field_groups) order by named.place) as listed
        from (
          select first.*, first.own or exists (
                   select from public.disclosure d join public.audience a on a.id = d.audience_id
                    where d.root_id = first.root_id and a.agency_id = reader) as known
            from (
              select o.root_id, o.kind, coalesce(o.own, false) as own, s.field_groups, count(*) over () as number,
                     row_number() over (
                       order by s.pseudonym is not distinct from asked desc, o.own desc nulls last, o.kind,
                                s.pseudonym) as place
                from public.audit_subject s
                left join lateral (select r.id as root_id, r.kind, m.agency_id = reader as own {OWNER}
                                    where k.pseudonym = s.pseudonym) o on true
               where s.audit_event_id = e.id
                 and (e.agency_id = reader or coalesce(o.own, false))
               order by place limit subjects_shown
            ) first
        ) named
        left join public.flag f on f.id = named.root_id
    ) s
   where e.id = any (chosen)
   {IN_ORDER.format("e.id")};
end $$;

-- What the viewer may know of a record that they may know of: its number and whose it is, and no word of it.
create function audit_record(wanted uuid, wanted_reference text)
returns table (id uuid, kind text, reference text, state text, agency_id uuid, created_at timestamptz,
               raised_at timestamptz, own boolean)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  with reader as (select public.audit_reader() as agency_id)
  select r.id, r.kind, f.reference, f.state, m.agency_id, r.created_at, f.raised_at, m.agency_id = reader.agency_id
    from reader
    join public.root r on r.id = coalesce($1, (select n.id from public.flag n where n.reference = upper(trim($2))))
    join public.membership m on m.id = r.created_by_membership_id
    left join public.flag f on f.id = r.id
   where reader.agency_id is not null and public.audit_knows(reader.agency_id, r.id)
$$;

-- Who has seen a record, by agency and role; for a record of another agency, only the reader's own people.
create function audit_readers(wanted uuid)
returns table (agency_id uuid, role text, first_at timestamptz, last_at timestamptz, times int, refused int,
               field_groups bigint)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  with reader as materialized (
    select v.agency_id, public.audit_owns(v.agency_id, $1) as ours, k.pseudonym
      from (select public.audit_reader() as agency_id) v join public.audit_subject_key k on k.root_id = $1
     where v.agency_id is not null and public.audit_knows(v.agency_id, $1)
  )
  select e.agency_id, e.role, min(e.at), max(e.at), count(*) filter (where e.action <> 'DENY')::int,
         count(*) filter (where e.action = 'DENY')::int, coalesce(bit_or(s.field_groups), 0)
    from reader
    join public.audit_subject s on s.pseudonym = reader.pseudonym
    join public.audit_event e on e.id = s.audit_event_id
   where e.agency_id is not null and (reader.ours or e.agency_id = reader.agency_id)
   group by e.agency_id, e.role
$$;

-- How many records each membership that read anything lately was shown since a moment, and nothing of which: people or
-- flags, whichever are more, because a flag is shown with whom it is about.
create function audit_reading_counts(active_since timestamptz, counted_since timestamptz)
returns table (membership_id uuid, user_id uuid, agency_id uuid, role text, records int)
language plpgsql stable security definer
set search_path = pg_catalog, public, pg_temp set plan_cache_mode = force_custom_plan as $$
#variable_conflict use_column
begin
  return query
  select m.id, m.user_id, m.agency_id, m.role::text, shown.records
    from (select distinct e.membership_id from public.audit_event e where e.at >= active_since) active
    join public.membership m on m.id = active.membership_id
    cross join lateral (
      select greatest(count(*) filter (where r.kind is distinct from 'PERSON'),
                      count(*) filter (where r.kind = 'PERSON'))::int as records
        from (select distinct s.pseudonym
                from public.audit_event e join public.audit_subject s on s.audit_event_id = e.id
               where e.membership_id = m.id and e.at >= counted_since and s.field_groups <> 0) once
        left join public.audit_subject_key k on k.pseudonym = once.pseudonym
        left join public.root r on r.id = k.root_id
    ) shown;
end $$;
"""
READING = (
    "audit_reader(), audit_record(uuid, text), audit_readers(uuid),"
    " audit_lines(text[], boolean, timestamptz, timestamptz, uuid, uuid, bigint, boolean, int, int)"
)
COUNTING = "audit_reading_counts(timestamptz, timestamptz)"
INNER = "audit_owns(uuid, uuid), audit_knows(uuid, uuid), index_audit_subjects()"


def tables() -> None:
    op.create_table(
        "audit_event_agency",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("audit_event_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("agency_id", "audit_event_id", name=op.f("pk_audit_event_agency")),
    )
    op.create_table(
        "reading_alarm",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column(
            "role", sa.Enum(*ROLES, name="role", native_enum=False, create_constraint=True, length=40), nullable=False
        ),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("window_minutes", sa.Integer(), nullable=False),
        sa.Column("allowed", sa.Integer(), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_reading_alarm_agency_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_reading_alarm_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading_alarm")),
        sa.UniqueConstraint("agency_id", "user_id", "day", name=op.f("uq_reading_alarm_agency_id_user_id_day")),
    )
    op.create_index("ix_reading_alarm_agency", "reading_alarm", ["agency_id", "raised_at", "id"])
    op.create_table(
        "reading_alarm_mail",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reading_alarm_id", sa.Uuid(), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["reading_alarm_id"], ["reading_alarm.id"], name=op.f("fk_reading_alarm_mail_reading_alarm_id")
        ),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name=op.f("fk_reading_alarm_mail_membership_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading_alarm_mail")),
        sa.UniqueConstraint(
            "reading_alarm_id", "membership_id", name=op.f("uq_reading_alarm_mail_reading_alarm_id_membership_id")
        ),
    )


def grants(web: str, worker: str) -> None:
    op.execute(f"revoke execute on function {READING}, {COUNTING}, {INNER} from public")
    op.execute(f"grant execute on function {READING} to {web}")
    # The worker learns how many, and not which.
    op.execute(f"grant execute on function {COUNTING} to {worker}")
    op.execute("alter table reading_alarm enable row level security")
    op.execute(f"create policy read on reading_alarm for select to {web} using (agency_id = (select audit_reader()))")
    op.execute(f"create policy counted on reading_alarm for select to {worker} using (true)")
    op.execute(f"create policy raised on reading_alarm for insert to {worker} with check (true)")
    op.execute(f"grant select on reading_alarm to {web}; grant select, insert on reading_alarm to {worker}")
    op.execute(f"grant select, insert on reading_alarm_mail to {worker}")
    op.execute(f"grant update (tried_at, closed_at) on reading_alarm_mail to {worker}")


def upgrade() -> None:
    tables()
    for name, columns in INDEXES.items():
        op.create_index(name, "audit_event", columns)
    op.create_index("ix_audit_event_rare", "audit_event", ["action", "id"], postgresql_where=sa.text(RARE))
    op.execute(FUNCTIONS)
    op.execute(
        "insert into audit_event_agency (agency_id, audit_event_id)"
        " select distinct coalesce(o.agency_id, '00000000-0000-0000-0000-000000000000'), s.audit_event_id"
        f" from audit_subject s left join lateral (select m.agency_id {OWNER} where k.pseudonym = s.pseudonym) o on true"
    )
    grants(context.config.attributes["web_role"], context.config.attributes["worker_role"])


def downgrade() -> None:
    op.drop_table("reading_alarm_mail")
    op.drop_table("reading_alarm")
    op.execute("drop trigger index_audit_subjects on audit_subject")
    op.execute(f"drop function {READING}, {COUNTING}, {INNER}")
    op.drop_table("audit_event_agency")
    for name in ("ix_audit_event_rare", *INDEXES):
        op.drop_index(name, "audit_event")
