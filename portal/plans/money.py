"""Decides how a plan's money adds up: exactly, in decimals, and None where something is not known.

A financial year begins on 1 April and is named by its first calendar year.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Generic, TypeVar

Payer = TypeVar("Payer", bound=Hashable)

PENNY = Decimal("0.01")
# Four places, as a percentage with two.
SHARE_PLACES = Decimal("0.0001")
FIRST_MONTH = 4
# The financial years that a plan, its money and its milestones can name, and the days they begin and end on.
FIRST_YEAR, LAST_YEAR = 1990, 2199
FIRST_DAY, LAST_DAY = date(FIRST_YEAR, 4, 1), date(LAST_YEAR + 1, 3, 31)
DAYS_IN_WORDS = f"from 1 April {FIRST_YEAR} to 31 March {LAST_YEAR + 1}"


@dataclass(frozen=True, kw_only=True)
class Share(Generic[Payer]):
    """What one agency gives in one financial year."""

    payer: Payer
    year: int
    amount: Decimal


@dataclass(frozen=True, kw_only=True)
class Totals(Generic[Payer]):
    """Money added up: years in order, agencies with the largest payer first."""

    total: Decimal
    by_year: tuple[tuple[int, Decimal], ...]
    by_payer: tuple[tuple[Payer, Decimal], ...]


def totals(shares: Iterable[Share[Payer]]) -> Totals[Payer]:
    """Add shares up. The years, and the agencies, each add up exactly to the total."""
    years: dict[int, Decimal] = defaultdict(Decimal)
    payers: dict[Payer, Decimal] = defaultdict(Decimal)
    for share in shares:
        years[share.year] += share.amount
        payers[share.payer] += share.amount
    return Totals(
        total=sum(years.values(), Decimal(0)),
        by_year=tuple(sorted(years.items())),
        by_payer=tuple(sorted(payers.items(), key=lambda paid: (-paid[1], str(paid[0])))),
    )


def joint_funding_share(shares: Iterable[Share[Payer]]) -> Decimal | None:
    """The part that the largest payer does not pay, from 0 to 1; None when nobody pays."""
    added = totals(shares)
    if not added.total:
        return None
    _, largest = added.by_payer[0]
    return ((added.total - largest) / added.total).quantize(SHARE_PLACES, ROUND_HALF_UP)


def cost_per_person(shares: Iterable[Share[Payer]], *, reach: Decimal | None) -> Decimal | None:
    """What reaching one person costs, when so many are to be reached in each year that is paid for.

    None when nobody pays, and when it is not said how many shall be reached.
    """
    added = totals(shares)
    if not reach or not added.total:
        return None
    return (added.total / (reach * len(added.by_year))).quantize(PENNY, ROUND_HALF_UP)


def financial_years(starts_on: date, ends_on: date) -> range:
    """The financial years that a period touches."""
    return range(financial_year(starts_on), financial_year(ends_on) + 1)


def financial_year(day: date) -> int:
    """The financial year of a day, by its first calendar year."""
    return day.year if day.month >= FIRST_MONTH else day.year - 1


def year_in_words(year: int) -> str:
    """A financial year as people write it: 2012/13."""
    return f"{year}/{(year + 1) % 100:02}"


def in_pounds(amount: Decimal) -> str:
    """An amount as people read it, without pence where there are none: £80,000."""
    return f"£{amount:,.2f}".removesuffix(".00")
