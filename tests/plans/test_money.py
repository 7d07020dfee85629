"""A plan's money adds up exactly, and what is not known is not made up."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.plans.costs import typical_costs
from portal.plans.money import (
    Share,
    cost_per_person,
    financial_year,
    financial_years,
    in_pounds,
    joint_funding_share,
    totals,
    year_in_words,
)
from portal.shipped import BrokenFile

AMOUNTS = st.decimals(Decimal("0.01"), Decimal("999999999999.99"), places=2)
SHARES = st.lists(
    st.builds(Share, payer=st.sampled_from(["PCT", "LA", "POL"]), year=st.integers(2010, 2014), amount=AMOUNTS),
    max_size=12,
)


def share(payer: str, amount: str, year: int = 2012) -> Share[str]:
    return Share(payer=payer, year=year, amount=Decimal(amount))


@given(SHARES)
def test_years_and_agencies_each_add_up_exactly_to_the_total(shares: list[Share[str]]) -> None:
    added = totals(shares)

    pennies = sum(int(each.amount * 100) for each in shares)
    assert int(added.total * 100) == pennies
    assert sum((amount for _, amount in added.by_year), Decimal(0)) == added.total
    assert sum((amount for _, amount in added.by_payer), Decimal(0)) == added.total


@given(SHARES)
def test_nothing_is_ever_a_float(shares: list[Share[str]]) -> None:
    added = totals(shares)
    derived = [joint_funding_share(shares), cost_per_person(shares, reach=Decimal(7))]

    figures = [added.total, *(amount for _, amount in (*added.by_year, *added.by_payer)), *derived]
    assert {type(figure) for figure in figures} <= {Decimal, type(None)}


@given(SHARES, st.randoms(use_true_random=False))
def test_the_order_of_shares_changes_nothing(shares: list[Share[str]], chance: object) -> None:
    shuffled = list(shares)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]

    assert totals(shuffled) == totals(shares)


@given(SHARES)
def test_the_joint_share_is_what_all_but_the_largest_payer_give(shares: list[Share[str]]) -> None:
    joint = joint_funding_share(shares)
    if joint is None:
        assert shares == []
        return
    payers = dict(totals(shares).by_payer)
    others = sum(payers.values(), Decimal(0)) - max(payers.values())
    assert 0 <= joint < 1
    assert abs(joint * sum(payers.values()) - others) <= Decimal("0.00005") * sum(payers.values())


def test_one_payer_alone_is_no_joint_funding_and_three_equal_ones_are_two_thirds() -> None:
    assert joint_funding_share([share("PCT", "80000"), share("PCT", "1", 2013)]) == 0
    assert joint_funding_share([share(payer, "100") for payer in ("PCT", "LA", "POL")]) == Decimal("0.6667")
    assert joint_funding_share([]) is None


def test_reaching_one_person_costs_the_total_over_the_people_of_all_years_that_are_paid_for() -> None:
    shares = [share("PCT", "80000", 2012), share("LA", "40000", 2012), share("PCT", "80000", 2013)]

    assert cost_per_person(shares, reach=Decimal(400)) == Decimal("250.00")
    assert cost_per_person(shares[:2], reach=Decimal(7)) == Decimal("17142.86")


@pytest.mark.parametrize(
    ("shares", "reach"), [([share("PCT", "1")], None), ([share("PCT", "1")], Decimal(0)), ([], Decimal(9))]
)
def test_a_cost_for_each_person_that_is_not_known_is_not_made_up(
    shares: list[Share[str]], reach: Decimal | None
) -> None:
    assert cost_per_person(shares, reach=reach) is None


def test_a_financial_year_is_named_by_the_calendar_year_of_its_april() -> None:
    assert [financial_year(day) for day in (date(2012, 3, 31), date(2012, 4, 1))] == [2011, 2012]
    assert list(financial_years(date(2012, 3, 31), date(2013, 4, 1))) == [2011, 2012, 2013]
    assert [year_in_words(year) for year in (2012, 1999, 2008)] == ["2012/13", "1999/00", "2008/09"]


def test_pence_are_shown_where_there_are_any() -> None:
    assert [in_pounds(Decimal(amount)) for amount in ("80000.00", "80000.50", "0.01", "1000000")] == [
        "£80,000", "£80,000.50", "£0.01", "£1,000,000",
    ]  # fmt: skip


def test_a_liaison_and_diversion_scheme_starts_from_eighty_thousand_pounds_with_its_source() -> None:
    [cost] = [cost for cost in typical_costs() if cost.code == "LIAISON_AND_DIVERSION"]

    assert cost.amount_a_year == Decimal("80000.00")
    assert "100 to 150" in cost.source
    assert cost.checked_note.startswith("To be checked")


@pytest.mark.parametrize("row", ["A,x,much,x,x", "A,x,,x,x", "A,x,1.00,x,x\nA,x,1.00,x,x"])
def test_a_broken_file_of_costs_is_refused(tmp_path: Path, row: str) -> None:
    path = tmp_path / "costs.csv"
    path.write_text(f"code,title,amount_a_year,source,checked_note\n{row}\n")

    with pytest.raises(BrokenFile):
        typical_costs(path)
