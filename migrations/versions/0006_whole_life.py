"""Let a flag live its whole life: every state and outcome, questions to the flagger, merging, new facts, withdrawal.

Going down, what has no place in the older tables goes: its nearest state stands in for it.
"""

import sqlalchemy as sa
from alembic import context, op

revision = "0006"
down_revision = "0005"

OLD_STATES = ("DRAFT", "SUBMITTED", "IN_TRIAGE", "NFA", "SHARED")
STATES = (
    "DRAFT", "SUBMITTED", "IN_TRIAGE", "MORE_INFO_REQUESTED", "NFA", "MERGED", "SHARED", "REFERRED", "ESCALATED",
    "CLOSED", "EXPIRED", "WITHDRAWN",
)  # fmt: skip
# Where a state that goes leaves its flags, going down.
STANDS_IN = {
    "MORE_INFO_REQUESTED": "IN_TRIAGE",
    "MERGED": "NFA",
    "REFERRED": "SHARED",
    "ESCALATED": "SHARED",
    "CLOSED": "NFA",
    "EXPIRED": "NFA",
    "WITHDRAWN": "NFA",
}
STATE_CHECKS = (
    ("flag", "state", "flagstate"),
    ("flag_transition", "from_state", "from_state"),
    ("flag_transition", "to_state", "flagstate"),
)
OLD_OUTCOMES = ("NO_FURTHER_ACTION", "SHARE")
OUTCOMES = ("NO_FURTHER_ACTION", "MORE_INFORMATION", "MERGE", "SHARE", "ESCALATE")
OLD_REASONS = ("AUTHOR", "RAISED_BY_US", "PARTNERSHIP_TRIAGE", "SHARE")
REASONS = (*OLD_REASONS, "SAFEGUARDING", "OVERDUE")
FLAG_CHECKS = {
    "merged_names_its_target": "(state = 'MERGED') = (merged_into_flag_id is not null)",
    "merges_into_another": "merged_into_flag_id <> id",
    "withdrawn_says_why": "(state = 'WITHDRAWN') = (withdraw_reason_code is not null)",
    "closed_has_an_outcome": "state <> 'CLOSED' or close_outcome_code is not null",
}
FLAG_COLUMNS = "triage_due_at, merged_into_flag_id, withdraw_reason_code, withdraw_note, close_outcome_code"
ANSWER_COLUMNS = "answer, answered_at, answered_by_membership_id, version, updated_at"
# Each new personal table with the column in which whoever writes a row must name themselves.
AUTHOR_COLUMN = {
    "information_request": "asked_by_membership_id",
    "flag_addition": "added_by_membership_id",
}
# What the clock reads of a flag to move it on, none of which says anything of anybody.
CLOCK_READS = {
    "flag": "id, partnership_id, person_id, state, urgency, version, raised_at, expires_at, triage_due_at,"
    " raised_by_agency_id, raised_by_membership_id, triaged_by_membership_id, merged_into_flag_id",
    "share": "id, flag_id, to_agency_id, state, engagement, valid_to, answer_due_at, version",
    "information_request": "id, flag_id, asked_at, due_at, answered_at, lapsed, version",
    "flag_transition": "id, flag_id, to_state, at",
}
CLOCK_CHANGES = {
    "flag": "state, version, updated_at",
    "share": "state, valid_to, version, updated_at",
    "information_request": "lapsed, version, updated_at",
}

CALLED_BY_WEB = ("tell_merged(uuid)", "carries_others(uuid)", "close_recipients_as_triage(uuid)")

FUNCTIONS = """
-- A question stands as it was asked, and an answer as it was given.
create function keep_what_was_said() returns trigger language plpgsql
set search_path = pg_catalog, public, pg_temp as $$
begin
  if (old.flag_id, old.question, old.asked_by_membership_id, old.asked_at, old.due_at)
     is distinct from (new.flag_id, new.question, new.asked_by_membership_id, new.asked_at, new.due_at)
     or (old.answer is not null and (old.answer, old.answered_at, old.answered_by_membership_id)
         is distinct from (new.answer, new.answered_at, new.answered_by_membership_id)) then
    raise check_violation using message = 'What was asked and answered does not change.';
  end if;
  return new;
end $$;
create trigger keep_what_was_said before update on information_request
  for each row execute function keep_what_was_said();

-- Every flagger hears back: a flag that ends here was answered when it ended. Asked at the end of the transaction,
-- because the word to the flagger is written after the step.
create function ends_with_feedback() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  if not exists (
    select from public.feedback f
     where f.flag_id = new.id
       and f.given_at >= (select max(t.at) from public.flag_transition t where t.flag_id = new.id)
  ) then
    raise check_violation using message = 'A flag ends with a word to its flagger.';
  end if;
  return null;
end $$;
create constraint trigger ends_with_feedback after insert or update of state on flag
  deferrable initially deferred for each row
  when (new.state in ('NFA', 'CLOSED', 'MERGED')) execute function ends_with_feedback();

-- Whoever tells a flagger something tells the flaggers of every flag merged into it the same, and reads nothing of
-- those flags: only the keys come back, for the notices.
create function tell_merged(word uuid) returns table (feedback_id uuid, told_flag_id uuid, told_membership_id uuid)
language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
  with told as (
    insert into public.feedback
           (id, flag_id, text, engagement, given_by_agency_id, given_by_membership_id, given_at)
    select gen_random_uuid(), m.id, w.text, w.engagement, w.given_by_agency_id, w.given_by_membership_id, w.given_at
      from public.feedback w join public.flag m on m.merged_into_flag_id = w.flag_id
     where w.id = $1 and w.given_by_membership_id = public.viewer_membership()
    returning id, flag_id
  )
  select told.id, told.flag_id, f.raised_by_membership_id from told join public.flag f on f.id = told.flag_id
$$;

-- Whether others are merged into a flag the viewer sees; which they are stays hidden.
create function carries_others(target uuid) returns boolean language sql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
  select exists (select from public.flag m where m.merged_into_flag_id = $1)
     and exists (
       select from public.disclosure d
        where d.root_id = $1 and d.audience_id = any (public.viewer_audiences())
          and d.valid_from <= statement_timestamp() and (d.valid_to is null or d.valid_to > statement_timestamp()))
$$;

-- The end of what a flag was opened for: its shares and its escalation. Its author, their sergeant and triage stay.
create function close_recipients(flag_root uuid) returns void language sql volatile security definer
set search_path = pg_catalog, public, pg_temp as $$
  update public.disclosure d set valid_to = statement_timestamp()
    from public.flag f
   where f.id = $1 and d.root_id in (f.id, f.person_id) and d.because in ('SHARE', 'SAFEGUARDING')
     and (d.valid_to is null or d.valid_to > statement_timestamp())
$$;
create function close_recipients_as_triage(flag_root uuid) returns void language plpgsql volatile security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  if not exists (
    select from public.disclosure d
     where d.root_id = flag_root and d.because = 'PARTNERSHIP_TRIAGE'
       and d.audience_id = any (public.viewer_audiences())
       and d.valid_from <= statement_timestamp() and (d.valid_to is null or d.valid_to > statement_timestamp())
  ) then
    raise insufficient_privilege using message = 'This viewer may not close those disclosures.';
  end if;
  perform public.close_recipients(flag_root);
end $$;
"""


def listed(values: tuple[str, ...]) -> str:
    return ", ".join(f"'{value}'" for value in values)


def recheck(table: str, column: str, name: str, values: tuple[str, ...]) -> None:
    """Let a column hold these values; the check has the name its kind of column gave it."""
    op.execute(f"alter table {table} drop constraint ck_{table}_{name}")
    op.execute(f"alter table {table} add constraint ck_{table}_{name} check ({column} in ({listed(values)}))")


def upgrade() -> None:
    web, worker = context.config.attributes["web_role"], context.config.attributes["worker_role"]
    for table, column, name in STATE_CHECKS:
        recheck(table, column, name, STATES)
    recheck("triage_decision", "outcome", "triageoutcome", OUTCOMES)
    recheck("disclosure", "because", "disclosurereason", REASONS)
    columns()
    tables()
    op.execute(FUNCTIONS)
    walls(web)
    clock(worker)


def columns() -> None:
    op.add_column("flag", sa.Column("triage_due_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("flag", sa.Column("merged_into_flag_id", sa.Uuid(), nullable=True))
    for name in ("withdraw_reason_code", "withdraw_note", "close_outcome_code"):
        op.add_column("flag", sa.Column(name, sa.String(), nullable=True))
    op.create_foreign_key(op.f("fk_flag_merged_into_flag_id"), "flag", "flag", ["merged_into_flag_id"], ["id"])
    op.create_index(op.f("ix_flag_merged_into_flag_id"), "flag", ["merged_into_flag_id"])
    for name, condition in FLAG_CHECKS.items():
        op.create_check_constraint(op.f(f"ck_flag_{name}"), "flag", condition)
    op.add_column("share", sa.Column("answer_due_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("triage_decision", sa.Column("escalated_to_agency_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_triage_decision_escalated_to_agency_id"),
        "triage_decision",
        "agency",
        ["escalated_to_agency_id"],
        ["id"],
    )
    op.alter_column("flag_transition", "by_membership_id", nullable=True)


def tables() -> None:
    op.create_table(
        "information_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("flag_id", sa.Uuid(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("asked_by_membership_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lapsed", sa.Boolean(), nullable=False),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_membership_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(answer is null) = (answered_at is null) and (answer is null) = (answered_by_membership_id is null)",
            name=op.f("ck_information_request_answer_has_a_time_and_a_name"),
        ),
        sa.ForeignKeyConstraint(["flag_id"], ["flag.id"], name=op.f("fk_information_request_flag_id")),
        sa.ForeignKeyConstraint(
            ["asked_by_membership_id"], ["membership.id"], name=op.f("fk_information_request_asked_by_membership_id")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_membership_id"],
            ["membership.id"],
            name=op.f("fk_information_request_answered_by_membership_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_information_request")),
    )
    op.create_index(op.f("ix_information_request_flag_id"), "information_request", ["flag_id"])
    op.create_index(
        "uq_information_request_open",
        "information_request",
        ["flag_id"],
        unique=True,
        postgresql_where=sa.text("answer is null and not lapsed"),
    )
    op.create_table(
        "flag_addition",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("flag_id", sa.Uuid(), nullable=False),
        sa.Column("fact", sa.String(), nullable=False),
        sa.Column("observed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by_membership_id", sa.Uuid(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["flag_id"], ["flag.id"], name=op.f("fk_flag_addition_flag_id")),
        sa.ForeignKeyConstraint(
            ["added_by_membership_id"], ["membership.id"], name=op.f("fk_flag_addition_added_by_membership_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flag_addition")),
    )
    op.create_index(op.f("ix_flag_addition_flag_id"), "flag_addition", ["flag_id"])


def walls(web: str) -> None:
    for table, author in AUTHOR_COLUMN.items():
        seen = f"exists (select from disclosure d where d.root_id = {table}.flag_id)"
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"create policy disclosed on {table} for select using ({seen})")
        op.execute(
            f"create policy written on {table} for insert with check ({author} = (select viewer_membership()) and {seen})"
        )
        op.execute(f"grant select, insert on {table} to {web}")
    seen = "exists (select from disclosure d where d.root_id = information_request.flag_id)"
    op.execute(
        f"create policy answered on information_request for update using ({seen})"
        f" with check ({seen} and answered_by_membership_id = (select viewer_membership()))"
    )
    op.execute(f"grant update ({ANSWER_COLUMNS}) on information_request to {web}")
    op.execute(f"grant update ({FLAG_COLUMNS}) on flag to {web}; grant update (answer_due_at) on share to {web}")
    for function in (*CALLED_BY_WEB, "close_recipients(uuid)", "keep_what_was_said()", "ends_with_feedback()"):
        op.execute(f"revoke execute on function {function} from public")
    op.execute(f"grant execute on function {', '.join(CALLED_BY_WEB)} to {web}")


def clock(worker: str) -> None:
    """The worker moves a flag on when its time has come, and can read nothing but where it stands and since when."""
    for table, names in CLOCK_READS.items():
        op.execute(f"grant select ({names}) on {table} to {worker}")
        op.execute(f"create policy clock_reads on {table} for select to {worker} using (true)")
    for table, names in CLOCK_CHANGES.items():
        op.execute(f"grant update ({names}) on {table} to {worker}")
        op.execute(f"create policy clock_changes on {table} for update to {worker} using (true)")
    op.execute(f"grant insert on flag_transition, audit_event, audit_subject to {worker}")
    op.execute(
        f"create policy clock_writes on flag_transition for insert to {worker} with check (by_membership_id is null)"
    )
    op.execute(f"grant execute on function close_recipients(uuid) to {worker}")


def downgrade() -> None:
    web, worker = context.config.attributes["web_role"], context.config.attributes["worker_role"]
    op.execute("drop trigger ends_with_feedback on flag")
    op.execute(f"revoke insert on flag_transition, audit_event, audit_subject from {worker}")
    op.execute("drop policy clock_writes on flag_transition")
    for table, names in CLOCK_CHANGES.items():
        op.execute(f"drop policy clock_changes on {table}; revoke update ({names}) on {table} from {worker}")
    for table, names in CLOCK_READS.items():
        op.execute(f"drop policy clock_reads on {table}; revoke select ({names}) on {table} from {worker}")
    op.execute(f"revoke update (answer_due_at) on share from {web}")
    op.drop_table("flag_addition")
    op.drop_table("information_request")
    op.execute(
        f"drop function {', '.join(CALLED_BY_WEB)}, close_recipients(uuid), ends_with_feedback(), keep_what_was_said()"
    )
    for name in FLAG_CHECKS:
        op.drop_constraint(op.f(f"ck_flag_{name}"), "flag")
    for table, column, _ in STATE_CHECKS:
        for state, other in STANDS_IN.items():
            op.execute(f"update {table} set {column} = '{other}' where {column} = '{state}'")
    op.execute("delete from flag_transition where by_membership_id is null")
    op.execute(f"delete from triage_decision where outcome not in ({listed(OLD_OUTCOMES)})")
    op.execute(f"delete from disclosure where because not in ({listed(OLD_REASONS)})")
    op.alter_column("flag_transition", "by_membership_id", nullable=False)
    op.drop_constraint(op.f("fk_triage_decision_escalated_to_agency_id"), "triage_decision")
    op.drop_column("triage_decision", "escalated_to_agency_id")
    op.drop_column("share", "answer_due_at")
    op.drop_index(op.f("ix_flag_merged_into_flag_id"), "flag")
    op.drop_constraint(op.f("fk_flag_merged_into_flag_id"), "flag")
    for name in ("close_outcome_code", "withdraw_note", "withdraw_reason_code", "merged_into_flag_id", "triage_due_at"):
        op.drop_column("flag", name)
    recheck("disclosure", "because", "disclosurereason", OLD_REASONS)
    recheck("triage_decision", "outcome", "triageoutcome", OLD_OUTCOMES)
    for table, column, name in STATE_CHECKS:
        recheck(table, column, name, OLD_STATES)
