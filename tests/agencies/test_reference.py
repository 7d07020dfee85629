"""What the reference files promise, read without a database."""

from collections import Counter
from pathlib import Path

import pytest

from portal.agencies.attribution import read_attributions
from portal.agencies.official import Certainty, CodeList
from portal.agencies.reference_files import (
    DATA,
    PCT_LIST,
    read_authorities,
    read_authorities_in_forces,
    read_authorities_in_pcts,
    read_courts,
    read_forces,
    read_mental_health_trusts,
    read_pcts,
    read_serves,
)
from portal.shipped import BrokenFile
from portal.vocabularies.loading import shipped_codes


def test_five_of_the_151_primary_care_trusts_are_care_trusts_with_codes_that_begin_with_t() -> None:
    codes = [body.code for body, _ in read_pcts()]

    assert len(codes) == len(set(codes)) == 151
    assert sorted(code for code in codes if not code.startswith("5")) == ["TAC", "TAK", "TAL", "TAN", "TAP"]


def test_every_primary_care_trust_ended_before_1_april_2013() -> None:
    assert {body.active_to.isoformat() for body, _ in read_pcts() if body.active_to} == {"2013-03-31"}
    assert all(body.active_to and area.active_to for body, area in read_pcts())


def test_every_upper_tier_authority_lies_in_exactly_one_force() -> None:
    authorities = {area.key for _, area in read_authorities()}
    forces = {area.key for _, area in read_forces()}
    within = list(read_authorities_in_forces())

    assert Counter(one.area for one in within) == Counter(authorities)
    assert len(authorities) == 151
    assert {one.within for one in within} <= forces


def test_an_authority_that_spans_two_forces_is_refused(tmp_path: Path) -> None:
    (tmp_path / "districts_2019.csv").write_text(
        "district_gss,utla_gss,pfa_gss\nE07000078,E10000013,E23000037\nE07000079,E10000013,E23000016\n"
    )

    with pytest.raises(BrokenFile, match="line 3: E10000013 spans two forces"):
        list(read_authorities_in_forces(tmp_path))


def test_cheltenham_lies_in_gloucestershire_with_its_force_and_its_trust() -> None:
    authority = next(area for _, area in read_authorities() if area.name == "Gloucestershire")
    force = next(one.within for one in read_authorities_in_forces() if one.area == authority.key)
    trust = next(one.within for place, one in read_authorities_in_pcts() if place.key == authority.key)

    assert force in {area.key for _, area in read_forces() if area.name == "Gloucestershire"}
    assert trust in {area.key for _, area in read_pcts() if area.name == "Gloucestershire"}


def test_authorities_and_trusts_that_only_share_a_group_are_marked_so() -> None:
    pairs = [one for _, one in read_authorities_in_pcts()]

    assert Counter(one.certainty for one in pairs) == {Certainty.EXACT: 140, Certainty.GROUP_ONLY: 35}
    assert len({one.within for one in pairs}) == 151


def test_authorities_that_were_gone_by_2019_keep_a_period_of_their_own() -> None:
    gone = {place.name: place for place, _ in read_authorities_in_pcts() if place.active_to}

    assert sorted(gone) == ["Bournemouth", "Poole"]
    assert {(place.active_from, str(place.active_to)) for place in gone.values()} == {(PCT_LIST, "2019-03-31")}


def test_one_code_can_name_two_things_so_a_code_is_never_identity() -> None:
    bodies = {body.key: body for body, _ in read_authorities()}
    places = {area.key: area for _, area in read_authorities()}
    shared = bodies.keys() & places.keys()

    assert shared
    assert all(bodies[key].kind_code != places[key].kind_code for key in shared)


def test_bodies_and_places_are_each_told_apart_by_list_code_and_first_day() -> None:
    bodies = [body for pairs in (read_pcts, read_authorities, read_forces) for body, _ in pairs()]
    bodies += [trust for trust, _ in read_mental_health_trusts()]
    bodies += [court for court, _ in read_courts()]
    places = [area for pairs in (read_pcts, read_authorities, read_forces) for _, area in pairs()]

    assert len({body.key for body in bodies}) == len(bodies) == 548
    assert len({place.key for place in places}) == len(places) == 345


def test_rows_meet_by_code_although_names_drift_between_the_sources() -> None:
    names = {area.code: area.name for _, area in read_forces()}

    assert names["E23000035"] == "Devon and Cornwall"
    assert names["E23000034"] == "City of London"
    served = {one.area.code for one in read_serves() if one.agency.code_list == CodeList.FIND_A_COURT}
    assert {"E23000034", "E23000035"} <= served


def test_every_mental_health_trust_says_what_its_classing_rests_on() -> None:
    trusts = list(read_mental_health_trusts())

    assert len(trusts) == 50
    assert sorted(Counter(basis for _, basis in trusts).values()) == [4, 22, 24]


def test_a_mental_health_trust_without_a_basis_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mental_health_trusts_2022.csv").write_text("ods_code,name,basis\nR1A,A Trust,\n")

    with pytest.raises(BrokenFile, match="line 2"):
        list(read_mental_health_trusts(tmp_path))


def test_every_court_with_a_known_place_stands_in_the_area_of_a_force() -> None:
    forces = {area.key for _, area in read_forces()}
    courts = list(read_courts())

    assert len(courts) == 153
    assert [court.code for court, area in courts if area is None] == ["skipton-magistrates-court"]
    assert {area for _, area in courts if area} <= forces


def test_every_kind_of_agency_and_area_is_a_word_the_portal_knows() -> None:
    agencies = {body.kind_code for pairs in (read_pcts, read_authorities, read_forces) for body, _ in pairs()}
    agencies |= {trust.kind_code for trust, _ in read_mental_health_trusts()} | {
        court.kind_code for court, _ in read_courts()
    }
    areas = {area.kind_code for pairs in (read_pcts, read_authorities, read_forces) for _, area in pairs()}

    assert agencies <= shipped_codes("agency-kind")
    assert areas == shipped_codes("area-kind")


def test_the_sentence_the_statistics_office_asks_for_is_there_to_be_shown() -> None:
    sentences = [attribution.sentence for attribution in read_attributions()]

    assert (
        "Source: Office for National Statistics licensed under the Open Government Licence v.3.0. "
        "Contains OS data © Crown copyright and database right 2022."
    ) in sentences


def test_every_reference_file_names_its_source() -> None:
    readme = (DATA / "README.md").read_text()

    assert [file.name for file in sorted(DATA.glob("*.csv")) if f"`{file.name}`" not in readme] == []
