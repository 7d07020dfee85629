"""Decides what the three roles may be, what they may own, and whose powers they may borrow."""

from portal.operations.catalog.rule import Rule, Weight

ROLE_RULES = (
    Rule(
        # Roles are known by the names in the three addresses; a rule about a role that is not there holds for nobody.
        sentence="The roles of the three addresses are there",
        offenders="""
            select name from unnest(array[cast(:web as text), cast(:worker as text)]) as l(name)
             where not exists (select from pg_roles where rolname = l.name)
        """,
        remedy="Name the role itself in the address, as `concord upgrade` did when it granted.",
    ),
    Rule(
        sentence="Row-level security holds the web and the worker role, and neither makes roles or copies the server",
        offenders="""
            select rolname from pg_roles
             where rolname in (:web, :worker) and (rolsuper or rolbypassrls or rolcreaterole or rolreplication)
        """,
        remedy="Run `alter role ... nosuperuser nobypassrls nocreaterole noreplication`.",
    ),
    Rule(
        sentence="The web and the worker role make no databases",
        offenders="select rolname from pg_roles where rolname in (:web, :worker) and rolcreatedb",
        remedy="Run `alter role ... nocreatedb`.",
        weight=Weight.WARNS,
    ),
    Rule(
        # Also what a role would have to ask for with `set role`: whoever speaks SQL through it would ask.
        sentence="The web and the worker role borrow no power that passes the wall",
        offenders="""
            select r.rolname || ' is a member of ' || m.rolname
              from reader r join pg_roles m on m.oid <> r.oid and pg_has_role(r.oid, m.oid, 'member')
             where m.rolsuper or m.rolbypassrls or m.rolcreaterole or m.rolreplication
                or m.oid in (select oid from migrator) or m.oid in (select oid from reader)
                or m.rolname in ('pg_read_all_data', 'pg_write_all_data', 'pg_read_server_files',
                                 'pg_write_server_files', 'pg_execute_server_program', 'pg_create_subscription',
                                 'pg_maintain', 'pg_database_owner')
        """,
        remedy="Revoke the membership.",
    ),
    Rule(
        sentence="The web and the worker role are members of nothing",
        offenders="""
            select r.rolname || ' is a member of ' || m.rolname
              from pg_auth_members a join reader r on r.oid = a.member join pg_roles m on m.oid = a.roleid
        """,
        remedy="Revoke the membership, or know what comes with it.",
        weight=Weight.WARNS,
    ),
    Rule(
        sentence="The web and the worker role own nothing",
        offenders="""
            select pg_describe_object(d.classid, d.objid, 0) || ' of ' || r.rolname
              from pg_shdepend d join reader r on d.refclassid = 'pg_authid'::regclass and d.refobjid = r.oid
             where d.deptype = 'o'
               and d.dbid in (0, (select oid from pg_database where datname = current_database()))
        """,
        remedy="Give it to the owner, or drop it.",
    ),
    Rule(
        sentence="Every table, sequence and function belongs to the role that migrates",
        offenders="""
            select relname from relation where relowner not in (select oid from migrator)
            union all
            select name from routine where proowner not in (select oid from migrator)
        """,
        remedy="Run `alter ... owner to` the owner: what runs as somebody else reads as somebody else.",
    ),
    Rule(
        # Functions that run as the owner would run as one whom nothing holds.
        sentence="The role that migrates is no superuser",
        offenders="select rolname from pg_roles where rolsuper and oid in (select oid from migrator)",
        remedy="Run `alter role ... nosuperuser`: owning the tables is enough.",
        weight=Weight.WARNS,
    ),
    Rule(
        sentence="Nothing is set for a role that changes what its statements mean",
        offenders="""
            select r.rolname || ': ' || setting
              from pg_db_role_setting s join reader r on r.oid = s.setrole, unnest(s.setconfig) as setting
             where setting ~ '^(search_path|row_security|session_replication_role|role|check_function_bodies)='
        """,
        remedy="Run `alter role ... reset ...`.",
        weight=Weight.WARNS,
    ),
    Rule(
        # The detail of an error can be a whole row, and the parameters of a statement are what somebody typed.
        sentence="The log of the server keeps no words of a record",
        offenders="""
            select name || ' is ' || setting from pg_settings
             where (name = 'log_error_verbosity' and setting <> 'terse')
                or (name = 'log_parameter_max_length_on_error' and setting <> '0')
                or (name = 'log_parameter_max_length' and setting <> '0'
                    and exists (select from pg_settings
                                 where (name = 'log_statement' and setting = 'all')
                                    or (name in ('log_min_duration_statement', 'log_min_duration_sample')
                                        and setting <> '-1')))
        """,
        remedy="Set `log_error_verbosity = terse` and `log_parameter_max_length = 0` for the server or the database.",
        weight=Weight.WARNS,
    ),
    Rule(
        # They have owners and grants of their own, and no policies.
        sentence="There are no large objects",
        offenders="select oid::text from pg_largeobject_metadata limit 3",
        remedy="Find out what they hold, and remove them with `lo_unlink`.",
        weight=Weight.WARNS,
    ),
    Rule(
        sentence="No extension stands among our tables, and none leads out of the database",
        offenders="""
            select extname from pg_extension
             where extnamespace = 'public'::regnamespace
                or extname in ('dblink', 'postgres_fdw', 'file_fdw', 'adminpack', 'plpython3u', 'plperlu', 'pltclu',
                               'pg_cron', 'pg_net', 'http')
        """,
        remedy="Concord needs none: move it to a schema of its own, or drop it.",
        weight=Weight.WARNS,
    ),
    Rule(
        # Whoever subscribes gets rows without policies, masks or audit.
        sentence="No table is published to other servers",
        offenders="""
            select p.pubname from pg_publication p
             where p.puballtables
                or exists (select from pg_publication_rel r join tables t on t.oid = r.prrelid where r.prpubid = p.oid)
        """,
        remedy="Drop the publication, or know who subscribes.",
        weight=Weight.WARNS,
    ),
)
