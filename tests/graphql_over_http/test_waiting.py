"""A request that comes too soon, takes too long or meets another is told when to come again, in either media type."""

import pytest
from flask import Flask
from graphql import GraphQLError

from graphql_schema.http import blueprint
from graphql_schema.limits import LIMITS
from portal.access.context import Wall
from portal.rates.models import RateKind
from tests.factories.accounts import Member
from tests.graphql_over_http.small_door import GRAPHQL, JSON, Executed, Post, SmallDoor

STATUS = {"RATE": 429, "BUSY": 503, "DEADLINE": 503}


class RefusingDoor(SmallDoor):
    """A door that refuses everything for one reason, and remembers what it was given."""

    def __init__(self, **extensions: object) -> None:
        super().__init__()
        self.extensions = extensions
        self.given: dict[str, object] = {}

    def execute(self, *_: object, **given: object) -> Executed:
        self.given = given
        return Executed(None, [GraphQLError("Not now.", extensions=self.extensions)])


@pytest.mark.parametrize("accept", [JSON, GRAPHQL])
@pytest.mark.parametrize("code", STATUS)
def test_a_refusal_that_ends_by_itself_says_when(wall: Wall, token: str, code: str, accept: str) -> None:
    wait = {} if code == "DEADLINE" else {"retryAfter": 17}
    door, app = RefusingDoor(code=code, **wait), Flask(__name__)
    app.register_blueprint(blueprint(door, wall))
    response = Post(app.test_client(), token)({"query": "{ hello }"}, Accept=accept)
    assert response.status_code == STATUS[code]
    assert response.headers.get("Retry-After") == (None if code == "DEADLINE" else "17")
    assert response.headers["Content-Type"].startswith(accept)
    assert response.json == {"errors": [{"message": "Not now.", "extensions": {"code": code, **wait}}]}


def test_a_request_counts_for_the_tools_of_a_person_and_of_their_agency_and_has_its_time(
    wall: Wall, token: str, member: Member
) -> None:
    door, app = RefusingDoor(code="RATE", retryAfter=1), Flask(__name__)
    app.register_blueprint(blueprint(door, wall))
    Post(app.test_client(), token)({"query": "{ hello }"})
    counted = {(subject.kind, subject.id) for subject in door.given["subjects"]}  # type: ignore[attr-defined]
    assert counted == {(RateKind.USER, member.user_id), (RateKind.AGENCY, member.agency_id)}
    assert 0 < door.given["deadline"].left() <= LIMITS.seconds  # type: ignore[attr-defined]


def test_a_body_that_is_too_large_says_which_limit_and_how_far(post: Post) -> None:
    response = post(b'{"query": "{ hello }"}'.ljust(123_456))
    assert response.status_code == 413
    [error] = (response.json or {})["errors"]
    assert error["extensions"] == {"code": "LIMIT", "limit": "request_bytes", "allowed": 100_000, "asked": 123_456}
    assert "100,000 bytes; this one has 123,456" in error["message"]
