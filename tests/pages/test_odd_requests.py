"""Addresses and forms that no page of ours offers: refused in words, with nothing changed and nothing told."""

import pytest

from tests.factories.cast import Cast
from tests.factories.flags import raised
from tests.pages.answers import RAISE, about_a_person
from tests.pages.conftest import ReadAs
from tests.pages.test_raising import flags_of
from tests.pages.words_on import words_on

NOWHERE = "We cannot show you that page"


@pytest.mark.parametrize(
    "path",
    [
        "/flags?after=nothing",
        "/drafts?after=%00",
        "/flags/%00",
        "/flags/" + "x" * 5_000,
        "/flags/raise/",
        "/shares/nothing/answer",
        "/drafts/nothing/promote",
    ],
)
def test_an_address_of_nothing_is_the_one_page_for_that(cast: Cast, read_as: ReadAs, path: str) -> None:
    answer = read_as(cast.rowan).get(path)
    assert answer.status_code == 404
    assert NOWHERE in words_on(answer.text)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"urgency": "TOMORROW"}, 400),
        ({"told": "MAYBE"}, 400),
        ({"setting": "MOON"}, 400),
        ({"concerns": ["ALCOHOL", "BEING_YOUNG"]}, 422),
        ({"fact": "one\0two"}, 422),
        ({"fact": "x" * 700_000}, 413),
    ],
)
def test_a_form_that_was_tampered_with_changes_nothing(
    cast: Cast, read_as: ReadAs, changes: dict[str, str | list[str]], status: int
) -> None:
    assert read_as(cast.rowan).send(RAISE, **about_a_person(**changes)).status_code == status
    assert flags_of(cast) == 0


def test_an_opened_page_of_another_list_leads_nowhere(cast: Cast, read_as: ReadAs) -> None:
    for _ in range(26):
        raised(cast)
    cursor = read_as(cast.rowan).get("/flags").text.split('href="/flags?after=')[1].split('"')[0]
    answer = read_as(cast.ari).get(f"/flags?after={cursor}")
    assert "Kai" not in words_on(answer.text)


def test_a_receipt_is_its_author_s(cast: Cast, read_as: ReadAs) -> None:
    flag = raised(cast)
    assert read_as(cast.rowan).get(f"/flags/{flag['id']}/sent").status_code == 200
    for viewer in (cast.dana, cast.mel, cast.morgan, cast.sam):
        assert read_as(viewer).get(f"/flags/{flag['id']}/sent").status_code == 404
