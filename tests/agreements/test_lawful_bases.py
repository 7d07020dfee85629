"""What the catalogue of lawful bases promises, read without a database."""

from itertools import product

import pytest

from portal.agreements.lawful_bases import basis_that_follows, read_bases, read_rules
from portal.vocabularies.loading import shipped_codes

CHILDREN = ("UNDER_10", "10_13", "14_15", "16_17")


def test_every_entry_says_that_a_lawyer_has_to_check_it() -> None:
    assert {basis.checked_note for basis in read_bases()} == {"To be checked by a lawyer."}


def test_the_catalogue_begins_with_the_agreed_provisions() -> None:
    provisions = " ".join(basis.provision for basis in read_bases())

    for named in (
        "Schedule 1, Part 2, paragraph 18",
        "Schedule 1, Part 1, paragraph 2",
        "Crime and Disorder Act 1998, section 115",
        "Children Act 2004, section 10",
        "Children Act 2004, section 11",
        "Care Act 2014",
        "articles 6(1)(d)",
        "Children Act 2004, section 16LA",
    ):
        assert named in provisions


def test_section_16la_is_known_and_nothing_rests_on_it_before_it_is_in_force() -> None:
    waiting = [basis.code for basis in read_bases() if basis.in_force_from is None]

    assert waiting == ["CHILDREN_ACT_2004_S16LA"]
    assert not {rule.lawful_basis_code for rule in read_rules()} & set(waiting)


def test_safeguarding_needs_a_policy_document() -> None:
    needing = {basis.code for basis in read_bases() if basis.needs_policy_document}

    assert "SAFEGUARDING" in needing
    assert "HEALTH_SOCIAL_CARE" not in needing


@pytest.mark.parametrize("purpose", sorted(shipped_codes("purpose")))
def test_a_basis_follows_from_every_purpose_agency_and_age(purpose: str) -> None:
    rules = read_rules()
    missing = [
        (kind, age)
        for kind, age in product(shipped_codes("agency-kind"), shipped_codes("age-band"))
        if basis_that_follows(rules, purpose=purpose, agency_kind=kind, age_band=age) is None
    ]

    assert missing == []


@pytest.mark.parametrize("purpose", sorted(shipped_codes("purpose")))
@pytest.mark.parametrize("age", ["18_24", "UNKNOWN"])
def test_no_children_s_law_is_used_for_an_adult_or_somebody_whose_age_is_not_known(purpose: str, age: str) -> None:
    followed = {
        basis_that_follows(read_rules(), purpose=purpose, agency_kind=kind, age_band=age)
        for kind in shipped_codes("agency-kind")
    }

    assert not [code for code in followed if code and code.startswith("CHILDREN_ACT")]


@pytest.mark.parametrize("age", [*CHILDREN, "UNKNOWN"])
def test_the_care_act_is_used_for_adults_alone(age: str) -> None:
    followed = {
        basis_that_follows(read_rules(), purpose=purpose, agency_kind=kind, age_band=age)
        for purpose, kind in product(shipped_codes("purpose"), shipped_codes("agency-kind"))
    }

    assert "CARE_ACT_2014" not in followed


def test_early_help_by_police_and_by_health_rests_on_different_law() -> None:
    police, health = (
        basis_that_follows(read_rules(), purpose="EARLY_HELP", agency_kind=kind, age_band="14_15")
        for kind in ("NEIGHBOURHOOD_POLICE", "MENTAL_HEALTH_SERVICE")
    )

    assert (police, health) == ("CHILDREN_ACT_2004_S10", "HEALTH_SOCIAL_CARE")


def test_a_purpose_nobody_agreed_on_has_no_basis() -> None:
    assert basis_that_follows(read_rules(), purpose="CURIOSITY", agency_kind="GP", age_band="14_15") is None
