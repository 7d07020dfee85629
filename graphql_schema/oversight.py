"""What guardians and data protection officers can ask beside the audit: whose it is, and who read many records."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import strawberry
from sqlalchemy import ColumnElement, FromClause, Integer, Text, false, literal
from sqlalchemy import column as sql_column
from sqlalchemy import values as sql_values

from graphql_schema.accounts import literally
from graphql_schema.identity import User
from graphql_schema.nodes import Node
from graphql_schema.selection.declare import begin_at, by_key, column, expression, global_id, many, one, paged, planned
from graphql_schema.selection.paged import Order, Start, Window
from graphql_schema.selection.planner import Planner
from graphql_schema.selection.record import Scope
from portal.access.audit import may_read_audit
from portal.access.identity import overseen
from portal.access.viewer import Role
from portal.oversight import bulk_reading, models


def _overseen(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    return overseen(scope.viewer, row.c.id, *scope.outer, row)


def _people(
    self: Any,
    search: str | None = None,
    id: strawberry.ID | None = None,  # noqa: A002  the schema's own word
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> None: ...


def _begin(planner: Planner, scope: Scope, row: FromClause, arguments: Mapping[str, Any], window: Window) -> Start:
    where: list[ColumnElement[bool]] = []
    if arguments.get("id") is not None:
        where.append(row.c.id == planner.key("User", arguments["id"]))
    if arguments.get("search") is not None:
        where.append(row.c.display_name.ilike(f"%{literally(arguments['search'].strip())}%", escape="\\"))
    return Start(source=row, where=where, order=Order(sort=row.c.display_name, tie=row.c.id, descending=False))


def audited_people_field() -> Any:
    """The root field over the people whose acts the viewer reads."""
    return paged(
        "User",
        _overseen,
        "Everybody with a role in the viewer's agency, past or present, by name; nobody but for its guardians and data"
        " protection officers.",
        begin=_begin,
        signature=_people,
    )


def _of_the_agency(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    if scope.viewer is None or not may_read_audit(scope.viewer):
        return false()
    found: ColumnElement[bool] = row.c.agency_id == scope.viewer.agency_id
    return found


@planned(models.ReadingAlarm, seen_by=_of_the_agency, readers="AUDIT")
@strawberry.type(
    description="That a member of the viewer's agency was shown more records than a rule expects; no score. [AUDIT]"
)
class ReadingAlarm(Node):
    id: strawberry.ID = global_id("ReadingAlarm", models.ReadingAlarm.id)
    person: User = one("User", by_key(models.ReadingAlarm.user_id), "Who.")
    role: Role = column(models.ReadingAlarm.role, "The role they acted in.")
    day: date = column(models.ReadingAlarm.day, "On which day; there is one alarm a person and day.")
    raised_at: datetime = column(models.ReadingAlarm.raised_at, "When the rule spoke.")
    records: int = column(models.ReadingAlarm.records, "How many different records they had been shown by then.")
    allowed: int = column(models.ReadingAlarm.allowed, "How many the rule expects at most.")
    window_minutes: int = column(models.ReadingAlarm.window_minutes, "In how many minutes.")


def reading_alarms_field() -> Any:
    """The root field over alarms."""
    return paged(
        "ReadingAlarm",
        _of_the_agency,
        "Members of the viewer's agency who were shown many records, the latest first; nobody but for its guardians and"
        " data protection officers.",
        begin=begin_at(models.ReadingAlarm.raised_at, descending=True),
    )


@planned(readers="REFERENCE")
@strawberry.type(description="How many different records of people or flags a role is usually shown. [REFERENCE]")
class ReadingRule:
    role: Role | None = expression(lambda scope: scope.row.c.role, "Of which role; null for every other.")
    window_minutes: int = expression(lambda scope: scope.row.c.window_minutes, "In how many minutes.")
    allowed: int = expression(lambda scope: scope.row.c.allowed, "How many at most, before guardians are told.")
    reason: str = expression(lambda scope: scope.row.c.reason, "Why so many.")


def _rules(scope: Scope) -> FromClause:
    columns = (
        sql_column("place", Integer),
        sql_column("role", Text),
        sql_column("window_minutes", Integer),
        sql_column("allowed", Integer),
        sql_column("reason", Text),
    )
    every = [
        *((role.value, rule) for role, rules in bulk_reading.BY_ROLE.items() for rule in rules),
        *((None, rule) for rule in bulk_reading.DEFAULT),
    ]
    rows = [(place, role, rule.window_minutes, rule.allowed, rule.reason) for place, (role, rule) in enumerate(every)]
    return sql_values(*columns, name="reading_rule").data(rows)


def _signed_in(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    return literal(scope.viewer is not None)


def reading_rules_field() -> Any:
    """The root field over the rules of bulk reading, for everybody whom they may be about."""
    return many(
        "ReadingRule",
        _signed_in,
        "When guardians are told that somebody reads much: counts and nothing else, the same for everybody in a role.",
        order=lambda row: [row.c.place],
        source=_rules,
    )
