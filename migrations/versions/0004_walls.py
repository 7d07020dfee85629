"""Build the second wall: the signed viewer context, row-level security on every personal table, least grants.

The audience test stands in the policy of `disclosure` and nowhere else; every other personal table asks whether a
disclosure of its root is visible. The owner is not forced under the policies, so that a data migration sees all rows.
"""

from alembic import context, op

revision = "0004"
down_revision = "0003"

# Each personal table with the column that names the root it hangs under.
ROOT_COLUMN = {
    "root": "id",
    "person": "id",
    "flag": "id",
    "flag_concern": "flag_id",
    "place_group": "flag_id",
    "triage_decision": "flag_id",
    "feedback": "flag_id",
    "flag_transition": "flag_id",
    "share": "flag_id",
    "notification": "flag_id",
}
# Whoever writes a row must be the one it says wrote it.
AUTHOR_COLUMN = {
    "root": "created_by_membership_id",
    "triage_decision": "decided_by_membership_id",
    "feedback": "given_by_membership_id",
    "flag_transition": "by_membership_id",
}
# What a draft says in rows of its own; an officer who promotes it may say it anew.
DRAFT_CHILDREN = ("flag_concern", "place_group")
FACTS = (
    "reference, partnership_id, raised_by_agency_id, raised_by_membership_id, raised_at, person_id, age_band_code,"
    " purpose_code, urgency, setting, standpoint, observed_at, observed_precision, place_description, fact, own_words,"
    " strengths, opinion, third_party_notes, told, source_system, source_reference, emergency_action_code,"
    " emergency_incident_number"
)
DRAFT_COLUMNS = f"{FACTS}, lawful_basis_code, expires_at, state, triaged_by_membership_id, version, updated_at"
REFERENCE = (
    "concept, agency, area, area_within, agency_area, partnership, partnership_member, duty_desk, installation,"
    " sharing_agreement, agreement_version, agreement_clause, grid_cell,"
    " grid_recipient, lawful_basis, purpose_basis"
)

FUNCTIONS = """
create function viewer_context() returns text language plpgsql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  context text := nullif(current_setting('concord.viewer', true), '');
  payload text := split_part(context, '.', 1);
begin
  if context is null then return null; end if;
  perform 1 from public.viewer_context_key k
   where encode(sha256(k.outer_pad || sha256(k.inner_pad || convert_to(payload, 'UTF8'))), 'hex')
         = split_part(context, '.', 2);
  if not found or split_part(payload, '|', 1)::bigint < extract(epoch from clock_timestamp()) then
    raise insufficient_privilege using message = 'The viewer context is refused.';
  end if;
  return payload;
end $$;

create function viewer_membership() returns uuid language sql stable security definer
set search_path = pg_catalog, public, pg_temp
as $$ select nullif(split_part(public.viewer_context(), '|', 2), '')::uuid $$;

create function viewer_audiences() returns int[] language sql stable security definer
set search_path = pg_catalog, public, pg_temp
as $$ select coalesce(string_to_array(nullif(split_part(public.viewer_context(), '|', 3), ''), ','), '{}')::int[] $$;

-- Who may open a root to others: whoever created it, triage, and whoever holds it while it is still a draft; and to
-- nobody outside the partnership the root belongs to.
create function viewer_may_disclose(root uuid, audience int) returns boolean language sql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
  select exists (
    select from public.root r
      join public.partnership_member m on m.partnership_id = r.partnership_id
      join public.audience a on a.agency_id = m.agency_id
     where r.id = $1 and a.id = $2
  ) and (
      exists (select from public.root r where r.id = $1 and r.created_by_membership_id = public.viewer_membership())
      or exists (
        select from public.disclosure d
         where d.root_id = $1 and d.audience_id = any (public.viewer_audiences())
           and d.valid_from <= statement_timestamp()
           and (d.valid_to is null or d.valid_to > statement_timestamp())
           and (d.because = 'PARTNERSHIP_TRIAGE'
                or exists (select from public.flag f where f.id = $1 and f.state = 'DRAFT'))))
$$;

-- Closing goes through a function because a closed row is invisible at once, and row-level security would refuse
-- an update whose outcome its author can no longer see.
create function close_disclosures(root uuid, audience int) returns void language plpgsql volatile security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  if not public.viewer_may_disclose(root, audience) then
    raise insufficient_privilege using message = 'This viewer may not close that disclosure.';
  end if;
  update public.disclosure d set valid_to = statement_timestamp()
   where d.root_id = root and d.audience_id = audience
     and (d.valid_to is null or d.valid_to > statement_timestamp());
end $$;

-- What was raised stays as it was raised; later knowledge is added beside it.
create function keep_raised_facts() returns trigger language plpgsql
set search_path = pg_catalog, public, pg_temp as $$
begin
  if old.state <> 'DRAFT' and (%(old)s) is distinct from (%(new)s) then
    raise check_violation using message = 'The facts of a raised flag do not change.';
  end if;
  return new;
end $$;
create trigger keep_raised_facts before update on flag for each row execute function keep_raised_facts();

create function append_only() returns trigger language plpgsql
set search_path = pg_catalog, public, pg_temp as $$
begin
  raise insufficient_privilege using message = 'The audit is append only.';
end $$;
create trigger append_only before update or delete or truncate on audit_event
  for each statement execute function append_only();
create trigger append_only before update or delete or truncate on audit_subject
  for each statement execute function append_only();
"""


def prefixed(prefix: str) -> str:
    return ", ".join(f"{prefix}.{column.strip()}" for column in FACTS.split(","))


def visible(table: str) -> str:
    return f"exists (select from disclosure d where d.root_id = {table}.{ROOT_COLUMN[table]})"


def policies() -> None:
    op.execute("alter table disclosure enable row level security")
    op.execute(
        "create policy disclosed on disclosure for select using (audience_id = any ((select viewer_audiences())::int[])"
        " and valid_from <= statement_timestamp() and (valid_to is null or valid_to > statement_timestamp()))"
    )
    op.execute(
        "create policy opened on disclosure for insert with check"
        " (granted_by_membership_id = (select viewer_membership()) and viewer_may_disclose(root_id, audience_id))"
    )
    for table in ROOT_COLUMN:
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"create policy disclosed on {table} for select using ({visible(table)})")
        author = AUTHOR_COLUMN.get(table)
        checks = [f"{author} = (select viewer_membership())"] if author else []
        # A root is born before anything can be disclosed of it.
        checks += [] if table == "root" else [visible(table)]
        op.execute(f"create policy written on {table} for insert with check ({' and '.join(checks)})")
    for table in ("flag", "share"):
        op.execute(f"create policy changed on {table} for update using ({visible(table)})")
    op.execute(
        "create policy read on notification for update using (membership_id = (select viewer_membership()))"
        " with check (membership_id = (select viewer_membership()))"
    )
    for table in DRAFT_CHILDREN:
        op.execute(
            f"create policy replaced on {table} for delete using"
            f" (exists (select from flag f where f.id = {table}.flag_id and f.state = 'DRAFT'))"
        )
    op.execute("alter table audit_event enable row level security")
    op.execute(
        "create policy written on audit_event for insert"
        " with check (membership_id is not distinct from (select viewer_membership()))"
    )
    op.execute("alter table audit_subject enable row level security")
    op.execute("create policy written on audit_subject for insert with check (true)")
    op.execute("alter table idempotency_record enable row level security")
    op.execute(
        "create policy own on idempotency_record using (membership_id = (select viewer_membership()))"
        " with check (membership_id = (select viewer_membership()))"
    )


def grants(web: str, worker: str) -> None:
    op.execute("revoke all on schema public from public")
    op.execute("revoke execute on all functions in schema public from public")
    op.execute(f"grant usage on schema public to {web}, {worker}")
    op.execute(f"grant select on {REFERENCE} to {web}, {worker}")
    # Which migration the database stands at is a condition of being ready for visitors.
    op.execute(f"grant select on alembic_version to {web}, {worker}")
    op.execute(f"grant select on user_account, membership, team, team_member, audience to {web}, {worker}")
    op.execute(f"grant select on credential, user_session, access_token, one_time_link to {web}")
    op.execute(f"grant insert on audience, user_session, credential to {web}")
    op.execute(f"grant update (membership_id, last_seen_at, ended_at) on user_session to {web}")
    op.execute(f"grant update (password_hash, changed_at) on credential to {web}")
    op.execute(f"grant update (used_at) on one_time_link to {web}")
    op.execute(f"grant select, insert on disclosure, {', '.join(ROOT_COLUMN)} to {web}")
    op.execute(f"grant update ({DRAFT_COLUMNS}) on flag to {web}")
    op.execute(
        "grant update (state, valid_to, engagement, answer_note, answered_at, answered_by_membership_id, version,"
        f" updated_at) on share to {web}"
    )
    op.execute(f"grant update (read_at) on notification to {web}")
    op.execute(f"grant delete on {', '.join(DRAFT_CHILDREN)} to {web}")
    op.execute(f"grant insert on audit_event, audit_subject to {web}")
    op.execute(f"grant select, insert on idempotency_record to {web}")
    op.execute(f"grant usage on all sequences in schema public to {web}")
    functions = "viewer_context(), viewer_membership(), viewer_audiences(), viewer_may_disclose(uuid, int)"
    op.execute(f"grant execute on function {functions} to {web}, {worker}")
    op.execute(f"grant execute on function close_disclosures(uuid, int) to {web}")
    # The worker tells people that something waits; it reads no record.
    op.execute(f"grant insert on notification to {worker}")
    op.execute(f"create policy told on notification for insert to {worker} with check (true)")


def upgrade() -> None:
    web, worker = context.config.attributes["web_role"], context.config.attributes["worker_role"]
    op.execute(FUNCTIONS % {"old": prefixed("old"), "new": prefixed("new")})
    policies()
    grants(web, worker)


def downgrade() -> None:
    web, worker = context.config.attributes["web_role"], context.config.attributes["worker_role"]
    op.execute(f"drop policy told on notification; revoke all on all tables in schema public from {web}, {worker}")
    op.execute(f"revoke all on all sequences in schema public from {web}, {worker}")
    op.execute(f"revoke all on schema public from {web}, {worker}; grant usage on schema public to public")
    op.execute("drop trigger append_only on audit_event; drop trigger append_only on audit_subject")
    op.execute("drop trigger keep_raised_facts on flag")
    op.execute("drop policy own on idempotency_record; alter table idempotency_record disable row level security")
    for table in ("audit_event", "audit_subject"):
        op.execute(f"drop policy written on {table}; alter table {table} disable row level security")
    op.execute("drop policy read on notification")
    for table in DRAFT_CHILDREN:
        op.execute(f"drop policy replaced on {table}")
    for table in ("flag", "share"):
        op.execute(f"drop policy changed on {table}")
    for table in ROOT_COLUMN:
        op.execute(f"drop policy disclosed on {table}; drop policy written on {table}")
        op.execute(f"alter table {table} disable row level security")
    op.execute("drop policy disclosed on disclosure; drop policy opened on disclosure")
    op.execute("alter table disclosure disable row level security")
    op.execute(
        "drop function append_only(), keep_raised_facts(), close_disclosures(uuid, int), viewer_may_disclose(uuid, int),"
        " viewer_audiences(), viewer_membership(), viewer_context()"
    )
