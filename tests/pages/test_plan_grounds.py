"""What a plan stands on is written without script: its evidence with the source of each, and its checklist."""

import re

from tests.factories.cast import Cast
from tests.factories.plans import drafted, read_plan
from tests.factories.snapshot import unchanged
from tests.pages.conftest import ReadAs
from tests.pages.reader import held_by_form
from tests.pages.words_on import words_on


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
