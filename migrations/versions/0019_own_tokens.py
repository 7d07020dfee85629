"""Let somebody signed in take a token of the membership they act in, for an hour at most, and nobody a token of another.

Tokens stay the owner's to write: the web role calls one function, which takes the membership from the signed viewer.
"""

from alembic import context, op

revision = "0019"
down_revision = "0018"

FUNCTION = """
create function take_own_token(hash_of_secret bytea, lifetime interval) returns timestamptz
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  membership uuid := public.viewer_membership();
  ends timestamptz := statement_timestamp() + lifetime;
begin
  if membership is null then
    raise insufficient_privilege using message = 'Nobody is signed in to take a token.';
  end if;
  if lifetime <= interval '0' or lifetime > interval '1 hour' then
    raise check_violation using message = 'A token lives for at most an hour.';
  end if;
  insert into public.access_token (id, secret_hash, membership_id, issued_at, expires_at)
  values (gen_random_uuid(), hash_of_secret, membership, statement_timestamp(), ends);
  return ends;
end $$;
"""


def upgrade() -> None:
    web = context.config.attributes["web_role"]
    op.execute(FUNCTION)
    op.execute("revoke execute on function take_own_token(bytea, interval) from public")
    op.execute(f"grant execute on function take_own_token(bytea, interval) to {web}")


def downgrade() -> None:
    op.execute("drop function take_own_token(bytea, interval)")
