"""A query may stand in the address; a change may not, and no other method is answered."""

from collections.abc import Callable
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.graphql_over_http.small_door import JSON, SmallDoor, is_refused

Get = Callable[..., TestResponse]


@pytest.mark.parametrize("method", ["HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_only_get_and_post_are_allowed(client: FlaskClient, door: SmallDoor, token: str, method: str) -> None:
    response = client.open(
        "/graphql?query={hello}", method=method, headers={"Authorization": f"Bearer {token}", "Accept": JSON}
    )
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, POST"
    assert door.let_in == []


@pytest.fixture
def get(client: FlaskClient, token: str) -> Get:
    def ask(address: str, **headers: str) -> TestResponse:
        return client.get(
            f"/graphql?{address}", headers={"Authorization": f"Bearer {token}", "Accept": JSON, **headers}
        )

    return ask


def test_a_query_may_stand_in_the_address(get: Get) -> None:
    assert get("query={hello}").json == {"data": {"hello": "Hello, all"}}
    document = quote("query A { hello } query B($name: String) { hello(name: $name) }")
    named = get(f"query={document}&operationName=B&variables=%7B%22name%22:%22Kai%22%7D&extensions=")
    assert named.json == {"data": {"hello": "Hello, Kai"}}


@pytest.mark.parametrize("document", ["mutation { hello }", "query A { hello } mutation B { hello }"])
def test_an_address_changes_nothing(get: Get, door: SmallDoor, document: str) -> None:
    response = get(f"query={quote(document)}&operationName={'B' if 'B' in document else ''}")
    is_refused(response, door, 405)
    assert response.headers["Allow"] == "POST"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "query=",
        "query={hello}&query={hello}",
        "query={hello}&variables={",
        "query={hello}&variables=[]",
        "query={hello}&variables=1",
        "query={hello}&extensions=[]",
        "query={hello}&variables=%7B%7D&variables=%7B%7D",
        "query=%7Bhello(name:%22%5Cu0000%22)%7D",
    ],
)
def test_an_address_that_is_no_request_is_refused(get: Get, door: SmallDoor, address: str) -> None:
    is_refused(get(address), door, 400)


def test_an_address_without_a_token_opens_nothing(client: FlaskClient, door: SmallDoor, token: str) -> None:
    is_refused(client.get(f"/graphql?query={{hello}}&access_token={token}", headers={"Accept": JSON}), door, 401)
