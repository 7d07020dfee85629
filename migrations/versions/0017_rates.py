"""Count requests and sign-ins."""

import sqlalchemy as sa
from alembic import context, op

revision = "0017"
down_revision = "0016"

KINDS = ("USER", "CLIENT", "AGENCY", "PAGES")
EVERYBODY = "00000000-0000-0000-0000-000000000000"
# A page costs 3,300 points at most. Somebody at work could open a hundred at once and one and a half each second for
# ever; a tool may ask the largest request twice, and then a thousand points a second.
LIMITS = {"USER": (200_000, 1_000), "CLIENT": (500_000, 2_500), "AGENCY": (1_000_000, 5_000), "PAGES": (400_000, 5_000)}

FUNCTIONS = """
create function rate_limit_of(kind text, subject uuid) returns rate_limit language sql stable
set search_path = pg_catalog, public, pg_temp as $$
  select l from public.rate_limit l
   where l.kind = $1 and l.subject in ($2, '00000000-0000-0000-0000-000000000000')
   order by l.subject = $2 desc limit 1
$$;

-- Take a cost out of every bucket named, or out of none when one of them has too little. Each row says what is left
-- and how long to wait until the cost would fit; nobody waits when it was taken.
create function charge_rates(cost bigint, kinds text[], subjects uuid[])
returns table (kind text, capacity bigint, restored_per_second bigint, remaining double precision,
               wait double precision)
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp set lock_timeout = '2s' as $$
declare
  at timestamptz;
begin
  if cost is null or cost < 0 then
    raise check_violation using message = 'A cost is not below zero.';
  end if;
  -- Locked in one order, so that two requests never wait for each other in a ring.
  insert into public.rate_bucket as b (kind, subject, full_at)
  select a.kind, a.subject, clock_timestamp() from unnest(kinds, subjects) as a (kind, subject)
   order by a.kind, a.subject
      on conflict on constraint pk_rate_bucket do update set full_at = b.full_at;
  at := clock_timestamp();
  return query
  with bucket as (
    select b.kind, b.subject, l.capacity, l.restored_per_second,
           greatest(0, extract(epoch from b.full_at - at))::float8 * l.restored_per_second as used
      from unnest(kinds, subjects) as a (kind, subject)
      join public.rate_bucket b on b.kind = a.kind and b.subject = a.subject
     cross join lateral public.rate_limit_of(a.kind, a.subject) l
  ), answer as (
    select bool_and(b.used + cost <= b.capacity) as fits from bucket b
  ), charged as (
    update public.rate_bucket r
       set full_at = greatest(r.full_at, at) + make_interval(secs => cost::float8 / b.restored_per_second)
      from bucket b
     where (select fits from answer) and r.kind = b.kind and r.subject = b.subject
  )
  select b.kind::text, b.capacity, b.restored_per_second,
         greatest(0, b.capacity - b.used - case when a.fits then cost else 0 end),
         greatest(0, (b.used + cost - b.capacity) / b.restored_per_second)
    from bucket b cross join answer a;
end $$;

-- What the tools of somebody may ask now: as much as is left both to them and to their agency.
create function rates_left(person uuid, agency uuid) returns json language sql volatile security definer
set search_path = pg_catalog, public, pg_temp as $$
  select json_build_object(
           'limit', max(l.capacity) filter (where a.kind = 'USER'),
           'remaining', floor(min(l.capacity - least(l.capacity,
             greatest(0, coalesce(extract(epoch from b.full_at - clock_timestamp()), 0)) * l.restored_per_second)))::bigint,
           'restoredPerSecond', max(l.restored_per_second) filter (where a.kind = 'USER'))
    from (values ('USER', $1), ('AGENCY', $2)) as a (kind, subject)
   cross join lateral public.rate_limit_of(a.kind, a.subject) l
    left join public.rate_bucket b on b.kind = a.kind and b.subject = a.subject
$$;

-- Take one try at signing in, by account and by network: how many seconds to wait, or none when it was taken. Tries are
-- taken before a password is looked at, so that many at once are no more than many in a row.
create function take_sign_in_try(account uuid, network uuid, free_tries int, first_wait interval,
                                 longest_wait interval, remembered interval, network_tries int,
                                 network_window interval) returns double precision
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp set lock_timeout = '2s' as $$
declare
  at timestamptz;
  wait double precision;
begin
  -- Whoever types addresses that nobody has leaves rows behind; each try takes some that have run out along.
  delete from public.sign_in_throttle t using (
    select o.kind, o.subject from public.sign_in_throttle o where o.forgotten_at < clock_timestamp()
     order by o.forgotten_at limit 10 for update skip locked
  ) as old where t.kind = old.kind and t.subject = old.subject;
  insert into public.sign_in_throttle as t (kind, subject, tries, open_at, forgotten_at)
  values ('ACCOUNT', account, 0, clock_timestamp(), clock_timestamp()),
         ('NETWORK', network, 0, clock_timestamp(), clock_timestamp())
      on conflict on constraint pk_sign_in_throttle do update set tries = t.tries;
  at := clock_timestamp();
  select max(extract(epoch from t.open_at - at)) into wait from public.sign_in_throttle t
   where ((t.kind = 'ACCOUNT' and t.subject = account) or (t.kind = 'NETWORK' and t.subject = network))
     and t.open_at > at and t.forgotten_at > at;
  if wait is not null then
    return wait;
  end if;
  update public.sign_in_throttle t
     set tries = n.tries, forgotten_at = at + remembered,
         open_at = case when n.tries < free_tries then at
                        else at + least(longest_wait, first_wait * power(2, least(n.tries - free_tries, 30))) end
    from (select o.kind, o.subject, case when o.forgotten_at <= at then 1 else o.tries + 1 end as tries
            from public.sign_in_throttle o where o.kind = 'ACCOUNT' and o.subject = account) n
   where t.kind = n.kind and t.subject = n.subject;
  update public.sign_in_throttle t
     set tries = n.tries, forgotten_at = n.until, open_at = case when n.tries < network_tries then at else n.until end
    from (select o.kind, o.subject, case when o.forgotten_at <= at then 1 else o.tries + 1 end as tries,
                 case when o.forgotten_at <= at then at + network_window else o.forgotten_at end as until
            from public.sign_in_throttle o where o.kind = 'NETWORK' and o.subject = network) n
   where t.kind = n.kind and t.subject = n.subject;
  return null;
end $$;

-- Whoever signed in has not guessed: their account begins anew, and their network has its try back.
create function give_back_sign_in_try(account uuid, network uuid) returns void
language sql volatile security definer set search_path = pg_catalog, public, pg_temp set lock_timeout = '2s' as $$
  delete from public.sign_in_throttle where kind = 'ACCOUNT' and subject = $1;
  update public.sign_in_throttle set tries = greatest(0, tries - 1), open_at = clock_timestamp()
   where kind = 'NETWORK' and subject = $2;
$$;
"""
GRANTED = (
    "charge_rates(bigint, text[], uuid[])",
    "rates_left(uuid, uuid)",
    "take_sign_in_try(uuid, uuid, int, interval, interval, interval, int, interval)",
    "give_back_sign_in_try(uuid, uuid)",
)


def kind(*values: str) -> sa.Enum:
    name = "ratekind" if values == KINDS else "throttlekind"
    return sa.Enum(*values, native_enum=False, create_constraint=True, length=40, name=name)


def upgrade() -> None:
    web = context.config.attributes["web_role"]
    limit = op.create_table(
        "rate_limit",
        sa.Column("kind", kind(*KINDS), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column("capacity", sa.BigInteger(), nullable=False),
        sa.Column("restored_per_second", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "capacity between 100000 and 1000000000", name=op.f("ck_rate_limit_holds_the_largest_request")
        ),
        sa.CheckConstraint("restored_per_second between 1 and 100000", name=op.f("ck_rate_limit_fills")),
        sa.PrimaryKeyConstraint("kind", "subject", name=op.f("pk_rate_limit")),
    )
    op.create_table(
        "rate_bucket",
        sa.Column("kind", kind(*KINDS), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column("full_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind", "subject", name=op.f("pk_rate_bucket")),
        prefixes=["UNLOGGED"],
    )
    op.create_table(
        "sign_in_throttle",
        sa.Column("kind", kind("ACCOUNT", "NETWORK"), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("open_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("forgotten_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind", "subject", name=op.f("pk_sign_in_throttle")),
        prefixes=["UNLOGGED"],
    )
    op.create_index("ix_sign_in_throttle_forgotten_at", "sign_in_throttle", ["forgotten_at"])
    # A row that changes with every request finds room for its next version on its own page.
    op.execute("alter table rate_bucket set (fillfactor = 50)")
    op.bulk_insert(
        limit,
        [
            {"kind": name, "subject": EVERYBODY, "capacity": capacity, "restored_per_second": restored}
            for name, (capacity, restored) in LIMITS.items()
        ],
    )
    op.execute(FUNCTIONS)
    op.execute("revoke execute on function rate_limit_of(text, uuid) from public")
    for function in GRANTED:
        op.execute(f"revoke execute on function {function} from public")
        op.execute(f"grant execute on function {function} to {web}")


def downgrade() -> None:
    for function in (*GRANTED, "rate_limit_of(text, uuid)"):
        op.execute(f"drop function {function}")
    for table in ("sign_in_throttle", "rate_bucket", "rate_limit"):
        op.drop_table(table)
