"""Hold in the database what makes a plan agreed: what is frozen, which steps there are, and which signatures count.

A version is held still while something is done to it, so that of what is edited, proposed, signed or left at the same
moment one comes after the other. Who acts comes from the signed viewer context, never from what a statement says.
"""

from collections.abc import Iterator

from alembic import op

revision = "0024"
down_revision = "0023"

TODAY = "(now() at time zone 'Europe/London')::date"
# The text of a version: what its canonical bytes are made of.
TEXT = (
    "plan_version_party", "plan_scheme", "plan_clause", "plan_contribution", "plan_milestone", "plan_measure",
    "plan_standard", "plan_evidence",
)  # fmt: skip
WRITTEN_ONCE = (
    "plan_signature", "plan_refusal", "plan_check_pass", "plan_publication", "plan_milestone_report", "plan_event",
)  # fmt: skip
# Each table with the states of a version in which its rows are written, and by which commands.
WHILE = {
    **dict.fromkeys(TEXT, ("insert or update or delete", "'DRAFT'")),
    "plan_problem": ("insert or update or delete", "'DRAFT', 'PROPOSED'"),
    "plan_proposal": ("insert", "'PROPOSED', 'SIGNING'"),
    "plan_check_pass": ("insert", "'PROPOSED', 'SIGNING'"),
    "plan_signature": ("insert", "'SIGNING'"),
    "plan_refusal": ("insert", "'SIGNING'"),
    "plan_publication": ("insert", "'AGREED'"),
}
# Where a version is named beside the plan.
OF_BOTH = ("plan_proposal", "plan_comment", "plan_check_pass", "plan_event")
KEPT = {
    "plan": ("keep_plan", "insert or update"),
    "plan_version": ("keep_plan_version", "insert or update"),
    "plan_party": ("keep_plan_party", "insert or update or delete"),
    "plan_check": ("keep_plan_checks", "insert or update or delete"),
    "plan_proposal": ("keep_plan_proposal", "update"),
    "plan_comment": ("keep_plan_comment", "update"),
    "plan_signature": ("sign_plan", "insert"),
}
# Looked at when a transaction ends, because a plan and its version move on one after the other.
AT_THE_END = {"plan_stands": ("plan", "plan_version"), "plan_is_public": ("plan",)}
FROZEN = (
    "title, starts_on, ends_on, template_code, proposed_by_membership_id, accepted_by_membership_id, proposed_at,"
    " content, content_hash, merkle_root"
)
HEAD = "security definer set search_path = pg_catalog, public, pg_temp as $$"

RULES = f"""
-- Rows of a version are written while it stands in one of these states, and it stands still meanwhile.
create function while_version_stands() returns trigger language plpgsql {HEAD}
declare
  stands text;
begin
  for stands in select v.state from public.plan_version v
                 where v.id in (old.plan_version_id, new.plan_version_id) order by v.id for share
  loop
    if stands <> all (tg_argv) then
      raise check_violation using message = 'The version of the plan does not stand where this is written.';
    end if;
  end loop;
  return coalesce(new, old);
end $$;

create function of_one_plan() returns trigger language plpgsql {HEAD}
begin
  if new.plan_version_id is not null and not exists (
    select from public.plan_version v where v.id = new.plan_version_id and v.plan_id = new.plan_id)
  then
    raise check_violation using message = 'The version is one of another plan.';
  end if;
  return new;
end $$;

create function written_once() returns trigger language plpgsql
set search_path = pg_catalog, public, pg_temp as $$
begin
  raise insufficient_privilege using message = 'What was signed, said or done in a plan stays.';
end $$;

create function keep_plan() returns trigger language plpgsql {HEAD}
begin
  if tg_op = 'INSERT' then
    if new.state <> 'DRAFT' or new.current_number <> 1 or new.published_at is not null then
      raise check_violation using message = 'A plan begins as a draft.';
    end if;
    return new;
  end if;
  if (new.id, new.reference, new.partnership_id) is distinct from (old.id, old.reference, old.partnership_id)
     or new.current_number < old.current_number
     or old.published_at is not null and new.published_at is distinct from old.published_at
  then
    raise check_violation using message = 'What a plan is does not change.';
  end if;
  if new.state <> old.state and (old.state, new.state) not in (
       ('DRAFT', 'PROPOSED'), ('PROPOSED', 'NEGOTIATION'), ('PROPOSED', 'SIGNING'), ('NEGOTIATION', 'SIGNING'),
       ('SIGNING', 'NEGOTIATION'), ('SIGNING', 'AGREED'), ('AGREED', 'IN_FORCE'))
  then
    raise check_violation using message = 'No step of a plan leads there.';
  end if;
  if new.state = 'IN_FORCE' and old.state = 'AGREED' then
    -- A day comes by itself: nobody brings it about.
    if public.viewer_membership() is not null or not exists (
      select from public.plan_version v
       where v.plan_id = new.id and v.number = new.current_number and v.starts_on <= {TODAY})
    then
      raise check_violation using message = 'A plan comes into force on its first day.';
    end if;
  elsif (new.state, new.current_number, new.published_at)
        is distinct from (old.state, old.current_number, old.published_at)
        and new.id not in (select public.viewer_written_plans())
  then
    raise insufficient_privilege using message = 'This viewer does not write that plan.';
  end if;
  return new;
end $$;

create function keep_plan_version() returns trigger language plpgsql {HEAD}
begin
  if tg_op = 'INSERT' then
    if new.state <> 'DRAFT' or num_nonnulls(new.accepted_by_membership_id, new.signing_opened_at, new.agreed_at) > 0
       or new.number <> 1 + coalesce((select max(v.number) from public.plan_version v where v.plan_id = new.plan_id), 0)
    then
      raise check_violation using message = 'A version begins as a draft, with the next number.';
    end if;
    return new;
  end if;
  if (new.id, new.plan_id, new.number, new.based_on_id, new.drafted_by_membership_id)
     is distinct from (old.id, old.plan_id, old.number, old.based_on_id, old.drafted_by_membership_id)
     or old.state <> 'DRAFT' and (%(new)s) is distinct from (%(old)s)
     or (new.signing_opened_at is distinct from old.signing_opened_at) <> (new.state = 'SIGNING' and old.state <> 'SIGNING')
     or (new.agreed_at is distinct from old.agreed_at) <> (new.state = 'AGREED' and old.state <> 'AGREED')
  then
    raise check_violation using message = 'What was proposed does not change.';
  end if;
  if (new.state, %(new)s) is distinct from (old.state, %(old)s)
     and new.plan_id not in (select public.viewer_written_plans())
  then
    raise insufficient_privilege using message = 'This viewer does not write that plan.';
  end if;
  if new.state = old.state then
    return new;
  elsif (old.state, new.state) not in (('DRAFT', 'PROPOSED'), ('PROPOSED', 'SUPERSEDED'), ('PROPOSED', 'SIGNING'),
                                       ('SIGNING', 'SUPERSEDED'), ('SIGNING', 'AGREED'))
  then
    raise check_violation using message = 'No step of a version leads there.';
  end if;
  if new.state = 'PROPOSED' then perform public.check_proposed(new); end if;
  if new.state = 'SIGNING' then perform public.check_opened(new); end if;
  if new.state = 'AGREED' then perform public.check_agreed(new); end if;
  return new;
end $$;

-- Words are put forward by whoever acts, or taken from another agency that made a counter-proposal of this plan.
create function check_proposed(version public.plan_version) returns void language plpgsql {HEAD}
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
  end if;
end $$;

-- Open counter-proposals that still answer what stands there come first.
create function check_opened(version public.plan_version) returns void language plpgsql {HEAD}
begin
  if public.viewer_agency_as('COMMISSIONER') is null
     or 2 > (select count(*) from public.plan_version_party p where p.plan_version_id = version.id and p.required)
     or exists (
       select from public.plan_proposal o
        where o.plan_id = version.plan_id and o.state = 'OPEN' and (
          exists (select from public.plan_clause c
                   where c.plan_version_id = version.id and c.key = o.clause_key and c.clause_hash = o.base_hash)
          or exists (select from public.plan_scheme c
                      where c.plan_version_id = version.id and c.key = o.scheme_key and c.money_hash = o.base_hash)))
  then
    raise check_violation using message = 'This version is not ready to be signed.';
  end if;
end $$;

-- The one rule of agreement: every required party that there is has signed these very bytes, and none has left.
create function check_agreed(version public.plan_version) returns void language plpgsql {HEAD}
begin
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

create function sign_plan() returns trigger language plpgsql {HEAD}
declare
  signed public.plan_version;
begin
  select v.* into signed from public.plan_version v where v.id = new.plan_version_id;
  if new.content_hash is distinct from signed.content_hash then
    raise check_violation using message = 'A signature stands under the hash of what is signed.';
  end if;
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
  select u.display_name into new.signed_name from public.user_account u where u.id = new.user_id;
  return new;
end $$;

create function keep_plan_party() returns trigger language plpgsql {HEAD}
begin
  if tg_op = 'INSERT' then
    if num_nonnulls(new.left_on, new.left_by_membership_id) > 0 or not public.belongs_to(
         (select p.partnership_id from public.plan p where p.id = new.plan_id), new.agency_id)
    then
      raise check_violation using message = 'Who takes part belongs to the partnership.';
    end if;
    return new;
  end if;
  if tg_op = 'DELETE' then
    if old.left_on is not null or exists (
      select from public.plan_version v join public.plan_version_party p on p.plan_version_id = v.id
       where v.plan_id = old.plan_id and v.state <> 'DRAFT' and p.agency_id = old.agency_id)
    then
      raise check_violation using message = 'Who was party to a proposed version leaves by its own signatory.';
    end if;
    return old;
  end if;
  if old.left_on is not null
     or new.left_on is null or new.left_by_membership_id is distinct from public.viewer_membership()
     or (new.plan_id, new.agency_id, new.joined_on) is distinct from (old.plan_id, old.agency_id, old.joined_on)
  then
    raise check_violation using message = 'An agency leaves once, by its own signatory.';
  end if;
  perform from public.plan_version v where v.plan_id = new.plan_id order by v.number for share;
  if exists (select from public.plan_version v where v.plan_id = new.plan_id and v.state = 'AGREED') then
    raise check_violation using message = 'Nobody leaves what was agreed.';
  end if;
  return new;
end $$;

create function keep_plan_checks() returns trigger language plpgsql {HEAD}
begin
  perform from public.plan_version v
   where v.plan_id in (old.plan_id, new.plan_id) order by v.number for share;
  if exists (select from public.plan_version v
              where v.plan_id in (old.plan_id, new.plan_id) and v.state in ('SIGNING', 'AGREED'))
  then
    raise check_violation using message = 'Checks stay as they are while a version is signed.';
  end if;
  return coalesce(new, old);
end $$;

create function keep_plan_proposal() returns trigger language plpgsql {HEAD}
begin
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

create function keep_plan_comment() returns trigger language plpgsql {HEAD}
begin
  if (new.resolved_at, new.resolved_by_membership_id)
     is distinct from (old.resolved_at, old.resolved_by_membership_id)
     and (old.resolved_at is not null or new.resolved_by_membership_id is distinct from public.viewer_membership())
  then
    raise check_violation using message = 'A comment is resolved once, by whoever says so.';
  end if;
  return new;
end $$;

create function plan_stands() returns trigger language plpgsql {HEAD}
declare
  named uuid;
begin
  if tg_table_name = 'plan' then named := new.id; else named := new.plan_id; end if;
  if exists (
    select from public.plan p
      left join public.plan_version v on v.plan_id = p.id and v.number = p.current_number
     where p.id = named and (
       coalesce((p.state, v.state) not in (
         ('DRAFT', 'DRAFT'), ('PROPOSED', 'PROPOSED'), ('NEGOTIATION', 'DRAFT'), ('NEGOTIATION', 'PROPOSED'),
         ('SIGNING', 'SIGNING'), ('AGREED', 'AGREED'), ('IN_FORCE', 'AGREED')), true)
       or exists (select from public.plan_version l where l.plan_id = p.id and l.number > p.current_number)))
  then
    raise check_violation using message = 'A plan stands where its current version stands.';
  end if;
  return null;
end $$;

create function plan_is_public() returns trigger language plpgsql {HEAD}
begin
  if new.published_at is not null and coalesce((
    select v.state <> 'AGREED' or exists (
             select from public.plan_version_party p
              where p.plan_version_id = v.id and p.required and not exists (
                select from public.plan_publication s
                 where s.plan_version_id = p.plan_version_id and s.agency_id = p.agency_id))
      from public.plan_version v where v.plan_id = new.id and v.number = new.current_number), true)
  then
    raise check_violation using message = 'A plan is public once every required party wants that.';
  end if;
  return null;
end $$;
"""
NAMES = (
    "while_version_stands(), of_one_plan(), written_once(), keep_plan(), keep_plan_version(),"
    " check_proposed(plan_version), check_opened(plan_version), check_agreed(plan_version), sign_plan(),"
    " keep_plan_party(), keep_plan_checks(), keep_plan_proposal(), keep_plan_comment(), plan_stands(), plan_is_public()"
)


def triggers() -> Iterator[tuple[str, str, str]]:
    """Each trigger by name and table, with when and how it is called."""
    for table, (commands, states) in WHILE.items():
        called = f"before {commands} on {table} for each row execute function while_version_stands({states})"
        yield "while_version_stands", table, called
    for table in OF_BOTH:
        yield "of_one_plan", table, f"before insert on {table} for each row execute function of_one_plan()"
    for table, (name, commands) in KEPT.items():
        yield name, table, f"before {commands} on {table} for each row execute function {name}()"
    for table in WRITTEN_ONCE:
        once = f"before update or delete or truncate on {table} for each statement execute function written_once()"
        yield "written_once", table, once
    for name, tables in AT_THE_END.items():
        for table in tables:
            deferred = "deferrable initially deferred for each row"
            yield name, table, f"after insert or update on {table} {deferred} execute function {name}()"


def upgrade() -> None:
    old, new = (", ".join(f"{row}.{column.strip()}" for column in FROZEN.split(",")) for row in ("old", "new"))
    op.execute(RULES % {"old": old, "new": new})
    op.execute(f"revoke execute on function {NAMES} from public")
    for name, _, called in triggers():
        kind = "constraint trigger" if name in AT_THE_END else "trigger"
        op.execute(f"create {kind} {name} {called}")


def downgrade() -> None:
    for name, table, _ in triggers():
        op.execute(f"drop trigger {name} on {table}")
    op.execute(f"drop function {NAMES}")
