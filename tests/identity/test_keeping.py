"""Administrators keep the accounts of their own agency: what they can do to one, and what they cannot."""

from datetime import datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from graphql_schema import Door
from portal.access.context import Wall
from portal.access.viewer import Role
from portal.db import Database
from portal.identity.front_desk import FrontDesk
from portal.identity.models import User
from portal.identity.tokens import issue_token, viewer_for_token
from tests.factories.accounts import PASSWORD
from tests.factories.administration import (
    change,
    colleague,
    done,
    person,
    user_id,
)
from tests.factories.cast import Cast, settle_cast
from tests.factories.site import start_session
from tests.factories.snapshot import unchanged

FRESH = "three herons by the lock"
TODAY = datetime.now(ZoneInfo("Europe/London")).date()


@pytest.fixture(scope="module")
def team(owner: Database, door: Door) -> Cast:
    """A partnership whose people each test makes for itself."""
    return settle_cast(owner, door)


@pytest.fixture
def desk(wall: Wall) -> FrontDesk:
    """Where people sign in."""
    return FrontDesk(wall)


def address() -> str:
    return f"{uuid4().hex}@agency.example"


def account(team: Cast, email: str) -> User | None:
    with team.truth() as session:
        return session.scalar(select(User).where(func.lower(User.email) == email.lower()))


def test_disabling_ends_sessions_and_tokens_at_once_and_enabling_revives_none(
    team: Cast, desk: FrontDesk, wall: Wall
) -> None:
    officer = colleague(team)
    secret = start_session(team.owner, user_id=officer.user_id, membership_id=officer.membership_id)
    with team.owner.transaction() as session:
        token = issue_token(session, membership_id=officer.membership_id, request_id=uuid4())
    assert desk.who(secret) is not None
    him = person(team, team.noor, user_id(team, officer))
    done(team, team.noor, "disableUser", id=him["id"], expectedVersion=him["version"])
    for _ in range(2):
        assert desk.who(secret) is None
        with wall.anonymously() as session:
            assert viewer_for_token(session, token) is None
        him = person(team, team.noor, him["id"])
        if him["disabledAt"]:
            assert desk.sign_in(email=him["email"], password=PASSWORD, request_id=uuid4()) is None
            done(team, team.noor, "enableUser", id=him["id"], expectedVersion=him["version"])
    assert desk.sign_in(email=him["email"], password=PASSWORD, request_id=uuid4()) is not None


def test_a_new_password_link_ends_sessions_and_older_links(team: Cast, desk: FrontDesk) -> None:
    officer = colleague(team)
    secret = start_session(team.owner, user_id=officer.user_id, membership_id=officer.membership_id)
    him = person(team, team.noor, user_id(team, officer))
    older = done(team, team.noor, "issuePasswordLink", id=him["id"], expectedVersion=him["version"])
    assert desk.who(secret) is None
    newer = done(team, team.noor, "issuePasswordLink", id=him["id"], expectedVersion=him["version"] + 1)
    assert not desk.link_is_open(older["path"].removeprefix("/set-password/"))
    assert desk.set_password(newer["path"].removeprefix("/set-password/"), FRESH, request_id=uuid4())
    assert desk.sign_in(email=him["email"], password=FRESH, request_id=uuid4()) is not None


def test_an_address_changes_when_its_owner_uses_the_link_and_not_when_somebody_has_it(
    team: Cast, desk: FrontDesk
) -> None:
    officer, other = colleague(team), colleague(team, "SEVERN-COURT")
    him = person(team, team.noor, user_id(team, officer))
    with team.truth() as session:
        taken = session.get_one(User, other.user_id).email
    answers = []
    for wanted in (taken, address()):
        now = person(team, team.noor, him["id"])
        given = {"id": him["id"], "expectedVersion": now["version"], "email": wanted}
        answer = done(team, team.noor, "changeUserEmail", **given)
        answers.append(set(answer))
        assert person(team, team.noor, him["id"])["email"] == him["email"]
        secret = answer["path"].removeprefix("/set-password/")
        assert desk.set_password(secret, FRESH, request_id=uuid4()) is (wanted != taken)
        assert person(team, team.noor, him["id"])["email"] == (him["email"] if wanted == taken else wanted)
    assert answers[0] == answers[1]


def test_a_name_changes_wherever_its_owner_acted(team: Cast) -> None:
    officer = colleague(team)
    him = person(team, team.noor, user_id(team, officer))
    saved = done(team, team.noor, "renameUser", id=him["id"], expectedVersion=him["version"], displayName=" Sgt Lake ")
    assert saved["user"]["displayName"] == "Sgt Lake"
    for name in ("", " ", "x" * 300, "a\0b"):
        given = {"id": him["id"], "expectedVersion": him["version"] + 1, "displayName": name}
        with unchanged(team.owner):
            assert change(team, team.noor, "renameUser", **given)["__typename"] == "Invalid"


def test_who_changed_an_account_first_wins(team: Cast) -> None:
    him = person(team, team.noor, user_id(team, colleague(team)))
    done(team, team.noor, "renameUser", id=him["id"], expectedVersion=him["version"], displayName="One")
    for name in ("disableUser", "issuePasswordLink"):
        stale = change(team, team.noor, name, id=him["id"], expectedVersion=him["version"])
        assert stale["__typename"] == "Conflict", name


def test_nobody_disables_themselves_or_the_last_administrator(owner: Database, door: Door) -> None:
    cast = settle_cast(owner, door)
    me = person(cast, cast.noor, user_id(cast, cast.noor))
    refused = change(cast, cast.noor, "disableUser", id=me["id"], expectedVersion=me["version"])
    assert refused["errors"][0]["message"].startswith("You cannot disable your own account.")
    [own] = me["memberships"]
    end = {"id": own["id"], "expectedVersion": own["version"], "lastDay": str(TODAY)}
    assert "without an administrator" in change(cast, cast.noor, "endMembership", **end)["errors"][0]["message"]
    second = colleague(cast, role=Role.AGENCY_ADMINISTRATOR)
    her = person(cast, cast.noor, user_id(cast, second))
    done(cast, cast.noor, "disableUser", id=her["id"], expectedVersion=her["version"])
    assert change(cast, cast.noor, "endMembership", **end)["__typename"] == "Invalid"
    done(cast, cast.noor, "enableUser", id=her["id"], expectedVersion=her["version"] + 1)
    done(cast, cast.noor, "endMembership", **end)
    me = person(cast, second, me["id"])
    done(cast, second, "disableUser", id=me["id"], expectedVersion=me["version"])


def test_an_agency_ends_its_own_roles_and_never_another_s(team: Cast) -> None:
    kit = user_id(team, team.kit)
    tam = colleague(team, "SEVERN-MHS", role=Role.AGENCY_ADMINISTRATOR)
    theirs, ours = person(team, tam, kit), person(team, team.hollis, kit)
    assert [each["role"] for each in theirs["memberships"]] == ["SERVICE_ADMINISTRATOR"]
    assert [each["role"] for each in ours["memberships"]] == ["PRACTITIONER"]
    for name, more in {"disableUser": {}, "issuePasswordLink": {}, "renameUser": {"displayName": "Kit"}}.items():
        refused = change(team, tam, name, id=kit, expectedVersion=theirs["version"], **more)
        assert (refused["__typename"], refused["reason"]) == ("NotPermitted", "NOT_OWNER"), name
    [other] = ours["memberships"]
    end = {"id": other["id"], "expectedVersion": other["version"], "lastDay": str(TODAY)}
    with unchanged(team.owner):
        assert change(team, tam, "endMembership", **end)["__typename"] == "NotFound"
        assert change(team, team.noor, "disableUser", id=kit, expectedVersion=1)["__typename"] == "NotFound"
