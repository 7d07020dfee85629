"""Decides what a rule of the catalogue is: a sentence that must hold, SQL that finds what breaks it, and a remedy."""

from dataclasses import dataclass
from enum import Enum


class Weight(Enum):
    """What a finding means: a start that is refused, or something for whoever operates the database to look at."""

    REFUSES = "refuses the start"
    WARNS = "look at this"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule. `offenders` gives one text a row, and may read the relations of `PREAMBLE`."""

    sentence: str
    offenders: str
    remedy: str
    weight: Weight = Weight.REFUSES


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing in the catalogue that breaks a rule."""

    rule: Rule
    what: str

    def __str__(self) -> str:
        return f"{self.rule.sentence}, and this breaks it: {self.what}. {self.rule.remedy}"


# What every rule speaks of. An extension's own objects are its affair: a managed PostgreSQL brings some, and opens
# them.
PREAMBLE = """
with migrator as (
  select relowner as oid from pg_class where oid = to_regclass('public.alembic_version')
), reader as (
  select oid, rolname from pg_roles where rolname in (:web, :worker)
), relation as (
  select c.oid, c.relname, c.relkind, c.relowner, c.relacl, c.relrowsecurity, c.relforcerowsecurity, c.relispartition,
         c.relpersistence, c.reloptions
    from pg_class c
   where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
     and not exists (select from pg_depend d
                      where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
), tables as (
  select * from relation where relkind in ('r', 'p')
), reached as (
  select t.oid, r.rolname from relation t, reader r
   where t.relkind <> 'S'
     and (has_any_column_privilege(r.oid, t.oid, 'select, insert, update, references')
          or has_table_privilege(r.oid, t.oid, 'delete, truncate, trigger'))
), routine as (
  select p.oid, p.oid::regprocedure::text as name, p.proname, p.proowner, p.proacl, p.prosecdef, p.proconfig,
         p.prolang, p.proleakproof, p.prorettype
    from pg_proc p
   where p.pronamespace = 'public'::regnamespace
     and not exists (select from pg_depend d
                      where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
), policy as (
  select p.oid, p.polrelid, t.relname, p.polname, p.polcmd, p.polroles, p.polpermissive, t.relrowsecurity,
         t.relname || '.' || p.polname as name, pg_get_expr(p.polqual, p.polrelid) as condition,
         pg_get_expr(p.polwithcheck, p.polrelid) as write_condition
    from pg_policy p join tables t on t.oid = p.polrelid
), granted as (
  select c.relname, c.relkind, g.grantee, g.privilege_type, g.is_grantable
    from relation c, aclexplode(c.relacl) g where g.grantee <> c.relowner
), reads_ours as (
  select distinct w.ev_class as oid
    from pg_rewrite w join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = w.oid
    join tables t on d.refclassid = 'pg_class'::regclass and d.refobjid = t.oid
   where w.ev_class <> t.oid
)
"""
