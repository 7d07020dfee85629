"""What the world can ask of what plans begin from: checklists of standards, and what schemes typically cost."""

from typing import Any

import strawberry
from sqlalchemy import FromClause, Integer, Numeric, Text
from sqlalchemy import column as sql_column
from sqlalchemy import values as sql_values

from graphql_schema.plan_money import Money, as_money, money
from graphql_schema.selection.declare import anything, expression, made, many, planned
from graphql_schema.selection.record import Scope
from portal.plans.costs import typical_costs
from portal.plans.standards import standards_templates


def _costs(scope: Scope) -> FromClause:
    columns = (
        sql_column("place", Integer),
        sql_column("code", Text),
        sql_column("title", Text),
        sql_column("amount", Numeric(14, 2)),
        sql_column("source", Text),
        sql_column("checked_note", Text),
    )
    rows = [
        (place, each.code, each.title, each.amount_a_year, each.source, each.checked_note)
        for place, each in enumerate(typical_costs())
    ]
    return sql_values(*columns, name="typical_cost").data(rows)


@planned(readers="REFERENCE")
@strawberry.type(description="What one scheme of a kind typically costs in a year. [REFERENCE]")
class TypicalCost:
    code: str = expression(lambda scope: scope.row.c.code, "The code programs use.")
    title: str = expression(lambda scope: scope.row.c.title, "Which kind of scheme.")
    amount_a_year: Money = made(lambda scope: as_money(scope.row.c.amount), money, "What it costs in a year.")
    source: str = expression(lambda scope: scope.row.c.source, "Where the figure comes from.")
    checked_note: str = expression(lambda scope: scope.row.c.checked_note, "Who has checked it.")


def _templates(scope: Scope) -> FromClause:
    columns = [sql_column(name, Text) for name in ("code", "title", "about", "source")]
    rows = [
        (place, each.code, each.title, each.about, each.source)
        for place, each in enumerate(standards_templates().values())
    ]
    return sql_values(sql_column("place", Integer), *columns, name="standards_template").data(rows)


def _lines(scope: Scope) -> FromClause:
    columns = [sql_column(name, Text) for name in ("template", "code", "sentence", "source", "checked_note")]
    rows = [
        (each.position, template.code, each.code, each.sentence, each.source, each.checked_note)
        for template in standards_templates().values()
        for each in template.standards
    ]
    return sql_values(sql_column("place", Integer), *columns, name="standard").data(rows)


@planned(readers="REFERENCE")
@strawberry.type(description="One line of a checklist of standards. [REFERENCE]")
class Standard:
    code: str = expression(lambda scope: scope.row.c.code, "The code programs use.")
    sentence: str = expression(lambda scope: scope.row.c.sentence, "What it asks for.")
    source: str = expression(lambda scope: scope.row.c.source, "What it rests on.")
    checked_note: str = expression(lambda scope: scope.row.c.checked_note, "Who has checked it.")


@planned(readers="REFERENCE")
@strawberry.type(description="A checklist of standards that a plan can answer. [REFERENCE]")
class StandardsTemplate:
    code: str = expression(lambda scope: scope.row.c.code, "The code programs use.")
    title: str = expression(lambda scope: scope.row.c.title, "Its title.")
    about: str = expression(lambda scope: scope.row.c.about, "What it is about.")
    source: str = expression(lambda scope: scope.row.c.source, "What it rests on.")
    standards: list[Standard] = many(
        "Standard",
        lambda scope, row: row.c.template == scope.row.c.code,
        "Its lines, in order.",
        order=lambda row: [row.c.place],
        source=_lines,
    )


def typical_costs_field() -> Any:
    """The root field over typical costs."""
    return many(
        "TypicalCost",
        anything,
        "What schemes typically cost, to begin from while nothing better is known.",
        order=lambda row: [row.c.place],
        source=_costs,
    )


def standards_templates_field() -> Any:
    """The root field over checklists of standards."""
    return many(
        "StandardsTemplate",
        anything,
        "Checklists of standards that a plan can answer.",
        order=lambda row: [row.c.place],
        source=_templates,
    )
