"""Decides what must be so of every policy: for whom it is, what it looks at, and what it costs."""

from portal.operations.catalog.rule import Rule, Weight

POLICY_RULES = (
    Rule(
        sentence="Every policy stands on a table whose row-level security is on",
        offenders="select name from policy where not relrowsecurity",
        remedy="Run `alter table ... enable row level security` as the owner, and find out who switched it off.",
    ),
    Rule(
        # Nothing leaks: such a table shows nobody anything, which is a fault all the same.
        sentence="Every table with row-level security has a policy",
        offenders="""
            select relname from tables t
             where relrowsecurity and not exists (select from pg_policy where polrelid = t.oid)
        """,
        remedy="Give it a policy in a migration.",
        weight=Weight.WARNS,
    ),
    Rule(
        sentence="Every policy is for everybody, for the web role or for the worker role",
        offenders="""
            select p.name || ' for ' || coalesce(r.rolname, 'a role that is gone')
              from policy p, unnest(p.polroles) as named(oid) left join pg_roles r on r.oid = named.oid
             where named.oid <> 0 and named.oid not in (select oid from reader)
        """,
        remedy="Drop the policy: whoever reads records asks the schema, which masks and records what it shows.",
    ),
    Rule(
        # A condition that looks at no column of its row holds for all of them or for none.
        sentence="A policy that holds for every row is listed",
        offenders="""
            select name from policy p
             where polpermissive
               and (condition = 'true' or write_condition = 'true'
                    or not exists (select from pg_depend d
                                    where d.classid = 'pg_policy'::regclass and d.objid = p.oid
                                      and d.refclassid = 'pg_class'::regclass and d.refobjid = p.polrelid
                                      and d.refobjsubid > 0))
               and not exists (select from unnest(cast(:open_tables as text[]), cast(:open_policies as text[]))
                                           as l(place, name)
                                where l.place = p.relname and l.name = p.polname)
        """,
        remedy="Close it in a migration, or list it with its reason in portal/operations/catalog/listed.py.",
    ),
    Rule(
        sentence="What is listed as open to the worker is open to the worker alone",
        offenders="""
            select name from policy p
             where polpermissive and (condition = 'true' or write_condition = 'true')
               and relname <> all(:without_root)
               and polroles <> (select array_agg(oid) from reader where rolname = :worker)
        """,
        remedy="Make the policy anew with `to` the worker role.",
    ),
    Rule(
        sentence="A personal table is read through the disclosure of its root",
        offenders="""
            select name from policy p
             where polpermissive and polcmd in ('r', '*') and relname <> all(:without_root) and relname <> 'disclosure'
               and not polroles <@ (select array_agg(oid) from reader where rolname = :worker)
               and not exists (select from pg_depend d
                                where d.classid = 'pg_policy'::regclass and d.objid = p.oid
                                  and d.refclassid = 'pg_class'::regclass
                                  and d.refobjid = to_regclass('public.disclosure'))
        """,
        remedy="Let the policy ask whether a disclosure of the root is visible.",
    ),
    Rule(
        sentence="No two policies open one command of one table to the same role",
        offenders="""
            select relname || ' (' || string_agg(polname, ', ' order by polname) || ')' from policy
             where polpermissive group by relname, polcmd, polroles having count(*) > 1
        """,
        remedy="Make one of them: what either opens is open, which is easy to overlook.",
        weight=Weight.WARNS,
    ),
    Rule(
        sentence="What a policy asks has one answer within a statement",
        offenders=r"""
            select name from policy p
             where concat_ws(' ', condition, write_condition)
                   ~ '\m(random|clock_timestamp|timeofday|nextval|setval|set_config|pg_sleep|gen_random_uuid)\('
                or exists (select from pg_depend d join pg_proc f on f.oid = d.refobjid
                            where d.classid = 'pg_policy'::regclass and d.objid = p.oid
                              and d.refclassid = 'pg_proc'::regclass and f.provolatile = 'v')
        """,
        remedy="Ask a stable function, or none.",
        weight=Weight.WARNS,
    ),
    Rule(
        # `(select f())` is asked once for a statement, `f()` once for every row.
        sentence="What is the same for every row is asked once",
        offenders=r"""
            select distinct p.name
              from policy p
              join pg_depend d on d.classid = 'pg_policy'::regclass and d.objid = p.oid
                              and d.refclassid = 'pg_proc'::regclass
              join pg_proc f on f.oid = d.refobjid and f.pronargs = 0
             where regexp_replace(concat_ws(' ', condition, write_condition),
                                  '\( SELECT ' || f.proname || '\(\) AS \w+\)', '', 'g') ~ ('\m' || f.proname || '\(')
            union
            select name from policy
             where regexp_replace(concat_ws(' ', condition, write_condition),
                                  '\( SELECT (NULLIF\()?current_setting\([^)]*\)[^)]*\)? AS \w+\)', '', 'g')
                   ~ '\mcurrent_setting\('
        """,
        remedy="Write `(select f())` in the policy.",
        weight=Weight.WARNS,
    ),
)
