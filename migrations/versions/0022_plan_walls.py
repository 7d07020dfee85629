"""Build the second wall of plans: parties read and write them, everybody acts in their own name, the agreed is public.

Policies decide who; when something may be done is held by the triggers of migration 0024.
"""

from collections.abc import Iterator
from typing import NamedTuple

from alembic import context, op

revision = "0022"
down_revision = "0021"

TODAY = "(now() at time zone 'Europe/London')::date"
# The text of a version, with the columns that change while it is a draft.
TEXT = {
    "plan_version_party": "required",
    "plan_scheme": "position, title, need_codes, area_id, capacity_target, money_hash, version, updated_at",
    "plan_clause": (
        "scheme_key, position, kind, heading, text, clause_hash, last_changed_by_membership_id, version, updated_at"
    ),
    "plan_contribution": "agency_id, year, amount, route, condition, version, updated_at",
    "plan_milestone": "position, title, target_on, version, updated_at",
    "plan_measure": "position, name_code, target, version, updated_at",
    "plan_standard": "position, standard_code, met, note, version, updated_at",
    "plan_evidence": "scheme_key, position, sentence, source, read_on, version, updated_at",
}
# What hangs under a plan, and what hangs under a version without being part of its text: for its parties alone.
OF_A_PLAN = (
    "plan_party", "plan_event", "plan_milestone_report", "plan_proposal", "plan_comment", "plan_check",
    "plan_check_pass",
)  # fmt: skip
OF_A_VERSION = ("plan_problem", "plan_refusal", "plan_publication")
TABLES = ("plan", "plan_version", *TEXT, *OF_A_PLAN, *OF_A_VERSION, "plan_signature")
UPDATED = TEXT | {
    "plan": "state, current_number, published_at, version, updated_at",
    "plan_version": (
        "state, title, starts_on, ends_on, template_code, proposed_by_membership_id, accepted_by_membership_id,"
        " proposed_at, content, content_hash, merkle_root, signing_opened_at, agreed_at, version, updated_at"
    ),
    "plan_party": "left_on, left_because, left_by_membership_id",
    "plan_proposal": "state, decided_by_membership_id, decided_at, decided_because, version, updated_at",
    "plan_comment": "resolved_at, resolved_by_membership_id, version, updated_at",
    "plan_check": "name, position, role",
}
DELETED = (*TEXT, "plan_problem", "plan_party", "plan_check")
HEAD = "security definer set search_path = pg_catalog, public, pg_temp as $$"

ASKED = f"""
-- The agency the viewer acts for today; null for nobody.
create function viewer_agency() returns uuid language sql stable {HEAD}
  select m.agency_id from public.membership m join public.user_account u on u.id = m.user_id
   where m.id = public.viewer_membership() and u.disabled_at is null
     and m.active_from <= {TODAY} and (m.active_to is null or m.active_to >= {TODAY})
$$;

-- The same, for whoever acts in a role.
create function viewer_agency_as(role text) returns uuid language sql stable {HEAD}
  select public.viewer_agency() from public.membership m where m.id = public.viewer_membership() and m.role = $1
$$;

-- The plans that the viewer's agency takes or took part in.
create function viewer_plans() returns setof uuid language sql stable {HEAD}
  select p.plan_id from public.plan_party p where p.agency_id = public.viewer_agency()
$$;

-- Whether an agency belongs to a partnership today.
create function belongs_to(partnership uuid, agency uuid) returns boolean language sql stable {HEAD}
  select exists (
    select from public.partnership_member m
     where m.partnership_id = $1 and m.agency_id = $2
       and m.active_from <= {TODAY} and (m.active_to is null or m.active_to >= {TODAY}))
$$;

-- Commissioners write the plans of their agency until it leaves, and so does the signatory who takes it out, because
-- leaving begins the next version. Whoever drafts a plan writes it before their agency is a party, until its history
-- begins.
create function viewer_written_plans() returns setof uuid language sql stable {HEAD}
  with viewer as (
    select m.id, m.role, public.viewer_agency() as agency_id from public.membership m
     where m.id = public.viewer_membership() and m.role in ('COMMISSIONER', 'SIGNATORY')
  )
  select p.plan_id from viewer v join public.plan_party p on p.agency_id = v.agency_id
   where p.left_on is null or p.left_by_membership_id = v.id
   union all
  select p.id from viewer v
    join public.partnership_member m on m.agency_id = v.agency_id
    join public.plan p on p.partnership_id = m.partnership_id
   where v.role = 'COMMISSIONER' and p.state = 'DRAFT' and public.belongs_to(p.partnership_id, v.agency_id)
     and not exists (select from public.plan_event e where e.plan_id = p.id)
     and not exists (select from public.plan_version w where w.plan_id = p.id and w.drafted_by_membership_id <> v.id)
$$;

create function viewer_written_versions() returns setof uuid language sql stable {HEAD}
  select v.id from public.plan_version v where v.plan_id in (select public.viewer_written_plans())
$$;

-- An agency says itself what it checks; whoever writes the plan may say it for one that was in no proposed version yet.
create function viewer_sets_checks(plan uuid, agency uuid) returns boolean language sql stable {HEAD}
  select coalesce($2 in (public.viewer_agency_as('COMMISSIONER'), public.viewer_agency_as('AGENCY_ADMINISTRATOR')), false)
      or $1 in (select public.viewer_written_plans()) and not exists (
        select from public.plan_version v join public.plan_version_party p on p.plan_version_id = v.id
         where v.plan_id = $1 and v.state <> 'DRAFT' and p.agency_id = $2)
$$;
"""
ASKED_NAMES = (
    "viewer_agency(), viewer_agency_as(text), viewer_plans(), viewer_written_plans(), viewer_written_versions(),"
    " viewer_sets_checks(uuid, uuid), belongs_to(uuid, uuid)"
)


class Policy(NamedTuple):
    """One policy for one role."""

    name: str
    table: str
    command: str
    role: str
    holds: str


def reading(web: str) -> Iterator[Policy]:
    """Parties read everything of a plan; anybody reads the agreed text of a published one, and who signed it."""
    own = "plan_id in (select viewer_plans())"
    public = "exists (select from plan p where p.id = plan_version.plan_id and p.published_at is not null)"
    yield Policy("read", "plan", "select", web, "id in (select viewer_plans()) or published_at is not null")
    yield Policy("read", "plan_version", "select", web, f"{own} or (state = 'AGREED' and {public})")
    for table in (*TEXT, "plan_signature"):
        version = f"exists (select from plan_version v where v.id = {table}.plan_version_id)"
        yield Policy("read", table, "select", web, version)
    for table in OF_A_PLAN:
        yield Policy("read", table, "select", web, own)
    for table in OF_A_VERSION:
        version = f"exists (select from plan_version v where v.id = {table}.plan_version_id and v.{own})"
        yield Policy("read", table, "select", web, version)


def writing(web: str) -> Iterator[Policy]:
    """Whoever writes a plan writes its drafts; what somebody says or does is written by them, for their own agency."""
    member, agency = "(select viewer_membership())", "(select viewer_agency())"
    read, written = "plan_id in (select viewer_plans())", "plan_id in (select viewer_written_plans())"
    yield Policy(
        "drafted", "plan", "insert", web, "belongs_to(partnership_id, (select viewer_agency_as('COMMISSIONER')))"
    )
    # Whoever acts on a plan holds it and its version still, in whichever role; a trigger decides who moves them.
    yield Policy("changed", "plan", "update", web, "id in (select viewer_plans())")
    yield Policy("drafted", "plan_version", "insert", web, f"drafted_by_membership_id = {member} and {written}")
    yield Policy("changed", "plan_version", "update", web, read)
    for table in (*TEXT, "plan_problem"):
        version = "plan_version_id in (select viewer_written_versions())"
        yield Policy("written", table, "insert", web, version)
        yield Policy("removed", table, "delete", web, version)
        if table in TEXT:
            yield Policy("changed", table, "update", web, version)
    yield Policy("joined", "plan_party", "insert", web, written)
    yield Policy("leaves", "plan_party", "update", web, "agency_id = (select viewer_agency_as('SIGNATORY'))")
    yield Policy("removed", "plan_party", "delete", web, written)
    for command, name in (("insert", "written"), ("update", "changed"), ("delete", "removed")):
        yield Policy(name, "plan_check", command, web, "viewer_sets_checks(plan_id, agency_id)")
    yield Policy("changed", "plan_proposal", "update", web, read)
    yield Policy("changed", "plan_comment", "update", web, read)
    yield Policy("noted", "plan_event", "insert", web, f"membership_id = {member} and agency_id = {agency} and {read}")
    said = f"reported_by_membership_id = {member} and {written}"
    yield Policy("said", "plan_milestone_report", "insert", web, said)
    for table, author, who in (
        ("plan_proposal", "proposed_by_membership_id", "(select viewer_agency_as('COMMISSIONER'))"),
        ("plan_comment", "commented_by_membership_id", agency),
        ("plan_check_pass", "passed_by_membership_id", checks_for("plan_check_pass")),
        ("plan_refusal", "membership_id", "(select viewer_agency_as('SIGNATORY'))"),
        ("plan_publication", "membership_id", "(select viewer_agency_as('COMMISSIONER'))"),
    ):
        party = (
            f"exists (select from plan_version_party p"
            f" where p.plan_version_id = {table}.plan_version_id and p.agency_id = {table}.agency_id)"
        )
        yield Policy("said", table, "insert", web, f"{author} = {member} and agency_id = {who} and {party}")
    # Which party signs, and after what, is held with the version still (migration 0024).
    signatory = f"membership_id = {member} and agency_id = (select viewer_agency_as('SIGNATORY'))"
    yield Policy("said", "plan_signature", "insert", web, signatory)


def checks_for(table: str) -> str:
    """The viewer's agency, where it gave a check to the role they act in."""
    return (
        f"(select viewer_agency_as(c.role) from plan_check c where c.plan_id = {table}.plan_id"
        f" and c.agency_id = {table}.agency_id and c.code = {table}.code)"
    )


def clock(worker: str) -> Iterator[Policy]:
    """The worker brings agreed plans into force, and notes that nobody did."""
    yield Policy("clock_reads", "plan", "select", worker, "state in ('AGREED', 'IN_FORCE')")
    yield Policy("clock_changes", "plan", "update", worker, "state in ('AGREED', 'IN_FORCE')")
    yield Policy("clock_reads", "plan_version", "select", worker, "state = 'AGREED'")
    nobody = "kind = 'IN_FORCE' and agency_id is null and membership_id is null"
    yield Policy("clock_notes", "plan_event", "insert", worker, nobody)


def grants(web: str, worker: str) -> None:
    op.execute(f"revoke execute on function {ASKED_NAMES} from public")
    op.execute(f"grant execute on function {ASKED_NAMES} to {web}")
    op.execute(f"grant select, insert on {', '.join(TABLES)} to {web}")
    for table, columns in UPDATED.items():
        op.execute(f"grant update ({columns}) on {table} to {web}")
    op.execute(f"grant delete on {', '.join(DELETED)} to {web}")
    op.execute(f"grant usage on sequence plan_reference_seq to {web}")
    op.execute(f"grant select (id, state, current_number, version) on plan to {worker}")
    op.execute(f"grant update (state, version, updated_at) on plan to {worker}")
    op.execute(f"grant select (id, plan_id, number, state, starts_on) on plan_version to {worker}")
    noted = "plan_id, plan_version_id, kind, at, agency_id, membership_id, subject_id"
    op.execute(f"grant insert ({noted}) on plan_event to {worker}")


def policies() -> list[Policy]:
    web, worker = context.config.attributes["web_role"], context.config.attributes["worker_role"]
    return [*reading(web), *writing(web), *clock(worker)]


def upgrade() -> None:
    op.execute(ASKED)
    for table in TABLES:
        op.execute(f"alter table {table} enable row level security")
    for name, table, command, role, holds in policies():
        word = "with check" if command == "insert" else "using"
        op.execute(f"create policy {name} on {table} for {command} to {role} {word} ({holds})")
    grants(context.config.attributes["web_role"], context.config.attributes["worker_role"])


def downgrade() -> None:
    web, worker = context.config.attributes["web_role"], context.config.attributes["worker_role"]
    op.execute(f"revoke all on {', '.join(TABLES)} from {web}, {worker}")
    op.execute(f"revoke all on sequence plan_reference_seq from {web}")
    for name, table, *_ in policies():
        op.execute(f"drop policy {name} on {table}")
    for table in TABLES:
        op.execute(f"alter table {table} disable row level security")
    op.execute(f"drop function {ASKED_NAMES}")
