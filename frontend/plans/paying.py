"""Decides how the money of a plan is read: by funder and year, drawn on one scale and added up in tables."""

from decimal import Decimal

from flask import Response

from frontend.documents import document
from frontend.page import ask, show
from frontend.plans import drawings, pages, sums, telling
from frontend.plans.showing import contributions, nodes, own

MONEY = document("plans/money.graphql")


@pages.get("/plans/<plan_id>/money")
def money(plan_id: str) -> Response:
    """Who pays how much in which year."""
    data = ask(MONEY, id=plan_id)
    version = own(data)["currentVersion"]
    table = sums.table(contributions(version))
    funders = sums.funders(table)
    return show(
        "plans/money.html",
        data,
        telling=telling,
        money=table,
        unpaid=sums.unpaid(table, data["plan"]["period"]),
        funders=funders,
        joint=_joint(table, funders),
        schemes=nodes(version["schemes"]),
        together=_bars(table, table.by_year, largest=max(table.by_year, default=sums.NOTHING)),
        each_funder=[_funder(table, funder, funders) for funder in funders],
    )


def _funder(table: sums.Table, funder: sums.Funder, funders: list[sums.Funder]) -> tuple[str, Decimal, drawings.Bars]:
    largest = max(amount for each in funders for amount in each.by_year)
    return funder.agency, funder.total, _bars(table, funder.by_year, largest=largest)


def _bars(table: sums.Table, amounts: tuple[Decimal, ...], *, largest: Decimal) -> drawings.Bars:
    named = [(telling.year(year), amount) for year, amount in zip(table.years, amounts, strict=True)]
    return drawings.bars(named, largest=largest)


def _joint(table: sums.Table, funders: list[sums.Funder]) -> str:
    """What others than the largest payer give, of everything."""
    if not table.total:
        return telling.percent("0")
    return telling.percent(str((table.total - funders[0].total) / table.total))
