"""Decides how contributions are added up for a table: exactly, by funder and route, by financial year, and in all."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

NOTHING = Decimal("0.00")


@dataclass(frozen=True, kw_only=True)
class Row:
    """What one agency gives by one route, year by year in the order of the table."""

    agency: str
    route: str
    by_year: tuple[Decimal, ...]
    total: Decimal


@dataclass(frozen=True, kw_only=True)
class Table:
    """Contributions added up; every total is the sum of the cells beside or above it."""

    years: tuple[int, ...]
    rows: tuple[Row, ...]
    by_year: tuple[Decimal, ...]
    total: Decimal


@dataclass(frozen=True, kw_only=True)
class Funder:
    """What one agency gives by all its routes."""

    agency: str
    by_year: tuple[Decimal, ...]
    total: Decimal


def table(contributions: Iterable[dict[str, Any]]) -> Table:
    """The table of contributions as the schema gives them; years nobody pays in between are columns of zeros."""
    cells: dict[tuple[str, str], dict[int, Decimal]] = {}
    for each in contributions:
        row = cells.setdefault((each["agency"]["name"], each["route"]), {})
        row[each["year"]] = row.get(each["year"], NOTHING) + Decimal(each["amount"]["amount"])
    paid = {year for row in cells.values() for year in row}
    years = tuple(range(min(paid), max(paid) + 1)) if paid else ()
    rows = tuple(_row(agency, route, amounts, years) for (agency, route), amounts in sorted(cells.items()))
    by_year = tuple(sum((row.by_year[place] for row in rows), NOTHING) for place in range(len(years)))
    return Table(years=years, rows=rows, by_year=by_year, total=sum(by_year, NOTHING))


def funders(money: Table) -> list[Funder]:
    """The agencies of a table, whoever gives most first."""
    names = dict.fromkeys(row.agency for row in money.rows)
    found = [_funder(name, [row for row in money.rows if row.agency == name]) for name in names]
    return sorted(found, key=lambda funder: (-funder.total, funder.agency))


def unpaid(money: Table, period: Mapping[str, str]) -> list[int]:
    """The financial years of a period in which nobody pays anything, for a plan that somebody pays for."""
    paid = {year for year, amount in zip(money.years, money.by_year, strict=True) if amount}
    return [year for year in financial_years(period["from"], period["to"]) if paid and year not in paid]


def financial_years(starts_on: str, ends_on: str) -> list[int]:
    """The financial years a period touches, each by its first calendar year; they begin on 1 April."""
    return list(range(_year_of(starts_on), _year_of(ends_on) + 1))


def _row(agency: str, route: str, amounts: dict[int, Decimal], years: tuple[int, ...]) -> Row:
    by_year = tuple(amounts.get(year, NOTHING) for year in years)
    return Row(agency=agency, route=route, by_year=by_year, total=sum(by_year, NOTHING))


def _funder(name: str, rows: list[Row]) -> Funder:
    by_year = tuple(sum(amounts, NOTHING) for amounts in zip(*(row.by_year for row in rows), strict=True))
    return Funder(agency=name, by_year=by_year, total=sum(by_year, NOTHING))


def _year_of(day: str) -> int:
    year, month = int(day[:4]), int(day[5:7])
    return year if month >= 4 else year - 1  # noqa: PLR2004  April, the month in which a financial year begins
