"""The schema answers tools over HTTP on the same site as the pages, and keeps the two apart."""

from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.db import Database
from portal.identity.tokens import issue_token
from portal.operations.embedded import DatabaseUrls
from tests.factories.accounts import Member, make_member
from tests.factories.audit import lines_since, mark
from tests.factories.site import make_site
from tests.sign_in.visitor import Visitor

WHO = "{ viewer { user { displayName } agency { name } role } }"


@pytest.fixture(scope="module")
def site(urls: DatabaseUrls, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return make_site(urls, tmp_path_factory.mktemp("data"))


@pytest.fixture
def client(site: Flask) -> FlaskClient:
    return site.test_client()


@pytest.fixture(scope="module")
def member(owner: Database) -> Member:
    return make_member(owner)


@pytest.fixture(scope="module")
def bearer(owner: Database, member: Member) -> dict[str, str]:
    with owner.transaction() as session:
        token = issue_token(session, membership_id=member.membership_id, request_id=uuid4())
    return {"Authorization": f"Bearer {token}", "Accept": "application/graphql-response+json"}


def test_a_tool_with_a_token_is_told_who_it_is(client: FlaskClient, bearer: dict[str, str], member: Member) -> None:
    response = client.post("/graphql", json={"query": WHO}, headers=bearer)
    assert response.status_code == 200
    assert response.json is not None
    assert response.json["data"]["viewer"]["user"] == {"displayName": member.display_name}
    assert "Set-Cookie" not in response.headers


def test_somebody_signed_in_on_the_pages_is_nobody_here(site: Flask, owner: Database) -> None:
    visitor = Visitor(site)
    visitor.sign_in(make_member(owner))
    before = mark(owner)
    response = visitor.client.post("/graphql", json={"query": WHO})
    assert response.status_code == 401
    assert set(response.json or {}) == {"errors"}
    assert lines_since(owner, before) == []


def test_a_token_opens_no_page(client: FlaskClient, bearer: dict[str, str]) -> None:
    response = client.get("/flags", headers=bearer)
    assert response.status_code == 303
    assert response.location.startswith("/sign-in?")


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "DELETE"])
def test_nobody_is_sent_from_here_to_the_sign_in_page(client: FlaskClient, method: str) -> None:
    response = client.open("/graphql", method=method)
    assert (response.status_code, response.headers["Allow"]) == (405, "GET, POST")


def test_an_answer_is_neither_kept_nor_guessed_at(client: FlaskClient, bearer: dict[str, str]) -> None:
    response = client.post("/graphql", json={"query": WHO}, headers=bearer)
    assert response.headers.getlist("Cache-Control") == ["no-store"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "document",
    ["{", "{ nothing }", "{" * 50_000, "{viewer{" + "agency{" * 9_000, "{ __typename " + "@skip " * 9_000 + "}"],
    ids=["syntax", "unknown field", "braces without end", "depth without end", "directives without end"],
)
def test_a_document_that_cannot_be_executed_is_a_bad_request(
    client: FlaskClient, bearer: dict[str, str], document: str
) -> None:
    response = client.post("/graphql", json={"query": document}, headers=bearer)
    assert response.status_code == 400
    assert set(response.json or {}) == {"errors"}


@pytest.mark.parametrize("text", ["\0", "a\0b", "\u202e", "🦉" * 1000, "'; drop table flag; --", "%s %(a)s {0}", ""])
def test_any_text_may_be_sent_as_a_variable(client: FlaskClient, bearer: dict[str, str], text: str) -> None:
    query = "query ($text: String!) { flag(by: {reference: $text}) { id } }"
    response = client.post("/graphql", json={"query": query, "variables": {"text": text}}, headers=bearer)
    assert response.status_code in {200, 400}
    assert (response.json or {}).get("data") in (None, {"flag": None})
