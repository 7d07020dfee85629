"""A scheme of a draft is written row by row without script, however people write an amount, and no words are lost."""

import pytest

from tests.factories.cast import Cast
from tests.factories.plans import drafted, first_scheme, nodes, read_plan
from tests.factories.snapshot import unchanged
from tests.pages.conftest import ReadAs
from tests.pages.plan_answers import scheme
from tests.pages.reader import held_by_form
from tests.pages.words_on import words_on


def test_a_new_scheme_begins_with_what_one_is_known_to_cost_and_where_that_is_from(cast: Cast, read_as: ReadAs) -> None:
    plan = drafted(cast)
    brook, where = read_as(cast.brook), f"/plans/{plan['id']}/edit/schemes/new"
    page = brook.get(where)
    assert "typically costs £80,000 a year. Source: " in words_on(page.text)
    held = brook.form(where)
    assert held["pays-amount-0"] == "80,000"
    assert "pays-agency-0" not in held or held["pays-agency-0"] == ""
    answer = brook.post(where, held, **scheme(cast, **{"pays-amount-0": "£64,250.5"}))
    assert answer.location == f"/plans/{plan['id']}/edit"
    found = nodes(read_plan(cast, plan["id"])["currentVersion"]["schemes"])[-1]
    (paid,) = nodes(found["contributions"])
    assert (paid["amount"]["amount"], paid["year"], paid["route"]) == ("64250.50", 2027, "ALIGNED")
    assert paid["agency"]["id"] == cast.agency_id("SEVERN-LA")
    assert [(each["title"], each["targetOn"]) for each in found["milestones"]] == [
        ("First young person seen", "2027-06-01")
    ]
    assert [each["name"]["code"] for each in found["measures"]] == ["REACH"]


def test_a_row_more_keeps_everything_typed_and_saves_nothing(cast: Cast, read_as: ReadAs) -> None:
    plan = drafted(cast)
    brook, where = read_as(cast.brook), f"/plans/{plan['id']}/edit/schemes/new"
    with unchanged(cast.owner):
        page = brook.send(where, more="contributions", **scheme(cast))
    assert page.status_code == 200
    assert "There is one more row above. Nothing is saved yet." in words_on(page.text)
    assert 'name="pays-amount-1"' in page.text
    held = held_by_form(page.text, at=where, to=where)
    for name, typed in scheme(cast).items():
        assert held.getlist(name) == (typed if isinstance(typed, list) else [typed]), name
    more = {
        "pays-agency-1": cast.agency_id("SEVERN-POLICE"),
        "pays-year-1": "2028",
        "pays-amount-1": "20000",
        "pays-route-1": "ALIGNED",
    }
    assert brook.post(where, held, **more).status_code == 303
    found = nodes(read_plan(cast, plan["id"])["currentVersion"]["schemes"])[-1]
    assert [each["amount"]["amount"] for each in nodes(found["contributions"])] == ["80000.00", "20000.00"]


def test_a_row_ticked_to_go_and_an_empty_row_are_left_out_and_a_milestone_stays_itself(
    cast: Cast, read_as: ReadAs
) -> None:
    plan = drafted(cast)
    before = first_scheme(plan)
    brook, where = read_as(cast.brook), f"/plans/{plan['id']}/edit/schemes/{before['key']}"
    held = brook.form(where)
    assert held["pays-rows"] == "9"
    answer = brook.post(
        where,
        held,
        **{"pays-gone-0": "yes", "due-target_on-0": "2027-07-01", "judged-name-0": "", "judged-target-0": ""},
    )
    assert answer.status_code == 303
    after = first_scheme(read_plan(cast, plan["id"]))
    assert len(nodes(after["contributions"])) == 8
    assert after["measures"] == []
    assert [(each["key"], each["targetOn"]) for each in after["milestones"]] == [
        (before["milestones"][0]["key"], "2027-07-01")
    ]


@pytest.mark.parametrize(
    "typed", ["80,00", "eighty", "80.000", "-5", "1e5", "£", "80,000.123", "９", "1" * 13, "80 000 USD", "0x10", "NaN"]
)
def test_an_amount_that_is_none_is_asked_about_and_never_guessed(cast: Cast, read_as: ReadAs, typed: str) -> None:
    plan = drafted(cast)
    brook, where = read_as(cast.brook), f"/plans/{plan['id']}/edit/schemes/new"
    with unchanged(cast.owner):
        answer = brook.send(where, **scheme(cast, **{"pays-amount-0": typed}))
    assert answer.status_code == 422
    assert "Enter an amount in pounds, such as 80,000 or 80,000.50." in words_on(answer.text)
    assert '<a href="#pays-amount-0">' in answer.text
    assert 'id="pays-amount-0"' in answer.text


@pytest.mark.parametrize("typed", ["80000", "80,000", "£80,000.00", " £ 80 000 ", "GBP 80,000.0", "80\u00a0000"])
def test_an_amount_is_understood_however_people_write_it(cast: Cast, read_as: ReadAs, typed: str) -> None:
    plan = drafted(cast)
    brook, where = read_as(cast.brook), f"/plans/{plan['id']}/edit/schemes/new"
    assert brook.send(where, **scheme(cast, **{"pays-amount-0": typed})).status_code == 303
    found = nodes(read_plan(cast, plan["id"])["currentVersion"]["schemes"])[-1]
    assert nodes(found["contributions"])[0]["amount"]["amount"] == "80000.00"


def test_what_the_rules_say_of_a_row_stands_at_its_field(cast: Cast, read_as: ReadAs) -> None:
    plan = drafted(cast)
    brook, where = read_as(cast.brook), f"/plans/{plan['id']}/edit/schemes/new"
    with unchanged(cast.owner):
        nothing = brook.send(where, title="", area="", capacity="many", **{"pays-agency-0": "x"})
        zero = brook.send(where, **scheme(cast, **{"pays-amount-0": "0"}))
    said = words_on(nothing.text)
    for message in ("Give the scheme a name.", "Choose at least one need it meets.", "Choose where it is."):
        assert message in said
    assert zero.status_code == 422
    assert '<a href="#pays-amount-0">' in zero.text


def test_a_stale_scheme_shows_what_stands_now_and_keeps_what_was_typed(cast: Cast, read_as: ReadAs) -> None:
    plan = drafted(cast)
    where = f"/plans/{plan['id']}/edit/schemes/{first_scheme(plan)['key']}"
    brook, frankie = read_as(cast.brook), read_as(cast.frankie)
    held = brook.form(where)
    assert frankie.send(where, title="The council’s scheme").status_code == 303
    with unchanged(cast.owner):
        answer = brook.post(where, held, title="The police’s scheme")
    assert answer.status_code == 409
    assert "How it stands now Name The council’s scheme" in words_on(answer.text)
    assert 'value="The police’s scheme"' in answer.text
    shown = held_by_form(answer.text, at=where, to=where)
    assert brook.post(where, shown).status_code == 303
    assert first_scheme(read_plan(cast, plan["id"]))["title"] == "The police’s scheme"


def test_a_scheme_goes_after_a_second_question_and_going_twice_is_going_once(cast: Cast, read_as: ReadAs) -> None:
    plan = drafted(cast)
    brook, edit = read_as(cast.brook), f"/plans/{plan['id']}/edit"
    where = f"{edit}/schemes/{first_scheme(plan)['key']}/remove"
    assert "with its 1 clause, 9 contributions of £240,001.50 in all" in words_on(brook.get(where).text)
    held = brook.form(where)
    assert brook.post(where, held).location == edit
    assert nodes(read_plan(cast, plan["id"])["currentVersion"]["schemes"]) == []
    with unchanged(cast.owner):
        assert brook.post(where, held).status_code == 303
        assert brook.get(where).status_code == 404
