"""Somebody signed in takes a token of their own: theirs alone, for an hour, written down, and seen once."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from portal.access.context import Wall
from portal.access.viewer import Viewer
from portal.db import Database, now
from portal.identity.models import AccessToken
from portal.identity.secret_values import digest, new_secret
from portal.identity.tokens import LONGEST, viewer_for_token
from portal.identity.viewers import ensure_audiences, viewer_for_membership
from portal.operations.embedded import DatabaseUrls
from tests.factories.accounts import make_member
from tests.factories.audit import lines_since, mark
from tests.factories.cast import Cast
from tests.factories.site import make_site, start_session
from tests.factories.snapshot import unchanged
from tests.pages.reader import Reader

DEVELOPERS, TAKE, FOR_EXPLORER = "/developers", "/developers/token", "/developers/graphiql/token"
WHO = {"query": "{ viewer { user { displayName } role agency { name } } }"}
TAKEN = "select take_own_token(:hash, make_interval(secs => :seconds))"


@pytest.fixture(scope="module")
def site(urls: DatabaseUrls, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return make_site(urls, tmp_path_factory.mktemp("site"))


@pytest.fixture
def rowan(site: Flask, owner: Database, cast: Cast) -> Reader:
    return signed_in(site, owner, cast, "rowan")


def signed_in(site: Flask, owner: Database, cast: Cast, name: str) -> Reader:
    viewer = cast.viewers[name]
    reader = Reader(site)
    reader.take(start_session(owner, user_id=viewer.user_id, membership_id=viewer.membership_id))
    return reader


def asked(site: Flask, token: str) -> dict[str, Any]:
    """What the schema answers to whoever sends a token, without a cookie."""
    answer = site.test_client().post("/graphql", json=WHO, headers={"Authorization": f"Bearer {token}"})
    found: dict[str, Any] = answer.get_json()
    return found


def shown(page: str) -> str:
    """The token on the page that shows it."""
    return page.partition('id="token">')[2].partition("<")[0]


def test_a_token_acts_as_whoever_took_it_in_the_role_they_are_in(site: Flask, rowan: Reader, cast: Cast) -> None:
    page = rowan.send(DEVELOPERS, to=TAKE)
    assert page.status_code == 200
    assert "no-store" in page.headers["Cache-Control"]
    viewer = asked(site, shown(page.text))["data"]["viewer"]
    assert (viewer["user"]["displayName"], viewer["role"]) == (cast.rowan.display_name, "OFFICER")


def test_the_explorer_is_given_one_too(site: Flask, rowan: Reader, cast: Cast) -> None:
    given = rowan.send("/developers/graphiql", to=FOR_EXPLORER).get_json()
    assert asked(site, given["token"])["data"]["viewer"]["agency"]["name"] == cast.rowan.agency_name
    assert given["token"] not in rowan.get("/developers/graphiql").text


def test_only_its_hash_is_kept_and_it_ends_within_the_hour(rowan: Reader, owner: Database) -> None:
    secret = shown(rowan.send(DEVELOPERS, to=TAKE).text)
    with owner.transaction() as session:
        token = session.scalars(select(AccessToken).where(AccessToken.secret_hash == digest(secret))).one()
        assert token.expires_at - token.issued_at == LONGEST == timedelta(hours=1)
        assert token.expires_at <= now() + LONGEST
        assert secret not in str(session.execute(text("select row_to_json(t)::text from access_token t")).all())


def test_taking_one_is_written_down_without_the_token(rowan: Reader, owner: Database, cast: Cast) -> None:
    form = rowan.form(DEVELOPERS, to=TAKE)
    before = mark(owner)
    secret = shown(rowan.post(TAKE, form).text)
    taken = [line for line in lines_since(owner, before) if line.operation == "issueToken"]
    assert [(line.user_id, line.membership_id) for line in taken] == [(cast.rowan.user_id, cast.rowan.membership_id)]
    assert secret not in str([vars(line) for line in taken])


@pytest.mark.parametrize("address", [TAKE, FOR_EXPLORER])
def test_no_other_site_and_nobody_unknown_takes_one(site: Flask, rowan: Reader, owner: Database, address: str) -> None:
    with unchanged(owner):
        assert rowan.client.post(address, data={"csrf_token": "forged"}).status_code == 403
        assert rowan.get(address).status_code in {404, 405}
        assert site.test_client().post(address).status_code in {303, 403}


def test_a_token_is_of_the_signed_membership(wall: Wall, owner: Database) -> None:
    me, secret = _viewer(owner), new_secret()
    with wall.acting_as(me) as session:
        session.execute(text(TAKEN), {"hash": digest(secret), "seconds": 60})
    with wall.anonymously() as session:
        found = viewer_for_token(session, secret)
    assert found is not None
    assert found.membership_id == me.membership_id


def test_nobody_writes_a_token_but_by_taking_one(wall: Wall, owner: Database) -> None:
    me = _viewer(owner)
    forged = AccessToken(secret_hash=b"x", membership_id=make_member(owner).membership_id, expires_at=now() + LONGEST)
    with wall.acting_as(me) as session:
        session.add(forged)
        with pytest.raises(DBAPIError, match="permission denied"):
            session.flush()
        session.rollback()


def _viewer(owner: Database) -> Viewer:
    with owner.transaction() as session:
        viewer = viewer_for_membership(session, make_member(owner).membership_id)
        assert viewer is not None
        ensure_audiences(session, viewer)
    return viewer


@pytest.mark.parametrize("seconds", [0, -1, 3601])
def test_the_database_gives_none_for_longer_than_an_hour(wall: Wall, cast: Cast, seconds: int) -> None:
    with wall.acting_as(cast.rowan) as session, pytest.raises(DBAPIError, match="at most an hour"):
        session.execute(text(TAKEN), {"hash": uuid4().bytes, "seconds": seconds})


def test_the_database_gives_nobody_one(wall: Wall) -> None:
    with wall.anonymously() as session, pytest.raises(DBAPIError, match="Nobody is signed in"):
        session.execute(text(TAKEN), {"hash": uuid4().bytes, "seconds": 60})
