"""An audience has one number, whoever asks for it first."""

from collections.abc import Callable
from threading import Thread

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.access.audiences import role_audience, team_audience, team_role_audience, user_audience
from portal.access.context import Wall
from portal.access.viewer import Role
from portal.db import Database
from tests.factories.accounts import make_agency, make_member, make_team


def test_asking_again_gives_the_same_number(wall: Wall, owner: Database) -> None:
    agency, user = make_agency(owner), make_member(owner).user_id
    team = make_team(owner, agency)
    ask: list[Callable[[Session], int]] = [
        lambda session: role_audience(session, agency_id=agency, role=Role.OFFICER),
        lambda session: team_audience(session, agency_id=agency, team_id=team),
        lambda session: team_role_audience(session, agency_id=agency, team_id=team, role=Role.OFFICER),
        lambda session: user_audience(session, agency_id=agency, user_id=user),
    ]
    with wall.anonymously() as session:
        first = [one(session) for one in ask]
    with wall.anonymously() as session:
        again = [one(session) for one in ask]
    assert first == again
    assert len(set(first)) == 4


def test_two_who_ask_at_once_get_the_same_number(wall: Wall, owner: Database) -> None:
    agency = make_agency(owner)
    found: list[int] = []

    def ask() -> None:
        with wall.anonymously() as session:
            found.append(role_audience(session, agency_id=agency, role=Role.DPO))

    second = Thread(target=ask)
    with wall.anonymously() as session:
        found.append(role_audience(session, agency_id=agency, role=Role.DPO))
        second.start()
        _until_somebody_waits(owner)
    second.join()
    assert len(found) == 2
    assert found[0] == found[1]


def _until_somebody_waits(owner: Database) -> None:
    """Until another transaction stands before a lock, which it gives up on by itself."""
    waits = text("select count(*) from pg_locks where not granted")
    waiting = 0
    while not waiting:
        with owner.transaction() as session:
            waiting = session.execute(waits).scalar_one()
