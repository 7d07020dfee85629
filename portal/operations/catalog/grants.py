"""Decides what the web and the worker role may be granted, and that nobody else is granted anything."""

from portal.operations.catalog.rule import Rule, Weight

_REVOKE = "Revoke it as the owner."

GRANT_RULES = (
    Rule(
        sentence="Nothing is granted to everybody",
        offenders="""
            select relname || ' (' || lower(privilege_type) || ')' from granted where grantee = 0
            union all
            select t.relname || '.' || a.attname || ' (' || lower(g.privilege_type) || ')'
              from relation t join pg_attribute a on a.attrelid = t.oid, aclexplode(a.attacl) g where g.grantee = 0
            union all
            select r.name from routine r, aclexplode(coalesce(r.proacl, acldefault('f', r.proowner))) g
             where g.grantee = 0
        """,
        remedy="Revoke it from public; a new function is open to everybody until a migration closes it.",
    ),
    Rule(
        # What whoever made the database decided; no record is reached through it alone.
        sentence="The database and its schema are closed to everybody else",
        offenders="""
            select 'database ' || d.datname || ' (' || lower(g.privilege_type) || ')'
              from pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) g
             where d.datname = current_database() and g.grantee = 0
            union all
            select 'schema ' || n.nspname || ' (' || lower(g.privilege_type) || ')'
              from pg_namespace n, aclexplode(n.nspacl) g where n.nspname = 'public' and g.grantee = 0
        """,
        remedy="Run `revoke all on database ... from public` and grant connect to the web and worker roles.",
        weight=Weight.WARNS,
    ),
    Rule(
        sentence="The web and the worker role make nothing in the database",
        offenders="""
            select r.rolname || ' in schema ' || n.nspname from reader r, pg_namespace n
             where n.nspname !~ '^pg_(temp|toast)' and has_schema_privilege(r.oid, n.oid, 'create')
            union all
            select rolname || ' in the database' from reader
             where has_database_privilege(oid, current_database(), 'create')
        """,
        remedy="Revoke create from that role, and from public.",
    ),
    Rule(
        # A table of a session is found before ours, by whoever could make one.
        sentence="The web and the worker role make no temporary tables",
        offenders="""
            select rolname from reader where has_database_privilege(oid, current_database(), 'temporary')
        """,
        remedy="Run `revoke temporary on database ... from public`.",
        weight=Weight.WARNS,
    ),
    Rule(
        sentence="The web role updates single columns, and the worker's whole rows are listed",
        offenders="""
            select g.relname || ' by ' || r.rolname from granted g join reader r on r.oid = g.grantee
             where g.relkind <> 'S' and g.privilege_type = 'UPDATE'
               and not (r.rolname = :worker and g.relname = any(:worker_updates))
        """,
        remedy="Revoke it and grant the columns that change, in a migration.",
    ),
    Rule(
        sentence="What the web and the worker role take away is listed",
        offenders="""
            select g.relname || ' by ' || r.rolname from granted g join reader r on r.oid = g.grantee
             where g.privilege_type = 'DELETE'
               and not (r.rolname = :web and g.relname = any(:web_deletes))
               and not (r.rolname = :worker and g.relname = any(:worker_deletes))
        """,
        remedy="Revoke it, or list it with its reason in portal/operations/catalog/listed.py.",
    ),
    Rule(
        # Emptying a table, looking through a foreign key and hanging code on a table pass every policy.
        sentence="The web and the worker role neither empty tables nor hang anything on them",
        offenders="""
            select g.relname || ' (' || lower(g.privilege_type) || ') by ' || r.rolname
              from granted g join reader r on r.oid = g.grantee
             where g.relkind <> 'S' and g.privilege_type not in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
        """,
        remedy=_REVOKE,
    ),
    Rule(
        sentence="The worker reads and writes whole rows of a record only where it is listed",
        offenders="""
            select g.relname || ' (' || lower(g.privilege_type) || ')' from granted g
              join reader r on r.oid = g.grantee and r.rolname = :worker
             where g.relkind in ('r', 'p') and g.privilege_type in ('SELECT', 'INSERT')
               and g.relname <> all(:without_wall)
               and not exists (
                 select from unnest(cast(:worker_tables as text[]), cast(:worker_privileges as text[]))
                             as l(place, privilege)
                  where l.place = g.relname and l.privilege = g.privilege_type)
        """,
        remedy="Grant single columns instead, or list it with its reason in portal/operations/catalog/listed.py.",
    ),
    Rule(
        sentence="Keys and secrets are kept from who does not need them",
        offenders="""
            select t.relname || ' from ' || r.rolname from tables t, reader r
             where exists (select from reached x where x.oid = t.oid and x.rolname = r.rolname)
               and ((r.rolname = :web and t.relname = any(:kept_from_web))
                    or (r.rolname = :worker and t.relname = any(:kept_from_worker)))
        """,
        remedy="Revoke everything on it from that role.",
    ),
    Rule(
        sentence="Nothing may be passed on",
        offenders="""
            select g.relname || ' by ' || r.rolname from granted g join reader r on r.oid = g.grantee
             where g.is_grantable
        """,
        remedy="Run `revoke grant option for ...` as the owner.",
    ),
    Rule(
        # Whoever sets a sequence makes numbers come twice, and whoever reads it learns how many records there are.
        sentence="The web and the worker role only ever take the next number",
        offenders="""
            select g.relname || ' (' || lower(g.privilege_type) || ') by ' || r.rolname
              from granted g join reader r on r.oid = g.grantee
             where g.relkind = 'S' and g.privilege_type <> 'USAGE'
        """,
        remedy="Revoke it and grant usage.",
    ),
    Rule(
        # A backup or reporting role may be meant; nothing that it reads is masked, and nothing is recorded.
        sentence="No role but the web and the worker role is granted anything",
        offenders="""
            select distinct g.relname || ' to ' || r.rolname from granted g join pg_roles r on r.oid = g.grantee
             where g.grantee not in (select oid from reader)
            union
            select distinct f.name || ' to ' || r.rolname from routine f, aclexplode(f.proacl) g
              join pg_roles r on r.oid = g.grantee
             where g.grantee <> f.proowner and g.grantee not in (select oid from reader)
        """,
        remedy="Revoke it, or know why it is there: such a role reads past the schema and its audit.",
        weight=Weight.WARNS,
    ),
    Rule(
        sentence="What will be made is granted to nobody beforehand",
        offenders="""
            select pg_get_userbyid(a.defaclrole) || ' grants ' || lower(g.privilege_type)
                   || ' to ' || coalesce(r.rolname, 'everybody')
              from pg_default_acl a, aclexplode(a.defaclacl) g left join reader r on r.oid = g.grantee
             where (g.grantee = 0 or r.oid is not null)
               and a.defaclnamespace in (0, 'public'::regnamespace)
               and a.defaclrole in (select oid from migrator)
        """,
        remedy="Run `alter default privileges ... revoke ...`: a migration grants what it makes.",
        weight=Weight.WARNS,
    ),
)
