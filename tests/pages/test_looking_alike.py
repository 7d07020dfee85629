"""Before a flag is sent, flags like it are shown once, to whoever may read them; nobody else learns of any."""

import re

from graphql_schema import Door
from portal.db import Database
from tests.factories.cast import Cast, settle_cast
from tests.factories.flags import raised
from tests.factories.snapshot import unchanged
from tests.pages.answers import RAISE, about_a_person
from tests.pages.conftest import ReadAs
from tests.pages.reader import held_by_form
from tests.pages.test_raising import flags_of
from tests.pages.words_on import without_keys, words_on

MINE = about_a_person(fact="Asleep on the bench.", own_words="Leave\n me “alone”")


def test_a_flag_that_looks_alike_is_shown_once_and_everything_typed_is_kept(
    cast: Cast, read_as: ReadAs, owner: Database
) -> None:
    flag, rowan = raised(cast), read_as(cast.rowan)
    held = rowan.form(RAISE)
    with unchanged(owner):
        page = rowan.post(RAISE, held, **MINE)
    assert page.status_code == 200
    assert "You can see 1 flag that looks alike" in words_on(page.text)
    assert f"Flag {flag['reference']}" in words_on(page.text)
    again = held_by_form(page.text, at=RAISE, to=RAISE)
    assert again["own_words"].splitlines() == str(MINE["own_words"]).splitlines()
    back = rowan.post(RAISE, again, step="back")
    assert held_by_form(back.text, at=RAISE, to=RAISE)["fact"] == MINE["fact"]
    assert flags_of(cast) == 1
    assert rowan.post(RAISE, again, step="send").status_code == 303
    assert flags_of(cast) == 2


def test_opening_the_other_flag_keeps_one_s_own_as_a_draft(cast: Cast, read_as: ReadAs) -> None:
    flag, rowan = raised(cast), read_as(cast.rowan)
    page = rowan.send(RAISE, **MINE)
    held = held_by_form(page.text, at=RAISE, to=RAISE)
    opened = rowan.post(f"{RAISE}?open={flag['id']}", held, step="open")
    assert opened.location == f"/flags/{flag['id']}"
    draft = re.search(rf'href="({RAISE}\?draft=[^"]+)"', rowan.get("/flags/drafts").text)
    assert draft is not None
    assert rowan.form(draft[1])["fact"] == MINE["fact"]


def test_in_danger_nothing_stands_between_the_stop_and_the_flag(cast: Cast, read_as: ReadAs) -> None:
    raised(cast)
    rowan = read_as(cast.rowan)
    danger = about_a_person(urgency="IMMEDIATE", emergency_action="CONTROL_ROOM", incident_number="SC-1")
    assert rowan.send(RAISE, **danger).status_code == 303


def test_a_flag_one_may_not_see_changes_no_byte_of_any_answer(
    cast: Cast, read_as: ReadAs, owner: Database, door: Door
) -> None:
    """Ari raises in a partnership where the very same flag of another team waits, and in one where nothing ever was."""
    empty = settle_cast(owner, door)
    raised(cast, place={"description": "Bus shelter, Station Parade"}, fact=str(MINE["fact"]))
    answers = {}
    for people in (cast, empty):
        ari = read_as(people.ari)
        held = ari.form(RAISE)
        pages = [ari.post(RAISE, held, **{**MINE, "told": ""}), ari.post(RAISE, held, **MINE)]
        pages.append(ari.get(pages[-1].location))
        said = [(page.status_code, without_keys(page.text)) for page in pages]
        # What belongs to each partnership and each flag by itself, and not to what is hidden in it.
        answers[people.suffix] = re.sub(
            r"-[0-9a-f]{8}|/flags/[\w-]{30,}|F-\d+|Foxtrot[a-z ,]+|\d\d:\d\d", "", str(said)
        )
    first, second = answers.values()
    assert first == second
    assert "looks alike" not in first
