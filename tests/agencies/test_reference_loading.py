"""What laying the reference files into a database promises."""

from datetime import date

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from portal.agencies.models import Agency, AgencyArea, Area, AreaWithin
from portal.agencies.official import Certainty, CodeList
from portal.agencies.reference import load_reference
from portal.agencies.reference_files import PCT_LIST

TABLES = (Agency, Area, AreaWithin, AgencyArea)


def _contents(session: Session) -> list[list[tuple[object, ...]]]:
    return [sorted(map(tuple, session.execute(select(*table.__table__.columns))), key=repr) for table in TABLES]


def test_loading_twice_changes_nothing(owner_session: Session) -> None:
    load_reference(owner_session)
    before = _contents(owner_session)

    assert load_reference(owner_session) == 0
    assert _contents(owner_session) == before


def test_every_authority_is_found_in_its_force_and_in_its_trust(owner_session: Session) -> None:
    load_reference(owner_session)
    inside, outside = Area.__table__.alias("inside"), Area.__table__.alias("outside")

    pairs = owner_session.execute(
        select(outside.c.kind_code, AreaWithin.certainty, func.count())
        .select_from(AreaWithin)
        .join(inside, inside.c.id == AreaWithin.area_id)
        .join(outside, outside.c.id == AreaWithin.within_area_id)
        .where(inside.c.kind_code == "UPPER_TIER_AUTHORITY")
        .group_by(outside.c.kind_code, AreaWithin.certainty)
    ).all()

    assert {(kind, certainty): count for kind, certainty, count in pairs} == {
        ("POLICE_FORCE_AREA", Certainty.EXACT): 151,
        ("PCT_AREA", Certainty.EXACT): 140,
        ("PCT_AREA", Certainty.GROUP_ONLY): 35,
    }


def test_a_name_that_drifted_is_put_right_as_a_new_version_of_the_same_record(owner_session: Session) -> None:
    load_reference(owner_session)
    trust = select(Agency.id, Agency.name, Agency.version).where(Agency.code_list == CodeList.ODS, Agency.code == "5QH")
    before = owner_session.execute(trust).one()
    owner_session.execute(update(Agency).where(Agency.id == before.id).values(name="An older name"))

    assert load_reference(owner_session) == 1
    assert owner_session.execute(trust).one() == (before.id, before.name, before.version + 1)


def test_the_same_code_in_another_list_or_from_another_day_is_another_body(owner_session: Session) -> None:
    load_reference(owner_session)
    period = {"active_from": PCT_LIST, "active_to": None}
    other_list = Agency(kind_code="VOLUNTARY", name="Another list", code_list="LOCAL", code="5QH", **period)
    other_day = Agency(
        kind_code="PCT", name="Another day", code_list=CodeList.ODS, code="5QH", active_from=date(2002, 4, 1)
    )
    owner_session.add_all([other_list, other_day])
    owner_session.flush()

    assert load_reference(owner_session) == 0
    names = owner_session.scalars(select(Agency.name).where(Agency.code == "5QH")).all()
    assert sorted(names) == ["Another day", "Another list", "Gloucestershire"]
