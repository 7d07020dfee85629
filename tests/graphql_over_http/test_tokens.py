"""Nothing is executed without a good token in the one place for it."""

import pytest
from flask.testing import FlaskClient

from tests.graphql_over_http.small_door import Post, SmallDoor, is_refused


@pytest.mark.parametrize(
    "authorization", [None, "Bearer", "Bearer ", "Bearer unknown", "Basic cm9iaW46bGFudGVybg==", "unknown", "Token {}"]
)
def test_without_a_good_token_nothing_is_executed(
    post: Post, door: SmallDoor, token: str, authorization: str | None
) -> None:
    response = post({"query": "{ hello }"}, Authorization=authorization and authorization.format(token))
    is_refused(response, door, 401)
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_cookie_opens_nothing(client: FlaskClient, post: Post, door: SmallDoor, token: str) -> None:
    for name in ("concord", "__Host-concord", "session", "token"):
        client.set_cookie(name, token)
    is_refused(post({"query": "{ hello }"}, Authorization=None), door, 401)


def test_a_token_in_the_address_or_the_body_opens_nothing(client: FlaskClient, door: SmallDoor, token: str) -> None:
    response = client.post(f"/graphql?access_token={token}", json={"query": "{ hello }", "access_token": token})
    is_refused(response, door, 401)
