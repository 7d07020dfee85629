"""Seal the audit: lines wait to be sealed, name their subjects by pseudonym, and say in which hat they were written.

The version before may go on serving: what it writes of a root is turned into a pseudonym on its way in. It cannot write
while the lines that are there are rewritten, and what it may not audit it does not answer.
"""

import sqlalchemy as sa
from alembic import context, op

revision = "0015"
down_revision = "0014"

ROLES = (
    "OFFICER", "SERGEANT", "TRIAGE_WORKER", "PRACTITIONER", "CLINICIAN", "SERVICE_ADMINISTRATOR", "SERVICE_MANAGER",
    "COMMISSIONER", "SIGNATORY", "GUARDIAN", "DPO", "AGENCY_ADMINISTRATOR",
)  # fmt: skip
LINES = ("audit_event", "audit_subject")
SEALS = ("audit_seal", "audit_leaf", "audit_checkpoint")
# What a line may name beside roots: going down, their pseudonyms are found again by trying each.
NAMED = ("user_account", "membership", "team", "invitation", "partnership", "agency")
# Random bytes as PostgreSQL gives them without an extension: two random UUIDs are 244 random bits.
NEW_KEY = "sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()))"

FUNCTIONS = f"""
-- RFC 2104 for a key of 32 bytes. Bit strings are what PostgreSQL can exclusive-or; sent, they begin with their length.
create function hmac_sha256(key bytea, message bytea) returns bytea language sql immutable strict parallel safe as $$
  select sha256(
    substring(bit_send(('x' || encode($1, 'hex'))::bit(256) # repeat('01011100', 32)::bit(256)) from 5)
      || decode(repeat('5c', 32), 'hex')
      || sha256(
        substring(bit_send(('x' || encode($1, 'hex'))::bit(256) # repeat('00110110', 32)::bit(256)) from 5)
          || decode(repeat('36', 32), 'hex') || $2))
$$;

create function pseudonym_under(key bytea, named uuid) returns uuid language sql immutable strict parallel safe as $$
  select encode(substring(hmac_sha256($1, uuid_send($2)) for 16), 'hex')::uuid
$$;

-- What the audit calls a record. An id that is no root's has a name under the key of the installation, which is
-- computed for every id, so that a hidden record and a missing one cost the same.
create function audit_pseudonym(root uuid) returns uuid language plpgsql stable strict security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  missing uuid := (select public.pseudonym_under(i.key, root) from public.audit_installation_key i);
  held uuid := (select k.pseudonym from public.audit_subject_key k where k.root_id = root);
begin
  return coalesce(held, missing);
end $$;

create function give_audit_key() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  made bytea := {NEW_KEY};
begin
  insert into public.audit_subject_key (root_id, key, pseudonym)
  values (new.id, made, public.pseudonym_under(made, new.id));
  return null;
end $$;

-- A line cannot come in without waiting to be sealed, and its hat is the one its membership has, whatever was said.
create function enter_audit() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  new.agency_id := null;
  new.role := null;
  if new.membership_id is not null then
    select m.agency_id, m.role into new.agency_id, new.role from public.membership m where m.id = new.membership_id;
  end if;
  insert into public.audit_pending (audit_event_id) values (new.id);
  return new;
end $$;

create function enter_audit_subject() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  new.pseudonym := public.audit_pseudonym(new.root_id);
  new.root_id := null;
  return new;
end $$;

-- For how many seconds the oldest line has waited to be sealed; null when none waits.
create function audit_seal_lag() returns double precision language sql volatile security definer
set search_path = pg_catalog, public, pg_temp as $$
  select extract(epoch from clock_timestamp() - p.since)::double precision
    from public.audit_pending p order by p.audit_event_id limit 1
$$;
"""
TRIGGERS = """
create trigger give_audit_key after insert on root for each row execute function give_audit_key();
create trigger enter_audit before insert on audit_event for each row execute function enter_audit();
create trigger enter_audit_subject before insert on audit_subject for each row
  when (new.root_id is not null) execute function enter_audit_subject();
create trigger append_only before update or truncate on audit_subject_key
  for each statement execute function append_only();
"""
CALLED = "audit_pseudonym(uuid), audit_seal_lag()"
OURS = (
    f"{CALLED}, give_audit_key(), enter_audit(), enter_audit_subject(), pseudonym_under(bytea, uuid),"
    " hmac_sha256(bytea, bytea)"
)


def upgrade() -> None:
    web, worker = context.config.attributes["web_role"], context.config.attributes["worker_role"]
    columns()
    tables()
    op.execute(FUNCTIONS)
    op.execute(f"insert into audit_installation_key (id, key) values (1, {NEW_KEY})")
    give_keys()
    name_by_pseudonym()
    op.execute("insert into audit_pending (audit_event_id) select id from audit_event")
    op.execute(TRIGGERS)
    for table in SEALS:
        op.execute(
            f"create trigger append_only before update or delete or truncate on {table}"
            " for each statement execute function append_only()"
        )
    grants(web, worker)


def columns() -> None:
    op.add_column("audit_event", sa.Column("agency_id", sa.Uuid(), nullable=True))
    op.add_column(
        "audit_event",
        sa.Column(
            "role", sa.Enum(*ROLES, name="role", native_enum=False, create_constraint=False, length=40), nullable=True
        ),
    )
    allowed = ", ".join(f"'{role}'" for role in ROLES)
    op.create_check_constraint(op.f("ck_audit_event_role"), "audit_event", f"role in ({allowed})")
    op.create_foreign_key(op.f("fk_audit_event_agency_id"), "audit_event", "agency", ["agency_id"], ["id"])
    op.add_column("audit_subject", sa.Column("pseudonym", sa.Uuid(), nullable=True))


def tables() -> None:
    op.create_table(
        "audit_installation_key",
        sa.Column("id", sa.SmallInteger(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("octet_length(key) = 32", name=op.f("ck_audit_installation_key_is_whole")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_installation_key")),
    )
    op.create_table(
        "audit_subject_key",
        sa.Column("root_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("pseudonym", sa.Uuid(), nullable=False),
        sa.CheckConstraint("octet_length(key) = 32", name=op.f("ck_audit_subject_key_is_whole")),
        sa.PrimaryKeyConstraint("root_id", name=op.f("pk_audit_subject_key")),
        sa.UniqueConstraint("pseudonym", name=op.f("uq_audit_subject_key_pseudonym")),
    )
    op.create_table(
        "audit_pending",
        sa.Column("audit_event_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("since", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.PrimaryKeyConstraint("audit_event_id", name=op.f("pk_audit_pending")),
    )
    op.create_table(
        "audit_seal",
        sa.Column("number", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("merkle_root", sa.LargeBinary(), nullable=False),
        sa.Column("leaf_count", sa.Integer(), nullable=False),
        sa.Column("previous_hash", sa.LargeBinary(), nullable=False),
        sa.Column("chain_hash", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("number > 0 and leaf_count > 0", name=op.f("ck_audit_seal_counts_from_one")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_seal")),
        sa.UniqueConstraint("previous_hash", name=op.f("uq_audit_seal_previous_hash")),
        sa.UniqueConstraint("chain_hash", name=op.f("uq_audit_seal_chain_hash")),
    )
    op.create_table(
        "audit_leaf",
        sa.Column("seal_number", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("audit_event_id", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["audit_event_id"], ["audit_event.id"], name=op.f("fk_audit_leaf_audit_event_id")),
        sa.ForeignKeyConstraint(["seal_number"], ["audit_seal.number"], name=op.f("fk_audit_leaf_seal_number")),
        sa.PrimaryKeyConstraint("seal_number", "position", name=op.f("pk_audit_leaf")),
        sa.UniqueConstraint("audit_event_id", name=op.f("uq_audit_leaf_audit_event_id")),
    )
    op.create_table(
        "audit_checkpoint",
        sa.Column("seal_number", sa.BigInteger(), nullable=False),
        sa.Column("chain_hash", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["seal_number"], ["audit_seal.number"], name=op.f("fk_audit_checkpoint_seal_number")),
        sa.PrimaryKeyConstraint("seal_number", name=op.f("pk_audit_checkpoint")),
    )


def give_keys() -> None:
    """A key for each root, and for each id that lines name and nothing holds: it may have been a draft's."""
    named = " union all ".join(f"select id from {table}" for table in NAMED)
    op.execute(
        "insert into audit_subject_key (root_id, key, pseudonym)"
        " select made.id, made.key, pseudonym_under(made.key, made.id)"
        f" from (select id, {NEW_KEY} as key from"
        f" (select id from root union (select root_id from audit_subject except ({named}))) as each offset 0) as made"
    )


def open_lines(*, closed: bool) -> None:
    """The lines are append only for their owner too, except within this migration."""
    for table in LINES:
        op.execute(f"alter table {table} {'enable' if closed else 'disable'} trigger append_only")


def name_by_pseudonym() -> None:
    open_lines(closed=False)
    op.execute(
        "update audit_event e set agency_id = m.agency_id, role = m.role from membership m where m.id = e.membership_id"
    )
    op.execute("alter table audit_subject drop constraint pk_audit_subject")
    op.execute("alter table audit_subject alter column root_id drop not null")
    op.drop_index("ix_audit_subject_root", "audit_subject")
    op.execute("update audit_subject set pseudonym = audit_pseudonym(root_id), root_id = null")
    op.create_primary_key(op.f("pk_audit_subject"), "audit_subject", ["audit_event_id", "pseudonym"])
    op.create_index("ix_audit_subject_pseudonym", "audit_subject", ["pseudonym", "audit_event_id"])
    open_lines(closed=True)


def grants(web: str, worker: str) -> None:
    op.execute(f"revoke execute on function {OURS} from public")
    op.execute(f"grant execute on function {CALLED} to {web}, {worker}")
    # Seals say that there are lines, and nothing of what they say.
    op.execute(f"grant select on audit_seal, audit_checkpoint to {web}, {worker}")
    op.execute(f"grant insert on {', '.join(SEALS)} to {worker}")
    op.execute(f"grant select, delete on audit_pending to {worker}")
    # The worker reads a line to seal it, and never again.
    op.execute(f"grant select on {', '.join(LINES)} to {worker}")
    for table, column in (("audit_event", "id"), ("audit_subject", "audit_event_id")):
        op.execute(
            f"create policy sealed on {table} for select to {worker}"
            f" using (exists (select from audit_pending p where p.audit_event_id = {table}.{column}))"
        )


def downgrade() -> None:
    web, worker = context.config.attributes["web_role"], context.config.attributes["worker_role"]
    op.execute("drop policy sealed on audit_event; drop policy sealed on audit_subject")
    op.execute(f"revoke select on {', '.join(LINES)} from {worker}")
    op.execute(f"revoke all on {', '.join(SEALS)}, audit_pending from {web}, {worker}")
    op.execute("drop trigger enter_audit_subject on audit_subject; drop trigger enter_audit on audit_event")
    op.execute("drop trigger give_audit_key on root")
    name_by_id()
    op.drop_column("audit_subject", "pseudonym")
    op.drop_constraint(op.f("fk_audit_event_agency_id"), "audit_event")
    op.drop_column("audit_event", "role")
    op.drop_column("audit_event", "agency_id")
    for table in ("audit_checkpoint", "audit_leaf", "audit_seal", "audit_pending"):
        op.drop_table(table)
    op.execute(f"drop function {OURS}")
    op.drop_table("audit_subject_key")
    op.drop_table("audit_installation_key")


def name_by_id() -> None:
    """Give every line the id it was about; the name of what never was stays, as an id that leads nowhere."""
    open_lines(closed=False)
    op.execute("alter table audit_subject drop constraint pk_audit_subject")
    op.drop_index("ix_audit_subject_pseudonym", "audit_subject")
    named = " union all ".join(f"select id from {table}" for table in NAMED)
    op.execute(
        "update audit_subject s set root_id = k.root_id from audit_subject_key k where k.pseudonym = s.pseudonym"
    )
    op.execute(
        f"update audit_subject s set root_id = n.id from (select id, audit_pseudonym(id) as pseudonym from ({named}) a) n"
        " where s.root_id is null and n.pseudonym = s.pseudonym"
    )
    op.execute("update audit_subject set root_id = pseudonym where root_id is null")
    op.create_primary_key(op.f("pk_audit_subject"), "audit_subject", ["audit_event_id", "root_id"])
    op.create_index("ix_audit_subject_root", "audit_subject", ["root_id", "audit_event_id"])
    open_lines(closed=True)
