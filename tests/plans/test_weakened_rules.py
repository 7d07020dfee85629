"""Switching a rule off lets something through that it must not, and forgetting one of its conditions is noticed."""

from collections.abc import Iterable, Iterator

import pytest
from sqlalchemy import text

from portal.operations.catalog.listed import TRIGGERS
from portal.operations.embedded import EmbeddedServer
from tests.factories.cast import settle_cast
from tests.factories.scratch import Scratch, scratch
from tests.plans.attempts import Attempt, attempts, tried
from tests.plans.stage import Stage, staged

# Each rule with conditions to forget: what stands in its function, and what is left of it then.
FORGOTTEN = {
    "keep_plan": (
        ("new.current_number < old.current_number", "false"),
        ("old.published_at is not null and", "false and"),
        ("new.state <> old.state and (", "false and ("),
        ("public.viewer_membership() is not null or", ""),
        ("and new.id not in", "and false and new.id not in"),
        ("new.state <> 'DRAFT' or", ""),
    ),
    "keep_plan_version": (
        ("or old.state <> 'DRAFT' and (", "or false and ("),
        ("or (new.signing_opened_at", "or false and (new.signing_opened_at"),
        ("or (new.agreed_at", "or false and (new.agreed_at"),
        ("and new.plan_id not in", "and false and new.plan_id not in"),
        ("elsif (old.state, new.state) not in", "elsif false and (old.state, new.state) not in"),
        ("or new.number <> 1", "or false and new.number <> 1"),
        ("if new.state = 'PROPOSED' then", "if false then"),
        ("if new.state = 'SIGNING' then", "if false then"),
        ("if new.state = 'AGREED' then", "if false then"),
    ),
    "check_proposed": (
        ("if version.accepted_by_membership_id is null", "if false and version.accepted_by_membership_id is null"),
        ("version.accepted_by_membership_id is distinct from public.viewer_membership() or", ""),
        ("and p.agency_id is distinct from public.viewer_agency()", ""),
        ("and p.state in ('OPEN', 'ACCEPTED')", ""),
        ("and p.proposed_by_membership_id = version.proposed_by_membership_id", ""),
        ("or public.viewer_agency_as('COMMISSIONER') is null", ""),
        ("if exists (select from public.plan_problem", "if false and exists (select from public.plan_problem"),
        ("and t.left_on is null", ""),
        ("t.left_on is null and not exists", "false and not exists"),
    ),
    "check_opened": (
        ("public.viewer_agency_as('COMMISSIONER') is null", "false"),
        ("or 2 >", "or 0 >"),
        ("exists (select from public.plan_clause", "false and exists (select from public.plan_clause"),
        ("or exists (select from public.plan_scheme", "or false and exists (select from public.plan_scheme"),
    ),
    "check_agreed": (("s.id is null or", ""), ("and t.left_on is null", "")),
    "sign_plan": (
        ("if new.content_hash is distinct from", "if false and new.content_hash is distinct from"),
        ("and m.user_id = new.user_id and m.role", "and m.role"),
        ("and m.role = 'SIGNATORY'", ""),
        ("and t.left_on is null", ""),
        ("and p.agency_id = new.agency_id", ""),
        ("c.agency_id = new.agency_id and not exists", "c.agency_id = new.agency_id and false and not exists"),
        ("if exists (select from public.membership m", "if false and exists (select from public.membership m"),
        ("if new.method <> 'PASSWORD' then", "if false then"),
    ),
    "keep_plan_party": (
        ("num_nonnulls(new.left_on, new.left_by_membership_id) > 0", "false"),
        ("or not public.belongs_to(", "or false and not public.belongs_to("),
        ("if old.left_on is not null or exists (", "if exists ("),
        ("if old.left_on is not null or exists (", "if old.left_on is not null or false and exists ("),
        ("if old.left_on is not null\n     or", "if"),
        ("or new.left_by_membership_id is distinct from public.viewer_membership()", ""),
        ("and v.state = 'AGREED'", "and false"),
    ),
    "keep_plan_checks": (
        ("v.state in ('SIGNING', 'AGREED')", "v.state = 'AGREED'"),
        ("if (new.name, new.role) is distinct from (old.name, old.role)", "if new.role <> old.role"),
        ("if (new.name, new.role) is distinct from (old.name, old.role)", "if new.name <> old.name"),
    ),
    "keep_plan_proposal": (
        ("if new.state <> 'OPEN' or num_nonnulls", "if false and num_nonnulls"),
        ("old.state <> 'OPEN' or", ""),
        ("or new.decided_by_membership_id is distinct from public.viewer_membership()", ""),
        ("or public.viewer_agency_as('COMMISSIONER') is null", ""),
        ("or (new.state = 'WITHDRAWN') <> (new.agency_id = public.viewer_agency())", ""),
    ),
    "keep_plan_comment": (
        ("if num_nonnulls(new.resolved_at, new.resolved_by_membership_id) > 0 then", "if false then"),
        ("old.resolved_at is not null or", ""),
        ("or new.resolved_by_membership_id is distinct from public.viewer_membership()", ""),
    ),
    "keep_plan_event": (
        ("new.kind = 'SIGNED'", "false"),
        ("new.kind = 'AGREED'", "false"),
        ("new.kind = 'IN_FORCE'", "false"),
        ("new.kind = 'PUBLISHED'", "false"),
    ),
    "plan_stands": (
        ("coalesce((p.state, v.state)", "coalesce(false and (p.state, v.state)"),
        ("l.number > p.current_number", "false"),
    ),
    "plan_is_public": (("and p.required and not exists", "and false and not exists"),),
    "while_version_stands": (("stands <> all (tg_argv)", "false"),),
}
CONDITIONS = [(rule, *forgotten) for rule, all_of_it in FORGOTTEN.items() for forgotten in all_of_it]
SOURCE = text("select pg_get_functiondef(cast(:rule as regproc))")
# In front of `written_once` stands that nobody is granted to try; tests/plans/test_walls.py tries as the owner.
RULES = sorted(rule for rule in TRIGGERS if rule[0].startswith("plan") and rule[1] != "written_once")


@pytest.fixture(scope="module")
def broken_into(server: EmbeddedServer, template: str) -> Iterator[tuple[Scratch, Stage]]:
    """Plans in a database of its own, whose rules may be switched off."""
    with scratch(server, template) as made:
        yield made, staged(made.wall, settle_cast(made.owner, made.door))


def _through(stage: Stage, each_attempt: Iterable[tuple[str, Attempt]]) -> str | None:
    """The first attempt that works."""
    return next((sentence for sentence, each in each_attempt if not tried(stage, each, keep=False)), None)


@pytest.mark.some_of(10)
@pytest.mark.parametrize("rule", RULES, ids=".".join)
def test_switching_a_rule_off_lets_something_through(broken_into: tuple[Scratch, Stage], rule: tuple[str, str]) -> None:
    made, stage = broken_into
    table, name = rule

    def far_from_it(each: tuple[str, Attempt]) -> bool:
        return table not in each[1].about.split()

    nearest_first = sorted(attempts().items(), key=far_from_it)
    with made.owner.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"alter table {table} disable trigger {name}"))
        try:
            through = _through(stage, nearest_first)
        finally:
            connection.execute(text(f"alter table {table} enable trigger {name}"))
    assert through, f"Nothing notices when {table}.{name} is off; try more in tests/plans/attempts."


@pytest.mark.some_of(15)
@pytest.mark.parametrize(("rule", "condition", "left"), CONDITIONS)
def test_a_rule_that_forgets_a_condition_is_noticed(
    broken_into: tuple[Scratch, Stage], rule: str, condition: str, left: str
) -> None:
    """What another rule, a key or a policy refuses as well is refused in other words then."""
    made, stage = broken_into
    with made.owner.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        source = connection.execute(
            text("select pg_get_functiondef(cast(:rule as regproc))"), {"rule": rule}
        ).scalar_one()
        assert condition in source, "Write the condition here as the migration has it now."
        connection.exec_driver_sql(source.replace(condition, left, 1))
        try:
            noticed = any(each.refusal not in tried(stage, each, keep=False) for each in attempts().values())
        finally:
            connection.exec_driver_sql(source)
    assert noticed, f"Nothing notices when {rule} forgets: {condition}"
