"""Let administrators keep the accounts of their own agency, and those of a lead its partnership's data, behind a wall.

Who may write an account is decided here once more: the membership that acts, which the signed context names, must be
that of an administrator of the very agency. Signing in reads accounts before anybody is known, so reading stays open.
"""

import sqlalchemy as sa
from alembic import context, op

revision = "0011"
down_revision = "0010"

# What a partnership keeps as dated data, for everybody to read: with the condition under which a row has not begun.
KEPT = {
    "partnership_clock": "valid_from > now()",
    "partnership_working_week": "valid_from > now()",
    "partnership_day": "day > (now() at time zone 'Europe/London')::date",
    "duty_desk": "valid_from > now()",
    "local_concept": "valid_from > now()",
}
# Those whose rows end when the next begin.
ENDING = ("partnership_clock", "partnership_working_week", "duty_desk")
LOCAL_KEY = "uq_local_concept_partnership_id_vocabulary_code_valid_from"
WALLED = ("user_account", "membership", "team", "team_member", "one_time_link", "invitation")

FUNCTIONS = """
create function viewer_administers(agency uuid) returns boolean language sql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
  select exists (
    select from public.membership m join public.user_account u on u.id = m.user_id
     where m.id = public.viewer_membership() and m.agency_id = $1 and m.role = 'AGENCY_ADMINISTRATOR'
       and u.disabled_at is null and m.active_from <= (now() at time zone 'Europe/London')::date
       and (m.active_to is null or m.active_to >= (now() at time zone 'Europe/London')::date))
$$;

create function viewer_leads(partnership uuid) returns boolean language sql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
  select exists (select from public.partnership p where p.id = $1 and public.viewer_administers(p.lead_agency_id))
$$;

-- The wards and beats that a partnership names itself stand in a list of codes of its own.
create function viewer_keeps_ward(code_list text, kind text) returns boolean language sql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
  select $2 in ('WARD', 'BEAT') and exists (
    select from public.partnership p where 'PARTNERSHIP-' || p.id = $1 and public.viewer_leads(p.id))
$$;

create function viewer_serves_ward(agency uuid, ward uuid) returns boolean language sql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
  select public.viewer_administers($1) and exists (
    select from public.area a where a.id = $2 and public.viewer_keeps_ward(a.code_list, a.kind_code))
$$;

-- Nobody gives themselves a role, and nobody puts a stranger into an agency: whoever is new accepts an invitation.
create function viewer_enrols(account uuid, agency uuid) returns boolean language sql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
  select public.viewer_administers($2)
     and exists (select from public.membership m where m.user_id = $1 and m.agency_id = $2)
     and not exists (select from public.membership m where m.id = public.viewer_membership() and m.user_id = $1)
$$;

create function viewer_places(member uuid, team uuid) returns boolean language sql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
  select exists (
    select from public.membership m join public.team t on t.agency_id = m.agency_id
     where m.id = $1 and t.id = $2 and public.viewer_administers(m.agency_id)
       and m.user_id <> (select v.user_id from public.membership v where v.id = public.viewer_membership()))
$$;

create function viewer_keeps_account(account uuid) returns boolean language sql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
  select exists (select from public.user_account u where u.id = $1 and public.viewer_administers(u.home_agency_id))
$$;

-- Through a function, because tokens and sessions belong to nobody's role to change one by one.
create function end_access(account uuid) returns void language plpgsql volatile security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  if not public.viewer_keeps_account(account) then
    raise insufficient_privilege using message = 'This viewer may not end that access.';
  end if;
  update public.user_session s set ended_at = statement_timestamp() where s.user_id = account and s.ended_at is null;
  update public.access_token t set revoked_at = statement_timestamp()
    from public.membership m where m.id = t.membership_id and m.user_id = account and t.revoked_at is null;
  update public.one_time_link l set used_at = statement_timestamp() where l.user_id = account and l.used_at is null;
end $$;

-- What an invitation says, for whoever holds its secret.
create function invitation_offer(given_secret text)
returns table (agency_name text, role text, email text, display_name text) language sql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
  select a.name, i.role, i.email, i.display_name
    from public.invitation i join public.agency a on a.id = i.agency_id
   where i.secret_hash = sha256(convert_to($1, 'UTF8')) and i.accepted_at is null and i.withdrawn_at is null
     and i.expires_at > statement_timestamp()
     and (i.active_to is null or i.active_to >= (now() at time zone 'Europe/London')::date)
$$;

-- Nobody is known yet when an invitation is accepted, so its secret is what opens this, and its hash does not. Whoever
-- has an account gets the role; whoever has none gets one, with the password they chose.
create function accept_invitation(given_secret text, new_password_hash text) returns uuid
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  offer public.invitation;
  account public.user_account;
  today date := (now() at time zone 'Europe/London')::date;
  joined uuid;
begin
  select i.* into offer from public.invitation i
   where i.secret_hash = sha256(convert_to(given_secret, 'UTF8')) and i.accepted_at is null
     and i.withdrawn_at is null and i.expires_at > statement_timestamp()
     and (i.active_to is null or i.active_to >= today)
     for update;
  if not found then return null; end if;
  select u.* into account from public.user_account u where lower(u.email) = lower(offer.email);
  if not found then
    if new_password_hash is null then return null; end if;
    insert into public.user_account (id, display_name, email, home_agency_id, version, created_at, updated_at)
    values (gen_random_uuid(), offer.display_name, offer.email, offer.agency_id, 1, now(), now())
    returning * into account;
    insert into public.credential (user_id, password_hash, changed_at) values (account.id, new_password_hash, now());
  elsif account.disabled_at is not null or account.id =
        (select m.user_id from public.membership m where m.id = offer.invited_by_membership_id) then
    return null;
  end if;
  update public.invitation i set accepted_at = now(), version = i.version + 1, updated_at = now() where i.id = offer.id;
  perform pg_advisory_xact_lock(hashtextextended(account.id::text, 0));
  if not exists (
    select from public.membership m
     where m.user_id = account.id and m.agency_id = offer.agency_id and m.role = offer.role
       and m.active_from <= coalesce(offer.active_to, 'infinity') and coalesce(m.active_to, 'infinity') >= greatest(offer.active_from, today)
       and coalesce(m.active_to, 'infinity') >= m.active_from) then
    insert into public.membership (id, user_id, agency_id, role, active_from, active_to, version, created_at, updated_at)
    values (gen_random_uuid(), account.id, offer.agency_id, offer.role, greatest(offer.active_from, today),
            offer.active_to, 1, now(), now())
    returning id into joined;
    insert into public.team_member (membership_id, team_id)
    select joined, t.id from public.team t
     where t.id = any (offer.team_ids) and t.agency_id = offer.agency_id and t.closed_at is null;
  end if;
  return account.id;
end $$;

-- A new address holds once its owner has used the link that carries it; false when somebody else has it by then.
create function take_new_address(given_secret text) returns boolean language plpgsql volatile security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  link public.one_time_link;
begin
  select l.* into link from public.one_time_link l
   where l.secret_hash = sha256(convert_to(given_secret, 'UTF8')) and l.used_at is null
     and l.expires_at > statement_timestamp();
  if not found then return false; end if;
  if link.new_email is null then return true; end if;
  if exists (select from public.user_account u where lower(u.email) = lower(link.new_email) and u.id <> link.user_id) then
    return false;
  end if;
  update public.user_account u set email = link.new_email, version = u.version + 1, updated_at = now()
   where u.id = link.user_id;
  return true;
end $$;
"""
SIGNATURES = (
    "viewer_administers(uuid), viewer_enrols(uuid, uuid), viewer_places(uuid, uuid), viewer_keeps_account(uuid),"
    " end_access(uuid), invitation_offer(text), accept_invitation(text, text), take_new_address(text), viewer_leads(uuid),"
    " viewer_keeps_ward(text, text), viewer_serves_ward(uuid, uuid)"
)


def tables() -> None:
    op.add_column("user_account", sa.Column("home_agency_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f("fk_user_account_home_agency_id"), "user_account", "agency", ["home_agency_id"], ["id"])
    op.create_index(op.f("ix_user_account_home_agency_id"), "user_account", ["home_agency_id"])
    op.execute(
        "update user_account u set home_agency_id ="
        " (select m.agency_id from membership m where m.user_id = u.id order by m.created_at, m.id limit 1)"
    )
    op.add_column("one_time_link", sa.Column("new_email", sa.String(), nullable=True))
    op.add_column("team", sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("team", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    for name in ("created_at", "updated_at"):
        column = sa.Column(name, sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now())
        op.add_column("team", column)
    for name in ("version", "created_at", "updated_at"):
        op.alter_column("team", name, server_default=None)
    op.drop_constraint(op.f("ck_membership_period_runs_forward"), "membership")
    op.create_check_constraint(
        op.f("ck_membership_period_runs_forward"), "membership", "active_to is null or active_to >= active_from - 1"
    )
    op.create_table(
        "invitation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("invited_by_membership_id", sa.Uuid(), nullable=False),
        sa.Column("display_name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "OFFICER",
                "SERGEANT",
                "TRIAGE_WORKER",
                "PRACTITIONER",
                "CLINICIAN",
                "SERVICE_ADMINISTRATOR",
                "SERVICE_MANAGER",
                "COMMISSIONER",
                "SIGNATORY",
                "GUARDIAN",
                "DPO",
                "AGENCY_ADMINISTRATOR",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("team_ids", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("active_from", sa.Date(), nullable=False),
        sa.Column("active_to", sa.Date(), nullable=True),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "active_to is null or active_to >= active_from", name=op.f("ck_invitation_period_runs_forward")
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_invitation_agency_id")),
        sa.ForeignKeyConstraint(
            ["invited_by_membership_id"], ["membership.id"], name=op.f("fk_invitation_invited_by_membership_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_invitation_secret_hash")),
    )
    op.create_index(op.f("ix_invitation_agency_id"), "invitation", ["agency_id"])


def partnership_tables() -> None:
    began = sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False, server_default="2006-10-01T00:00:00Z")
    op.add_column("duty_desk", began)
    op.alter_column("duty_desk", "valid_from", server_default=None)
    op.add_column("duty_desk", sa.Column("valid_to", sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(
        op.f("ck_duty_desk_period_runs_forward"), "duty_desk", "valid_to is null or valid_to >= valid_from"
    )
    op.create_table(
        "local_concept",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("partnership_id", sa.Uuid(), nullable=False),
        sa.Column("vocabulary", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("display", sa.String(), nullable=False),
        sa.Column("hint", sa.String(), nullable=True),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("offered", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["partnership_id"], ["partnership.id"], name=op.f("fk_local_concept_partnership_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_local_concept")),
        sa.UniqueConstraint("partnership_id", "vocabulary", "code", "valid_from", name=op.f(LOCAL_KEY)),
    )


def partnership_wall(web: str, worker: str) -> None:
    """Everybody reads; who leads the partnership adds, ends what holds, and takes back what has not begun."""
    op.execute(f"grant select on local_concept to {web}, {worker}")
    for table, not_begun in KEPT.items():
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"create policy read on {table} for select using (true)")
        op.execute(f"create policy begun on {table} for insert with check (viewer_leads(partnership_id))")
        op.execute(
            f"create policy taken_back on {table} for delete using (viewer_leads(partnership_id) and {not_begun})"
        )
        op.execute(f"grant insert, delete on {table} to {web}")
    for table in ENDING:
        op.execute(f"create policy ended on {table} for update using (viewer_leads(partnership_id))")
        op.execute(f"grant update (valid_to) on {table} to {web}")
    op.execute("alter table partnership enable row level security")
    op.execute("create policy read on partnership for select using (true)")
    op.execute("create policy led on partnership for update using (viewer_leads(id))")
    op.execute(f"grant update (version, updated_at) on partnership to {web}")
    for table in ("area", "agency_area"):
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"create policy read on {table} for select using (true)")
    op.execute("create policy named on area for insert with check (viewer_keeps_ward(code_list, kind_code))")
    op.execute("create policy ended on area for update using (viewer_keeps_ward(code_list, kind_code))")
    op.execute("create policy served on agency_area for insert with check (viewer_serves_ward(agency_id, area_id))")
    op.execute(f"grant insert on area, agency_area to {web}; grant update (active_to) on area to {web}")


def policies() -> None:
    for table in WALLED:
        op.execute(f"alter table {table} enable row level security")
    for table in ("user_account", "membership", "team", "team_member", "one_time_link"):
        op.execute(f"create policy read on {table} for select using (true)")
    op.execute("create policy used on one_time_link for update using (true)")
    op.execute(
        "create policy changed on user_account for update using (viewer_administers(home_agency_id))"
        " with check (viewer_administers(home_agency_id))"
    )
    op.execute("create policy issued on one_time_link for insert with check (viewer_keeps_account(user_id))")
    op.execute("create policy granted on membership for insert with check (viewer_enrols(user_id, agency_id))")
    op.execute("create policy changed on membership for update using (viewer_administers(agency_id))")
    op.execute("create policy made on team for insert with check (viewer_administers(agency_id))")
    op.execute("create policy changed on team for update using (viewer_administers(agency_id))")
    op.execute("create policy placed on team_member for insert with check (viewer_places(membership_id, team_id))")
    op.execute("create policy taken on team_member for delete using (viewer_places(membership_id, team_id))")
    op.execute("create policy own on invitation for select using (viewer_administers(agency_id))")
    op.execute(
        "create policy made on invitation for insert with check"
        " (viewer_administers(agency_id) and invited_by_membership_id = (select viewer_membership()))"
    )
    op.execute("create policy changed on invitation for update using (viewer_administers(agency_id))")


def grants(web: str) -> None:
    op.execute(f"revoke execute on function {SIGNATURES} from public")
    op.execute(f"grant execute on function {SIGNATURES} to {web}")
    # An address is changed by its owner's link alone, and a role and its first day by nobody.
    op.execute(f"grant update (display_name, disabled_at, version, updated_at) on user_account to {web}")
    op.execute(f"grant insert on membership, team, one_time_link to {web}")
    op.execute(f"grant update (active_to, version, updated_at) on membership to {web}")
    op.execute(f"grant update (name, closed_at, version, updated_at) on team to {web}")
    op.execute(f"grant insert, delete on team_member to {web}")
    op.execute(f"grant select, insert on invitation to {web}")
    op.execute(f"grant update (secret_hash, expires_at, withdrawn_at, version, updated_at) on invitation to {web}")


def upgrade() -> None:
    web, worker = context.config.attributes["web_role"], context.config.attributes["worker_role"]
    tables()
    partnership_tables()
    op.execute(FUNCTIONS)
    policies()
    grants(web)
    partnership_wall(web, worker)


def take_partnership_wall_down(web: str) -> None:
    op.execute(f"revoke insert on area, agency_area from {web}; revoke update (active_to) on area from {web}")
    op.execute("drop policy named on area; drop policy ended on area; drop policy served on agency_area")
    for table in ("area", "agency_area"):
        op.execute(f"drop policy read on {table}; alter table {table} disable row level security")
    op.execute(f"revoke update (version, updated_at) on partnership from {web}")
    op.execute("drop policy led on partnership; drop policy read on partnership")
    op.execute("alter table partnership disable row level security")
    for table in ENDING:
        op.execute(f"revoke update (valid_to) on {table} from {web}; drop policy ended on {table}")
    for table in KEPT:
        op.execute(f"revoke insert, delete on {table} from {web}")
        for name in ("read", "begun", "taken_back"):
            op.execute(f"drop policy {name} on {table}")
        op.execute(f"alter table {table} disable row level security")
    op.drop_table("local_concept")
    # Without days, the desks that hold now are the only ones there can be.
    op.execute("delete from duty_desk where valid_from > now() or valid_to <= now()")
    op.drop_constraint(op.f("ck_duty_desk_period_runs_forward"), "duty_desk")
    op.drop_column("duty_desk", "valid_to")
    op.drop_column("duty_desk", "valid_from")


def downgrade() -> None:
    web = context.config.attributes["web_role"]
    take_partnership_wall_down(web)
    op.execute(f"revoke update (display_name, disabled_at, version, updated_at) on user_account from {web}")
    op.execute(f"revoke insert on membership, team, one_time_link from {web}")
    op.execute(f"revoke update (active_to, version, updated_at) on membership from {web}")
    op.execute(f"revoke update (name, closed_at, version, updated_at) on team from {web}")
    op.execute(f"revoke insert, delete on team_member from {web}")
    op.execute("drop table invitation")
    dropped = {
        "user_account": ("read", "changed"),
        "membership": ("read", "granted", "changed"),
        "team": ("read", "made", "changed"),
        "team_member": ("read", "placed", "taken"),
        "one_time_link": ("read", "used", "issued"),
    }
    for table, names in dropped.items():
        for name in names:
            op.execute(f"drop policy {name} on {table}")
        op.execute(f"alter table {table} disable row level security")
    op.execute(f"drop function {SIGNATURES}")
    # A membership that never was in force has no period to fall back to.
    op.execute(
        "delete from team_member t using membership m where m.id = t.membership_id and m.active_to < m.active_from"
    )
    op.drop_constraint(op.f("ck_membership_period_runs_forward"), "membership")
    op.execute("update membership set active_to = active_from where active_to < active_from")
    op.create_check_constraint(
        op.f("ck_membership_period_runs_forward"), "membership", "active_to is null or active_to >= active_from"
    )
    for column in ("closed_at", "version", "created_at", "updated_at"):
        op.drop_column("team", column)
    op.drop_column("one_time_link", "new_email")
    op.drop_index(op.f("ix_user_account_home_agency_id"), "user_account")
    op.drop_constraint(op.f("fk_user_account_home_agency_id"), "user_account")
    op.drop_column("user_account", "home_agency_id")
