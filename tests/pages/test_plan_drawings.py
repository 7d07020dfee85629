"""The drawings of a plan: whatever its money and its milestones, nothing leaves the picture, touches or is lost."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations, pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontend.plans import drawings, sums, telling
from portal.plans.funding_routes import funding_routes

STARTS, ENDS = date(2027, 4, 1), date(2030, 3, 31)
DAYS = st.dates(min_value=date(2026, 1, 1), max_value=date(2033, 12, 31))
RATINGS = st.sampled_from(["GREEN", "AMBER", "RED"])
AMOUNTS = st.decimals(min_value="0.01", max_value="999999999999.99", places=2)


def milestone(promised: date, stands: date, *, reached: bool = False, rating: str = "GREEN") -> dict[str, Any]:
    return {
        "targetOn": promised.isoformat(),
        "expectedOn": stands.isoformat(),
        "reachedOn": stands.isoformat() if reached else None,
        "rating": rating,
    }


def contribution(agency: str, year: int, amount: str, route: str = "ALIGNED") -> dict[str, Any]:
    return {"agency": {"name": agency}, "year": year, "amount": {"amount": amount}, "route": route}


MILESTONES = st.lists(st.builds(milestone, DAYS, DAYS, reached=st.booleans(), rating=RATINGS), max_size=25)
CONTRIBUTIONS = st.lists(
    st.builds(
        contribution,
        st.sampled_from(["Police", "Council", "PCT", "Health"]),
        st.integers(2026, 2032),
        AMOUNTS.map(str),
        st.sampled_from(sorted(telling.ROUTE)),
    ),
    max_size=40,
)


def drawn(milestones: list[dict[str, Any]], today: date = STARTS) -> drawings.Timeline:
    return drawings.timeline(milestones, starts_on=STARTS, ends_on=ENDS, today=today)


def test_a_plan_begins_at_the_left_and_ends_at_the_right() -> None:
    first, last = milestone(STARTS, STARTS), milestone(ENDS, ENDS)
    assert [mark.at for mark in drawn([first, last]).marks] == [0.0, 100.0]


def test_a_plan_without_milestones_still_has_its_years() -> None:
    picture = drawn([])
    assert [tick.name for tick in picture.ticks] == ["2027/28", "2028/29", "2029/30"]
    assert picture.marks == ()


def test_a_mark_shows_where_it_was_promised_and_where_it_stands_now() -> None:
    (mark,) = drawn([milestone(date(2027, 10, 1), date(2028, 4, 1), rating="RED")]).marks
    assert (mark.number, mark.promised, mark.at, mark.rating) == (1, 16.7, 33.4, "RED")


def test_today_is_marked_only_within_the_drawing() -> None:
    assert drawn([], today=date(2028, 9, 30)).today == 50.0
    assert drawn([], today=STARTS - timedelta(days=1)).today is None
    assert [drawn([], today=day).anchor for day in (STARTS, date(2028, 9, 30), ENDS)] == ["start", "middle", "end"]


def test_a_plan_of_twenty_years_names_only_the_years_that_there_is_room_for() -> None:
    picture = drawings.timeline([], starts_on=date(2020, 1, 1), ends_on=date(2040, 1, 1), today=STARTS)
    named = [tick.at for tick in picture.ticks if tick.name]
    assert len(picture.ticks) == 21
    assert all(later - sooner >= 24 for sooner, later in pairwise(named))


@given(MILESTONES, DAYS)
def test_no_mark_leaves_the_drawing_and_no_two_touch(milestones: list[dict[str, Any]], today: date) -> None:
    picture = drawn(milestones, today)
    assert [mark.number for mark in picture.marks] == list(range(1, len(milestones) + 1))
    for mark in picture.marks:
        assert 0 <= mark.at <= 100
        assert 0 <= mark.promised <= 100
        assert 0 < mark.middle < picture.axis < picture.height
    for one, other in combinations(picture.marks, 2):
        if one.middle == other.middle:
            spans = sorted(sorted((mark.at, mark.promised)) for mark in (one, other))
            assert spans[1][0] - spans[0][1] >= drawings.APART


@given(CONTRIBUTIONS)
def test_every_total_is_the_sum_of_what_stands_beside_and_above_it(contributions: list[dict[str, Any]]) -> None:
    money = sums.table(contributions)
    everything = sum((Decimal(each["amount"]["amount"]) for each in contributions), Decimal(0))
    assert money.total == everything
    assert sum(money.by_year) == everything
    assert all(sum(row.by_year) == row.total for row in money.rows)
    for place, total in enumerate(money.by_year):
        assert sum(row.by_year[place] for row in money.rows) == total
    funders = sums.funders(money)
    assert sum(funder.total for funder in funders) == everything
    assert all(sum(funder.by_year) == funder.total for funder in funders)


def test_a_year_in_which_nobody_pays_is_a_column_of_its_own() -> None:
    money = sums.table([contribution("Police", 2027, "10.00"), contribution("Council", 2029, "0.10")])
    assert money.years == (2027, 2028, 2029)
    assert money.by_year == (Decimal("10.00"), Decimal("0.00"), Decimal("0.10"))


@given(st.lists(AMOUNTS, min_size=1, max_size=12))
def test_bars_keep_to_one_scale_and_show_every_amount(amounts: list[Decimal]) -> None:
    largest = max(amounts)
    picture = drawings.bars([(str(place), amount) for place, amount in enumerate(amounts)], largest=largest)
    widths = [bar.width for bar in picture.bars]
    assert max(widths) == 100
    assert all(drawings.THINNEST <= width <= 100 for width in widths)
    assert sorted(widths) == [bar.width for bar in sorted(picture.bars, key=lambda bar: bar.amount)]
    assert all(bar.top + drawings.BAR_HEIGHT <= picture.height for bar in picture.bars)


def test_an_amount_of_nothing_has_no_bar() -> None:
    (bar,) = drawings.bars([("2027/28", Decimal("0.00"))], largest=Decimal(0)).bars
    assert bar.width == 0


def test_amounts_are_written_exactly() -> None:
    assert telling.pounds("80000.00") == "£80,000"
    assert telling.pounds("80000.50") == "£80,000.50"
    assert telling.pounds("999999999999.99") == "£999,999,999,999.99"
    assert telling.change("100.00", "80.00") == "−£20"
    assert telling.change(None, "80.00") == "+£80"
    assert telling.change("80.00", "80.00") == "£0"
    assert (telling.number("1200.00"), telling.number("7.50")) == ("1,200", "7.5")
    assert (telling.year(2027), telling.year(2099)) == ("2027/28", "2099/00")


def test_a_rule_calls_a_route_what_the_pages_call_it() -> None:
    assert {str(route): shipped.title for route, shipped in funding_routes().items()} == telling.ROUTE


@pytest.mark.parametrize(
    ("period", "unpaid"),
    [
        (("2027-04-01", "2030-03-31"), [2028]),
        (("2027-03-31", "2030-04-01"), [2026, 2028, 2030]),
        (("2027-04-01", "2028-03-31"), []),
    ],
)
def test_the_years_in_which_nobody_pays_are_named(period: tuple[str, str], unpaid: list[int]) -> None:
    money = sums.table([contribution("Police", 2027, "10.00"), contribution("Council", 2029, "0.10")])
    assert sums.unpaid(money, {"from": period[0], "to": period[1]}) == unpaid
    assert sums.unpaid(sums.table([]), {"from": period[0], "to": period[1]}) == []
    assert telling.years_in_words([2026, 2028, 2030]) == "2026/27, 2028/29 and 2030/31"
