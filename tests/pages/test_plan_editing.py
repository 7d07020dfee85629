"""A plan is begun, changed and proposed without script, by the commissioners of its parties and by nobody else."""

import re

import pytest

from tests.factories.cast import Cast
from tests.factories.plans import drafted, first_clause, read_plan
from tests.factories.snapshot import unchanged
from tests.pages.conftest import ReadAs
from tests.pages.plan_answers import TITLE, begun, clause, particulars, scheme
from tests.pages.words_on import title_of, without_keys, words_on

POLICE, COUNCIL = "Severnshire Constabulary", "Severnshire County Council"
NO_WRITERS = ("ellis", "gail", "rowan", "noor")
EDIT_PAGES = ("", "/particulars", "/parties", "/schemes/new", "/clauses/new", "/evidence/new", "/standards")


def id_in(address: str) -> str:
    """The id of the plan in one of its addresses."""
    return address.split("/")[2]


def test_a_commissioner_begins_a_plan_and_comes_to_its_draft(cast: Cast, read_as: ReadAs) -> None:
    frankie = read_as(cast.frankie)
    where = begun(frankie, POLICE, COUNCIL, template="BRADLEY_2009")
    plan = read_plan(cast, id_in(where), cast.frankie)
    assert plan["title"] == TITLE
    assert {(each["agency"]["name"], each["required"]) for each in plan["parties"]} == {(POLICE, True), (COUNCIL, True)}
    said = words_on(frankie.get(where).text)
    assert f"{TITLE} Version 1, being written" in said
    assert "0 of 18 met." in said
    assert "No scheme yet." in said


@pytest.mark.parametrize("name", [*NO_WRITERS, "morgan"])
def test_only_commissioners_begin_plans(cast: Cast, read_as: ReadAs, name: str) -> None:
    reader = read_as(cast.viewers[name])
    nowhere = without_keys(reader.get("/no/such/page").text)
    assert without_keys(reader.get("/plans/new").text) == nowhere
    held = reader.form("/agreement", to="/sign-out")
    with unchanged(cast.owner):
        answer = reader.post("/plans/new", held, **particulars())
    assert answer.status_code == 404
    assert without_keys(answer.text) == nowhere


def test_what_is_missing_of_a_new_plan_is_said_at_its_field_and_nothing_typed_is_lost(
    cast: Cast, read_as: ReadAs
) -> None:
    brook = read_as(cast.brook)
    with unchanged(cast.owner):
        answer = brook.send("/plans/new", title=TITLE, starts_on="2030-04-01", ends_on="31/3/2027")
        backwards = brook.send("/plans/new", **particulars(ends_on="2026-03-31"))
        alone = brook.send(
            "/plans/new", **particulars(), **{"party-0": "", "party-1": "", "party-2": "", "party-3": "", "party-4": ""}
        )
    assert answer.status_code == 422
    assert "Enter its last day as a date." in words_on(answer.text)
    assert f'value="{TITLE}"' in answer.text
    assert title_of(answer.text).startswith("Error: ")
    assert "A plan ends after it starts." in words_on(backwards.text)
    assert "Name your own agency too" in words_on(alone.text)


def test_name_period_checklist_and_parties_are_changed_while_it_is_a_draft(cast: Cast, read_as: ReadAs) -> None:
    plan = drafted(cast, templateCode=None)
    brook, edit = read_as(cast.brook), f"/plans/{plan['id']}/edit"
    answer = brook.send(f"{edit}/particulars", title="Another name", template="BRADLEY_2009")
    assert answer.location == edit
    pct = re.search(r'for="(party-\d)">\s*Severnshire PCT', brook.get(f"{edit}/parties").text)
    assert pct
    assert brook.send(f"{edit}/parties", **{pct[1]: "takes part"}).location == edit
    now = read_plan(cast, plan["id"])
    assert now["title"] == "Another name"
    assert now["currentVersion"]["templateCode"] == "BRADLEY_2009"
    assert {each["agency"]["name"]: each["required"] for each in now["parties"]}["Severnshire PCT"] is False


def test_a_stale_choice_of_parties_shows_both(cast: Cast, read_as: ReadAs) -> None:
    plan = drafted(cast)
    brook, frankie, where = read_as(cast.brook), read_as(cast.frankie), f"/plans/{plan['id']}/edit/particulars"
    held = brook.form(where)
    assert frankie.send(where, title="The council’s name").status_code == 303
    with unchanged(cast.owner):
        answer = brook.post(where, held, title="The police’s name")
    assert answer.status_code == 409
    assert "It now says The council’s name, 1 April 2027" in words_on(answer.text)
    assert 'value="The police’s name"' in answer.text
    again = brook.form(where)
    assert again["title"] == "The council’s name"


def test_problems_stand_with_their_rule_and_keep_the_plan_from_being_proposed(cast: Cast, read_as: ReadAs) -> None:
    plan = drafted(cast)
    brook, edit = read_as(cast.brook), f"/plans/{plan['id']}/edit"
    pooled = scheme(cast, **{"pays-agency-0": cast.agency_id("SEVERN-POLICE"), "pays-route-0": "S75_POOLED"})
    assert brook.send(f"{edit}/schemes/new", **pooled).status_code == 303
    said = words_on(brook.get(edit).text)
    assert "to settle." in said
    assert "This route is closed to that agency" in said
    assert "Rule: " in said
    page = brook.get(f"/plans/{plan['id']}/propose")
    assert "It cannot be proposed yet" in words_on(page.text)
    assert "Propose version 1</button>" not in page.text
    held = brook.form("/agreement", to="/sign-out")
    version = read_plan(cast, plan["id"])["currentVersion"]
    with unchanged(cast.owner):
        answer = brook.post(
            f"/plans/{plan['id']}/propose", held, version_id=version["id"], expected_version=str(version["version"])
        )
    assert answer.status_code == 422


def test_proposing_says_what_is_frozen_and_freezes_it(cast: Cast, read_as: ReadAs) -> None:
    plan = drafted(cast)
    brook, where = read_as(cast.brook), f"/plans/{plan['id']}/propose"
    said = words_on(brook.get(where).text)
    assert "Scheme 1 Liaison and diversion at Northgate: 1 clause, 40 places, £240,001.50" in said
    held = brook.form(where)
    assert brook.post(where, held).location == f"/plans/{plan['id']}"
    assert read_plan(cast, plan["id"])["currentVersion"]["state"] == "PROPOSED"
    with unchanged(cast.owner):
        assert brook.post(where, held).status_code == 303
        assert brook.get(where).location == f"/plans/{plan['id']}"


def test_a_plan_that_others_edited_is_not_proposed_unread(cast: Cast, read_as: ReadAs) -> None:
    plan = drafted(cast)
    brook, frankie, where = read_as(cast.brook), read_as(cast.frankie), f"/plans/{plan['id']}/propose"
    held = brook.form(where)
    assert frankie.send(f"/plans/{plan['id']}/edit/clauses/new", **clause()).status_code == 303
    with unchanged(cast.owner):
        answer = brook.post(where, held)
    assert answer.status_code == 409
    assert "Someone else was first" in words_on(answer.text)
    assert "The plan as a whole 2 clauses" in words_on(answer.text)


@pytest.mark.parametrize("page", EDIT_PAGES)
def test_the_pages_of_a_draft_do_not_exist_for_agencies_that_take_no_part(
    cast: Cast, read_as: ReadAs, page: str
) -> None:
    plan = drafted(cast)
    for name in ("robin", "val", "alex"):
        reader = read_as(cast.viewers[name])
        hidden, nowhere = reader.get(f"/plans/{plan['id']}/edit{page}"), reader.get("/no/such/page")
        assert hidden.status_code == 404
        assert without_keys(hidden.text) == without_keys(nowhere.text)
        held = reader.form("/agreement", to="/sign-out")
        with unchanged(cast.owner):
            answer = reader.post(f"/plans/{plan['id']}/edit{page}", held, **particulars())
        assert answer.status_code in {404, 405}


@pytest.mark.parametrize("name", NO_WRITERS)
def test_others_of_a_party_read_the_plan_and_write_nothing(cast: Cast, read_as: ReadAs, name: str) -> None:
    plan = drafted(cast)
    reader, edit = read_as(cast.viewers[name]), f"/plans/{plan['id']}/edit"
    held = reader.form("/agreement", to="/sign-out")
    version = plan["currentVersion"]
    for page in EDIT_PAGES:
        assert reader.get(f"{edit}{page}").location == f"/plans/{plan['id']}"
    with unchanged(cast.owner):
        answer = reader.post(f"{edit}/clauses/new", held, version_id=version["id"], **clause(text="Not mine."))
    assert answer.status_code == 403
    assert "This is not yours to do" in words_on(answer.text)
    assert "Not mine." in words_on(answer.text)


@pytest.mark.parametrize("odd", ["x", "00000000-0000-0000-0000-000000000000", "%00", "🦉", "'", "../x"])
def test_hostile_ids_are_pages_that_do_not_exist(cast: Cast, read_as: ReadAs, odd: str) -> None:
    plan = drafted(cast)
    brook = read_as(cast.brook)
    held = brook.form("/agreement", to="/sign-out")
    with unchanged(cast.owner):
        for where in (
            f"/plans/{odd}/edit",
            f"/plans/{plan['id']}/edit/schemes/{odd}",
            f"/plans/{plan['id']}/edit/clauses/{odd}",
            f"/plans/{plan['id']}/edit/evidence/{odd}/remove",
            f"/plans/{plan['id']}/edit/clauses/{odd}/remove",
        ):
            assert brook.get(where).status_code == 404, where
        sent = brook.post(
            f"/plans/{plan['id']}/edit/clauses/new", held, version_id=odd, scheme_key=odd, **clause(kind=odd)
        )
        assert sent.status_code in {400, 404, 409, 422}
        first = brook.form(f"/plans/{plan['id']}/edit/clauses/{first_clause(plan)['key']}")
        sent = brook.post(
            f"/plans/{plan['id']}/edit/clauses/{first_clause(plan)['key']}", first, record_id=odd, expected_version=odd
        )
        assert sent.status_code in {400, 404, 409, 422}
