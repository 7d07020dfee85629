"""Decides from what the cost of a scheme starts while nothing better is known: typical costs, each with its source."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path

from portal.shipped import BrokenFile, numbered_rows

COSTS = Path(__file__).parent / "data" / "typical_costs.csv"
COLUMNS = ("code", "title", "amount_a_year", "source", "checked_note")


@dataclass(frozen=True, kw_only=True)
class TypicalCost:
    """What one scheme of a kind costs in a year, in pounds, where that is from, and who checked it."""

    code: str
    title: str
    amount_a_year: Decimal
    source: str
    checked_note: str


@cache
def typical_costs(path: Path = COSTS) -> tuple[TypicalCost, ...]:
    """Every typical cost in the order of the file.

    Raises BrokenFile for one without words, for an amount that is none, and for a code that is there already.
    """
    costs: dict[str, TypicalCost] = {}
    for line, row in numbered_rows(path, COLUMNS):
        if not all(row.values()) or row["code"] in costs:
            raise BrokenFile(path, line, "a cost needs a code of its own, a title, an amount, a source and a note.")
        try:
            amount = Decimal(row["amount_a_year"])
        except InvalidOperation as wrong:
            raise BrokenFile(path, line, f"{row['amount_a_year']!r} is no amount.") from wrong
        costs[row["code"]] = TypicalCost(
            code=row["code"],
            title=row["title"],
            amount_a_year=amount,
            source=row["source"],
            checked_note=row["checked_note"],
        )
    return tuple(costs.values())
