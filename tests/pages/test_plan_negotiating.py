"""A proposed version is negotiated without script: comments, counter-proposals with their redline, the next version."""

import re

import pytest
from werkzeug.test import TestResponse

from tests.factories.cast import Cast
from tests.factories.plans import (
    Record,
    accepted,
    countered,
    first_clause,
    first_scheme,
    in_signing,
    nodes,
    proposed,
    read_plan,
    sign,
)
from tests.factories.snapshot import unchanged
from tests.pages.conftest import ReadAs
from tests.pages.plan_answers import clause
from tests.pages.reader import Reader, held_by_form
from tests.pages.words_on import without_keys, words_on

OFFER = "Workers meet young people where they are, in the evening too.\nThey never wear a uniform."
WHY = "Most of them are seen after dark."


def clause_of(plan: Record) -> str:
    """Where the first clause of the first scheme is talked about."""
    return f"/plans/{plan['id']}/clauses/{first_clause(plan)['key']}"


def offered(reader: Reader, plan: Record, **typed: str) -> str:
    """Where a counter-proposal to the first clause stands that somebody makes."""
    answer = reader.send(f"{clause_of(plan)}/counter", **({"text": OFFER, "reason": WHY} | typed))
    assert answer.status_code == 303, words_on(answer.text)
    return str(answer.location)


def refused(reader: Reader, where: str, **typed: str) -> TestResponse:
    """What a form answers when it is sent by somebody to whom no page offers it."""
    held = reader.form("/agreement", to="/sign-out")
    return reader.post(where, held, **typed)


def test_a_counter_proposal_begins_with_the_words_that_stand_and_asks_why(cast: Cast, read_as: ReadAs) -> None:
    plan = proposed(cast)
    frankie, where = read_as(cast.frankie), f"{clause_of(plan)}/counter"
    held = frankie.form(where)
    assert held["text"].strip().splitlines() == first_clause(plan)["text"].splitlines()
    with unchanged(cast.owner):
        silent = frankie.post(where, held, text=OFFER)
        same = frankie.post(where, held, reason=WHY)
    assert "Say why, so that the others can judge it." in words_on(silent.text)
    assert "in the evening too." in silent.text
    assert "These are the words that stand. Write the words you want." in words_on(same.text)
    assert frankie.post(where, held, text=OFFER, reason=WHY).status_code == 303


def test_its_redline_is_read_by_every_party_and_answered_by_another_one(cast: Cast, read_as: ReadAs) -> None:
    plan = proposed(cast)
    where = offered(read_as(cast.frankie), plan)
    for name, buttons in {
        "frankie": ["Take it back"],
        "brook": ["Accept it", "Reject it"],
        "lou": ["Accept it", "Reject it"],
        "ellis": [],
        "rowan": [],
    }.items():
        page = read_as(cast.viewers[name]).get(where)
        assert page.status_code == 200
        assert re.findall(r"<button class=\"govuk-button[^>]*>\s*(.*?)\s*</button>", page.text) == buttons, name
        assert re.search(r"<ins>.*in the evening too", page.text)
        assert f"Why: {WHY}" in words_on(page.text)
        assert "Frankie Dunmore, Severnshire County Council" in words_on(page.text)


def test_accepting_makes_the_next_version_and_accepting_twice_makes_one(cast: Cast, read_as: ReadAs) -> None:
    plan = proposed(cast)
    where = offered(read_as(cast.frankie), plan)
    brook = read_as(cast.brook)
    held = brook.form(where, to=f"{where}/accept")
    assert brook.post(f"{where}/accept", held).location == f"/plans/{plan['id']}"
    now = read_plan(cast, plan["id"])
    assert (now["currentVersion"]["number"], now["currentVersion"]["state"]) == (2, "PROPOSED")
    assert first_clause(now)["text"] == OFFER
    with unchanged(cast.owner):
        assert brook.post(f"{where}/accept", held).status_code == 303
    assert "Accepted" in words_on(brook.get(where).text)


def test_rejecting_needs_a_reason_that_its_author_reads(cast: Cast, read_as: ReadAs) -> None:
    plan = proposed(cast)
    frankie, brook = read_as(cast.frankie), read_as(cast.brook)
    where = offered(frankie, plan)
    with unchanged(cast.owner):
        silent = brook.send(where, to=f"{where}/reject")
    assert "Say why you reject it." in words_on(silent.text)
    assert brook.send(where, to=f"{where}/reject", reason="The evenings cost more.").location == where
    assert "The evenings cost more." in words_on(frankie.get(where).text)
    assert "Take it back" not in frankie.get(where).text


def test_an_offer_is_taken_back_by_its_own_agency_alone(cast: Cast, read_as: ReadAs) -> None:
    plan = proposed(cast)
    frankie, brook = read_as(cast.frankie), read_as(cast.brook)
    where = offered(frankie, plan)
    with unchanged(cast.owner):
        assert refused(brook, f"{where}/take-back", expected_version="1").status_code == 403
        assert refused(frankie, f"{where}/accept", expected_version="1").status_code == 403
        assert refused(read_as(cast.ellis), f"{where}/reject", expected_version="1", reason="x").status_code == 403
    assert frankie.send(where, to=f"{where}/take-back").location == where
    assert "Taken back" in words_on(brook.get(where).text)


def test_an_answer_to_words_that_moved_on_shows_both_and_keeps_yours(cast: Cast, read_as: ReadAs) -> None:
    plan = proposed(cast)
    lou, where = read_as(cast.lou), f"{clause_of(plan)}/counter"
    held = lou.form(where)
    accepted(cast, countered(cast, plan))
    with unchanged(cast.owner):
        answer = lou.post(where, held, text="Health’s own words.", reason=WHY)
    assert answer.status_code == 409
    said = words_on(answer.text)
    assert "This clause says something else by now" in said
    assert "As it stands now Workers meet young people where they are, in the evening too." in said
    assert "Health’s own words.</textarea>" in answer.text
    shown = held_by_form(answer.text, at=where, to=where)
    assert lou.post(where, shown).status_code == 303


def test_an_offer_that_moved_on_cannot_be_accepted_and_says_what_stands(cast: Cast, read_as: ReadAs) -> None:
    plan = proposed(cast)
    lou, brook = read_as(cast.lou), read_as(cast.brook)
    where = offered(lou, plan, text="Health’s own words.")
    held = brook.form(where, to=f"{where}/accept")
    accepted(cast, countered(cast, plan))
    with unchanged(cast.owner):
        answer = brook.post(f"{where}/accept", held)
    assert answer.status_code == 409
    assert "What it answers has changed since" in words_on(answer.text)
    assert "in the evening too." in words_on(answer.text)
    assert "Accept it</button>" not in answer.text


def test_other_money_is_offered_row_by_row_and_accepted(cast: Cast, read_as: ReadAs) -> None:
    plan = proposed(cast)
    frankie, where = read_as(cast.frankie), f"/plans/{plan['id']}/schemes/{first_scheme(plan)['key']}/counter"
    held = frankie.form(where)
    assert held["pays-rows"] == "9"
    first = next(place for place in range(9) if held[f"pays-agency-{place}"] == cast.agency_id("SEVERN-LA"))
    with unchanged(cast.owner):
        assert "pays-amount-9" in frankie.post(where, held, more="contributions").text
        wrong = frankie.post(where, held, reason=WHY, **{f"pays-amount-{first}": "a lot"})
        assert "Enter an amount in pounds" in words_on(wrong.text)
    answer = frankie.post(where, held, reason=WHY, **{f"pays-amount-{first}": "£41,000"})
    assert answer.status_code == 303, words_on(answer.text)
    brook = read_as(cast.brook)
    said = words_on(brook.get(answer.location).text)
    assert "£41,000" in said
    assert brook.send(answer.location, to=f"{answer.location}/accept").status_code == 303
    paid = nodes(first_scheme(read_plan(cast, plan["id"]))["contributions"])
    assert "41000.00" in {each["amount"]["amount"] for each in paid}


def test_comments_stand_under_their_clause_until_somebody_settles_them(cast: Cast, read_as: ReadAs) -> None:
    plan = proposed(cast)
    ellis, brook, where = read_as(cast.ellis), read_as(cast.brook), clause_of(plan)
    with unchanged(cast.owner):
        assert "Write your comment." in words_on(ellis.send(where, text=" ").text)
    held = ellis.form(where)
    assert ellis.post(where, held, text="Who pays for the evenings?").location == f"{where}#comments"
    with unchanged(cast.owner):
        assert ellis.post(where, held, text="Who pays for the evenings?").status_code == 303
    assert brook.send(f"/plans/{plan['id']}/talk", text="We meet on Monday.").status_code == 303
    said = words_on(brook.get(f"/plans/{plan['id']}/talk").text)
    assert "Who pays for the evenings?" in said
    assert "We meet on Monday." in said
    assert "We meet on Monday." not in brook.get(where).text
    settle = re.search(rf"/plans/{re.escape(plan['id'])}/comments/[\w-]+/resolve", brook.get(where).text)
    assert settle
    assert brook.send(where, to=settle[0]).location == f"{where}#comments"
    assert "Settled" in words_on(brook.get(where).text)
    assert settle[0] not in brook.get(where).text


def test_a_new_version_says_first_whose_signatures_it_voids(cast: Cast, read_as: ReadAs) -> None:
    plan = in_signing(cast)
    sign(cast, plan, "SEVERN-LA")
    brook, where = read_as(cast.brook), f"/plans/{plan['id']}/revise"
    said = words_on(brook.get(where).text)
    assert "1 signature will no longer count Severnshire County Council signed version 1." in said
    held = brook.form(where)
    assert brook.post(where, held).location == f"/plans/{plan['id']}/edit"
    with unchanged(cast.owner):
        assert brook.post(where, held).status_code == 303
    now = read_plan(cast, plan["id"])["currentVersion"]
    assert (now["number"], now["state"]) == (2, "DRAFT")


def test_a_stale_form_of_the_version_before_changes_nothing(cast: Cast, read_as: ReadAs) -> None:
    plan = proposed(cast)
    brook, frankie = read_as(cast.brook), read_as(cast.frankie)
    revise = frankie.form(f"/plans/{plan['id']}/revise")
    opening = brook.form(f"/plans/{plan['id']}/open-signing")
    accepted(cast, countered(cast, plan))
    with unchanged(cast.owner):
        assert brook.post(f"/plans/{plan['id']}/open-signing", opening).status_code in {409, 422}
        assert frankie.post(f"/plans/{plan['id']}/revise", revise).status_code == 409


PLACES = ("/talk", "/clauses/{clause}", "/clauses/{clause}/counter", "/schemes/{scheme}/counter", "/revise")


@pytest.mark.parametrize("address", PLACES)
def test_agencies_that_take_no_part_find_nothing_and_say_nothing(cast: Cast, read_as: ReadAs, address: str) -> None:
    plan = proposed(cast)
    path = address.format(clause=first_clause(plan)["key"], scheme=first_scheme(plan)["key"])
    for name in ("robin", "val", "alex"):
        reader = read_as(cast.viewers[name])
        hidden, nowhere = reader.get(f"/plans/{plan['id']}{path}"), reader.get("/no/such/page")
        assert hidden.status_code == 404
        assert without_keys(hidden.text) == without_keys(nowhere.text)
        with unchanged(cast.owner):
            sent = refused(reader, f"/plans/{plan['id']}{path}", **clause(), reason=WHY)
        assert sent.status_code == 404


def test_a_proposal_of_another_plan_is_not_there_under_this_one(cast: Cast, read_as: ReadAs) -> None:
    plan, other = proposed(cast), proposed(cast)
    offer = countered(cast, other)["id"]
    brook = read_as(cast.brook)
    assert brook.get(f"/plans/{other['id']}/proposals/{offer}").status_code == 200
    with unchanged(cast.owner):
        for where in (f"/plans/{plan['id']}/proposals/{offer}", f"/plans/{plan['id']}/proposals/{plan['id']}"):
            assert brook.get(where).status_code == 404
            assert refused(brook, f"{where}/accept", expected_version="1").status_code == 404
    assert read_as(cast.robin).get(f"/plans/{other['id']}/proposals/{offer}").status_code == 404


@pytest.mark.parametrize("odd", ["x", "%00", "🦉", "'"])
def test_hostile_ids_are_pages_that_do_not_exist(cast: Cast, read_as: ReadAs, odd: str) -> None:
    plan = proposed(cast)
    brook = read_as(cast.brook)
    with unchanged(cast.owner):
        for where in (f"clauses/{odd}", f"clauses/{odd}/counter", f"schemes/{odd}/counter", f"proposals/{odd}"):
            assert brook.get(f"/plans/{plan['id']}/{where}").status_code == 404, where
        for where in (f"clauses/{odd}", f"proposals/{odd}/accept", f"comments/{odd}/resolve"):
            sent = refused(brook, f"/plans/{plan['id']}/{where}", text="x", record_id=odd, expected_version=odd)
            assert sent.status_code in {404, 409}, where
