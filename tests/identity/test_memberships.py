"""Administrators give and end roles in their own agency, and say in which teams."""

from datetime import datetime, timedelta
from itertools import pairwise
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from graphql_schema import Door
from portal.access.context import Wall
from portal.access.viewer import Role
from portal.db import Database
from portal.identity.front_desk import FrontDesk
from portal.identity.models import Membership
from tests.factories.administration import (
    TEAMS,
    change,
    colleague,
    done,
    person,
    sealed,
    user_id,
)
from tests.factories.cast import Cast, settle_cast
from tests.factories.site import start_session
from tests.factories.snapshot import unchanged

TODAY = datetime.now(ZoneInfo("Europe/London")).date()
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture(scope="module")
def team(owner: Database, door: Door) -> Cast:
    """A partnership whose people each test makes for itself."""
    return settle_cast(owner, door)


@pytest.fixture
def desk(wall: Wall) -> FrontDesk:
    """Where people sign in."""
    return FrontDesk(wall)


def test_a_role_that_ended_yesterday_opens_nothing_from_now_on(team: Cast, desk: FrontDesk) -> None:
    officer = colleague(team)
    secret = start_session(team.owner, user_id=officer.user_id, membership_id=officer.membership_id)
    [role] = person(team, team.noor, user_id(team, officer))["memberships"]
    given = {"id": role["id"], "expectedVersion": role["version"], "lastDay": str(YESTERDAY)}
    saved = done(team, team.noor, "endMembership", **given)
    assert saved["membership"]["period"]["to"] == str(YESTERDAY)
    assert desk.who(secret) is None
    longer = {"id": role["id"], "expectedVersion": 2, "lastDay": str(TODAY)}
    assert change(team, team.noor, "endMembership", **longer)["__typename"] == "Invalid"


def test_a_role_that_has_not_begun_can_be_taken_back(team: Cast) -> None:
    him = user_id(team, colleague(team))
    begins = TODAY + timedelta(days=30)
    role = done(team, team.noor, "grantMembership", userId=him, role="SERGEANT", activeFrom=str(begins))["membership"]
    done(team, team.noor, "endMembership", id=role["id"], expectedVersion=1, lastDay=str(YESTERDAY))
    done(team, team.noor, "grantMembership", userId=him, role="SERGEANT", activeFrom=str(begins))


def test_periods_of_the_same_role_never_overlap(team: Cast) -> None:
    officer = colleague(team)
    him = user_id(team, officer)
    for begins, length in ((0, 10), (5, 2), (11, 5), (10, 1), (30, None), (16, 14), (16, 13), (40, 1), (100, None)):
        first = TODAY + timedelta(days=begins)
        last = None if length is None else str(first + timedelta(days=length))
        change(team, team.noor, "grantMembership", userId=him, role="DPO", activeFrom=str(first), activeTo=last)
    with team.truth() as session:
        held = session.execute(
            select(Membership.active_from, Membership.active_to)
            .where(Membership.user_id == officer.user_id, Membership.role == Role.DPO)
            .order_by(Membership.active_from)
        ).all()
    assert [(row.active_from - TODAY).days for row in held] == [0, 11, 30]
    for before, after in pairwise(held):
        assert before.active_to is not None
        assert before.active_to < after.active_from


def test_a_role_begins_today_or_later_and_ends_no_earlier(team: Cast) -> None:
    him = user_id(team, colleague(team))
    for wrong in (
        {"activeFrom": str(YESTERDAY)},
        {"activeFrom": str(TODAY), "activeTo": str(YESTERDAY)},
        {"activeFrom": "9999-12-31"},
    ):
        with unchanged(team.owner):
            answer = change(team, team.noor, "grantMembership", userId=him, role="SERGEANT", **wrong)
        assert answer["__typename"] == "Invalid", wrong


def test_a_stranger_is_given_no_role_without_accepting_it(team: Cast) -> None:
    for stranger in (team.sam, team.morgan):
        with unchanged(team.owner):
            answer = change(team, team.noor, "grantMembership", userId=user_id(team, stranger), role="DPO")
        assert answer["__typename"] == "NotFound"


def test_teams_of_a_role_count_from_the_next_request(team: Cast) -> None:
    officer = colleague(team)
    teams = {edge["node"]["name"]: edge["node"] for edge in team.ask(team.noor, TEAMS)["teams"]["edges"]}
    [role] = person(team, team.noor, user_id(team, officer))["memberships"]
    given = {"id": role["id"], "expectedVersion": role["version"], "teamIds": [teams["Cheltenham North"]["id"]]}
    saved = done(team, team.noor, "setMembershipTeams", **given)
    assert saved["membership"]["teams"] == [{"name": "Cheltenham North"}]
    stranger = sealed(team, "Team", uuid4())
    for wrong in ([stranger], ["nothing"]):
        given = {"id": role["id"], "expectedVersion": saved["membership"]["version"], "teamIds": wrong}
        assert change(team, team.noor, "setMembershipTeams", **given)["__typename"] == "Invalid"
    mine = person(team, team.noor, user_id(team, team.noor))["memberships"][0]
    own = change(team, team.noor, "setMembershipTeams", id=mine["id"], expectedVersion=mine["version"], teamIds=[])
    assert own["__typename"] == "NotPermitted"


def test_a_team_is_opened_renamed_and_closed_once_nobody_works_in_it(team: Cast) -> None:
    name = f"Tewkesbury {uuid4()}"
    made = done(team, team.noor, "openTeam", name=name)["team"]
    assert change(team, team.noor, "openTeam", name=name.upper())["errors"][0]["code"] == "NOT_UNIQUE"
    made = done(team, team.noor, "renameTeam", id=made["id"], expectedVersion=1, name=f"{name} town")["team"]
    [role] = person(team, team.noor, user_id(team, colleague(team)))["memberships"]
    done(team, team.noor, "setMembershipTeams", id=role["id"], expectedVersion=1, teamIds=[made["id"]])
    refused = change(team, team.noor, "closeTeam", id=made["id"], expectedVersion=made["version"])
    assert "Somebody works in this team" in refused["errors"][0]["message"]
    done(team, team.noor, "endMembership", id=role["id"], expectedVersion=2, lastDay=str(YESTERDAY))
    closed = done(team, team.noor, "closeTeam", id=made["id"], expectedVersion=made["version"])["team"]
    assert closed["closedAt"]
    for change_of_closed in ("closeTeam", "renameTeam"):
        more = {"name": "Again"} if change_of_closed == "renameTeam" else {}
        answer = change(team, team.noor, change_of_closed, id=made["id"], expectedVersion=closed["version"], **more)
        assert answer["__typename"] == "Invalid"
    assert change(team, team.hollis, "closeTeam", id=made["id"], expectedVersion=3)["__typename"] == "NotFound"
