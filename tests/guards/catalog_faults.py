"""Faults to plant in a database, by the rule that must find each; and what a sound one may differ in."""

Faults = list[tuple[str, str]]

TABLE_FAULTS: dict[str, Faults] = {
    "Every table that the web or the worker role reaches has row-level security or is listed": [
        ("alter table flag disable row level security", "flag"),
        (
            "set role {owner}; create table diary (id int primary key); grant select (id) on diary to {worker}",
            "diary",
        ),
    ],
    "A table that nobody listed is no part of Concord, even when no role of ours reaches it": [
        ("set role {owner}; create table flag_copy (id int primary key)", "flag_copy"),
    ],
    "Row-level security is not forced upon the owner": [("alter table flag force row level security", "flag")],
    "No part of a table is reached by its own name": [
        (
            (
                "set role {owner}; create table flag_2026 (primary key (id)) inherits (flag);"
                " grant select on flag_2026 to {web}"
            ),
            "flag_2026",
        ),
    ],
    "Every trigger is switched on": [
        ("alter table audit_event disable trigger append_only", "audit_event.append_only"),
        ("alter table flag enable replica trigger keep_raised_facts", "flag.keep_raised_facts"),
    ],
    "Every trigger that holds what was said is there": [
        ("drop trigger append_only on audit_subject", "audit_subject.append_only"),
    ],
    "No rule rewrites what is asked of a table": [
        ("create rule quiet as on delete to flag do instead nothing", "flag.quiet"),
    ],
    "Every table has a primary key": [("set role {owner}; create table heap (id int)", "heap")],
    "Every key of a personal table that names a personal row has an index": [
        (
            "set role {owner}; create table leaf (id int primary key, flag_id uuid constraint of_flag references flag)",
            "of_flag",
        ),
    ],
    "No two indexes of a table are the same": [
        ("create index this on flag (raised_at, fact); create index that on flag (raised_at, fact)", "this and that"),
    ],
    "Every index and every constraint holds for all rows": [
        ("alter table flag add constraint later check (version > 0) not valid", "flag.later"),
    ],
    "What a table holds outlives a crash, or is listed": [
        ("set role {owner}; create unlogged table quick (id int primary key)", "quick"),
    ],
    "No column stops the next version of PostgreSQL from taking over the data": [
        ("alter table saved_view add column dictionary regconfig", "saved_view.dictionary"),
    ],
}
POLICY_FAULTS: dict[str, Faults] = {
    "Every policy stands on a table whose row-level security is on": [
        ("alter table team_member disable row level security", "team_member.read"),
    ],
    "Every table with row-level security has a policy": [
        (
            "set role {owner}; create table mute (id int primary key); alter table mute enable row level security",
            "mute",
        ),
    ],
    "Every policy is for everybody, for the web role or for the worker role": [
        (
            (
                "create role outsider; create policy also on flag for select to outsider"
                " using (exists (select from disclosure d where d.root_id = flag.id))"
            ),
            "flag.also for outsider",
        ),
    ],
    "A policy that holds for every row is listed": [
        ("alter policy disclosed on flag using (true)", "flag.disclosed"),
        ("alter policy disclosed on person using (1 = 1)", "person.disclosed"),
        ("alter policy written on share with check (true)", "share.written"),
        ("alter policy written on root with check ((select viewer_membership()) is not null)", "root.written"),
    ],
    "What is listed as open to the worker is open to the worker alone": [
        ("alter policy clock_reads on share to public", "share.clock_reads"),
    ],
    "A personal table is read through the disclosure of its root": [
        ("alter policy disclosed on person using (id is not null)", "person.disclosed"),
    ],
    "No two policies open one command of one table to the same role": [
        (
            (
                "create policy also on person for select"
                " using (exists (select from disclosure d where d.root_id = person.id))"
            ),
            "person (also, disclosed)",
        ),
    ],
    "What a policy asks has one answer within a statement": [
        (
            "alter policy own on saved_view using (membership_id = (select viewer_membership()) and random() < 2)",
            "saved_view.own",
        ),
        ("alter function viewer_leads(uuid) volatile", "partnership.led"),
    ],
    "What is the same for every row is asked once": [
        ("alter policy written on root with check (created_by_membership_id = viewer_membership())", "root.written"),
        (
            "alter policy own on saved_view using (membership_id = current_setting('concord.viewer')::uuid)",
            "saved_view.own",
        ),
    ],
}
GRANT_FAULTS: dict[str, Faults] = {
    "Nothing is granted to everybody": [
        ("grant select on flag to public", "flag (select)"),
        ("grant update (fact) on flag to public", "flag.fact (update)"),
        ("set role {owner}; create function peep() returns int language sql as 'select 1'", "peep()"),
    ],
    "The database and its schema are closed to everybody else": [
        ("grant usage on schema public to public", "schema public (usage)"),
        ("grant connect on database {database} to public", "database {database} (connect)"),
    ],
    "The web and the worker role make nothing in the database": [
        ("grant create on schema public to {web}", "{web} in schema public"),
        ("create schema beside; grant create on schema beside to {worker}", "{worker} in schema beside"),
        ("grant create on database {database} to {web}", "{web} in the database"),
    ],
    "The web and the worker role make no temporary tables": [
        ("grant temporary on database {database} to {web}", "{web}"),
    ],
    "The web role updates single columns, and the worker's whole rows are listed": [
        ("grant update on flag to {web}", "flag by {web}"),
        ("grant update on share to {worker}", "share by {worker}"),
    ],
    "What the web and the worker role take away is listed": [
        ("grant delete on feedback to {web}", "feedback by {web}"),
        ("grant delete on saved_view to {worker}", "saved_view by {worker}"),
    ],
    "The web and the worker role neither empty tables nor hang anything on them": [
        ("grant truncate on flag to {web}", "flag (truncate) by {web}"),
        ("grant references on person to {worker}", "person (references) by {worker}"),
    ],
    "The worker reads and writes whole rows of a record only where it is listed": [
        ("grant select on flag to {worker}", "flag (select)"),
        ("grant insert on feedback to {worker}", "feedback (insert)"),
    ],
    "Keys and secrets are kept from who does not need them": [
        ("grant select on viewer_context_key to {web}", "viewer_context_key from {web}"),
        ("grant select (password_hash) on credential to {worker}", "credential from {worker}"),
    ],
    "Nothing may be passed on": [("grant select on concept to {web} with grant option", "concept by {web}")],
    "The web and the worker role only ever take the next number": [
        ("grant update on flag_reference_seq to {web}", "flag_reference_seq (update) by {web}"),
    ],
    "No role but the web and the worker role is granted anything": [
        ("create role outsider; grant select on flag to outsider", "flag to outsider"),
        (
            "create role outsider; grant execute on function viewer_context() to outsider",
            "viewer_context() to outsider",
        ),
    ],
    "What will be made is granted to nobody beforehand": [
        (
            "alter default privileges for role {owner} in schema public grant select on tables to {web}",
            "{owner} grants select to {web}",
        ),
    ],
}
ROUTINE_FAULTS: dict[str, Faults] = {
    "Every function that runs as its owner finds its names in fixed places, temporary ones last": [
        ("set role {owner}; create function peep() returns int security definer language sql as 'select 1'", "peep()"),
        ("alter function viewer_context() set search_path = pg_temp, public", "viewer_context()"),
    ],
    "Every function that somebody else calls finds its names in fixed places": [
        ("alter function telling_words(text) reset search_path", "telling_words(text)"),
        ("alter function keep_raised_facts() reset search_path", "keep_raised_facts()"),
    ],
    "No function of ours claims to keep secrets": [
        ("alter function telling_words(text) leakproof", "telling_words(text)"),
    ],
    "Every function is written in a language that cannot leave the database": [
        ("create function clock() returns timestamptz language internal as 'now'", "clock()"),
    ],
    "Every view that the web or the worker role reads asks as whoever reads it": [
        ("set role {owner}; create view peek as select * from flag; grant select on peek to {web}", "peek"),
        (
            (
                "create schema beside; create view beside.peek as select * from flag;"
                " grant select on beside.peek to {worker}"
            ),
            "beside.peek",
        ),
    ],
    "No copy of a query and no table of another server is reached by the web or the worker role": [
        (
            "set role {owner}; create materialized view kept as select * from flag; grant select on kept to {web}",
            "kept",
        ),
        (
            (
                "create foreign data wrapper hollow; create server far foreign data wrapper hollow;"
                " create foreign table distant (id int) server far; grant select on distant to {worker}"
            ),
            "distant",
        ),
    ],
    "There is no view, copied query or table of another server among our tables": [
        ("set role {owner}; create view peek as select * from flag", "peek"),
    ],
    "Nothing happens by itself when the database is changed": [
        (
            (
                "create function watch() returns event_trigger language plpgsql as 'begin end';"
                " create event trigger watcher on ddl_command_end execute function watch()"
            ),
            "watcher",
        ),
    ],
}
ROLE_FAULTS: dict[str, Faults] = {
    "The roles of the three addresses are there": [("alter role {worker} rename to gone", "{worker}")],
    "Row-level security holds the web and the worker role, and neither makes roles or copies the server": [
        ("alter role {web} bypassrls", "{web}"),
        ("alter role {worker} createrole", "{worker}"),
        ("alter role {worker} replication", "{worker}"),
        ("alter role {web} superuser", "{web}"),
    ],
    "The web and the worker role make no databases": [("alter role {web} createdb", "{web}")],
    "The web and the worker role borrow no power that passes the wall": [
        ("grant {owner} to {web}", "{web} is a member of {owner}"),
        ("grant {worker} to {web}", "{web} is a member of {worker}"),
        ("grant pg_read_all_data to {worker}", "{worker} is a member of pg_read_all_data"),
        (
            "create role strong bypassrls; create role between; grant strong to between; grant between to {web}",
            "{web} is a member of strong",
        ),
    ],
    "The web and the worker role are members of nothing": [
        ("create role colleagues; grant colleagues to {worker}", "{worker} is a member of colleagues"),
    ],
    "The web and the worker role own nothing": [
        ("create table mine (id int primary key); alter table mine owner to {web}", "table mine of {web}"),
    ],
    "Every table, sequence and function belongs to the role that migrates": [
        ("alter table saved_view owner to postgres", "saved_view"),
        ("alter function viewer_context() owner to postgres", "viewer_context()"),
    ],
    "The role that migrates is no superuser": [("alter role {owner} superuser", "{owner}")],
    "Nothing is set for a role that changes what its statements mean": [
        ("alter role {web} set search_path = beside", "{web}: search_path=beside"),
    ],
    "The log of the server keeps no words of a record": [
        ("set local log_error_verbosity = 'default'", "log_error_verbosity is default"),
        ("set local log_parameter_max_length_on_error = -1", "log_parameter_max_length_on_error is -1"),
        ("set local log_min_duration_statement = 250", "log_parameter_max_length is -1"),
    ],
    "There are no large objects": [("select lo_create(77)", "77")],
    "No extension stands among our tables, and none leads out of the database": [("create extension vector", "vector")],
    "No table is published to other servers": [("create publication everything for table flag", "everything")],
}
FAULTS = TABLE_FAULTS | POLICY_FAULTS | GRANT_FAULTS | ROUTINE_FAULTS | ROLE_FAULTS

# What the makers and keepers of a database do, and what opens no record to the web or the worker role.
MANAGED = {
    "a-database-open-to-everybody": "grant connect, temporary on database {database} to public",
    "a-schema-open-to-everybody": "grant usage on schema public to public",
    "a-schema-of-another-owner": "create role cloud; alter schema public owner to cloud",
    "an-extension-in-the-schema": "create extension vector",
    "tables-of-the-provider": (
        "create schema provider; create table provider.metrics (id int); grant select on provider.metrics to public"
    ),
    "a-role-for-backup": "create role backup bypassrls; grant select on all tables in schema public to backup",
    "an-administrator-who-is-no-superuser": (
        "create role admin createrole createdb; grant {web}, {worker}, {owner} to admin with admin option"
    ),
    "a-publication-for-a-standby": "create publication everything for all tables",
    "roles-in-a-group": "create role services; grant services to {web}, {worker}",
    "a-log-with-every-statement": "set local log_statement = 'all'; set local log_error_verbosity = 'verbose'",
    "an-owner-who-is-a-superuser": "alter role {owner} superuser",
}
