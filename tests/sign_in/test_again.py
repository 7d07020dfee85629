"""A signatory types the password again for one version of one plan, and what that proves stands in no address."""

from typing import Any
from uuid import UUID

import pytest
from flask import Flask, session
from werkzeug.test import TestResponse

from frontend.sign_in.again import KEPT, forget_proof, proof_for
from graphql_schema import Door
from portal.access.viewer import Role, Viewer
from portal.db import Database
from portal.identity.throttle import FREE_TRIES
from tests.factories.accounts import PASSWORD, give_password, make_further_membership
from tests.factories.cast import Cast, settle_cast
from tests.factories.plans import accepted, countered, in_signing, proposed, read_plan, say, sign
from tests.factories.site import cookie_of, start_session
from tests.factories.snapshot import unchanged
from tests.pages.words_on import words_on
from tests.sign_in.visitor import Visitor, without_token

WRONG = "a lantern by the mill"
Record = dict[str, Any]


@pytest.fixture(scope="module")
def team(owner: Database, door: Door) -> Cast:
    return settle_cast(owner, door)


@pytest.fixture(scope="module")
def plan(team: Cast) -> Record:
    """A plan that each party could sign now; no test signs it."""
    return in_signing(team)


def signed_in(app: Flask, cast: Cast, viewer: Viewer) -> Visitor:
    """The browser of somebody who signed in a while ago, and who has a password."""
    give_password(cast.owner, viewer.user_id)
    visitor = Visitor(app)
    secret = start_session(cast.owner, user_id=viewer.user_id, membership_id=viewer.membership_id)
    visitor.take(cookie_of(app, secret))
    return visitor


def typed(visitor: Visitor, plan: Record, password: str, content_hash: str | None = None) -> TestResponse:
    """The answer to a password typed on the page of a plan."""
    kept = content_hash or plan["currentVersion"]["contentHash"]
    return visitor.send(f"/sign-in/again/{plan['id']}", password=password, content_hash=kept)


def proof_in(visitor: Visitor) -> list[Any] | None:
    """What the cookie keeps."""
    with visitor.client.session_transaction(base_url=visitor.base_url) as kept:
        found: list[Any] | None = kept.get(KEPT)
    return found


@pytest.fixture
def ellis(app: Flask, team: Cast) -> Visitor:
    return signed_in(app, team, team.ellis)


def test_the_page_says_what_is_about_to_be_signed_for_whom(ellis: Visitor, plan: Record) -> None:
    page = ellis.get(f"/sign-in/again/{plan['id']}")
    assert page.status_code == 200
    for said in ("version 1 of Somewhere to go, 2027 to 2030", plan["reference"], "for Severnshire Constabulary"):
        assert said in words_on(page.text)
    assert plan["currentVersion"]["contentHash"] in page.text
    assert "Nothing is signed yet." in words_on(page.text)


def test_the_right_password_leads_to_where_it_is_signed_and_stands_nowhere(
    ellis: Visitor, team: Cast, plan: Record
) -> None:
    with unchanged(team.owner):
        answer = typed(ellis, plan, PASSWORD)
    assert (answer.status_code, answer.location) == (303, f"/plans/{plan['id']}/sign")
    kept = proof_in(ellis)
    assert kept is not None
    content_hash, _, proof = kept
    assert content_hash == plan["currentVersion"]["contentHash"]
    there = ellis.get(answer.location)
    assert there.status_code == 200
    for secret in (proof, proof.split(".")[1], PASSWORD):
        assert secret not in there.text
        assert secret not in str(answer.headers)
    assert "HttpOnly" in str(answer.headers["Set-Cookie"])


def test_what_was_proved_signs_these_bytes(ellis: Visitor, team: Cast, plan: Record) -> None:
    typed(ellis, plan, PASSWORD)
    kept = proof_in(ellis)
    assert kept is not None
    version = plan["currentVersion"]
    given = {"id": version["id"], "expectedVersion": version["version"], "contentHash": kept[0]}
    # Quinn has a membership of another agency: it proves nothing for them.
    assert say(team, team.quinn, "signPlanVersion", **given, reauthentication=kept[2])["because"] == "REAUTHENTICATION"
    fresh = in_signing(team)
    typed(ellis, fresh, PASSWORD)
    answer = ellis.send(
        f"/plans/{fresh['id']}/sign",
        version_id=fresh["currentVersion"]["id"],
        expected_version=str(fresh["currentVersion"]["version"]),
        content_hash=fresh["currentVersion"]["contentHash"],
    )
    assert answer.status_code == 303
    assert len([each for each in signatures(team, fresh) if each]) == 1
    # It is used up with the signature.
    assert proof_in(ellis) is None


def signatures(cast: Cast, plan: Record) -> list[Record | None]:
    document = "query($id: ID!) { plan(by: {id: $id}) { parties { latestSignature { contentHash } } } }"
    parties = cast.ask(cast.brook, document, id=plan["id"])["plan"]["parties"]
    return [each["latestSignature"] for each in parties]


@pytest.mark.parametrize("password", [WRONG, "", "x" * 5_000])
def test_a_wrong_password_proves_nothing(ellis: Visitor, team: Cast, plan: Record, password: str) -> None:
    with unchanged(team.owner):
        page = typed(ellis, plan, password)
    assert page.status_code == 422
    expected = "The password is not right. Check it and try again." if password else "Enter your password."
    assert expected in words_on(page.text)
    assert not password or password not in page.text
    assert proof_in(ellis) is None


def test_wrong_passwords_are_counted_as_at_the_sign_in(app: Flask, cast: Cast) -> None:
    plan = in_signing(cast)
    visitor = signed_in(app, cast, cast.quinn)
    visitor.client.environ_base["REMOTE_ADDR"] = f"2001:db8:{UUID(int=cast.quinn.user_id.int).hex[:4]}::1"
    for _ in range(FREE_TRIES):
        assert typed(visitor, plan, WRONG).status_code == 422
    page = typed(visitor, plan, PASSWORD)
    assert page.status_code == 429
    assert 1 < int(page.headers["Retry-After"]) <= 30
    assert "There were too many tries." in words_on(page.text)
    assert proof_in(visitor) is None
    # The account waits at the other door as well.
    stranger = Visitor(app)
    assert stranger.send("/sign-in", email=cast.email("quinn"), password=PASSWORD).status_code == 429


def test_there_is_no_such_page_for_whoever_could_not_sign(app: Flask, team: Cast, plan: Record) -> None:
    waiting, half = proposed(team), sign(team, in_signing(team), "SEVERN-POLICE")
    missing = {"id": "nothing"}
    for viewer, which in (
        (team.brook, plan),
        (team.rowan, plan),
        (team.val, plan),
        (team.ellis, waiting),
        (team.ellis, half),
        (team.ellis, missing),
    ):
        visitor = signed_in(app, team, viewer)
        page = visitor.get(f"/sign-in/again/{which['id']}")
        assert page.status_code == 404
        nothing = visitor.get("/sign-in/again/nothing")
        assert without_token(page.text).replace(which["id"], "") == without_token(nothing.text).replace("nothing", "")
        with unchanged(team.owner):
            sent = visitor.send(
                f"/sign-in/again/{which['id']}", form_at="/plans", password=PASSWORD, content_hash="0" * 64
            )
        assert sent.status_code == 404
        assert proof_in(visitor) is None


def test_nothing_is_proved_for_a_version_that_moved_on(app: Flask, cast: Cast) -> None:
    plan = in_signing(cast)
    visitor = signed_in(app, cast, cast.ellis)
    old = plan["currentVersion"]["contentHash"]
    accepted(cast, countered(cast, plan), cast.lou)
    later = in_signing(cast, read_plan(cast, plan["id"]))
    with unchanged(cast.owner):
        page = typed(visitor, later, PASSWORD, old)
    assert page.status_code == 409
    assert "The plan changed while you had this page open" in words_on(page.text)
    assert proof_in(visitor) is None


def test_a_proof_is_given_for_its_own_bytes_until_it_ends(app: Flask) -> None:
    with app.test_request_context("/"):
        assert proof_for("a" * 64) is None
        session[KEPT] = ["a" * 64, 2**40, "proof"]
        assert proof_for("a" * 64) == "proof"
        assert proof_for("b" * 64) is None
        session[KEPT] = ["a" * 64, 1, "proof"]
        assert proof_for("a" * 64) is None
        forget_proof()
        assert KEPT not in session


def test_it_is_for_the_role_in_which_it_was_typed(app: Flask, cast: Cast) -> None:
    plan = in_signing(cast)
    other = make_further_membership(cast.owner, cast.ellis.user_id, agency_id=cast.remy.agency_id, role=Role.SIGNATORY)
    visitor = signed_in(app, cast, cast.ellis)
    typed(visitor, plan, PASSWORD)
    here, button = f"/plans/{plan['id']}/sign", "Sign version 1 for"
    assert button in words_on(visitor.get(here).text)
    assert visitor.send("/sign-in/membership", membership=str(other)).status_code == 303
    page = words_on(visitor.get(here).text)
    assert button not in page
    assert "Enter your password to sign" in page


def test_signing_out_ends_it(ellis: Visitor, plan: Record) -> None:
    typed(ellis, plan, PASSWORD)
    ellis.send("/sign-out", form_at="/plans")
    assert proof_in(ellis) is None
