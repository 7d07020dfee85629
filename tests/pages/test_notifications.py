"""What waits for somebody stands on one page and in the header, and how they hear of it is theirs to choose."""

import re

from tests.factories.cast import Cast
from tests.factories.flags import raised, taken
from tests.factories.notices import waiting
from tests.factories.snapshot import unchanged
from tests.pages.conftest import ReadAs
from tests.pages.words_on import words_on

KINDS = (
    "ANSWER", "QUESTION", "QUESTION_ANSWERED", "NEW_FLAG", "SHARED_WITH_US", "ESCALATED_TO_US", "WITHDRAWN", "REOPENED",
    "OVERDUE",
)  # fmt: skip
EMAIL = dict.fromkeys(KINDS, "NEVER")


def test_the_header_of_every_page_counts_what_waits(cast: Cast, read_as: ReadAs) -> None:
    rowan = read_as(cast.rowan)
    assert "Nothing waits" in words_on(rowan.get("/agreement").text)
    flag = taken(cast)
    waiting(cast, flag, cast.rowan)
    assert "1 waiting" in words_on(rowan.get("/agreement").text)
    assert "Nothing waits" in words_on(rowan.get(f"/flags/{flag['id']}").text)
    assert "Nothing waits" in words_on(rowan.get("/agreement").text)


def test_what_waits_is_named_by_kind_and_reference_and_nothing_more(cast: Cast, read_as: ReadAs) -> None:
    flag = taken(cast, raised(cast, fact="Kanarienvogel.", place={"description": "Kanarienvogel"}))
    waiting(cast, flag, cast.rowan)
    page = read_as(cast.rowan).get("/notifications")
    said = words_on(page.text)
    assert "Answers to flags you raised" in said
    assert f"Flag {flag['reference']}" in said
    assert f'href="/flags/{flag["id"]}"' in page.text
    assert "anarienvogel" not in page.text
    assert "Kai" not in said


def test_one_notice_or_all_of_them_can_be_marked_as_read(cast: Cast, read_as: ReadAs) -> None:
    rowan = read_as(cast.rowan)
    first, second, third = (taken(cast) for _ in range(3))
    notices = [waiting(cast, flag, cast.rowan) for flag in (first, second, third)]
    token = rowan.form("/notifications", to="/notifications/read")["csrf_token"]
    answer = rowan.post("/notifications/read", {"csrf_token": token, "notice": notices[0]})
    assert (answer.status_code, answer.location) == (303, "/notifications")
    page = rowan.get("/notifications").text
    assert first["reference"] not in page
    assert second["reference"] in page
    newest = re.search(r'name="up_to" value="([^"]+)"', page)
    assert newest is not None
    rowan.post("/notifications/read", {"csrf_token": token, "up_to": newest[1]})
    assert "Nothing waits for you" in words_on(rowan.get("/notifications").text)


def test_nothing_is_read_without_the_forms_token_or_for_somebody_else(cast: Cast, read_as: ReadAs) -> None:
    notice = waiting(cast, taken(cast), cast.rowan)
    rowan, mel = read_as(cast.rowan), read_as(cast.mel)
    with unchanged(cast.owner):
        assert rowan.post("/notifications/read", {"notice": notice}).status_code == 403
        held = mel.form("/agreement", to="/sign-out")
        assert mel.post("/notifications/read", held, notice=notice).status_code == 404


def test_a_guess_of_the_browser_and_a_look_at_the_headers_read_nothing(cast: Cast, read_as: ReadAs) -> None:
    flag = taken(cast)
    waiting(cast, flag, cast.rowan)
    rowan = read_as(cast.rowan)
    rowan.client.get(f"/flags/{flag['id']}", headers={"Sec-Purpose": "prefetch"})
    rowan.client.head(f"/flags/{flag['id']}")
    assert "1 waiting" in words_on(rowan.get("/agreement").text)


def test_everybody_chooses_how_they_hear(cast: Cast, read_as: ReadAs) -> None:
    rowan, noor = read_as(cast.rowan), read_as(cast.noor)
    held = rowan.form("/account/notifications")
    answer = rowan.post("/account/notifications", held, **EMAIL)
    assert answer.status_code == 303
    page = rowan.get(answer.location).text
    assert "Saved." in words_on(page)
    assert page.count('<option value="NEVER" selected') == len(EMAIL)
    assert '<option value="NEVER" selected' not in noor.get("/account/notifications").text


def test_a_choice_that_is_none_is_said_so_and_changes_nothing(cast: Cast, read_as: ReadAs) -> None:
    rowan = read_as(cast.rowan)
    held = rowan.form("/account/notifications")
    with unchanged(cast.owner):
        answer = rowan.post("/account/notifications", held, **EMAIL | {"OVERDUE": "HOURLY"})
    assert answer.status_code == 422
    assert "Choose how you hear of this." in words_on(answer.text)
