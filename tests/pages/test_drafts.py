"""Imported incidents: a list to review, and a flag once somebody adds what they saw."""

from tests.factories.cast import Cast, key
from tests.pages.answers import about_a_group
from tests.pages.conftest import ReadAs
from tests.pages.words_on import words_on

IMPORT = """
mutation Import($input: ImportFlagsInput!) {
  importFlags(input: $input) { __typename ... on RowsImported { rows { outcome flag { id reference } } } }
}
"""
PLACE = "On or near Wilson Drive"


def imported(cast: Cast) -> dict[str, str]:
    """One imported incident, as its importer reads it."""
    row = {
        "reference": key(),
        "subject": {"placeGroup": {"description": "Nobody is named", "ageBandCode": "UNKNOWN"}},
        "concernCode": "ANTI_SOCIAL_BEHAVIOUR",
        "observedAt": "2021-05-01T00:00:00+01:00",
        "observedPrecision": "MONTH",
        "place": {"description": PLACE},
        "fact": "1 incident of anti-social behaviour was recorded.",
    }
    given = {"system": "police.uk", "rows": [row], "dryRun": False, "idempotencyKey": key()}
    answer = cast.ask(cast.rowan, IMPORT, input=given)["importFlags"]
    assert answer["__typename"] == "RowsImported", answer
    flag: dict[str, str] = answer["rows"][0]["flag"]
    return flag


def test_an_imported_incident_waits_in_the_review_list_of_its_team(cast: Cast, read_as: ReadAs) -> None:
    imported(cast)
    for viewer in (cast.rowan, cast.dana, cast.mel):
        page = words_on(read_as(viewer).get("/drafts").text)
        assert "1 waits for somebody who was there." in page
        assert f"May 2021 {PLACE} 1 incident of anti-social behaviour was recorded." in page
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
