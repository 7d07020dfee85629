"""Keep what somebody has typed so far as a draft of theirs alone, say where more exactly, and what danger asks first.

A draft made by hand has a day on which it is deleted; an imported one waits until somebody looks. Going down, drafts
made by hand go: the older tables cannot hold a flag that is not complete.
"""

import sqlalchemy as sa
from alembic import context, op

revision = "0008"
down_revision = "0007"

# What a flag needs once it is raised, and a draft may still lack.
COMPLETE = ("age_band_code", "urgency", "observed_at", "place_description", "fact")
SOURCE_KEY = "uq_flag_raised_by_agency_id_source_system_source_reference"

FUNCTIONS = """
-- Where a flag was seen stays as it was raised, like everything else that was reported.
create function keep_raised_ward() returns trigger language plpgsql
set search_path = pg_catalog, public, pg_temp as $$
begin
  if old.state <> 'DRAFT' and old.ward_id is distinct from new.ward_id then
    raise check_violation using message = 'The facts of a raised flag do not change.';
  end if;
  return new;
end $$;
create trigger keep_raised_ward before update on flag for each row execute function keep_raised_ward();

-- Takes drafts away with everything under them. It asks nobody, so nobody may call it: the two below decide which.
create function erase_flag_drafts(drafts uuid[]) returns void language plpgsql volatile security definer
set search_path = pg_catalog, public, pg_temp as $$
declare people uuid[];
begin
  select coalesce(array_agg(f.person_id), '{}') into people
    from public.flag f where f.id = any (drafts) and f.person_id is not null;
  delete from public.flag_concern where flag_id = any (drafts);
  delete from public.place_group where flag_id = any (drafts);
  delete from public.flag_transition where flag_id = any (drafts);
  delete from public.disclosure where root_id = any (drafts || people);
  delete from public.flag where id = any (drafts);
  delete from public.person where id = any (people);
  delete from public.root where id = any (drafts || people);
end $$;

-- Whether the viewer is the author of a draft that was made by hand.
create function viewer_holds_draft(draft uuid) returns boolean language sql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
  select exists (
    select from public.flag f join public.disclosure d on d.root_id = f.id
     where f.id = $1 and f.state = 'DRAFT' and f.expires_at is not null and d.because = 'AUTHOR'
       and d.audience_id = any (public.viewer_audiences())
       and d.valid_from <= statement_timestamp() and (d.valid_to is null or d.valid_to > statement_timestamp()))
$$;

create function discard_flag_draft(draft uuid) returns void language plpgsql volatile security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  if not public.viewer_holds_draft(draft) then
    raise insufficient_privilege using message = 'This is no draft of this viewer.';
  end if;
  perform public.erase_flag_drafts(array[draft]);
end $$;

-- Whom a draft is about can change until it is raised; whoever it was about before is not kept.
create function discard_draft_person(draft uuid) returns void language plpgsql volatile security definer
set search_path = pg_catalog, public, pg_temp as $$
declare named uuid;
begin
  if not public.viewer_holds_draft(draft) then
    raise insufficient_privilege using message = 'This is no draft of this viewer.';
  end if;
  select f.person_id into named from public.flag f where f.id = draft;
  update public.flag set person_id = null where id = draft;
  delete from public.disclosure where root_id = named;
  delete from public.person where id = named;
  delete from public.root where id = named;
end $$;

-- The words of a text that tell it from others, each once: two roads are not alike because they are roads.
create function telling_words(said text) returns text[] language sql immutable parallel safe
set search_path = pg_catalog, pg_temp as $$
  select coalesce(array_agg(distinct word), '{}')
    from regexp_split_to_table(lower(said), '[[:space:][:punct:]]+') as word
   where length(word) > 1 and word <> all (array[
     'the', 'and', 'of', 'on', 'at', 'in', 'by', 'to', 'an', 'or', 'near', 'behind', 'outside', 'opposite', 'front',
     'next', 'with', 'street', 'road', 'lane', 'avenue', 'close', 'way', 'young', 'people', 'person', 'boy', 'girl',
     'boys', 'girls'])
$$;

-- What nobody touched until its day goes for good.
create function forget_flag_drafts() returns integer language plpgsql volatile security definer
set search_path = pg_catalog, public, pg_temp as $$
declare old uuid[];
begin
  select coalesce(array_agg(id), '{}') into old from (
    select f.id from public.flag f
     where f.state = 'DRAFT' and f.expires_at < statement_timestamp() for update skip locked) as due;
  perform public.erase_flag_drafts(old);
  return cardinality(old);
end $$;
"""
CALLED_BY_WEB = (
    "telling_words(text)",
    "viewer_holds_draft(uuid)",
    "discard_flag_draft(uuid)",
    "discard_draft_person(uuid)",
)
CALLED_BY_WORKER = ("forget_flag_drafts()",)
CALLED_BY_NOBODY = ("erase_flag_drafts(uuid[])", "keep_raised_ward()")


def upgrade() -> None:
    web, worker = context.config.attributes["web_role"], context.config.attributes["worker_role"]
    op.add_column("flag", sa.Column("ward_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f("fk_flag_ward_id"), "flag", "area", ["ward_id"], ["id"])
    for column in COMPLETE:
        op.alter_column("flag", column, nullable=True)
    complete = ", ".join(COMPLETE)
    op.create_check_constraint(
        op.f("ck_flag_raised_is_complete"), "flag", f"state = 'DRAFT' or num_nulls({complete}) = 0"
    )
    op.alter_column("person", "age_band_code", nullable=True)
    # Two drafts may name one reference while they are typed; who raises it first has it.
    op.drop_constraint(op.f(SOURCE_KEY), "flag")
    op.create_index(
        SOURCE_KEY,
        "flag",
        ["raised_by_agency_id", "source_system", "source_reference"],
        unique=True,
        postgresql_where=sa.text("raised_at is not null or expires_at is null"),
    )
    op.create_index(
        "ix_flag_forgotten",
        "flag",
        ["expires_at"],
        postgresql_where=sa.text("state = 'DRAFT' and expires_at is not null"),
    )
    op.create_table(
        "emergency_advice",
        sa.Column("agency_kind_code", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("steps", sa.ARRAY(sa.String()), nullable=False),
        sa.Column("action_codes", sa.ARRAY(sa.String()), nullable=False),
        sa.Column("tick", sa.String(), nullable=True),
        sa.Column("call_999", sa.Boolean(), nullable=False),
        sa.Column("needs_incident_number", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("agency_kind_code", name=op.f("pk_emergency_advice")),
    )
    op.execute(FUNCTIONS)
    for function in (*CALLED_BY_WEB, *CALLED_BY_WORKER, *CALLED_BY_NOBODY):
        op.execute(f"revoke execute on function {function} from public")
    op.execute(f"grant execute on function {', '.join(CALLED_BY_WEB)} to {web}")
    op.execute(f"grant execute on function {', '.join(CALLED_BY_WORKER)} to {worker}")
    op.execute(f"grant update (ward_id) on flag to {web}; grant select on emergency_advice to {web}, {worker}")


def downgrade() -> None:
    op.execute("select erase_flag_drafts(array(select id from flag where state = 'DRAFT' and expires_at is not null))")
    op.execute("drop trigger keep_raised_ward on flag")
    functions = ", ".join((*CALLED_BY_WEB, *CALLED_BY_WORKER, *CALLED_BY_NOBODY))
    op.execute(f"drop function {functions}")
    op.drop_table("emergency_advice")
    op.drop_index("ix_flag_forgotten", table_name="flag")
    op.drop_index(SOURCE_KEY, table_name="flag")
    op.create_unique_constraint(op.f(SOURCE_KEY), "flag", ["raised_by_agency_id", "source_system", "source_reference"])
    op.alter_column("person", "age_band_code", nullable=False)
    op.drop_constraint(op.f("ck_flag_raised_is_complete"), "flag")
    for column in COMPLETE:
        op.alter_column("flag", column, nullable=False)
    op.drop_constraint(op.f("fk_flag_ward_id"), "flag")
    op.drop_column("flag", "ward_id")
