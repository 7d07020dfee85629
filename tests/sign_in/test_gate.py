"""Every page asks for a sign-in and a membership, unless it is listed as open to everyone."""

import pytest
from flask import Flask

from frontend.sign_in.gate import PUBLIC, WITHOUT_MEMBERSHIP
from portal.access.viewer import Role
from portal.db import Database
from tests.factories.accounts import make_further_membership, make_member
from tests.sign_in.visitor import Visitor


def addresses(app: Flask) -> list[tuple[str, str, str]]:
    """Every endpoint with a method and an address that reaches it."""
    found = []
    for rule in app.url_map.iter_rules():
        # An argument that is one of a few words takes the first of them; any other may be a number.
        typed = rule.arguments - set(rule.defaults or ())
        words = {name: min(getattr(rule._converters[name], "items", ("1",))) for name in typed}
        address = rule.build(words, append_unknown=False)
        assert address is not None
        found += [(rule.endpoint, method, address[1]) for method in (rule.methods or set()) - {"OPTIONS", "HEAD"}]
    return found


def test_what_is_listed_exists(app: Flask) -> None:
    assert {rule.endpoint for rule in app.url_map.iter_rules()} >= PUBLIC | WITHOUT_MEMBERSHIP


def test_nobody_signed_in_is_sent_to_sign_in_from_every_other_page(app: Flask) -> None:
    tried = 0
    for endpoint, method, address in addresses(app):
        if endpoint in PUBLIC:
            continue
        response = Visitor(app).client.open(address, method=method)
        assert response.status_code == 303, endpoint
        assert response.location.split("?")[0] == "/sign-in", endpoint
        tried += 1
    assert tried >= 5


def test_an_address_that_does_not_exist_looks_like_one_that_does(app: Flask) -> None:
    response = Visitor(app).get("/no/such/page")
    assert (response.status_code, response.location) == (303, "/sign-in?next=/no/such/page")


def test_a_page_nobody_listed_is_closed(fresh_app: Flask) -> None:
    fresh_app.add_url_rule("/forgotten", "forgotten", lambda: "a secret")
    for method in ("GET", "POST", "HEAD"):
        response = Visitor(fresh_app).client.open("/forgotten", method=method)
        assert response.status_code == 303
        assert "a secret" not in response.text


@pytest.mark.parametrize("path", ["/sign-in", "/about", "/help", "/accessibility", "/healthz"])
def test_a_public_page_is_open(app: Flask, path: str) -> None:
    assert Visitor(app).get(path).status_code == 200


def test_only_a_page_that_was_read_is_come_back_to(app: Flask) -> None:
    client = Visitor(app).client
    assert client.get("/flags?queue=MINE").location == "/sign-in?next=/flags?queue%3DMINE"
    assert client.post("/flags/raise").location == "/sign-in"
    assert client.get("/").location == "/sign-in"


def test_somebody_who_has_not_chosen_a_membership_sees_nothing_before(app: Flask, owner: Database) -> None:
    me, visitor = make_member(owner), Visitor(app)
    make_further_membership(owner, me.user_id, role=Role.CLINICIAN)
    visitor.sign_in(me)
    for endpoint, method, address in addresses(app):
        if endpoint in PUBLIC | WITHOUT_MEMBERSHIP:
            continue
        response = visitor.client.open(address, method=method)
        assert response.status_code == 303, endpoint
        assert response.location.split("?")[0] == "/sign-in/membership", endpoint


def test_an_answer_for_somebody_is_not_kept(app: Flask, owner: Database) -> None:
    visitor = Visitor(app)
    for response in (visitor.get("/flags"), visitor.get("/sign-in"), visitor.sign_in(make_member(owner))):
        assert response.headers["Cache-Control"] == "no-store"
