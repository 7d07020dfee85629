"""A form is kept half typed: by the button, by the script, in a list of one's own, and gone when it is thrown away."""

import re

from portal.db import Database
from tests.factories.cast import Cast
from tests.factories.drafts import drafted
from tests.factories.snapshot import unchanged
from tests.pages.answers import RAISE, about_a_group, about_a_person
from tests.pages.conftest import ReadAs
from tests.pages.reader import Reader, held_by_form
from tests.pages.test_raising import flags_of
from tests.pages.words_on import words_on

DRAFTS = "/flags/drafts"
# Every field of the form, for somebody who has filled all of it in but the confirmation.
FULL = about_a_person(
    step="save", confirm="", looks="Grey coat", seen_day="2026-11-20", seen_time="21:40", setting="SCHOOL",
    opinion="Third time.", own_words="I just\n  want “somewhere”", strengths="Football", third_parties="A brother",
    standpoint="AT_RISK", purpose="HEALTH_SUPPORT", source_value="OC 4471", source_system="Records",
)  # fmt: skip


def kept(reader: Reader, **typed: str | list[str]) -> str:
    """Where the form of a draft stands that was saved from an empty form."""
    answer = reader.send(RAISE, **typed)
    assert answer.status_code == 303, words_on(answer.text)
    return str(answer.location)


def test_a_draft_comes_back_as_it_was_typed_and_only_the_confirmation_is_asked_again(
    cast: Cast, read_as: ReadAs
) -> None:
    rowan = read_as(cast.rowan)
    ward = re.search(r'<option value="(SEVERN-BEAT-1[^"]*)"', rowan.get(RAISE).text)
    assert ward is not None
    where = kept(rowan, **FULL, ward=ward[1])
    held = rowan.form(where)
    for name, typed in {**FULL, "ward": ward[1]}.items():
        if name not in ("step", "confirm", "concerns"):
            assert held[name].splitlines() == str(typed).splitlines(), name
    assert held.getlist("concerns") == FULL["concerns"]
    assert "confirm" not in held
    page = words_on(rowan.get(where).text)
    assert re.search(r"Draft saved at \d\d:\d\d\. Only you can see it\. It is deleted on \d+ \w+ \d{4}", page)


def test_a_group_comes_back_as_it_was_typed(cast: Cast, read_as: ReadAs) -> None:
    rowan = read_as(cast.rowan)
    typed = about_a_group(step="save")
    held = rowan.form(kept(rowan, **typed))
    assert [held[name] for name in ("who", "group", "group_size", "group_times")] == [
        "GROUP", "Young people with cans", "7", "Evenings",
    ]  # fmt: skip


def test_one_word_is_enough_to_keep_and_nothing_is_enough(cast: Cast, read_as: ReadAs) -> None:
    rowan = read_as(cast.rowan)
    for typed in ({}, {"who": "PERSON"}, {"fact": "Two"}, {"place": "😀"}):
        held = rowan.form(kept(rowan, step="save", **typed))
        assert {name: held[name] for name in typed} == typed
    page = words_on(rowan.get(RAISE).text)
    assert "4 drafts of yours" in page, page[:400]


def test_a_draft_is_sent_from_its_own_form_and_is_then_no_draft(cast: Cast, read_as: ReadAs) -> None:
    rowan = read_as(cast.rowan)
    where = kept(rowan, **FULL)
    held = rowan.form(where)
    sent, twice = (rowan.post(where, held, confirm="yes", step="send") for _ in range(2))
    assert sent.status_code == 303, words_on(sent.text)
    assert sent.location == twice.location
    assert flags_of(cast) == 1
    assert "You have no drafts" in words_on(rowan.get(DRAFTS).text)
    assert rowan.get(where).status_code == 404


def test_saving_twice_keeps_one_draft(cast: Cast, read_as: ReadAs, owner: Database) -> None:
    rowan = read_as(cast.rowan)
    held = rowan.form(RAISE)
    first, second = (rowan.post(RAISE, held, **FULL) for _ in range(2))
    assert first.location == second.location
    again = rowan.form(first.location)
    assert rowan.post(first.location, again, step="save", fact="More.").status_code == 303
    with unchanged(owner):
        # The same words from the same form are the same intent; others meet the newer version.
        assert rowan.post(first.location, again, step="save", fact="More.").status_code == 303
        late = rowan.post(first.location, again, step="save", fact="Other.")
    assert late.status_code == 409
    assert held_by_form(late.text, at=first.location, to=first.location)["fact"] == "Other."
    assert flags_of(cast) == 1


def test_a_draft_deleted_elsewhere_loses_nothing_of_what_is_sent(cast: Cast, read_as: ReadAs) -> None:
    rowan = read_as(cast.rowan)
    where = kept(rowan, **FULL)
    held = rowan.form(where)
    assert rowan.post(where, held, step="discard").location == DRAFTS
    assert flags_of(cast) == 0
    assert rowan.post(where, held, confirm="yes", step="send").status_code == 303
    assert flags_of(cast) == 1


def test_drafts_are_listed_continued_and_deleted_by_their_author_alone(cast: Cast, read_as: ReadAs) -> None:
    draft = drafted(cast, subject={"person": {"preferredName": "Wren"}}, place={"description": "Five Acres"})
    rowan = read_as(cast.rowan)
    page = rowan.get(DRAFTS)
    assert "Wren" in words_on(page.text)
    assert "Only you can see them." in words_on(page.text)
    for other in (cast.dana, cast.mel):
        assert "Wren" not in read_as(other).get(DRAFTS).text
        assert read_as(other).get(f"{RAISE}?draft={draft['id']}").status_code == 404
    held = held_by_form(page.text, at=DRAFTS, to=RAISE)
    assert rowan.post(RAISE, held, step="discard").location == DRAFTS
    assert "You have no drafts" in words_on(rowan.get(DRAFTS).text)


def test_what_cannot_be_kept_is_said_at_its_field_and_stays(cast: Cast, read_as: ReadAs, owner: Database) -> None:
    rowan = read_as(cast.rowan)
    for name, typed, message in (
        ("seen_day", "yesterday", "Write the day you saw it, and the time if you know it."),
        ("place", "x" * 201, "Write at most 200 characters; this is 201."),
        ("fact", "a\0b", "This text holds a character that cannot be kept."),
    ):
        with unchanged(owner):
            answer = rowan.send(RAISE, **{**FULL, name: typed})
        assert answer.status_code == 422
        assert message in words_on(answer.text)
        assert held_by_form(answer.text, at=RAISE, to=RAISE)["opinion"] == "Third time."


def test_the_script_is_told_what_it_saved_and_no_more(cast: Cast, read_as: ReadAs) -> None:
    rowan = read_as(cast.rowan)
    held = rowan.form(RAISE)

    def save(**typed: str) -> dict[str, str]:
        body = {**held.to_dict(), **typed, "step": "save"}
        answer = rowan.client.post(RAISE, data=body, headers={"Accept": "application/json"})
        return {"status": str(answer.status_code), **(answer.json if answer.is_json else {})}

    first = save(fact="Kai had two cans.")
    assert first.keys() == {"status", "draft", "version", "at"}
    assert "Kai" not in str(first)
    second = save(fact="Kai had three cans.", draft_id=first["draft"], expected_version=str(first["version"]))
    assert second["draft"] == first["draft"]
    assert save(fact="Late.", draft_id=first["draft"], expected_version="1") == {"status": "409"}
    assert save(seen_day="x", draft_id=first["draft"]) == {"status": "422"}
    assert rowan.form(f"{RAISE}?draft={first['draft']}")["fact"] == "Kai had three cans."


def test_the_form_and_the_receipt_say_that_nothing_can_be_attached(cast: Cast, read_as: ReadAs) -> None:
    rowan = read_as(cast.rowan)
    receipt = rowan.follow(rowan.send(RAISE, **about_a_person()))
    for page in (rowan.get(RAISE), receipt):
        assert "No photos or files. This version takes none" in words_on(page.text)
    assert re.search(
        r"Say it on the radio: Foxtrot, (one|two|three|four|five|six|seven|eight|nine)", words_on(receipt.text)
    )


def test_the_ward_is_asked_where_the_partnership_has_any_and_reaches_triage(cast: Cast, read_as: ReadAs) -> None:
    rowan = read_as(cast.rowan)
    page = rowan.get(RAISE).text
    ward = re.search(r'<option value="(SEVERN-BEAT-3[^"]*)"', page)
    assert ward is not None
    assert "Gloucester East beat (invented)" in words_on(page)
    sent = rowan.send(RAISE, **about_a_person(ward=ward[1]))
    flag = sent.location.removesuffix("/sent")
    assert "Ward or beat Gloucester East beat (invented)" in words_on(read_as(cast.morgan).get(flag).text)
    refused = rowan.send(RAISE, **about_a_person(ward="E05000001", name="Wren"))
    assert refused.status_code == 422
    assert "Choose a ward or beat from the list." in words_on(refused.text)
