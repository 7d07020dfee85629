"""Who reads accounts, who may change them, and what is written down of it."""

from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from graphql_schema import Door
from portal.access.viewer import Role
from portal.db import Database
from portal.identity.models import User
from tests.factories.accounts import make_further_membership
from tests.factories.administration import (
    INVITATIONS,
    PEOPLE,
    PERSON,
    TEAMS,
    change,
    colleague,
    done,
    person,
    sealed,
    user_id,
)
from tests.factories.audit import lines_since, mark, subjects_of
from tests.factories.cast import Cast, settle_cast
from tests.factories.snapshot import unchanged

TODAY = datetime.now(ZoneInfo("Europe/London")).date()
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture(scope="module")
def team(owner: Database, door: Door) -> Cast:
    """A partnership whose people each test makes for itself."""
    return settle_cast(owner, door)


def address() -> str:
    return f"{uuid4().hex}@agency.example"


def account(team: Cast, email: str) -> User | None:
    with team.truth() as session:
        return session.scalar(select(User).where(func.lower(User.email) == email.lower()))


def test_an_account_is_read_by_administrators_of_its_agency_and_by_no_colleague(team: Cast) -> None:
    officer = colleague(team)
    him = user_id(team, officer)
    assert person(team, team.noor, him)["email"].endswith("@agency.example")
    for viewer in (team.rowan, team.mel, team.gail, team.hollis, team.morgan, None):
        assert team.ask(viewer, PERSON, id=him)["node"] is None
        assert team.ask(viewer, PEOPLE, filter={"search": "example"})["users"]["edges"] == [] or viewer is team.hollis
        invitations = team.ask(viewer, INVITATIONS)["invitations"]["edges"]
        assert invitations == [] or viewer is team.hollis
    assert team.ask(team.rowan, PERSON, id=user_id(team, team.rowan))["node"]["account"] is None
    through_a_colleague = (
        "query($id: ID!) { node(id: $id) { ... on Membership { user { displayName account { email } } } } }"
    )
    his_role = sealed(team, "Membership", officer.membership_id)
    found = team.ask(team.rowan, through_a_colleague, id=his_role)["node"]
    assert found["user"]["account"] is None
    names = {edge["node"]["displayName"] for edge in team.ask(team.hollis, PEOPLE, first=100)["users"]["edges"]}
    assert "PC Rowan Hale" not in names
    assert "Morgan Teale" in names


def test_people_are_found_by_name_address_team_and_whether_they_are_at_work(team: Cast) -> None:
    gone = colleague(team, name="100% Gone_Away")
    [role] = person(team, team.noor, user_id(team, gone))["memberships"]
    done(team, team.noor, "endMembership", id=role["id"], expectedVersion=1, lastDay=str(YESTERDAY))

    def found(**wanted: object) -> set[str]:
        edges = team.ask(team.noor, PEOPLE, filter=wanted, first=100)["users"]["edges"]
        return {edge["node"]["displayName"] for edge in edges}

    assert found(search="ROWAN hale") == {"PC Rowan Hale"}
    assert found(search="0% gone_a") == {"100% Gone_Away"}
    assert found(search="0_ gone") == set()
    assert found(search=team.email("mel")) == {"Sgt Mel Quill"}
    assert "100% Gone_Away" not in found(current=True)
    assert "100% Gone_Away" in found(current=False)
    teams = {edge["node"]["name"]: edge["node"]["id"] for edge in team.ask(team.noor, TEAMS)["teams"]["edges"]}
    assert {"PCSO Ari Byrne", "Sgt Lee Ferris"} == found(teamId=teams["Gloucester East"])


def test_a_further_role_elsewhere_says_nothing_to_ones_own_agency(team: Cast) -> None:
    officer = colleague(team)
    make_further_membership(
        team.owner, officer.user_id, agency_id=team.settled.agencies["SEVERN-MHS"], role=Role.CLINICIAN
    )
    kept = person(team, team.noor, user_id(team, officer))
    assert [role["role"] for role in kept["memberships"]] == ["OFFICER"]


@pytest.mark.parametrize("viewer", ["rowan", "mel", "gail", "robin", "None"])
def test_nobody_but_an_administrator_changes_an_account_a_role_or_a_team(team: Cast, viewer: str) -> None:
    who = None if viewer == "None" else team.viewers[viewer]
    him = user_id(team, colleague(team))
    [role] = person(team, team.noor, him)["memberships"]
    some_team = team.ask(team.noor, TEAMS)["teams"]["edges"][0]["node"]
    here = {"expectedVersion": 1}
    tries = {
        "inviteUser": {"displayName": "X", "email": address(), "role": "OFFICER"},
        "renameUser": {"id": him, "displayName": "X", **here},
        "changeUserEmail": {"id": him, "email": address(), **here},
        "issuePasswordLink": {"id": him, **here},
        "disableUser": {"id": him, **here},
        "enableUser": {"id": him, **here},
        "grantMembership": {"userId": him, "role": "DPO"},
        "endMembership": {"id": role["id"], "lastDay": str(TODAY), **here},
        "setMembershipTeams": {"id": role["id"], "teamIds": [], **here},
        "openTeam": {"name": "X"},
        "renameTeam": {"id": some_team["id"], "name": "X", **here},
        "closeTeam": {"id": some_team["id"], **here},
    }
    for name, given in tries.items():
        with unchanged(team.owner):
            answer = change(team, who, name, **given)
        by_role = name in {"inviteUser", "openTeam"} and who is not None
        assert answer["__typename"] == ("NotPermitted" if by_role else "NotFound"), name


def test_every_change_leaves_one_line_that_names_whom_it_was_about_and_nothing_of_them(team: Cast) -> None:
    officer = colleague(team)
    him = user_id(team, officer)
    before = mark(team.owner)
    version = person(team, team.noor, him)["version"]
    done(team, team.noor, "renameUser", id=him, expectedVersion=version, displayName="Somebody Else")
    done(team, team.noor, "disableUser", id=him, expectedVersion=version + 1)
    change(team, team.noor, "disableUser", id=him, expectedVersion=version + 2)
    change(team, team.rowan, "enableUser", id=him, expectedVersion=version + 2)
    lines = lines_since(team.owner, before)
    assert [(line.action.value, line.operation, line.outcome) for line in lines] == [
        ("WRITE", "renameUser", "DONE"),
        ("WRITE", "disableUser", "DONE"),
        ("DENY", "disableUser", "Invalid"),
        ("DENY", "enableUser", "NotFound"),
    ]
    with team.owner.transaction() as session:
        for line in lines:
            assert officer.user_id in subjects_of(session, line.id)
            assert set(subjects_of(session, line.id).values()) == {0}
