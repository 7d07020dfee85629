"""A viewer is what its membership makes it today, and belongs to no audience besides its own."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import event, insert, text

from portal.access.audiences import role_audience, team_audience, team_role_audience, user_audience
from portal.access.context import Wall
from portal.access.viewer import Role, Viewer
from portal.db import Database
from portal.identity.models import TeamMember
from portal.identity.viewers import viewer_for_membership
from tests.factories.accounts import (
    Member,
    make_agency,
    make_further_membership,
    make_member,
    make_partnership,
    make_team,
)


def viewer_of(wall: Wall, member: Member) -> Viewer | None:
    with wall.anonymously() as session:
        return viewer_for_membership(session, member.membership_id)


def change(owner: Database, statement: str, **values: object) -> None:
    with owner.transaction() as session:
        session.execute(text(statement), values)


def test_a_viewer_belongs_to_its_role_its_teams_and_itself_and_to_nothing_else(wall: Wall, owner: Database) -> None:
    agency, other_agency = make_agency(owner), make_agency(owner)
    north, south, east = (make_team(owner, agency) for _ in range(3))
    me = make_member(owner, agency_id=agency, role=Role.SERGEANT, team_ids=[north, south])
    colleague = make_member(owner, agency_id=agency, role=Role.OFFICER, team_ids=[north, east])
    make_member(owner, agency_id=other_agency, role=Role.SERGEANT, team_ids=[make_team(owner, other_agency)])
    make_further_membership(owner, me.user_id, agency_id=other_agency, role=Role.OFFICER)
    with wall.anonymously() as session:
        expected = {
            role_audience(session, agency_id=agency, role=Role.SERGEANT),
            team_audience(session, agency_id=agency, team_id=north),
            team_audience(session, agency_id=agency, team_id=south),
            team_role_audience(session, agency_id=agency, team_id=north, role=Role.SERGEANT),
            team_role_audience(session, agency_id=agency, team_id=south, role=Role.SERGEANT),
            user_audience(session, agency_id=agency, user_id=me.user_id),
        }
        # Every neighbour there could be: the same team in another role, another team, another agency, another user.
        team_role_audience(session, agency_id=agency, team_id=east, role=Role.SERGEANT)
        team_role_audience(session, agency_id=agency, team_id=north, role=Role.OFFICER)
        user_audience(session, agency_id=agency, user_id=colleague.user_id)
        user_audience(session, agency_id=other_agency, user_id=me.user_id)
    viewer = viewer_of(wall, me)
    assert viewer is not None
    assert set(viewer.audience_ids) == expected
    assert len(viewer.audience_ids) == len(expected)
    assert set(viewer.team_ids) == {north, south}


def test_a_membership_comes_with_its_audiences(wall: Wall, owner: Database) -> None:
    agency = make_agency(owner)
    me = make_member(owner, agency_id=agency, team_ids=[make_team(owner, agency)])
    viewer = viewer_of(wall, me)
    assert viewer is not None
    assert len(viewer.audience_ids) == 4


def test_a_viewer_says_who_it_is_and_where_it_works(wall: Wall, owner: Database) -> None:
    agency = make_agency(owner, kind="MENTAL_HEALTH_SERVICE")
    me = make_member(owner, agency_id=agency, role=Role.CLINICIAN)
    viewer = viewer_of(wall, me)
    assert viewer is not None
    assert (viewer.user_id, viewer.membership_id, viewer.agency_id) == (me.user_id, me.membership_id, agency)
    assert (viewer.role, viewer.agency_kind, viewer.display_name) == (
        Role.CLINICIAN, "MENTAL_HEALTH_SERVICE", me.display_name,
    )  # fmt: skip
    assert viewer.agency_name.startswith("Agency ")


def test_a_viewer_belongs_to_the_partnerships_its_agency_is_in_today(wall: Wall, owner: Database) -> None:
    agency, partner = make_agency(owner), make_agency(owner)
    here, left, elsewhere = (
        make_partnership(owner, agency, partner),
        make_partnership(owner, partner, agency),
        make_partnership(owner, partner),
    )
    change(
        owner,
        "update partnership_member set active_to = :day where partnership_id = :partnership and agency_id = :agency",
        day=date(2024, 3, 31), partnership=left, agency=agency,
    )  # fmt: skip
    viewer = viewer_of(wall, make_member(owner, agency_id=agency))
    assert viewer is not None
    assert set(viewer.partnership_ids) == {here}
    assert elsewhere not in viewer.partnership_ids


@pytest.mark.parametrize(
    "ending",
    [
        "update membership set active_to = :yesterday where id = :membership",
        "update membership set active_from = :tomorrow, active_to = null where id = :membership",
        "update user_account set disabled_at = now() where id = :user",
        "update agency set active_to = :yesterday where id = :agency",
        "update agency set active_from = :tomorrow where id = :agency",
    ],
)
def test_a_membership_that_is_not_active_today_makes_no_viewer(wall: Wall, owner: Database, ending: str) -> None:
    me = make_member(owner)
    assert viewer_of(wall, me) is not None
    today = date.today()  # noqa: DTZ011
    change(
        owner, ending,
        yesterday=today - timedelta(days=2), tomorrow=today + timedelta(days=2),
        membership=me.membership_id, user=me.user_id, agency=me.agency_id,
    )  # fmt: skip
    assert viewer_of(wall, me) is None


def test_a_membership_holds_on_its_first_and_on_its_last_day(wall: Wall, owner: Database) -> None:
    with owner.transaction() as session:
        day = session.execute(text("select (now() at time zone 'Europe/London')::date")).scalar_one()
    assert viewer_of(wall, make_member(owner, active_from=day, active_to=day)) is not None


def test_a_team_of_another_agency_gives_nothing(wall: Wall, owner: Database) -> None:
    me = make_member(owner)
    before = viewer_of(wall, me)
    foreign = make_team(owner, make_agency(owner))
    with owner.transaction() as session:
        session.execute(insert(TeamMember).values(membership_id=me.membership_id, team_id=foreign))
        team_audience(session, agency_id=me.agency_id, team_id=foreign)
    assert viewer_of(wall, me) == before


def test_an_unknown_membership_makes_no_viewer(wall: Wall) -> None:
    with wall.anonymously() as session:
        assert viewer_for_membership(session, uuid4()) is None


def test_a_viewer_costs_one_statement(wall: Wall, owner: Database) -> None:
    me = make_member(owner)
    statements: list[str] = []
    with wall.anonymously() as session:
        event.listen(session.connection(), "before_cursor_execute", lambda *args: statements.append(args[2]))
        viewer_for_membership(session, me.membership_id)
    assert len(statements) == 1
