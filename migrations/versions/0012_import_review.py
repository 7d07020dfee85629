"""Give flags a point, keep what imported incidents became, and let a team take its imported drafts away for good.

A draft that is discarded, or promoted together with another, is really deleted, by a function that runs as the owner
and looks first whether it is an imported draft that was opened to a team of whoever asks. What stays is that the agency
is done with the incident, with its reference as a hash: a later import does not make it again.
"""

import sqlalchemy as sa
from alembic import context, op

revision = "0012"
down_revision = "0011"

# A point may be given while a flag is a draft, like everything else that was seen; after that it stays.
POINT = "latitude, longitude, point_is_approximate"
ENDING = "settle_imported_draft(uuid, text, text), end_imported_draft(uuid, text, text)"
POLICIES = """
alter table flag_source enable row level security;
create policy disclosed on flag_source for select
  using (exists (select from disclosure d where d.root_id = flag_source.flag_id));
create policy written on flag_source for insert
  with check (exists (select from disclosure d where d.root_id = flag_source.flag_id));
alter table settled_incident enable row level security;
create policy own_agency on settled_incident for select
  using (agency_id = (select m.agency_id from membership m where m.id = (select viewer_membership())));
"""
FUNCTIONS = """
create function keep_raised_point() returns trigger language plpgsql
set search_path = pg_catalog, public, pg_temp as $$
begin
  if old.state <> 'DRAFT' and (old.latitude, old.longitude, old.point_is_approximate, old.imported)
     is distinct from (new.latitude, new.longitude, new.point_is_approximate, new.imported) then
    raise check_violation using message = 'The facts of a raised flag do not change.';
  end if;
  return new;
end $$;
create trigger keep_raised_point before update on flag for each row execute function keep_raised_point();

create function settle_imported_draft(draft uuid, settlement text, reason text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  perform 1 from public.flag f
   where f.id = draft and f.imported and f.state = 'DRAFT' and exists (
     select from public.disclosure d join public.audience a on a.id = d.audience_id
      where d.root_id = f.id and a.team_id is not null and d.audience_id = any (public.viewer_audiences())
        and d.valid_from <= statement_timestamp() and (d.valid_to is null or d.valid_to > statement_timestamp()))
     for update;
  if not found then
    raise insufficient_privilege using message = 'This is no imported draft of a team of this viewer.';
  end if;
  insert into public.settled_incident
    (agency_id, system, reference_hash, settlement, reason_code, settled_at, settled_by_membership_id)
  select f.raised_by_agency_id, f.source_system, encode(sha256(convert_to(f.source_reference, 'UTF8')), 'hex'),
         settlement, reason, statement_timestamp(), public.viewer_membership()
    from public.flag f where f.id = draft
  on conflict do nothing;
end $$;

create function end_imported_draft(draft uuid, settlement text, reason text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  perform public.settle_imported_draft(draft, settlement, reason);
  delete from public.notification where flag_id = draft;
  delete from public.place_group where flag_id = draft;
  delete from public.flag_concern where flag_id = draft;
  delete from public.flag_transition where flag_id = draft;
  delete from public.disclosure where root_id = draft;
  delete from public.flag where id = draft;
  delete from public.root where id = draft;
end $$;
"""


def upgrade() -> None:
    web = context.config.attributes["web_role"]
    op.add_column("flag", sa.Column("imported", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("flag", sa.Column("latitude", sa.Numeric(8, 6), nullable=True))
    op.add_column("flag", sa.Column("longitude", sa.Numeric(9, 6), nullable=True))
    op.add_column("flag", sa.Column("point_is_approximate", sa.Boolean(), nullable=True))
    op.create_check_constraint(
        op.f("ck_flag_point_is_whole"),
        "flag",
        "num_nulls(latitude, longitude, point_is_approximate) in (0, 3)"
        " and (latitude is null or latitude between 49 and 61 and longitude between -9 and 3)",
    )
    # Only an import ever opened a draft to a whole team.
    op.execute(
        "update flag set imported = true where state = 'DRAFT' and source_reference is not null"
        " and exists (select from disclosure d where d.root_id = flag.id and d.because = 'RAISED_BY_US')"
    )
    op.create_index(
        "ix_flag_imported_place",
        "flag",
        ["raised_by_agency_id", "place_description", "id"],
        postgresql_where=sa.text("imported and state = 'DRAFT'"),
    )
    op.create_table(
        "flag_source",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("flag_id", sa.Uuid(), nullable=False),
        sa.Column("system", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("observed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "observed_precision",
            sa.Enum(
                "MOMENT", "DAY", "MONTH", name="timeprecision", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("place_description", sa.String(), nullable=False),
        sa.Column("fact", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["flag_id"], ["flag.id"], name=op.f("fk_flag_source_flag_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flag_source")),
    )
    op.create_index(op.f("ix_flag_source_flag_id"), "flag_source", ["flag_id"])
    op.create_table(
        "settled_incident",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("system", sa.String(), nullable=False),
        sa.Column("reference_hash", sa.String(), nullable=False),
        sa.Column(
            "settlement",
            sa.Enum("PROMOTED", "DISCARDED", name="settlement", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("reason_code", sa.String(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_by_membership_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(settlement = 'DISCARDED') = (reason_code is not null)",
            name=op.f("ck_settled_incident_discarded_says_why"),
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_settled_incident_agency_id")),
        sa.ForeignKeyConstraint(
            ["settled_by_membership_id"],
            ["membership.id"],
            name=op.f("fk_settled_incident_settled_by_membership_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "system", "reference_hash", name=op.f("pk_settled_incident")),
    )
    op.execute(POLICIES)
    op.execute(FUNCTIONS)
    op.execute(f"grant update ({POINT}) on flag to {web}")
    op.execute(f"grant select, insert on flag_source to {web}")
    op.execute(f"grant select on settled_incident to {web}")
    op.execute(f"revoke execute on function keep_raised_point(), {ENDING} from public")
    op.execute(f"grant execute on function {ENDING} to {web}")


def downgrade() -> None:
    op.execute("drop trigger keep_raised_point on flag")
    op.execute(f"drop function keep_raised_point(), {ENDING}")
    op.drop_table("settled_incident")
    op.drop_table("flag_source")
    op.drop_index("ix_flag_imported_place", table_name="flag")
    op.drop_constraint(op.f("ck_flag_point_is_whole"), "flag")
    for column in ("point_is_approximate", "longitude", "latitude", "imported"):
        op.drop_column("flag", column)
