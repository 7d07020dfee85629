"""An answer comes in the media type its client prefers, in UTF-8."""

import pytest

from tests.graphql_over_http.small_door import GRAPHQL, JSON, Post, SmallDoor, is_refused


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        (JSON, JSON),
        (GRAPHQL, GRAPHQL),
        (f"{GRAPHQL}, {JSON};q=0.9", GRAPHQL),
        (f"{JSON}, {GRAPHQL}", GRAPHQL),
        (f"{GRAPHQL};q=0.1, {JSON}", JSON),
        (f"{GRAPHQL};q=0, */*", JSON),
        (f"{JSON};q=0, {GRAPHQL}", GRAPHQL),
        (f"text/html, {GRAPHQL}, */*;q=0.1", GRAPHQL),
        ("text/html, */*;q=0.1", JSON),
        (f"{GRAPHQL}; charset=utf-8", GRAPHQL),
        (f"{JSON};charset=UTF-8", JSON),
        ("Application/JSON", JSON),
    ],
)
def test_the_answer_comes_in_the_media_type_the_client_prefers(post: Post, accept: str | None, expected: str) -> None:
    response = post({"query": "{ hello }"}, Accept=accept)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == f"{expected}; charset=utf-8"


@pytest.mark.parametrize("accept", ["text/html", "", "json", f"{JSON};q=0", f"{JSON};charset=utf-16", "image/*"])
def test_a_client_that_takes_neither_media_type_is_told_so(post: Post, door: SmallDoor, accept: str) -> None:
    is_refused(post({"query": "{ hello }"}, Accept=accept), door, 406)
