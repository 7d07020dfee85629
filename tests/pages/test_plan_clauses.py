"""The clauses of a draft are written without script by several people, and nobody’s words are lost meanwhile."""

from tests.factories.cast import Cast
from tests.factories.plans import drafted, first_clause, first_scheme, proposed, read_plan
from tests.factories.snapshot import unchanged
from tests.pages.conftest import ReadAs
from tests.pages.plan_answers import clause
from tests.pages.reader import PASSWORD, give_password, held_by_form
from tests.pages.words_on import words_on


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


def test_pasted_words_come_back_as_they_were_pasted(cast: Cast, read_as: ReadAs) -> None:
    plan = drafted(cast)
    brook, where = read_as(cast.brook), f"/plans/{plan['id']}/edit/clauses/{first_clause(plan)['key']}"
    pasted = "“Smart” – quotes… <b>bold</b>\n\n•\tA point & another\n{{ braces }} \U0001f989"
    assert brook.send(where, text=pasted).status_code == 303
    assert brook.form(where)["text"].strip().splitlines() == pasted.splitlines()
