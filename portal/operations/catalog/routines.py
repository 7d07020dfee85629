"""Decides what must be so of every function, view and trigger of the database itself: none looks round the wall."""

from portal.operations.catalog.rule import Rule, Weight

ROUTINE_RULES = (
    Rule(
        # Named last, or PostgreSQL looks for tables among the temporary ones first.
        sentence="Every function that runs as its owner finds its names in fixed places, temporary ones last",
        offenders="""
            select name from routine
             where prosecdef
               and not exists (select from unnest(proconfig) as setting
                                where setting like 'search\\_path=%' and setting ~ 'pg_temp"?$')
        """,
        remedy="Give it `set search_path = pg_catalog, public, pg_temp` in its migration.",
    ),
    Rule(
        # What only such functions call finds its names where they do.
        sentence="Every function that somebody else calls finds its names in fixed places",
        offenders="""
            select name from routine r
             where not prosecdef and proname not like 'procrastinate\\_%'
               and (prorettype = 'trigger'::regtype
                    or exists (select from reader where has_function_privilege(reader.oid, r.oid, 'execute')))
               and not exists (select from unnest(proconfig) as setting where setting like 'search\\_path=%')
        """,
        remedy="Give it `set search_path` in its migration.",
        weight=Weight.WARNS,
    ),
    Rule(
        # PostgreSQL may call such a function with the values of rows that a policy hides.
        sentence="No function of ours claims to keep secrets",
        offenders="select name from routine where proleakproof",
        remedy="Run `alter function ... not leakproof`.",
    ),
    Rule(
        sentence="Every function is written in a language that cannot leave the database",
        offenders="""
            select r.name from routine r join pg_language l on l.oid = r.prolang
             where l.lanname not in ('sql', 'plpgsql')
        """,
        remedy="Write it in SQL or PL/pgSQL.",
        weight=Weight.WARNS,
    ),
    Rule(
        # A view reads as its owner, whom no policy holds.
        sentence="Every view that the web or the worker role reads asks as whoever reads it",
        offenders="""
            select c.oid::regclass::text from pg_class c join reads_ours o on o.oid = c.oid, reader r
             where c.relkind = 'v' and has_any_column_privilege(r.oid, c.oid, 'select, insert, update')
               and not coalesce(c.reloptions && array['security_invoker=true', 'security_invoker=on',
                                                      'security_invoker=1', 'security_invoker=yes'], false)
        """,
        remedy="Make it `with (security_invoker = true)`, or revoke it.",
    ),
    Rule(
        # No policy can stand on them.
        sentence="No copy of a query and no table of another server is reached by the web or the worker role",
        offenders="""
            select distinct c.oid::regclass::text from pg_class c, reader r
             where (c.relkind = 'm' and c.oid in (select oid from reads_ours)
                    or c.relkind = 'f' and c.relnamespace = 'public'::regnamespace)
               and has_any_column_privilege(r.oid, c.oid, 'select, insert, update')
        """,
        remedy="Revoke it: the schema reads tables.",
    ),
    Rule(
        sentence="There is no view, copied query or table of another server among our tables",
        offenders="select relname from relation where relkind in ('v', 'm', 'f')",
        remedy="Drop it: whoever reads records asks the schema.",
        weight=Weight.WARNS,
    ),
    Rule(
        sentence="Nothing happens by itself when the database is changed",
        offenders="""
            select evtname from pg_event_trigger e
             where evtenabled <> 'D'
               and not exists (select from pg_depend d
                                where d.classid = 'pg_event_trigger'::regclass and d.objid = e.oid and d.deptype = 'e')
        """,
        remedy="Know whose it is: it runs inside every migration.",
        weight=Weight.WARNS,
    ),
)
