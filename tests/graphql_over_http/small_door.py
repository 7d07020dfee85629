"""A small schema behind the address, so that what HTTP promises holds for every schema."""

import json
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from graphql import GraphQLError, build_schema, graphql_sync
from werkzeug.test import TestResponse

from portal.access.viewer import Viewer

JSON, GRAPHQL = "application/json", "application/graphql-response+json"


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
        **_: object,
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
