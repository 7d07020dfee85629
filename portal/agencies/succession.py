"""Decides who is known to take over from a body that ends: official codes of both, the day, and how much of it."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import MappingProxyType

from portal.shipped import BrokenFile, numbered_rows

SUCCESSION = Path(__file__).parent / "data" / "succession.csv"
COLUMNS = (
    "code_list", "code", "successor_code_list", "successor_code", "successor_name", "takes_over_on", "share_percent",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Successor:
    """A body that takes over from another on a day; the share is of the postcodes served, where it is known."""

    code_list: str
    code: str
    name: str
    takes_over_on: date
    share_percent: Decimal | None


Successions = Mapping[tuple[str, str], tuple[Successor, ...]]


@cache
def read_successions(path: Path = SUCCESSION) -> Successions:
    """Who takes over from each body, by its code list and code, the one that takes most first.

    Raises BrokenFile for a row without a code or a name, or whose day or share is none.
    """
    successors: dict[tuple[str, str], list[Successor]] = defaultdict(list)
    for line, row in numbered_rows(path, COLUMNS):
        if not all(value for name, value in row.items() if name != "share_percent"):
            raise BrokenFile(path, line, "a succession needs both codes with their lists, a name and a day.")
        try:
            successor = Successor(
                code_list=row["successor_code_list"],
                code=row["successor_code"],
                name=row["successor_name"],
                takes_over_on=date.fromisoformat(row["takes_over_on"]),
                share_percent=Decimal(row["share_percent"]) if row["share_percent"] else None,
            )
        except (ValueError, ArithmeticError) as wrong:
            raise BrokenFile(path, line, "the day or the share cannot be read.") from wrong
        successors[row["code_list"], row["code"]].append(successor)
    return MappingProxyType({body: tuple(sorted(each, key=_most_first)) for body, each in successors.items()})


def _most_first(successor: Successor) -> tuple[Decimal, str]:
    return -(successor.share_percent or Decimal(0)), successor.code
