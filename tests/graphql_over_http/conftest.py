"""An app that answers at /graphql with a small schema, and a token for it."""

from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from graphql_schema.http import blueprint
from portal.access.context import Wall
from portal.db import Database
from portal.identity.tokens import issue_token
from tests.factories.accounts import Member, make_member
from tests.graphql_over_http.small_door import Post, SmallDoor


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
def post(client: FlaskClient, token: str) -> Post:
    return Post(client, token)
