"""Let the database tell whether a signatory typed their password just now, so that nobody signs a plan without."""

from alembic import context, op

revision = "0023"
down_revision = "0022"

# The proof is `sign|expiry|membership|hash.mac`, with the key of viewer contexts and a word in front that no context
# has. It holds for the viewer of this transaction alone.
FUNCTION = """
create function proved_again(content_hash text) returns boolean language plpgsql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  proof text := nullif(current_setting('concord.proof', true), '');
  payload text := split_part(proof, '.', 1);
  expiry text := split_part(payload, '|', 2);
  membership uuid := public.viewer_membership();
begin
  if proof is null or membership is null or $1 is null then return false; end if;
  perform 1 from public.viewer_context_key k
   where payload || '.' || encode(sha256(k.outer_pad || sha256(k.inner_pad || convert_to(payload, 'UTF8'))), 'hex')
         = proof;
  if not found or payload is distinct from concat_ws('|', 'sign', expiry, membership, $1) then return false; end if;
  return expiry::bigint >= extract(epoch from clock_timestamp());
end $$
"""


def upgrade() -> None:
    web = context.config.attributes["web_role"]
    op.execute(FUNCTION)
    op.execute("revoke execute on function proved_again(text) from public")
    op.execute(f"grant execute on function proved_again(text) to {web}")
    # Beside whoever may write a signature at all.
    op.execute(
        f"create policy proved on plan_signature as restrictive for insert to {web}"
        " with check (proved_again(content_hash))"
    )


def downgrade() -> None:
    op.execute("drop policy proved on plan_signature")
    op.execute("drop function proved_again(text)")
