"""What anybody in a partnership reads of its time: what it promises, when it works, which days differ."""

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import delete, select, update

from graphql_schema import Door
from portal.db import Database, now
from portal.partnerships.calendar import bank_holidays
from portal.partnerships.models import Partnership, PartnershipClock, PartnershipDay, PartnershipWorkingWeek
from portal.partnerships.working_time import LONDON
from tests.factories.cast import Cast, settle_cast

TIME = """
{ viewer { partnership {
  clocks { kind urgency minutes workingHoursOnly validFrom }
  workingWeek { weekday opens closes }
  holidays { day working name bankHoliday }
  holidaySubdivision
} } }
"""


def time_of(cast: Cast) -> dict[str, list[dict[str, object]]]:
    found: dict[str, list[dict[str, object]]] = cast.ask(cast.robin, TIME)["viewer"]["partnership"]
    return found


def test_everybody_reads_what_their_partnership_promises(cast: Cast) -> None:
    clocks = [(clock["kind"], clock["urgency"], clock["minutes"]) for clock in time_of(cast)["clocks"]]

    assert clocks == [
        ("TRIAGE", "IMMEDIATE", 120),
        ("TRIAGE", "URGENT", 360),
        ("TRIAGE", "ROUTINE", 1440),
        ("SHARE_ANSWER", None, 2400),
        ("INFORMATION", None, 960),
    ]


def test_only_what_is_in_force_now_is_read(cast: Cast) -> None:
    moment, ours = now(), cast.settled.partnership_id
    with cast.owner.transaction() as session:
        session.execute(
            update(PartnershipClock)
            .where(PartnershipClock.partnership_id == ours, PartnershipClock.urgency == "URGENT")
            .values(valid_from=moment - timedelta(days=2), valid_to=moment - timedelta(days=1))
        )
        for start, minutes in ((moment - timedelta(days=1), 60), (moment + timedelta(days=1), 30)):
            session.add(
                PartnershipClock(
                    partnership_id=ours, kind="TRIAGE", urgency="URGENT", minutes=minutes, working_hours_only=False,
                    valid_from=start,
                )
            )  # fmt: skip
        week = update(PartnershipWorkingWeek).where(PartnershipWorkingWeek.partnership_id == ours)
        session.execute(week.where(PartnershipWorkingWeek.weekday == 1).values(valid_to=moment))

    found = time_of(cast)
    assert [clock["minutes"] for clock in found["clocks"] if clock["urgency"] == "URGENT"] == [60]
    assert found["workingWeek"] == [
        {"weekday": weekday, "opens": "09:00", "closes": "17:00"} for weekday in range(2, 6)
    ]


def test_the_days_ahead_are_the_law_s_and_the_partnership_s_own(cast: Cast, owner: Database, door: Door) -> None:
    today = datetime.now(UTC).astimezone(LONDON).date()
    by_law = sorted(
        day
        for year in (today.year, today.year + 1)
        for day in bank_holidays("ENG", year)
        if today <= day <= today + timedelta(days=365)
    )
    own = [day for day in (today + timedelta(days=more) for more in range(1, 30)) if day not in by_law]
    with cast.owner.transaction() as session:
        ours = cast.settled.partnership_id
        session.add(PartnershipDay(partnership_id=ours, day=own[0], working=False, name="Moving house"))
        session.add(PartnershipDay(partnership_id=ours, day=by_law[0], working=True, name="Winter cover"))
        session.add(PartnershipDay(partnership_id=ours, day=today - timedelta(days=1), working=False, name="Gone"))
        other = settle_cast(owner, door).settled.partnership_id
        session.add(PartnershipDay(partnership_id=other, day=own[1], working=False, name="Elsewhere"))

    days = {date.fromisoformat(str(each["day"])): each for each in time_of(cast)["holidays"]}
    assert sorted(days) == sorted([*by_law, own[0]])
    assert list(days) == sorted(days)
    assert (days[own[0]]["working"], days[own[0]]["bankHoliday"], days[own[0]]["name"]) == (
        False,
        False,
        "Moving house",
    )
    assert (days[by_law[0]]["working"], days[by_law[0]]["bankHoliday"]) == (True, True)
    assert {(days[day]["working"], days[day]["bankHoliday"]) for day in by_law[1:]} == {(False, True)}


def test_each_country_has_its_own_bank_holidays(cast: Cast) -> None:
    with cast.owner.transaction() as session:
        session.execute(
            update(Partnership).where(Partnership.id == cast.settled.partnership_id).values(holiday_subdivision="SCT")
        )

    found = time_of(cast)
    assert found["holidaySubdivision"] == "SCT"
    assert {"bankHoliday": True, "working": False}.items() <= found["holidays"][0].items()
    names = {str(day["name"]) for day in found["holidays"]}
    assert any("Andrew" in name for name in names)


def test_whoever_has_no_clocks_is_told_of_none_and_raises_flags_all_the_same(cast: Cast) -> None:
    with cast.owner.transaction() as session:
        session.execute(delete(PartnershipClock).where(PartnershipClock.partnership_id == cast.settled.partnership_id))
        left = session.scalars(
            select(PartnershipClock.id).where(PartnershipClock.partnership_id == cast.settled.partnership_id)
        ).all()

    assert (left, time_of(cast)["clocks"]) == ([], [])
