"""Administrators offer roles of their own agency; whoever accepts proves who they are, and nobody else is told of."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from graphql_schema import Door
from portal.access.context import Wall
from portal.access.viewer import Role, Viewer
from portal.db import Database
from portal.identity.front_desk import FrontDesk
from portal.identity.models import Invitation, User
from tests.factories.accounts import PASSWORD, give_password
from tests.factories.administration import (
    INVITATIONS,
    PEOPLE,
    TEAMS,
    change,
    colleague,
    done,
    person,
    user_id,
)
from tests.factories.cast import Cast, key, settle_cast

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


def invited(team: Cast, by: Viewer, email: str, **more: object) -> str:
    """The secret of an invitation."""
    given = {"displayName": "Robin Lake", "email": email, "role": "OFFICER"} | more
    path = done(team, by, "inviteUser", **given)["path"]
    assert path.startswith("/invitation/")
    return str(path.removeprefix("/invitation/"))


def account(team: Cast, email: str) -> User | None:
    with team.truth() as session:
        return session.scalar(select(User).where(func.lower(User.email) == email.lower()))


def test_somebody_invited_takes_the_role_with_a_password_of_their_own(team: Cast, desk: FrontDesk) -> None:
    email = address()
    [north, *_] = [edge["node"] for edge in team.ask(team.noor, TEAMS)["teams"]["edges"]]
    secret = invited(team, team.noor, email, teamIds=[north["id"]])
    assert account(team, email) is None
    offer = desk.offer(secret)
    assert offer is not None
    assert (offer.agency_name, offer.role, offer.email) == ("Severnshire Constabulary", Role.OFFICER, email)
    assert desk.accept(secret, FRESH, request_id=uuid4())
    assert desk.offer(secret) is None
    session_secret = desk.sign_in(email=email, password=FRESH, request_id=uuid4())
    assert session_secret is not None
    signed_in = desk.who(session_secret)
    assert signed_in is not None
    assert signed_in.viewer is not None
    assert (signed_in.viewer.role, signed_in.display_name) == (Role.OFFICER, "Robin Lake")
    assert len(signed_in.viewer.team_ids) == 1


def test_an_invitation_answers_the_same_whether_or_not_the_address_has_an_account(team: Cast, desk: FrontDesk) -> None:
    elsewhere = team.email("alex")
    give_password(team.owner, team.alex.user_id)
    answers = [
        change(team, team.noor, "inviteUser", displayName="Robin Lake", email=email, role="OFFICER")
        for email in (elsewhere, address())
    ]
    assert [answer["__typename"] for answer in answers] == ["LinkMade", "LinkMade"]
    assert [len(answer["path"]) for answer in answers] == [len(answers[0]["path"])] * 2
    listed = [edge["node"] for edge in team.ask(team.noor, INVITATIONS)["invitations"]["edges"]]
    assert {each["displayName"] for each in listed if each["email"] == elsewhere} == {"Robin Lake"}
    assert team.ask(team.noor, PEOPLE, filter={"search": elsewhere})["users"]["edges"] == []
    with team.truth() as session:
        assert session.get_one(User, team.alex.user_id).display_name == "Alex Whitlock"
    secret = answers[0]["path"].removeprefix("/invitation/")
    assert not desk.accept(secret, "a wrong password here", request_id=uuid4())
    assert desk.accept(secret, PASSWORD, request_id=uuid4())
    [found] = team.ask(team.noor, PEOPLE, filter={"search": elsewhere})["users"]["edges"]
    kept = person(team, team.noor, found["node"]["id"])
    assert (kept["displayName"], kept["viewerCanChange"]) == ("Alex Whitlock", False)
    assert kept["homeAgency"] == {"name": "Severnshire Magistrates' Court"}


def test_only_ones_own_agency_is_told_that_an_address_is_known(team: Cast) -> None:
    known = change(team, team.noor, "inviteUser", displayName="X", email=team.email("rowan").upper(), role="SERGEANT")
    assert known["errors"][0]["message"].startswith("Somebody in your agency has this address.")
    email = address()
    invited(team, team.noor, email)
    again = change(team, team.noor, "inviteUser", displayName="X", email=email, role="OFFICER")
    assert again["errors"][0]["code"] == "NOT_UNIQUE"
    invited(team, team.hollis, email, role="PRACTITIONER")


def test_a_link_is_said_once_and_ends_when_it_is_renewed_withdrawn_or_used(team: Cast, desk: FrontDesk) -> None:
    email, intent = address(), key()
    given = {"displayName": "Robin Lake", "email": email, "role": "OFFICER", "idempotencyKey": intent}
    first = done(team, team.noor, "inviteUser", **given)
    again = done(team, team.noor, "inviteUser", **given)
    assert (again["replayed"], again["path"], again["expiresAt"]) == (True, None, None)
    [waiting] = [
        edge["node"]
        for edge in team.ask(team.noor, INVITATIONS)["invitations"]["edges"]
        if edge["node"]["email"] == email
    ]
    assert change(team, team.hollis, "renewInvitation", id=waiting["id"], expectedVersion=1)["__typename"] == "NotFound"
    renewed = done(team, team.noor, "renewInvitation", id=waiting["id"], expectedVersion=waiting["version"])
    assert desk.offer(first["path"].removeprefix("/invitation/")) is None
    secret = renewed["path"].removeprefix("/invitation/")
    assert desk.offer(secret) is not None
    done(team, team.noor, "withdrawInvitation", id=waiting["id"], expectedVersion=waiting["version"] + 1)
    assert desk.offer(secret) is None
    assert not desk.accept(secret, FRESH, request_id=uuid4())
    assert account(team, email) is None


def test_nobody_invites_themselves_into_another_role(team: Cast, desk: FrontDesk) -> None:
    other = colleague(team, role=Role.AGENCY_ADMINISTRATOR)
    give_password(team.owner, other.user_id)
    with team.truth() as session:
        email = session.get_one(User, other.user_id).email
    refused = change(team, other, "inviteUser", displayName="Me", email=email, role="OFFICER")
    assert refused["__typename"] == "Invalid"
    me = user_id(team, other)
    refused = change(team, other, "grantMembership", userId=me, role="TRIAGE_WORKER", activeFrom=str(TODAY))
    assert (refused["__typename"], refused["reason"]) == ("NotPermitted", "NOT_OWNER")
    # Invited elsewhere by oneself, through a second administrator's agency, is somebody else's decision.
    moved = invited(team, team.hollis, email, role="PRACTITIONER")
    with team.owner.transaction() as session:
        session.execute(
            Invitation.__table__.update()
            .where(Invitation.email == email)
            .values(  # type: ignore[attr-defined]
                invited_by_membership_id=other.membership_id
            )
        )
    assert not desk.accept(moved, PASSWORD, request_id=uuid4())


def test_an_invitation_outlives_neither_its_time_nor_its_role(team: Cast, desk: FrontDesk) -> None:
    secret = invited(team, team.noor, email := address())
    with team.owner.transaction() as session:
        late = {"expires_at": datetime.now(UTC) - timedelta(minutes=1)}
        session.execute(Invitation.__table__.update().where(Invitation.email == email).values(late))  # type: ignore[attr-defined]
    assert desk.offer(secret) is None
    assert not desk.accept(secret, FRESH, request_id=uuid4())
    assert account(team, email) is None
