"""Let nobody sign a plan for two agencies, nor say in anybody's name or at another time what did not happen.

A signature carries the moment and the method that the database saw; who takes part is named in what is proposed, until
it leaves; a check that was passed stays what it was; what is put to the parties is open when it is put; and of events
only those that happened are noted.
"""

from alembic import op

revision = "0025"
down_revision = "0024"

HEAD = "security definer set search_path = pg_catalog, public, pg_temp as $$"
SIGNED_ONCE = "uq_plan_signature_plan_version_id_user_id"

# Each function with its parts that differ: as they are from here on, and as they were before.
SIGN_PLAN = """
create or replace function sign_plan() returns trigger language plpgsql {head}
declare
  signed public.plan_version;
begin
  select v.* into signed from public.plan_version v where v.id = new.plan_version_id{held};
  if new.content_hash is distinct from signed.content_hash then
    raise check_violation using message = 'A signature stands under the hash of what is signed.';
  end if;{method}
  if not exists (select from public.membership m
                  where m.id = new.membership_id and m.user_id = new.user_id and m.role = 'SIGNATORY')
  then
    raise check_violation using message = 'A signatory signs as themselves.';
  end if;
  perform from public.plan_version_party p
    join public.plan_party t on t.plan_id = signed.plan_id and t.agency_id = p.agency_id
   where p.plan_version_id = signed.id and p.agency_id = new.agency_id and t.left_on is null for share of t;
  if not found then
    raise check_violation using message = 'A party that has not left signs.';
  end if;
  if exists (
    select from public.plan_check c
     where c.plan_id = signed.plan_id and c.agency_id = new.agency_id and not exists (
       select from public.plan_check_pass d
        where d.plan_version_id = signed.id and d.agency_id = c.agency_id and d.code = c.code))
  then
    raise check_violation using message = 'An agency passes its own checks before it signs.';
  end if;
  if exists (select from public.membership m
              where m.user_id = new.user_id
                and m.id in (signed.proposed_by_membership_id, signed.accepted_by_membership_id))
  then
    raise check_violation using message = 'Nobody signs what they put forward.';
  end if;
  select u.display_name into new.signed_name from public.user_account u where u.id = new.user_id;{moment}
  return new;
end $$;
"""
SIGN_PLAN_PARTS = {
    # Held before anything is asked of it: what is checked here stays so until the signature is there.
    "held": " for share",
    "method": """
  -- A password is what the proof is of.
  if new.method <> 'PASSWORD' then
    raise check_violation using message = 'A signature names what the proof is of.';
  end if;""",
    "moment": """
  new.signed_at := clock_timestamp();""",
}

CHECK_PROPOSED = """
create or replace function check_proposed(version public.plan_version) returns void language plpgsql {head}
begin
  if version.accepted_by_membership_id is null
     and version.proposed_by_membership_id is distinct from public.viewer_membership()
     or version.accepted_by_membership_id is not null and (
       version.accepted_by_membership_id is distinct from public.viewer_membership() or not exists (
         select from public.plan_proposal p
          where p.plan_id = version.plan_id and p.state in ('OPEN', 'ACCEPTED')
            and p.proposed_by_membership_id = version.proposed_by_membership_id
            and p.agency_id is distinct from public.viewer_agency()))
     or public.viewer_agency_as('COMMISSIONER') is null
  then
    raise insufficient_privilege using message = 'Nobody proposes in the name of another.';
  end if;
  if exists (select from public.plan_problem p where p.plan_version_id = version.id)
     or exists (
       select from public.plan_version_party p
         left join public.plan_party t on t.plan_id = version.plan_id and t.agency_id = p.agency_id and t.left_on is null
        where p.plan_version_id = version.id and t.plan_id is null)
  then
    raise check_violation using message = 'This version has problems.';
  end if;{named}
end $$;
"""
CHECK_PROPOSED_PARTS = {
    "named": """
  if exists (
    select from public.plan_party t
     where t.plan_id = version.plan_id and t.left_on is null and not exists (
       select from public.plan_version_party p where p.plan_version_id = version.id and p.agency_id = t.agency_id))
  then
    raise check_violation using message = 'Whoever takes part is named until it leaves.';
  end if;""",
}

CHECK_AGREED = """
create or replace function check_agreed(version public.plan_version) returns void language plpgsql {head}
begin{held}
  if 2 > (select count(*) from public.plan_version_party p where p.plan_version_id = version.id and p.required)
     or exists (
       select from public.plan_version_party p
         left join public.plan_signature s
                on s.plan_version_id = p.plan_version_id and s.agency_id = p.agency_id
               and s.content_hash = version.content_hash
         left join public.plan_party t on t.plan_id = version.plan_id and t.agency_id = p.agency_id and t.left_on is null
        where p.plan_version_id = version.id and p.required and (s.id is null or t.plan_id is null))
  then
    raise check_violation using message = 'A required party has not signed these bytes.';
  end if;
end $$;
"""
CHECK_AGREED_PARTS = {
    "held": """
  -- A transaction that looks at an older moment is refused here when somebody has left since.
  perform from public.plan_party t where t.plan_id = version.plan_id order by t.agency_id for share;""",
}

KEEP_PLAN_CHECKS = """
create or replace function keep_plan_checks() returns trigger language plpgsql {head}
begin
  perform from public.plan_version v
   where v.plan_id in (old.plan_id, new.plan_id) order by v.number for share;
  if exists (select from public.plan_version v
              where v.plan_id in (old.plan_id, new.plan_id) and v.state in ('SIGNING', 'AGREED'))
  then
    raise check_violation using message = 'Checks stay as they are while a version is signed.';
  end if;{passed}
  return coalesce(new, old);
end $$;
"""
KEEP_PLAN_CHECKS_PARTS = {
    "passed": """
  -- Somebody put their name to what it said.
  if tg_op = 'UPDATE' then
    if (new.name, new.role) is distinct from (old.name, old.role) and exists (
      select from public.plan_check_pass d
       where d.plan_id = old.plan_id and d.agency_id = old.agency_id and d.code = old.code)
    then
      raise check_violation using message = 'A check that was passed stays as it is.';
    end if;
  end if;""",
}

KEEP_PLAN_PROPOSAL = """
create or replace function keep_plan_proposal() returns trigger language plpgsql {head}
begin{put}
  if (new.state, new.decided_by_membership_id, new.decided_at, new.decided_because)
     is distinct from (old.state, old.decided_by_membership_id, old.decided_at, old.decided_because)
     and (old.state <> 'OPEN' or new.decided_by_membership_id is distinct from public.viewer_membership()
          or public.viewer_agency_as('COMMISSIONER') is null
          or (new.state = 'WITHDRAWN') <> (new.agency_id = public.viewer_agency())
          -- Who left takes back what they put, and decides nothing of others.
          or new.state <> 'WITHDRAWN' and new.plan_id not in (select public.viewer_written_plans()))
  then
    raise check_violation using message = 'A counter-proposal is decided once, by whom it concerns.';
  end if;
  return new;
end $$;
"""
KEEP_PLAN_PROPOSAL_PARTS = {
    "put": """
  if tg_op = 'INSERT' then
    if new.state <> 'OPEN' or num_nonnulls(new.decided_by_membership_id, new.decided_at, new.decided_because) > 0 then
      raise check_violation using message = 'A counter-proposal is open when it is put.';
    end if;
    return new;
  end if;""",
}

KEEP_PLAN_COMMENT = """
create or replace function keep_plan_comment() returns trigger language plpgsql {head}
begin{said}
  if (new.resolved_at, new.resolved_by_membership_id)
     is distinct from (old.resolved_at, old.resolved_by_membership_id)
     and (old.resolved_at is not null or new.resolved_by_membership_id is distinct from public.viewer_membership())
  then
    raise check_violation using message = 'A comment is resolved once, by whoever says so.';
  end if;
  return new;
end $$;
"""
KEEP_PLAN_COMMENT_PARTS = {
    "said": """
  if tg_op = 'INSERT' then
    if num_nonnulls(new.resolved_at, new.resolved_by_membership_id) > 0 then
      raise check_violation using message = 'A comment is open when it is made.';
    end if;
    return new;
  end if;""",
}

KEEP_PLAN_EVENT = """
-- Others are told of events, so these are written down of what is so and of nothing else.
create function keep_plan_event() returns trigger language plpgsql {head}
begin
  if new.kind = 'SIGNED' and not exists (
       select from public.plan_signature s
        where s.plan_version_id = new.plan_version_id and s.membership_id = new.membership_id)
     or new.kind = 'AGREED' and not exists (
       select from public.plan_version v where v.id = new.plan_version_id and v.state = 'AGREED')
     or new.kind = 'IN_FORCE' and not exists (
       select from public.plan p where p.id = new.plan_id and p.state = 'IN_FORCE')
     or new.kind = 'PUBLISHED' and not exists (
       select from public.plan p where p.id = new.plan_id and p.published_at is not null)
  then
    raise check_violation using message = 'What did not happen is not noted.';
  end if;
  return new;
end $$;
"""

REPLACED = (
    (SIGN_PLAN, SIGN_PLAN_PARTS),
    (CHECK_PROPOSED, CHECK_PROPOSED_PARTS),
    (CHECK_AGREED, CHECK_AGREED_PARTS),
    (KEEP_PLAN_CHECKS, KEEP_PLAN_CHECKS_PARTS),
    (KEEP_PLAN_PROPOSAL, KEEP_PLAN_PROPOSAL_PARTS),
    (KEEP_PLAN_COMMENT, KEEP_PLAN_COMMENT_PARTS),
)
# What is looked at when it is written, and not only when it changes.
WATCHED = {"plan_proposal": "keep_plan_proposal", "plan_comment": "keep_plan_comment"}


def _watch(commands: str) -> None:
    for table, name in WATCHED.items():
        op.execute(f"drop trigger {name} on {table}")
        op.execute(f"create trigger {name} before {commands} on {table} for each row execute function {name}()")


def upgrade() -> None:
    op.create_unique_constraint(SIGNED_ONCE, "plan_signature", ["plan_version_id", "user_id"])
    for function, parts in REPLACED:
        op.execute(function.format(head=HEAD, **parts))
    _watch("insert or update")
    op.execute(KEEP_PLAN_EVENT.format(head=HEAD))
    op.execute("revoke execute on function keep_plan_event() from public")
    op.execute(
        "create trigger keep_plan_event before insert on plan_event for each row execute function keep_plan_event()"
    )


def downgrade() -> None:
    op.execute("drop trigger keep_plan_event on plan_event")
    op.execute("drop function keep_plan_event()")
    _watch("update")
    for function, parts in REPLACED:
        op.execute(function.format(head=HEAD, **dict.fromkeys(parts, "")))
    op.drop_constraint(SIGNED_ONCE, "plan_signature")
