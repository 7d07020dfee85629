"""Decides what PostgreSQL's own catalogue must say before anybody is served: rules as data, asked as any role.

After the idea of Supabase's database linter: each rule is a query of the system catalogue that finds nothing in a sound
database. All of them go in one statement, because a start should not notice.
"""

from collections.abc import Sequence

from sqlalchemy import Connection, text

from portal.operations.catalog import listed
from portal.operations.catalog.grants import GRANT_RULES
from portal.operations.catalog.policies import POLICY_RULES
from portal.operations.catalog.roles import ROLE_RULES
from portal.operations.catalog.routines import ROUTINE_RULES
from portal.operations.catalog.rule import PREAMBLE, Finding, Rule, Weight
from portal.operations.catalog.tables import TABLE_RULES

__all__ = ["RULES", "Finding", "Rule", "Weight", "findings"]

RULES: tuple[Rule, ...] = TABLE_RULES + POLICY_RULES + GRANT_RULES + ROUTINE_RULES + ROLE_RULES


def findings(
    connection: Connection, *, web_role: str, worker_role: str, rules: Sequence[Rule] = RULES
) -> list[Finding]:
    """Everything in the catalogue of a migrated database that breaks a rule, in the order of the rules.

    Any role may ask: PostgreSQL shows its catalogue to all.
    """
    # Every word of it is written in this folder.
    asked = " union all ".join(
        f"select {number}, found.what::text from ({rule.offenders}) as found(what)"  # noqa: S608  # nosec B608
        for number, rule in enumerate(rules)
    )
    statement = text(PREAMBLE + asked)
    known: dict[str, str | list[str]] = {**_listed(), "web": web_role, "worker": worker_role}
    values = {name: known[name] for name in statement.compile().params}
    found = connection.execute(statement, values).all()
    return [Finding(rule=rules[number], what=what) for number, what in sorted(tuple(row) for row in found)]


def _listed() -> dict[str, list[str]]:
    return {
        "without_root": [*listed.WITHOUT_ROOT],
        "without_wall": [*listed.WITHOUT_WALL],
        "forgetful": [*listed.FORGETFUL],
        "trigger_tables": [table for table, _ in listed.TRIGGERS],
        "trigger_names": [name for _, name in listed.TRIGGERS],
        "open_tables": [table for table, _ in listed.OPEN_POLICIES],
        "open_policies": [name for _, name in listed.OPEN_POLICIES],
        "web_deletes": [*listed.WEB_DELETES],
        "worker_deletes": [*listed.WORKER_DELETES],
        "worker_updates": [*listed.WORKER_UPDATES],
        "worker_tables": [table for table, _ in listed.WORKER_ROWS],
        "worker_privileges": [privilege for _, privilege in listed.WORKER_ROWS],
        "kept_from_web": [*listed.KEPT_FROM_WEB],
        "kept_from_worker": [*listed.KEPT_FROM_WORKER],
    }
