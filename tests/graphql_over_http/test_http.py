"""POST /graphql does what the GraphQL-over-HTTP specification asks, whatever the schema behind it answers."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from graphql import GraphQLError, build_schema, graphql_sync
from werkzeug.test import TestResponse

from graphql_schema.http import blueprint
from portal.access.context import Wall
from portal.access.viewer import Viewer
from portal.db import Database
from portal.identity.tokens import issue_token
from tests.factories.accounts import Member, make_member

JSON, GRAPHQL = "application/json", "application/graphql-response+json"
LARGEST_BODY = 100_000
Get = Callable[..., TestResponse]


class Executed:
    """What a small schema answers."""

    def __init__(self, data: dict[str, Any] | None, errors: list[GraphQLError]) -> None:
        self.data = data
        self.errors = errors
        self.extensions: dict[str, Any] = {}


class SmallDoor:
    """A schema of three fields, so that these promises hold for every schema; it remembers who was let in."""

    schema = build_schema(
        'type Query { hello(name: String = "all"): String!  broken: String  fatal: String! }'
        " type Mutation { hello: String }"
    )

    def __init__(self) -> None:
        self.let_in: list[UUID] = []

    def execute(
        self,
        document: str,
        variables: dict[str, Any],
        viewer: Viewer | None,
        *,
        operation_name: str | None = None,
        request_id: UUID | None = None,
    ) -> Executed:
        assert viewer is not None
        assert request_id is not None
        self.let_in.append(viewer.membership_id)
        result = graphql_sync(self.schema, document, self, variable_values=variables, operation_name=operation_name)
        return Executed(result.data, list(result.errors or []))

    def hello(self, _info: object, name: str) -> str:
        return f"Hello, {name}"

    def broken(self, _info: object) -> str:
        raise GraphQLError("Not today.")

    def fatal(self, _info: object) -> str:
        raise GraphQLError("Not at all.")


@pytest.fixture
def door() -> SmallDoor:
    return SmallDoor()


@pytest.fixture
def client(door: SmallDoor, wall: Wall) -> FlaskClient:
    app = Flask(__name__)
    app.register_blueprint(blueprint(door, wall))
    return app.test_client()


@pytest.fixture(scope="module")
def member(owner: Database) -> Member:
    return make_member(owner)


@pytest.fixture(scope="module")
def token(owner: Database, member: Member) -> str:
    with owner.transaction() as session:
        return issue_token(session, membership_id=member.membership_id, request_id=uuid4())


@pytest.fixture
def post(client: FlaskClient, token: str) -> "Post":
    return Post(client, token)


class Post:
    """Sends a body to /graphql with a good token; a header given as None is left out."""

    def __init__(self, client: FlaskClient, token: str) -> None:
        self.client = client
        self.token = token

    def __call__(self, body: object, **headers: str | None) -> TestResponse:
        sent = {"Authorization": f"Bearer {self.token}", "Content-Type": JSON}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}  # type: ignore[dict-item]
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.client.post(
            "/graphql", data=data, headers={name: value for name, value in sent.items() if value is not None}
        )


def is_refused(response: TestResponse, door: SmallDoor, *status: int) -> None:
    """Refused in the words of the protocol, before the schema heard of it."""
    assert response.status_code in status, response.text
    assert set(response.json or {}) == {"errors"}
    assert response.headers["Cache-Control"] == "no-store"
    assert door.let_in == []


def test_a_query_is_answered_for_the_membership_of_the_token(post: Post, door: SmallDoor, member: Member) -> None:
    response = post({"query": "{ hello }"})
    assert response.status_code == 200
    assert response.json == {"data": {"hello": "Hello, all"}}
    assert door.let_in == [member.membership_id]


def test_variables_an_operation_name_and_extensions_are_taken(post: Post) -> None:
    response = post(
        {
            "query": "query One($name: String) { hello(name: $name) } query Two { broken }",
            "variables": {"name": "Zoë 🦉"},
            "operationName": "One",
            "extensions": {"trace": [1]},
            "somethingNewer": True,
        }
    )
    assert response.json == {"data": {"hello": "Hello, Zoë 🦉"}}


@pytest.mark.parametrize("name", ["\\", "\\u0000", "\\\\u0000", "\u0001", "', --", "%s {0}", "\u202e"])
def test_every_other_text_is_taken_as_it_is(post: Post, name: str) -> None:
    response = post({"query": "query ($name: String) { hello(name: $name) }", "variables": {"name": name}})
    assert response.json == {"data": {"hello": f"Hello, {name}"}}


@pytest.mark.parametrize("name", ["variables", "operationName", "extensions"])
def test_a_parameter_that_may_be_left_out_may_be_null(post: Post, name: str) -> None:
    assert post({"query": "{ hello }", name: None}).json == {"data": {"hello": "Hello, all"}}


def test_an_answer_is_not_kept_and_has_a_number_to_ask_about(post: Post) -> None:
    response = post({"query": "{ hello }"})
    assert response.headers["Cache-Control"] == "no-store"
    assert UUID(response.headers["X-Request-Id"])
    assert "Set-Cookie" not in response.headers


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


MALFORMED = {
    "nothing": b"",
    "not JSON": b"{",
    "a string": b'"{ hello }"',
    "a number": b"42",
    "null": b"null",
    "true": b"true",
    "a list": b'[{"query": "{ hello }"}]',
    "UTF-16": json.dumps({"query": "{ hello }"}).encode("utf-16"),
    "a byte order mark": b"\xef\xbb\xbf" + b'{"query": "{ hello }"}',
    "invalid UTF-8": b'{"query": "{ hello }", "operationName": "\xff"}',
    "half a surrogate pair": b'{"query": "{ hello(name: \\"\\ud800\\") }"}',
    "brackets without end": b"[" * LARGEST_BODY,
    "an object without end": b'{"query":' * 10_000,
    "NaN": b'{"query": "{ hello }", "variables": {"a": NaN}}',
    "Infinity": b'{"query": "{ hello }", "variables": {"a": -Infinity}}',
    "a number of 5,000 digits": b'{"query": "{ hello }", "variables": {"a": ' + b"9" * 5000 + b"}}",
    "NUL in a variable": b'{"query": "{ hello }", "variables": {"a": ["x\\u0000"]}}',
    "NUL after a backslash": b'{"query": "{ hello }", "variables": {"a": "\\\\\\u0000"}}',
    "NUL in a literal": b'{"query": "{ hello(name: \\"\\\\u0000\\") }"}',
    "NUL in a literal, in braces": b'{"query": "{ hello(name: \\"\\\\u{0}\\") }"}',
    "no query": b"{}",
    "a null query": b'{"query": null}',
    "an empty query": b'{"query": " "}',
    "a number as query": b'{"query": 1}',
    "an object as query": b'{"query": {}}',
    "a list as query": b'{"query": []}',
    "two queries": b'{"query": "{ hello }", "query": "{ broken }"}',
    "a string as variables": b'{"query": "{ hello }", "variables": "{}"}',
    "a list as variables": b'{"query": "{ hello }", "variables": []}',
    "a number as variables": b'{"query": "{ hello }", "variables": 0}',
    "false as variables": b'{"query": "{ hello }", "variables": false}',
    "an empty string as variables": b'{"query": "{ hello }", "variables": ""}',
    "a string as extensions": b'{"query": "{ hello }", "extensions": "no"}',
    "a list as extensions": b'{"query": "{ hello }", "extensions": []}',
    "zero as extensions": b'{"query": "{ hello }", "extensions": 0}',
    "a number as operation name": b'{"query": "{ hello }", "operationName": 1}',
    "a list as operation name": b'{"query": "{ hello }", "operationName": []}',
    "a form": b"query=%7B+hello+%7D",
}


@pytest.mark.parametrize("accept", [JSON, GRAPHQL])
@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED.keys())
def test_what_is_no_request_is_a_bad_request(post: Post, door: SmallDoor, body: bytes, accept: str) -> None:
    is_refused(post(body, Accept=accept), door, 400)


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/graphql",
        "application/json; charset=iso-8859-1",
        "application/jsonish",
    ],
)
def test_a_body_that_is_not_declared_as_json_is_not_read(post: Post, door: SmallDoor, content_type: str | None) -> None:
    is_refused(post({"query": "{ hello }"}, Content_Type=content_type), door, 415)


def test_a_compressed_body_is_not_read(post: Post, door: SmallDoor) -> None:
    is_refused(post({"query": "{ hello }"}, Content_Encoding="gzip"), door, 415)


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", 'Application/JSON;charset="UTF-8"'])
def test_a_body_may_say_that_it_is_utf_8(post: Post, content_type: str) -> None:
    assert post({"query": "{ hello }"}, Content_Type=content_type).status_code == 200


def test_a_body_has_a_hundred_thousand_bytes_at_most(post: Post, door: SmallDoor) -> None:
    body = b'{"query": "{ hello }"}'
    assert post(body.ljust(LARGEST_BODY)).status_code == 200
    door.let_in.clear()
    is_refused(post(body.ljust(LARGEST_BODY + 1)), door, 413)


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


REQUEST_ERRORS = {
    "parsing": {"query": "{"},
    "validation": {"query": "{ nothing }"},
    "variables": {"query": "query ($name: String!) { hello(name: $name) }", "variables": {"name": 1}},
    "operation": {"query": "query One { hello } query Two { hello }"},
}


@pytest.mark.parametrize("body", REQUEST_ERRORS.values(), ids=REQUEST_ERRORS.keys())
def test_a_document_that_cannot_be_executed_has_no_data(post: Post, body: dict[str, object]) -> None:
    older, newer = post(body, Accept=JSON), post(body, Accept=GRAPHQL)
    assert (older.status_code, newer.status_code) == (200, 400)
    for response in (older, newer):
        assert set(response.json or {}) == {"errors"}


@pytest.mark.parametrize(("field", "data"), [("broken", {"broken": None}), ("fatal", None)])
def test_a_document_that_fails_while_it_is_executed_was_executed(post: Post, field: str, data: object) -> None:
    for accept in (JSON, GRAPHQL):
        response = post({"query": f"{{ {field} }}"}, Accept=accept)
        assert response.status_code == 200
        assert response.json is not None
        assert response.json["data"] == data
        assert response.json["errors"][0]["path"] == [field]


def test_what_nobody_expected_is_told_and_logged_without_detail(
    wall: Wall, token: str, capfd: pytest.CaptureFixture[str]
) -> None:
    class FailingDoor(SmallDoor):
        def execute(self, *_: object, **__: object) -> Executed:
            raise LookupError("Robin Marsh, born 1 May 2008")

    app = Flask(__name__)
    app.register_blueprint(blueprint(FailingDoor(), wall))
    response = Post(app.test_client(), token)({"query": "{ hello }"})
    assert response.status_code == 500
    assert response.headers["Content-Type"] == f"{JSON}; charset=utf-8"
    assert set(response.json or {}) == {"errors"}
    logged = "".join(capfd.readouterr())
    reference = (response.json or {})["errors"][0]["message"].split("Quote ")[1].split()[0]
    assert reference in logged
    assert "LookupError" in logged
    assert "Marsh" not in response.text + logged


@pytest.mark.parametrize("accept", [JSON, GRAPHQL])
def test_a_fault_that_the_schema_masks_is_a_fault_of_the_server(wall: Wall, token: str, accept: str) -> None:
    class MaskingDoor(SmallDoor):
        def execute(self, *_: object, **__: object) -> Executed:
            return Executed(None, [GraphQLError("Something broke.", extensions={"code": "INTERNAL"})])

    app = Flask(__name__)
    app.register_blueprint(blueprint(MaskingDoor(), wall))
    response = Post(app.test_client(), token)({"query": "{ hello }"}, Accept=accept)
    assert response.status_code == 500
    assert set(response.json or {}) == {"errors"}
