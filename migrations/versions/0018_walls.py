"""Let the web role put jobs off and read none, and let a viewer context be nothing but a payload and its signature.

What waits in the queue names flags, and no policy stands in front of it. Putting off returns the number of the job, so
that column alone stays readable; the functions that take, finish and retry jobs are the worker's.
"""

from alembic import context, op

revision = "0018"
down_revision = "0017"

PUT_OFF = "procrastinate_defer_jobs_v1"
EACH_FUNCTION = """
do $$ declare f regprocedure; begin
  for f in select oid::regprocedure from pg_proc
            where pronamespace = 'public'::regnamespace and proname like 'procrastinate%' and proname <> '{put_off}'
  loop
    execute format('{change}', f);
  end loop;
end $$
"""
# `signed` is what the signature must be equal to, said of the whole context or of its second part.
VIEWER_CONTEXT = """
create or replace function viewer_context() returns text language plpgsql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  context text := nullif(current_setting('concord.viewer', true), '');
  payload text := split_part(context, '.', 1);
begin
  if context is null then return null; end if;
  perform 1 from public.viewer_context_key k
   where {before}encode(sha256(k.outer_pad || sha256(k.inner_pad || convert_to(payload, 'UTF8'))), 'hex')
         = {signed};
  if not found or split_part(payload, '|', 1)::bigint < extract(epoch from clock_timestamp()) then
    raise insufficient_privilege using message = 'The viewer context is refused.';
  end if;
  return payload;
end $$
"""


def upgrade() -> None:
    web = context.config.attributes["web_role"]
    op.execute(f"revoke select on procrastinate_jobs from {web}; grant select (id) on procrastinate_jobs to {web}")
    op.execute(EACH_FUNCTION.format(put_off=PUT_OFF, change=f"revoke execute on function %s from {web}"))
    op.execute(VIEWER_CONTEXT.format(before="payload || '.' || ", signed="context"))


def downgrade() -> None:
    web = context.config.attributes["web_role"]
    op.execute(VIEWER_CONTEXT.format(before="", signed="split_part(context, '.', 2)"))
    op.execute(EACH_FUNCTION.format(put_off=PUT_OFF, change=f"grant execute on function %s to {web}"))
    op.execute(f"revoke select (id) on procrastinate_jobs from {web}; grant select on procrastinate_jobs to {web}")
