"""A plan is written without script: begun, put together from its parts by several people, and no words are lost."""

import re

import pytest

from tests.factories.cast import Cast
from tests.factories.plans import drafted, first_clause, first_scheme, nodes, proposed, read_plan
from tests.factories.snapshot import unchanged
from tests.pages.conftest import ReadAs
from tests.pages.plan_answers import TITLE, begun, clause, particulars, scheme
from tests.pages.reader import PASSWORD, give_password, held_by_form
from tests.pages.words_on import title_of, without_keys, words_on

POLICE, COUNCIL, HEALTH = "Severnshire Constabulary", "Severnshire County Council", "Severnshire Health and Care"
NO_WRITERS = ("ellis", "gail", "rowan", "noor")


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


def test_clauses_are_added_moved_and_taken_out(cast: Cast, read_as: ReadAs) -> None:
    plan = drafted(cast)
    brook, edit, key = read_as(cast.brook), f"/plans/{plan['id']}/edit", first_scheme(plan)["key"]
    for heading in ("Hours", "Staff"):
        answer = brook.send(
            f"{edit}/clauses/new?scheme={key}", to=f"{edit}/clauses/new?scheme={key}", **clause(heading=heading)
        )
        assert answer.location == edit
    headings = [each["heading"] for each in first_scheme(read_plan(cast, plan["id"]))["clauses"]]
    assert headings == ["What the service does", "Hours", "Staff"]
    staff = first_scheme(read_plan(cast, plan["id"]))["clauses"][2]["key"]
    assert brook.send(edit, to=f"{edit}/clauses/{staff}/move").location == f"{edit}#clause-{staff}"
    headings = [each["heading"] for each in first_scheme(read_plan(cast, plan["id"]))["clauses"]]
    assert headings == ["What the service does", "Staff", "Hours"]
    remove = f"{edit}/clauses/{staff}/remove"
    assert "Take out clause 1.2?" in words_on(brook.get(remove).text)
    held = brook.form(remove)
    assert brook.post(remove, held).location == edit
    with unchanged(cast.owner):
        assert brook.post(remove, held).status_code == 303
    headings = [each["heading"] for each in first_scheme(read_plan(cast, plan["id"]))["clauses"]]
    assert headings == ["What the service does", "Hours"]


def test_a_stale_clause_shows_both_texts_and_keeps_yours_to_save(cast: Cast, read_as: ReadAs) -> None:
    plan = drafted(cast)
    key = first_clause(plan)["key"]
    where = f"/plans/{plan['id']}/edit/clauses/{key}"
    brook, frankie = read_as(cast.brook), read_as(cast.frankie)
    held = brook.form(where)
    assert frankie.send(where, text="The council’s words.").status_code == 303
    with unchanged(cast.owner):
        answer = brook.post(where, held, text="The police’s words,\nin two lines.")
    assert answer.status_code == 409
    said = words_on(answer.text)
    assert "Frankie Dunmore, Severnshire County Council, saved other words while you were writing." in said
    assert "As it stands now" in said
    assert "The council’s words." in said
    assert "The police’s words,\nin two lines.</textarea>" in answer.text.replace("\r\n", "\n")
    shown = held_by_form(answer.text, at=where, to=where)
    assert brook.post(where, shown, text="Both together.").status_code == 303
    assert first_clause(read_plan(cast, plan["id"]))["text"] == "Both together."


def test_words_for_a_clause_that_is_gone_or_frozen_meanwhile_are_there_to_copy(cast: Cast, read_as: ReadAs) -> None:
    plan = drafted(cast)
    key = first_clause(plan)["key"]
    where = f"/plans/{plan['id']}/edit/clauses/{key}"
    brook, frankie = read_as(cast.brook), read_as(cast.frankie)
    held = brook.form(where)
    proposed(cast, plan)
    with unchanged(cast.owner):
        answer = brook.post(where, held, text="Too late.")
        assert answer.status_code == 422
        assert "is now: proposed." in words_on(answer.text)
        assert "What you wrote, for you to copy" in words_on(answer.text)
        assert "Too late." in words_on(answer.text)
        assert brook.get(where).location == f"/plans/{plan['id']}"
    assert frankie.send(f"/plans/{plan['id']}/revise").location == f"/plans/{plan['id']}/edit"
    with unchanged(cast.owner):
        # The next version has the same clause; the form answers the one before, and overwrites nothing here.
        later = brook.post(where, held, text="Too late again.")
    assert "As it stands now" in words_on(later.text)
    assert "Too late again.</textarea>" in later.text
    assert frankie.send(f"{where}/remove").status_code == 303
    with unchanged(cast.owner):
        gone = brook.post(where, held, text="Nobody lost this.")
    assert gone.status_code in {409, 422}
    assert "Nobody lost this." in words_on(gone.text)


def test_evidence_is_added_with_its_source_and_taken_out(cast: Cast, read_as: ReadAs) -> None:
    plan = drafted(cast)
    brook, edit = read_as(cast.brook), f"/plans/{plan['id']}/edit"
    with unchanged(cast.owner):
        missing = brook.send(f"{edit}/evidence/new", sentence="Half of them come back.")
    assert "Say where it comes from" in words_on(missing.text)
    assert "Half of them come back." in missing.text
    added = brook.send(f"{edit}/evidence/new", sentence="Half of them come back.", source="Custody record, June 2026")
    assert added.location == edit
    assert "Half of them come back. Custody record, June 2026, read on" in words_on(brook.get(edit).text)
    found = re.search(rf"{edit}/evidence/[\w-]+/remove", brook.get(edit).text)
    assert found
    assert brook.send(found[0]).location == edit
    assert "Half of them" not in brook.get(edit).text


def test_only_changed_lines_of_the_checklist_are_saved_so_two_people_share_it(cast: Cast, read_as: ReadAs) -> None:
    plan = drafted(cast)
    brook, frankie, where = read_as(cast.brook), read_as(cast.frankie), f"/plans/{plan['id']}/edit/standards"
    held = brook.form(where)
    assert frankie.send(where, **{"met-1": "yes", "note-1": "Since March"}).status_code == 303
    assert brook.post(where, held, **{"met-0": "yes", "note-0": "By the youth team"}).status_code == 303
    lines = read_plan(cast, plan["id"])["currentVersion"]["standards"]
    assert [(line["met"], line["note"]) for line in lines[:3]] == [
        (True, "By the youth team"), (True, "Since March"), (False, None),
    ]  # fmt: skip
    with unchanged(cast.owner):
        answer = brook.post(where, held, **{"note-1": "Mine"})
    assert answer.status_code == 409
    assert "It now says: met. Since March" in words_on(answer.text)
    assert "Mine</textarea>" in answer.text
    shown = held_by_form(answer.text, at=where, to=where)
    assert brook.post(where, shown).status_code == 303
    assert read_plan(cast, plan["id"])["currentVersion"]["standards"][1]["note"] == "Mine"


def test_words_sent_after_the_sign_in_ended_are_there_after_signing_in_again_and_not_sent(
    cast: Cast, read_as: ReadAs
) -> None:
    plan = drafted(cast)
    where = f"/plans/{plan['id']}/edit/clauses/{first_clause(plan)['key']}"
    brook, email = read_as(cast.brook), give_password(cast.owner, cast.brook)
    held = brook.form(where)
    brook.client.delete_cookie(brook.site.config["SESSION_COOKIE_NAME"])
    with unchanged(cast.owner):
        ended = brook.post(where, held, text="Typed for an hour.")
    assert ended.status_code == 403
    assert "Typed for an hour." not in ended.text
    again = brook.post(where, held_by_form(ended.text, at=where, to=where), email=email, password=PASSWORD)
    assert "You are signed in again, and nothing was sent." in words_on(again.text)
    assert "Typed for an hour.</textarea>" in again.text
    assert first_clause(read_plan(cast, plan["id"]))["text"] == first_clause(plan)["text"]
    assert brook.post(where, held_by_form(again.text, at=where, to=where)).status_code == 303
    assert first_clause(read_plan(cast, plan["id"]))["text"] == "Typed for an hour."


def test_sending_a_form_twice_makes_one_clause(cast: Cast, read_as: ReadAs) -> None:
    plan = drafted(cast)
    brook, where = read_as(cast.brook), f"/plans/{plan['id']}/edit/clauses/new"
    held = brook.form(where)
    assert brook.post(where, held, **clause()).status_code == 303
    with unchanged(cast.owner):
        assert brook.post(where, held, **clause()).status_code == 303
    assert len(read_plan(cast, plan["id"])["currentVersion"]["clauses"]) == 2


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


EDIT_PAGES = ("", "/particulars", "/parties", "/schemes/new", "/clauses/new", "/evidence/new", "/standards")


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


def test_pasted_words_come_back_as_they_were_pasted(cast: Cast, read_as: ReadAs) -> None:
    plan = drafted(cast)
    brook, where = read_as(cast.brook), f"/plans/{plan['id']}/edit/clauses/{first_clause(plan)['key']}"
    pasted = "“Smart” – quotes… <b>bold</b>\n\n•\tA point & another\n{{ braces }} \U0001f989"
    assert brook.send(where, text=pasted).status_code == 303
    assert brook.form(where)["text"].strip().splitlines() == pasted.splitlines()
