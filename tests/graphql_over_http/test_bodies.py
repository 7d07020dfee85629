"""A request is one JSON object with a document in it, and anything else is refused before the schema hears of it."""

import json
from uuid import UUID

import pytest

from graphql_schema.limits import LIMITS
from tests.factories.accounts import Member
from tests.graphql_over_http.small_door import GRAPHQL, JSON, Post, SmallDoor, is_refused


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
    "brackets without end": b"[" * LIMITS.request_bytes,
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
    assert post(body.ljust(LIMITS.request_bytes)).status_code == 200
    door.let_in.clear()
    is_refused(post(body.ljust(LIMITS.request_bytes + 1)), door, 413)
