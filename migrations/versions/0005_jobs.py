"""Create the job queue: procrastinate's own schema, in the same database so that a job commits with its change."""

from alembic import context, op
from procrastinate.schema import SchemaManager

revision = "0005"
down_revision = "0004"

TABLES = "procrastinate_jobs, procrastinate_events, procrastinate_periodic_defers, procrastinate_workers"


def upgrade() -> None:
    web, worker = context.config.attributes["web_role"], context.config.attributes["worker_role"]
    # Many statements at once, some with percent signs, go to the driver as they are.
    connection = op.get_bind().connection.driver_connection
    assert connection is not None
    connection.execute(SchemaManager.get_schema())
    op.execute(f"grant select, insert, update, delete on {TABLES} to {worker}")
    op.execute(f"grant usage on all sequences in schema public to {worker}")
    op.execute(f"grant insert, select on procrastinate_jobs to {web}; grant insert on procrastinate_events to {web}")
    op.execute(f"grant select on procrastinate_workers to {web}")
    op.execute(f"grant usage on sequence procrastinate_jobs_id_seq, procrastinate_events_id_seq to {web}")
    op.execute(
        f"""do $$ declare f regprocedure; begin
        for f in select oid::regprocedure from pg_proc
                  where proname like 'procrastinate%' and pronamespace = 'public'::regnamespace loop
          execute format('revoke execute on function %s from public', f);
          execute format('grant execute on function %s to {web}, {worker}', f);
        end loop; end $$"""
    )


def downgrade() -> None:
    op.execute(f"drop table {TABLES} cascade")
    op.execute(
        """do $$ declare thing record; begin
        for thing in select oid::regprocedure as name from pg_proc
                      where proname like 'procrastinate%' and pronamespace = 'public'::regnamespace loop
          execute format('drop function %s cascade', thing.name);
        end loop;
        for thing in select oid::regtype as name from pg_type
                      where typname in ('procrastinate_job_status', 'procrastinate_job_event_type',
                                        'procrastinate_job_to_defer_v1') loop
          execute format('drop type %s cascade', thing.name);
        end loop; end $$"""
    )
