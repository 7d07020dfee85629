"""What makes a plan unfit to propose: for each rule the smallest plan that breaks it, and the nearest that does not."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from portal.agencies.succession import Successor
from portal.plans.document import AgencyKey, Contribution, Measure, Party, PlanDocument
from portal.plans.funding_routes import funding_routes
from portal.plans.models import FundingRoute, PlanProblemCode
from portal.plans.validators import AgencyFacts, Problem, problems
from portal.shipped import BrokenFile
from portal.vocabularies.loading import shipped_codes
from tests.plans.documents import agency, key, party, pays, plan, scheme

KINDS = {
    "PCT": "PCT", "LA": "LOCAL_AUTHORITY", "POL": "NEIGHBOURHOOD_POLICE", "PCC": "POLICE_AND_CRIME_COMMISSIONER",
    "MHS": "MENTAL_HEALTH_SERVICE", "VOL": "VOLUNTARY", "GPC": "GP_CONSORTIUM", "CCG": "CCG",
}  # fmt: skip
POOLED = FundingRoute.S75_POOLED
REACH, COST = "REACH", "COST_PER_PERSON"


def found(
    document: PlanDocument,
    *,
    last_days: Mapping[str, date] | None = None,
    successors: Mapping[str, tuple[Successor, ...]] | None = None,
) -> list[Problem]:
    """What is wrong with a plan of the agencies above, of which some end."""
    facts = {
        agency(code): AgencyFacts(id=key(code), name=f"Agency {code}", kind=kind, active_to=(last_days or {}).get(code))
        for code, kind in KINDS.items()
    }
    known = {("ODS", code): each for code, each in (successors or {}).items()}
    return list(problems(document, facts, known))


def codes(document: PlanDocument) -> list[PlanProblemCode]:
    return [problem.code for problem in found(document)]


def aims(**targets: str) -> tuple[Measure, ...]:
    return tuple(
        Measure(key=key(code), name_code=code, name=f"Measure {code}", target=target)
        for code, target in targets.items()
    )


def successor(code: str) -> Successor:
    return Successor(
        code_list="ODS", code=code, name=f"Agency {code}", takes_over_on=date(2013, 4, 1), share_percent=Decimal(100)
    )


def test_a_scheme_that_nobody_pays_for_is_a_problem_and_a_penny_settles_it() -> None:
    [problem] = found(plan(scheme()))

    assert (problem.code, problem.scheme_key, problem.agency_id) == ("UNFUNDED_SCHEME", key("scheme"), None)
    assert "scheme 1" in problem.message
    assert codes(plan(scheme(pays("PCT", "0.01")))) == []
    assert codes(plan()) == []


def test_a_funder_that_is_no_party_is_named_and_settled_as_a_party() -> None:
    paid = scheme(pays("VOL", route="IN_KIND"))
    [problem] = found(plan(paid))

    assert (problem.code, problem.agency_id) == ("FUNDER_NOT_PARTY", key("VOL"))
    assert "Agency VOL" in problem.message
    parties = (*plan().parties, party("VOL", "VOLUNTARY"))
    assert codes(plan(paid, parties=parties)) == []


def test_who_pays_has_to_be_asked_to_sign() -> None:
    parties = (
        party("PCT", "PCT"),
        party("LA", "LOCAL_AUTHORITY"),
        party("POL", "NEIGHBOURHOOD_POLICE", required=False),
    )

    assert codes(plan(scheme(pays("POL")), parties=parties)) == ["FUNDER_NOT_PARTY"]
    assert codes(plan(scheme(pays("PCT")), parties=parties)) == []


def test_an_agency_of_the_same_code_from_another_day_is_another_agency() -> None:
    earlier = AgencyKey(code_list="ODS", code="PCT", active_from=date(2002, 4, 1))
    facts = {
        earlier: AgencyFacts(id=key("earlier"), name="An earlier trust", kind="PCT", active_to=date(2006, 9, 30)),
        **{
            agency(code): AgencyFacts(id=key(code), name=code, kind=kind, active_to=None)
            for code, kind in KINDS.items()
        },
    }
    paid = plan(scheme(replace(pays("PCT"), agency=earlier)))

    wrong = problems(paid, facts, {})
    assert [each.code for each in wrong] == ["FUNDER_NOT_PARTY", "AGENCY_ENDS_FIRST"]
    assert {each.agency_id for each in wrong} == {key("earlier")}


@pytest.mark.parametrize(("year", "wrong"), [(2011, True), (2012, False), (2013, True)])
def test_money_in_a_year_outside_the_plan_is_a_problem(year: int, wrong: bool) -> None:  # noqa: FBT001
    assert codes(plan(scheme(pays("PCT", year=year)))) == (["YEAR_OUTSIDE_PLAN"] if wrong else [])


def test_what_an_agency_pays_in_a_year_outside_by_several_routes_is_one_problem() -> None:
    twice = (pays("PCT", year=2013), pays("PCT", year=2013, route="IN_KIND"))

    assert codes(plan(scheme(*twice))) == ["YEAR_OUTSIDE_PLAN"]
    assert codes(plan(scheme(*twice, pays("LA", year=2013)))) == ["YEAR_OUTSIDE_PLAN"] * 2


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "year", "wrong"),
    [
        (date(2012, 3, 31), date(2013, 3, 31), 2011, False),
        (date(2012, 4, 1), date(2013, 4, 1), 2013, False),
        (date(2012, 4, 1), date(2013, 3, 31), 2013, True),
    ],
)
def test_a_financial_year_turns_between_31_march_and_1_april(
    starts_on: date,
    ends_on: date,
    year: int,
    wrong: bool,  # noqa: FBT001
) -> None:
    document = plan(scheme(pays("PCT", year=year)), starts_on=starts_on, ends_on=ends_on)

    assert codes(document) == (["YEAR_OUTSIDE_PLAN"] if wrong else [])


def test_the_police_never_pay_into_a_pooled_fund_of_section_75() -> None:
    pool = (pays("PCT", route=POOLED), pays("LA", route=POOLED))
    [problem] = found(plan(scheme(*pool, pays("POL", route=POOLED))))

    assert (problem.code, problem.agency_id) == ("ROUTE_NOT_ALLOWED", key("POL"))
    assert "section 75" in problem.source
    assert codes(plan(scheme(*pool, pays("POL")))) == []


def test_a_pooled_fund_is_open_to_nhs_bodies_and_local_authorities_and_to_nobody_else() -> None:
    open_to = {kind for kind in shipped_codes("agency-kind") if funding_routes()[POOLED].is_open_to(kind)}

    assert open_to == {
        "PCT", "CCG", "ICB", "NHS_COMMISSIONING_BOARD", "MENTAL_HEALTH_SERVICE", "LOCAL_AUTHORITY",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("route", "allowed"),
    [
        ("S256", {"PCT", "CCG"}),
        ("S76", {"LA"}),
        ("PCC_GRANT", {"PCC"}),
        ("POLICE_COLLABORATION", {"POL", "PCC"}),
        ("ALIGNED", set(KINDS)),
        ("IN_KIND", set(KINDS)),
    ],
)
def test_each_route_is_open_to_the_kinds_its_provision_names(route: str, allowed: set[str]) -> None:
    everybody = tuple(party(code, kind) for code, kind in KINDS.items())

    fits = {code for code in KINDS if not found(plan(scheme(pays(code, route=route)), parties=everybody))}
    assert fits == allowed


@pytest.mark.parametrize(("route", "payer", "receiver"), [("S256", "PCT", "LA"), ("S76", "LA", "PCT")])
def test_a_payment_between_the_nhs_and_a_council_needs_both_among_the_parties(
    route: str, payer: str, receiver: str
) -> None:
    def parties(*codes: str) -> tuple[Party, ...]:
        return tuple(party(code, KINDS[code]) for code in codes)

    paid = scheme(pays(payer, route=route))
    assert codes(plan(paid, parties=parties(payer, receiver))) == []
    [problem] = found(plan(paid, parties=parties(payer, "POL")))
    assert (problem.code, problem.agency_id) == ("ROUTE_NOT_ALLOWED", key(payer))


@pytest.mark.parametrize(
    ("one_side", "other_side", "lacking"), [("PCT", "LA", "a local authority"), ("LA", "MHS", "an NHS body")]
)
def test_a_pooled_fund_needs_a_share_of_both_sides_in_each_year(one_side: str, other_side: str, lacking: str) -> None:
    parties = tuple(party(code, KINDS[code]) for code in ("PCT", "LA", "MHS"))
    both = (pays(one_side, route=POOLED), pays(other_side, route=POOLED))
    next_year = pays(one_side, route=POOLED, year=2013)
    period = {"parties": parties, "ends_on": date(2014, 3, 31)}

    assert codes(plan(scheme(*both), **period)) == []
    [problem] = found(plan(scheme(*both, next_year), **period))
    assert (problem.code, problem.scheme_key) == ("TOTALS_DIFFER", key("scheme"))
    assert lacking in problem.message
    assert "2013/14" in problem.message
    assert codes(plan(scheme(*both, replace(next_year, route="ALIGNED")), **period)) == []


def test_two_nhs_bodies_alone_make_no_pooled_fund() -> None:
    parties = (party("PCT", "PCT"), party("MHS", "MENTAL_HEALTH_SERVICE"))

    assert codes(plan(scheme(pays("PCT", route=POOLED), pays("MHS", route=POOLED)), parties=parties)) == [
        "TOTALS_DIFFER"
    ]


def test_the_money_the_reach_and_the_cost_for_each_person_have_to_agree() -> None:
    shares = (pays("PCT"), pays("LA"))

    assert codes(plan(scheme(*shares, measures=aims(REACH="400.00", COST_PER_PERSON="200.00")))) == []
    [problem] = found(plan(scheme(*shares, measures=aims(REACH="400.00", COST_PER_PERSON="199.99"))))
    assert problem.code == "TOTALS_DIFFER"
    assert "£200" in problem.message
    assert "£199.99" in problem.message


@pytest.mark.parametrize(
    "measures", [aims(REACH="400.00"), aims(COST_PER_PERSON="0.01"), aims(REACH="0.00", COST_PER_PERSON="1.00")]
)
def test_a_figure_that_is_not_stated_is_never_held_against_a_plan(measures: tuple[Measure, ...]) -> None:
    assert codes(plan(scheme(pays("PCT"), measures=measures))) == []


def test_a_party_that_ends_before_the_plan_is_a_problem_to_the_day() -> None:
    document = plan(scheme(pays("PCT")), ends_on=date(2013, 3, 31))

    assert found(document, last_days={"PCT": date(2013, 3, 31)}) == []
    [problem] = found(document, last_days={"PCT": date(2013, 3, 30)})
    assert (problem.code, problem.scheme_key, problem.agency_id) == ("AGENCY_ENDS_FIRST", None, key("PCT"))
    assert "30 March 2013" in problem.message
    assert "not known" in problem.message


def test_a_known_successor_is_named_and_settles_it_by_becoming_a_party() -> None:
    ends = {"last_days": {"PCT": date(2013, 3, 31)}, "successors": {"PCT": (successor("CCG"),)}}
    document = plan(scheme(pays("PCT")), ends_on=date(2014, 3, 31))

    [problem] = found(document, **ends)
    assert "Agency CCG" in problem.message
    begins = replace(party("CCG", "CCG"), active_from=date(2010, 4, 1))
    assert found(replace(document, parties=(*document.parties, begins)), **ends) == []


@pytest.mark.parametrize("lasts_to", [date(2014, 3, 30), date(2014, 3, 31)])
def test_a_successor_that_ends_first_itself_carries_nothing_on(lasts_to: date) -> None:
    document = plan(scheme(pays("PCT")), ends_on=date(2014, 3, 31), parties=(party("PCT", "PCT"), party("CCG", "CCG")))
    wrong = found(
        document,
        last_days={"PCT": date(2013, 3, 31), "CCG": lasts_to},
        successors={"PCT": (successor("CCG"),)},
    )

    assert {problem.agency_id for problem in wrong} == (
        set() if lasts_to == document.ends_on else {key("PCT"), key("CCG")}
    )


def test_who_takes_over_may_hand_on_in_turn() -> None:
    heirs = {"PCT": (successor("CCG"),), "CCG": (successor("GPC"),)}
    ends = {"PCT": date(2013, 3, 31), "CCG": date(2022, 6, 30)}
    document = plan(
        scheme(pays("PCT")),
        ends_on=date(2025, 3, 31),
        parties=(party("PCT", "PCT"), party("CCG", "CCG"), party("GPC", "GP_CONSORTIUM")),
    )

    assert found(document, last_days=ends, successors=heirs) == []
    # Whoever hands on to those that handed on to them carries nothing on.
    ring = {"PCT": (successor("CCG"),), "CCG": (successor("PCT"),)}
    wrong = found(document, last_days=dict.fromkeys(ends, date(2013, 3, 31)), successors=ring)
    assert {problem.agency_id for problem in wrong} == {key("PCT"), key("CCG")}


def test_nobody_pays_in_a_year_that_begins_after_their_last_day() -> None:
    ends = {"last_days": {"PCT": date(2013, 3, 31)}, "successors": {"PCT": (successor("CCG"),)}}
    parties = (party("PCT", "PCT"), party("CCG", "CCG"))
    years = {"ends_on": date(2014, 3, 31), "parties": parties}

    late = (pays("PCT", year=2013), pays("PCT", year=2013, route="IN_KIND"))
    [problem] = found(plan(scheme(pays("PCT"), *late), **years), **ends)
    assert (problem.code, problem.scheme_key, problem.agency_id) == ("AGENCY_ENDS_FIRST", key("scheme"), key("PCT"))
    assert "31 March 2013" in problem.message
    assert "2013/14" in problem.message
    assert found(plan(scheme(pays("PCT"), pays("CCG", year=2013)), **years), **ends) == []
    # The first day of a year is enough of it.
    ends["last_days"]["PCT"] = date(2013, 4, 1)
    assert found(plan(scheme(pays("PCT", year=2013)), **years), **ends) == []


def test_every_problem_says_what_is_wrong_and_on_what_that_rests() -> None:
    everything: tuple[Contribution, ...] = (
        pays("POL", route=POOLED), pays("PCT", route=POOLED), pays("VOL", year=1999),
    )  # fmt: skip
    wrong = found(
        plan(scheme(*everything, measures=aims(REACH="1.00", COST_PER_PERSON="1.00")), scheme(key=key("bare"))),
        last_days={"PCT": date(2012, 12, 31)},
    )

    assert {problem.code for problem in wrong} == set(PlanProblemCode)
    assert all(problem.message.endswith(".") and problem.source for problem in wrong)
    assert {problem.scheme_key for problem in wrong if problem.code == "UNFUNDED_SCHEME"} == {key("bare")}
    assert not any("legally binding" in problem.message for problem in wrong)


def test_every_route_names_a_provision_and_that_a_lawyer_has_yet_to_check_it() -> None:
    assert list(funding_routes()) == list(FundingRoute)
    assert all(route.provision and "checked" in route.checked_note for route in funding_routes().values())


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("BARTER,x,,,x,x,x", "line 2: 'BARTER' is no route"),
        ("S256,x,MARTIANS,,x,x,x", "line 2: MARTIANS is no kind"),
        ("S256,x,,,,x,x", "line 2: a route needs"),
        ("S256,x,,,x,x,x", "line 2: there is no S75_POOLED"),
    ],
)
def test_a_broken_file_of_routes_is_refused_with_its_line(tmp_path: Path, row: str, sentence: str) -> None:
    path = tmp_path / "routes.csv"
    path.write_text("route,title,payers,partners,provision,reason,checked_note\n" + row + "\n")

    with pytest.raises(BrokenFile, match=sentence):
        funding_routes(path)
