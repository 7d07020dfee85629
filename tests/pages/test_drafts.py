"""Imported incidents: a list to review, and a flag once somebody adds what they saw."""

import re
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from portal.access.viewer import Viewer
from tests.factories.cast import Cast, key
from tests.factories.snapshot import unchanged
from tests.pages.answers import about_a_group
from tests.pages.conftest import ReadAs
from tests.pages.reader import Reader, held_by_form
from tests.pages.words_on import words_on

IMPORT = """
mutation Import($input: ImportFlagsInput!) {
  importFlags(input: $input) { __typename ... on RowsImported { rows { outcome flag { id reference version } } } }
}
"""
PLACE = "On or near Wilson Drive"


def imported(cast: Cast, by: Viewer | None = None, **changes: Any) -> dict[str, Any]:
    """One imported incident, as its importer reads it; `changes` replaces parts of its row."""
    row = {
        "reference": key(),
        "subject": {"placeGroup": {"description": "Nobody is named", "ageBandCode": "UNKNOWN"}},
        "concernCode": "ANTI_SOCIAL_BEHAVIOUR",
        "observedAt": "2021-05-01T00:00:00+01:00",
        "observedPrecision": "MONTH",
        "place": {"description": PLACE},
        "fact": "1 incident of anti-social behaviour was recorded.",
    } | changes
    given = {"system": "police.uk", "rows": [row], "dryRun": False, "idempotencyKey": key()}
    answer = cast.ask(by or cast.rowan, IMPORT, input=given)["importFlags"]
    assert answer["__typename"] == "RowsImported", answer
    flag: dict[str, Any] = answer["rows"][0]["flag"]
    return flag


def test_an_imported_incident_waits_in_the_review_list_of_its_team(cast: Cast, read_as: ReadAs) -> None:
    imported(cast)
    for viewer in (cast.rowan, cast.dana, cast.mel):
        page = words_on(read_as(viewer).get("/drafts").text)
        assert "1 place waits for somebody who was there." in page
        assert f"{PLACE} May 2021 1 incident of anti-social behaviour was recorded." in page
    assert PLACE not in read_as(cast.ari).get("/drafts").text
    assert PLACE not in read_as(cast.morgan).get("/inbox").text


def test_the_draft_s_facts_stand_beside_the_form_and_decide_nothing(cast: Cast, read_as: ReadAs) -> None:
    where = f"/drafts/{imported(cast)['id']}/promote"
    rowan = read_as(cast.rowan)
    assert "What was imported" in words_on(rowan.get(where).text)
    held = rowan.form(where)
    assert held["place"] == PLACE
    assert not [name for name in ("urgency", "who", "age_band", "concerns", "fact", "told") if held.get(name)]


def test_adding_what_was_seen_makes_the_draft_a_flag(cast: Cast, read_as: ReadAs) -> None:
    draft = imported(cast)
    rowan = read_as(cast.rowan)
    sent = rowan.send(f"/drafts/{draft['id']}/promote", **about_a_group())
    assert f"Reference {draft['reference']}" in words_on(rowan.follow(sent).text)
    assert "No imported incident waits" in words_on(rowan.get("/drafts").text)
    page = words_on(read_as(cast.morgan).get(f"/flags/{draft['id']}").text)
    assert "What was seen or heard Sitting alone with two empty cans." in page
    assert "Seen May 2021, in the street" in page


def test_a_draft_is_promoted_once(cast: Cast, read_as: ReadAs) -> None:
    where = f"/drafts/{imported(cast)['id']}/promote"
    rowan, dana = read_as(cast.rowan), read_as(cast.dana)
    held = dana.form(where)
    assert rowan.send(where, **about_a_group()).status_code == 303
    assert dana.post(where, held, **about_a_group()).status_code == 404
    assert "You have raised no flags" in words_on(dana.get("/flags").text)


def test_another_team_has_no_such_draft(cast: Cast, read_as: ReadAs) -> None:
    where = f"/drafts/{imported(cast)['id']}/promote"
    for viewer in (cast.ari, cast.morgan, cast.sam, cast.robin):
        assert read_as(viewer).get(where).status_code == 404


def at(north: str, east: str, words: str = PLACE) -> dict[str, Any]:
    """A place on the map."""
    return {"description": words, "point": {"latitude": north, "longitude": east, "approximate": True}}


def ticks(*drafts: dict[str, Any]) -> list[str]:
    """Drafts as the boxes of the list name them."""
    return [f"{draft['id']}.{draft['version']}" for draft in drafts]


def press(reader: Reader, address: str, **typed: Any) -> TestResponse:
    """Send a form of the list with what was ticked."""
    return reader.post(address, reader.form("/agreement", to="/sign-out"), **typed)


def held_by(page: TestResponse) -> MultiDict[str, str]:
    """What the form of a page that answered another form would send as it stands."""
    return held_by_form(page.text, at=page.request.path, to=page.request.path)


def test_incidents_of_one_place_stand_together_and_are_counted(cast: Cast, read_as: ReadAs) -> None:
    for month in ("2021-03", "2021-04", "2021-05"):
        imported(cast, observedAt=f"{month}-01T00:00:00Z")
    imported(cast, place={"description": "On or near Elm Street"})
    page = words_on(read_as(cast.rowan).get("/drafts").text)
    assert "2 places wait for somebody who was there." in page
    assert f"{PLACE}: 3 incidents" in page
    assert page.index("Elm Street") < page.index("Wilson Drive")


def test_a_place_with_many_incidents_shows_the_newest_and_leads_to_all_of_them(cast: Cast, read_as: ReadAs) -> None:
    for day in range(1, 11):
        imported(cast, observedAt=f"2021-05-{day:02}T00:00:00Z", observedPrecision="DAY")
    imported(cast, place={"description": "On or near Elm Street"})
    rowan = read_as(cast.rowan)
    page = rowan.get("/drafts")
    assert "10 incidents, of which the newest 6 are here. Only this place" in words_on(page.text)
    only = rowan.get(link_to(page, "Only this place"))
    assert "Elm Street" not in only.text
    assert "Only one place." in words_on(only.text)


def link_to(page: TestResponse, words: str) -> str:
    """The address a link of a page leads to."""
    found = re.search(rf'href="([^"]*)">{words}<', page.text)
    assert found, words
    return found[1].replace("&amp;", "&")


def test_the_list_and_its_map_are_narrowed_by_month_words_and_part_of_the_map(cast: Cast, read_as: ReadAs) -> None:
    imported(cast, place=at("51.90", "-2.10", "On or near Elm Street"), observedAt="2021-04-01T00:00:00Z")
    imported(cast, place=at("51.99", "-2.00", "On or near Oak Street"))
    rowan = read_as(cast.rowan)
    for asked, shown, hidden in (
        ("month=2021-04", "Elm Street", "Oak Street"),
        ("words=OAK", "Oak Street", "Elm Street"),
        ("part=51.98,-2.1,52,-1.9", "Oak Street", "Elm Street"),
    ):
        page = rowan.get(f"/drafts?{asked}").text
        assert (shown in page, hidden in page) == (True, False), asked
    both = rowan.get("/drafts")
    assert "1 On or near Oak Street 1" in words_on(both.text)
    assert "2 On or near Elm Street 1" in words_on(both.text)
    assert 'aria-label="1: 1 incident, on or near Oak Street"' in both.text
    assert "Nothing fits" in words_on(rowan.get("/drafts?words=nowhere").text)
    assert "Write the month as year and month" in words_on(rowan.get("/drafts?month=May").text)
    for odd in ("part=1,2,3", "part=a,b,c,d", "words=%00", "place_of=x", "after=x", "month=2021-13", "discarded=x"):
        assert rowan.get(f"/drafts?{odd}").status_code in (200, 404), odd


def test_a_map_comes_from_nowhere_else_and_says_where_its_outline_is_from(cast: Cast, read_as: ReadAs) -> None:
    imported(cast, place=at("51.90", "-2.10"))
    page = read_as(cast.rowan).get("/drafts").text
    assert "cc-points__inset" in page
    assert "Contains OS data © Crown copyright and database right 2022." in words_on(page)
    assert "<image" not in page
    assert "http" not in page.split('class="cc-points__sides"')[1].split("</section>")[0]


def test_ticked_incidents_of_one_place_become_one_flag(cast: Cast, read_as: ReadAs) -> None:
    first, second, third = (imported(cast, observedAt=f"2021-0{month}-01T00:00:00Z") for month in (3, 4, 5))
    rowan = read_as(cast.rowan)
    page = press(rowan, "/drafts/together", step="choose", chosen=ticks(first, second))
    assert page.status_code == 200
    assert "2 incidents become this one flag." in words_on(page.text)
    held = held_by(page)
    assert held.getlist("chosen") == ticks(first, second)
    assert (held["who"], held["place"]) == ("GROUP", PLACE)
    sent = rowan.post("/drafts/together", held, **about_a_group())
    assert sent.status_code == 303
    assert f"Reference {first['reference']}" in words_on(rowan.follow(sent).text)
    left = rowan.get("/drafts").text
    assert third["reference"] in left
    assert second["reference"] not in left


def test_one_ticked_incident_has_its_own_page(cast: Cast, read_as: ReadAs) -> None:
    draft = imported(cast)
    answer = press(read_as(cast.rowan), "/drafts/together", step="choose", chosen=ticks(draft))
    assert (answer.status_code, answer.location) == (303, f"/drafts/{draft['id']}/promote")


def test_ticks_that_make_no_flag_are_answered_in_the_list(cast: Cast, read_as: ReadAs) -> None:
    one, elsewhere = imported(cast), imported(cast, place={"description": "On or near Elm Street"})
    rowan = read_as(cast.rowan)
    with unchanged(cast.owner):
        for chosen, said in (
            ([], "Tick at least one incident."),
            (ticks(one, elsewhere), "Tick incidents of one place: together they become one flag."),
            (ticks(one) * 101, "Tick at most 100 incidents at a time."),
        ):
            page = press(rowan, "/drafts/together", step="choose", chosen=chosen)
            assert page.status_code == 422
            assert said in words_on(page.text)
        assert press(rowan, "/drafts/together", step="choose", chosen=["x.1", "", "."]).status_code == 409
        assert press(rowan, "/drafts/together").status_code == 422


def test_when_somebody_was_faster_with_one_of_them_nothing_is_sent_and_nothing_typed_is_lost(
    cast: Cast, read_as: ReadAs
) -> None:
    first, second = imported(cast), imported(cast)
    rowan, dana = read_as(cast.rowan), read_as(cast.dana)
    held = held_by(press(rowan, "/drafts/together", step="choose", chosen=ticks(first, second)))
    asked = press(dana, "/drafts/discard", step="choose", chosen=ticks(second))
    dana.post("/drafts/discard", held_by(asked), step="discard", reason="TOO_LONG_AGO")
    with unchanged(cast.owner):
        page = rowan.post("/drafts/together", held, **about_a_group())
    assert page.status_code == 409
    assert "Somebody else has raised or discarded 1 incident you had ticked. Nothing was sent." in words_on(page.text)
    assert held_by(page)["fact"] == about_a_group()["fact"]
    assert held_by(page).getlist("chosen") == ticks(first)
    again = rowan.post("/drafts/together", held_by(page), step="send")
    assert again.status_code == 303


def test_discarding_says_that_it_is_final_asks_why_and_then_does_it(cast: Cast, read_as: ReadAs) -> None:
    first, second, third = imported(cast), imported(cast), imported(cast)
    mel = read_as(cast.mel)
    asked = press(mel, "/drafts/discard", step="choose", chosen=ticks(first, second))
    assert "Discard 2 incidents" in words_on(asked.text)
    assert "They are deleted at once, and nobody can bring them back." in words_on(asked.text)
    held = held_by(asked)
    with unchanged(cast.owner):
        page = mel.post("/drafts/discard", held, step="discard")
    assert page.status_code == 422
    assert "Choose why nobody needs these incidents." in words_on(page.text)
    done = mel.post("/drafts/discard", held, step="discard", reason="NOTHING_TO_ADD")
    assert done.status_code == 303
    after = words_on(mel.follow(done).text)
    assert "2 incidents are discarded. They are gone for good" in after
    assert third["reference"] in after
    assert first["reference"] not in after
    with unchanged(cast.owner):
        again = mel.post("/drafts/discard", held, step="discard", reason="NOTHING_TO_ADD")
    assert again.status_code == 409
    assert "Somebody else has raised or discarded what you ticked." in words_on(again.text)


def test_discarding_some_that_are_gone_says_so(cast: Cast, read_as: ReadAs) -> None:
    first, second = imported(cast), imported(cast)
    rowan, dana = read_as(cast.rowan), read_as(cast.dana)
    held = held_by(press(rowan, "/drafts/discard", step="choose", chosen=ticks(first, second)))
    assert dana.send(f"/drafts/{second['id']}/promote", **about_a_group()).status_code == 303
    done = rowan.post("/drafts/discard", held, step="discard", reason="NOTHING_TO_ADD")
    assert "1 was not discarded , because somebody raised" in words_on(rowan.follow(done).text)


@pytest.mark.parametrize("address", ["/drafts/together", "/drafts/discard"])
def test_nobody_else_s_tick_counts_and_none_without_its_token(cast: Cast, read_as: ReadAs, address: str) -> None:
    draft = imported(cast)
    typed = {"chosen": ticks(draft), "reason": "TOO_LONG_AGO", **about_a_group()}
    with unchanged(cast.owner):
        for name in ("ari", "lee", "morgan", "sam", "robin", "noor"):
            for step in ("choose", "discard", "send"):
                hidden = press(read_as(cast.viewers[name]), address, **typed | {"step": step})
                nothing = press(read_as(cast.viewers[name]), address, **typed | {"chosen": ["x.1"], "step": step})
                assert hidden.status_code == nothing.status_code == 409, (name, step)
                assert draft["reference"] not in hidden.text
                assert PLACE not in hidden.text.replace(about_a_group()["place"], "")
        rowan = read_as(cast.rowan)
        assert rowan.client.post(address, data=typed | {"step": "send"}).status_code == 403
