"""Decides what must be so of every table: its wall, its keys, its indexes, and the triggers that hold its words."""

from portal.operations.catalog.rule import Rule, Weight

_LIST_IT = "Give it row-level security and a policy in a migration, or list it in portal/operations/catalog/listed.py."

TABLE_RULES = (
    Rule(
        sentence="Every table that the web or the worker role reaches has row-level security or is listed",
        offenders="""
            select relname from tables t
             where not relrowsecurity and relname <> all(:without_wall)
               and exists (select from reached where oid = t.oid)
        """,
        remedy=_LIST_IT,
    ),
    Rule(
        sentence="A table that nobody listed is no part of Concord, even when no role of ours reaches it",
        offenders="""
            select relname from tables t
             where not relrowsecurity and relname <> all(:without_wall)
               and not exists (select from reached where oid = t.oid)
        """,
        remedy="Move copies of records out of this database, or drop them.",
        weight=Weight.WARNS,
    ),
    Rule(
        # The owner migrates and backs up, and every function that runs as the owner asks past the policies on purpose:
        # forced, a migration of data would change nothing and say nothing.
        sentence="Row-level security is not forced upon the owner",
        offenders="select relname from tables where relforcerowsecurity",
        remedy="Run `alter table ... no force row level security` as the owner.",
    ),
    Rule(
        # The policies of a parent do not hold for a query that names its part.
        sentence="No part of a table is reached by its own name",
        offenders="""
            select relname from tables t
             where exists (select from pg_inherits where inhrelid = t.oid)
               and exists (select from reached where oid = t.oid)
        """,
        remedy="Revoke everything on the part from the web and worker roles; they ask its parent.",
    ),
    Rule(
        sentence="Every trigger is switched on",
        offenders="""
            select t.relname || '.' || g.tgname from pg_trigger g join tables t on t.oid = g.tgrelid
             where g.tgenabled in ('D', 'R')
        """,
        remedy="Run `alter table ... enable trigger ...` as the owner, and find out who switched it off.",
    ),
    Rule(
        sentence="Every trigger that holds what was said is there",
        offenders="""
            select l.place || '.' || l.name
              from unnest(cast(:trigger_tables as text[]), cast(:trigger_names as text[])) as l(place, name)
             where not exists (select from pg_trigger g join tables t on t.oid = g.tgrelid
                                where t.relname = l.place and g.tgname = l.name)
        """,
        remedy="Restore it from the migration that made it, and find out who dropped it and since when.",
    ),
    Rule(
        sentence="No rule rewrites what is asked of a table",
        offenders="select t.relname || '.' || w.rulename from pg_rewrite w join tables t on t.oid = w.ev_class",
        remedy="Drop the rule.",
    ),
    Rule(
        sentence="Every table has a primary key",
        offenders="""
            select relname from tables t
             where not exists (select from pg_constraint where conrelid = t.oid and contype = 'p')
        """,
        remedy="Give it one in a migration.",
        weight=Weight.WARNS,
    ),
    Rule(
        # Without one, taking a row away reads the whole table that names it.
        sentence="Every key of a personal table that names a personal row has an index",
        offenders="""
            select c.conname from pg_constraint c
              join tables t on t.oid = c.conrelid and t.relname <> all(:without_root)
              join tables named on named.oid = c.confrelid and named.relname <> all(:without_root)
             where c.contype = 'f'
               and not exists (select from pg_index i
                                where i.indrelid = c.conrelid and i.indisvalid
                                  and (i.indkey::int2[])[0:cardinality(c.conkey) - 1] @> c.conkey)
        """,
        remedy="Make the index in a migration.",
        weight=Weight.WARNS,
    ),
    Rule(
        sentence="No two indexes of a table are the same",
        offenders="""
            select string_agg(indexrelid::regclass::text, ' and ' order by indexrelid)
              from pg_index i join tables t on t.oid = i.indrelid
             group by indrelid, indkey::text, indclass::text, indcollation::text, indoption::text,
                      coalesce(pg_get_expr(indexprs, indrelid), ''), coalesce(pg_get_expr(indpred, indrelid), '')
            having count(*) > 1
        """,
        remedy="Drop the one that keeps no rows apart.",
        weight=Weight.WARNS,
    ),
    Rule(
        sentence="Every index and every constraint holds for all rows",
        offenders="""
            select indexrelid::regclass::text from pg_index i join tables t on t.oid = i.indrelid where not indisvalid
            union all
            select t.relname || '.' || conname from pg_constraint c join tables t on t.oid = c.conrelid
             where not convalidated
        """,
        remedy="Make the index anew, or validate the constraint.",
        weight=Weight.WARNS,
    ),
    Rule(
        sentence="What a table holds outlives a crash, or is listed",
        offenders="select relname from tables where relpersistence = 'u' and relname <> all(:forgetful)",
        remedy="Run `alter table ... set logged` as the owner.",
        weight=Weight.WARNS,
    ),
    Rule(
        sentence="No column stops the next version of PostgreSQL from taking over the data",
        offenders="""
            select t.relname || '.' || a.attname from pg_attribute a join tables t on t.oid = a.attrelid
             where a.attnum > 0 and not a.attisdropped
               and a.atttypid in ('regproc'::regtype, 'regprocedure'::regtype, 'regoper'::regtype,
                                  'regoperator'::regtype, 'regconfig'::regtype, 'regdictionary'::regtype,
                                  'regnamespace'::regtype, 'regcollation'::regtype)
        """,
        remedy="Keep the name as text.",
        weight=Weight.WARNS,
    ),
)
