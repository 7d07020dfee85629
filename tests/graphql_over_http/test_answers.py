"""What became of a document is told as the specification asks, and a fault without detail."""

import pytest
from flask import Flask
from graphql import GraphQLError

from graphql_schema.http import blueprint
from portal.access.context import Wall
from tests.graphql_over_http.small_door import GRAPHQL, JSON, Executed, Post, SmallDoor

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
