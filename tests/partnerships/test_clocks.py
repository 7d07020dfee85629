"""Which clock, week and days a partnership is held to, and what a new one begins with."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from portal.operations.cast import settle
from portal.partnerships.calendar import OwnDay, bank_holidays, differing_days
from portal.partnerships.clocks import (
    clock_in_force,
    due,
    expected_clocks,
    load_clocks,
    shipped_clocks,
    shipped_week,
    week_in_force,
)
from portal.partnerships.models import (
    ClockKind,
    Partnership,
    PartnershipClock,
    PartnershipDay,
    PartnershipWorkingWeek,
    Urgency,
)
from portal.partnerships.working_time import LONDON, Clock
from portal.shipped import BrokenFile

FRIDAY = datetime(2099, 12, 18, 16, tzinfo=LONDON)


@pytest.fixture
def partnership(owner_session: Session) -> Partnership:
    """A partnership as it begins, taken back at the end."""
    settled = settle(owner_session, suffix="-clocks", password=None)
    return owner_session.get_one(Partnership, settled.partnership_id)


def _due(session: Session, partnership: Partnership, urgency: Urgency, start: datetime = FRIDAY) -> datetime:
    found = due(session, partnership_id=partnership.id, kind=ClockKind.TRIAGE, urgency=urgency, start=start)
    return found.astimezone(LONDON)


def test_a_new_partnership_begins_with_two_six_and_twenty_four_hours(
    owner_session: Session, partnership: Partnership
) -> None:
    clocks = {
        (clock.kind, clock.urgency): (clock.minutes, clock.working_hours_only)
        for clock in owner_session.scalars(
            select(PartnershipClock).where(PartnershipClock.partnership_id == partnership.id)
        )
    }

    assert clocks.keys() == expected_clocks()
    assert clocks[ClockKind.TRIAGE, Urgency.IMMEDIATE] == (120, False)
    assert clocks[ClockKind.TRIAGE, Urgency.URGENT] == (360, False)
    assert clocks[ClockKind.TRIAGE, Urgency.ROUTINE] == (1440, True)
    assert partnership.holiday_subdivision == "ENG"


def test_a_routine_flag_waits_for_the_office_and_an_immediate_one_does_not(
    owner_session: Session, partnership: Partnership
) -> None:
    assert _due(owner_session, partnership, Urgency.IMMEDIATE) == datetime(2099, 12, 18, 18, tzinfo=LONDON)
    assert _due(owner_session, partnership, Urgency.URGENT) == datetime(2099, 12, 18, 22, tzinfo=LONDON)
    assert _due(owner_session, partnership, Urgency.ROUTINE) == datetime(2099, 12, 23, 16, tzinfo=LONDON)


def test_bank_holidays_and_own_days_are_not_worked_unless_the_partnership_says_so(
    owner_session: Session, partnership: Partnership
) -> None:
    before_christmas = datetime(2099, 12, 24, 9, tzinfo=LONDON)
    assert _due(owner_session, partnership, Urgency.ROUTINE, before_christmas) == datetime(
        2099, 12, 30, 17, tzinfo=LONDON
    )

    owner_session.add(
        PartnershipDay(partnership_id=partnership.id, day=date(2099, 12, 28), working=True, name="Office open")
    )
    owner_session.add(
        PartnershipDay(partnership_id=partnership.id, day=date(2099, 12, 29), working=False, name="Moving house")
    )
    owner_session.flush()
    assert _due(owner_session, partnership, Urgency.ROUTINE, before_christmas) == datetime(
        2099, 12, 30, 17, tzinfo=LONDON
    )
    owner_session.execute(delete(PartnershipDay).where(PartnershipDay.day == date(2099, 12, 29)))
    assert _due(owner_session, partnership, Urgency.ROUTINE, before_christmas) == datetime(
        2099, 12, 29, 17, tzinfo=LONDON
    )


def test_the_clock_that_holds_as_it_starts_is_the_one_that_counts(
    owner_session: Session, partnership: Partnership
) -> None:
    april = datetime(2098, 4, 1, tzinfo=UTC)
    [urgent] = owner_session.scalars(
        select(PartnershipClock).where(
            PartnershipClock.partnership_id == partnership.id, PartnershipClock.urgency == Urgency.URGENT
        )
    )
    urgent.valid_to = april
    owner_session.add(
        PartnershipClock(
            partnership_id=partnership.id, kind=ClockKind.TRIAGE, urgency=Urgency.URGENT, minutes=60,
            working_hours_only=False, valid_from=april,
        )
    )  # fmt: skip
    owner_session.flush()

    just_before = april - timedelta(microseconds=1)
    assert _due(owner_session, partnership, Urgency.URGENT, just_before) - just_before == timedelta(hours=6)
    assert _due(owner_session, partnership, Urgency.URGENT, april) - april == timedelta(hours=1)


def test_the_working_week_that_holds_as_it_starts_is_the_one_that_counts(
    owner_session: Session, partnership: Partnership
) -> None:
    week = select(PartnershipWorkingWeek).where(PartnershipWorkingWeek.partnership_id == partnership.id)
    for each in owner_session.scalars(week):
        each.valid_to = datetime(2098, 1, 1, tzinfo=UTC)
    owner_session.add(
        PartnershipWorkingWeek(
            partnership_id=partnership.id, weekday=6, opens=time(8), closes=time(20),
            valid_from=datetime(2098, 1, 1, tzinfo=UTC),
        )
    )  # fmt: skip
    owner_session.flush()

    assert list(week_in_force(owner_session, partnership_id=partnership.id, moment=FRIDAY)) == [6]
    # Twelve hours on the Saturday, none on Boxing Day, and the rest a week later.
    assert _due(owner_session, partnership, Urgency.ROUTINE) == datetime(2100, 1, 2, 20, tzinfo=LONDON)


def test_whatever_a_partnership_has_not_said_is_as_shipped(owner_session: Session, partnership: Partnership) -> None:
    owner_session.execute(delete(PartnershipClock).where(PartnershipClock.partnership_id == partnership.id))
    owner_session.execute(delete(PartnershipWorkingWeek).where(PartnershipWorkingWeek.partnership_id == partnership.id))

    for (kind, urgency), clock in shipped_clocks().items():
        given = clock_in_force(owner_session, partnership_id=partnership.id, kind=kind, urgency=urgency, moment=FRIDAY)
        assert given == clock
    assert week_in_force(owner_session, partnership_id=partnership.id, moment=FRIDAY) == shipped_week()


def test_a_flag_gets_its_due_time_even_where_no_working_hours_are_left(
    owner_session: Session, partnership: Partnership
) -> None:
    for day in range(800):
        at = FRIDAY.date() + timedelta(days=day)
        owner_session.add(PartnershipDay(partnership_id=partnership.id, day=at, working=False, name="Closed"))
    owner_session.flush()

    assert _due(owner_session, partnership, Urgency.ROUTINE) == FRIDAY + timedelta(hours=24)


def test_a_partnership_that_never_had_clocks_is_given_them_once(
    owner_session: Session, partnership: Partnership
) -> None:
    owner_session.execute(delete(PartnershipClock).where(PartnershipClock.partnership_id == partnership.id))
    owner_session.execute(delete(PartnershipWorkingWeek).where(PartnershipWorkingWeek.partnership_id == partnership.id))

    assert load_clocks(owner_session) >= 1
    assert load_clocks(owner_session) == 0
    of_ours = select(func.count()).where(PartnershipClock.partnership_id == partnership.id)
    assert owner_session.scalar(of_ours) == len(expected_clocks())


def test_bank_holidays_are_those_of_the_country_and_move_off_the_weekend() -> None:
    england = bank_holidays("ENG", 2026)

    assert date(2026, 12, 28) in england
    assert date(2026, 4, 6) in england
    assert date(2026, 4, 6) not in bank_holidays("SCT", 2026)


def test_what_a_partnership_says_of_a_day_goes_before_the_law() -> None:
    own = [
        OwnDay(day=date(2026, 12, 28), working=True, name="Winter cover"),
        OwnDay(day=date(2026, 12, 29), working=False, name="Closed"),
    ]
    days = differing_days("ENG", own, first=date(2026, 12, 26), last=date(2027, 1, 1))

    assert [(each.day.day, each.working, each.bank_holiday) for each in days] == [
        (26, False, True),
        (28, True, True),
        (29, False, False),
        (1, False, True),
    ]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("TRIAGE,URGENT", "TRIAGE,LATER"), "unknown"),
        (("INFORMATION,,960", "INFORMATION,,soon"), "unknown"),
        (("INFORMATION,,960", "TRIAGE,URGENT,960"), "one clock for each"),
    ],
)
def test_a_shipped_clock_that_is_unknown_or_missing_is_refused(
    tmp_path: Path, change: tuple[str, str], sentence: str
) -> None:
    shipped = Path("portal/partnerships/data/clocks.csv").read_text()
    path = tmp_path / "clocks.csv"
    path.write_text(shipped.replace(*change))

    with pytest.raises(BrokenFile, match=sentence):
        shipped_clocks(path)


def test_the_shipped_clocks_never_count_a_danger_in_office_hours() -> None:
    assert shipped_clocks()[ClockKind.TRIAGE, Urgency.IMMEDIATE] == Clock(minutes=120, working_hours_only=False)
