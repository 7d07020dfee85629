"""What an administrator's own SQL can and cannot do to accounts, and what the functions of the wall refuse."""

from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.access.viewer import Viewer
from tests.access.account_promises import CHANGES
from tests.access.scene import Scene


def _people(scene: Scene) -> dict[str, Viewer]:
    return {name: scene.cast.viewers[name] for name in ("hollis", "rowan", "morgan")} | {"stranger": scene.stranger}


def test_an_administrator_changes_the_rows_of_their_own_agency(scene: Scene) -> None:
    # So that no promise about the others is kept for the wrong reason.
    with scene.wall.acting_as(scene.cast.noor) as session:
        for table, statement in CHANGES.items():
            assert session.execute(text(statement)).rowcount > 0, table  # type: ignore[attr-defined]
        session.rollback()


@pytest.mark.parametrize("who", ["hollis", "rowan", "morgan", "stranger"])
def test_nobody_else_ends_somebody_s_access(scene: Scene, who: str) -> None:
    with scene.wall.acting_as(_people(scene)[who]) as session:
        with pytest.raises(DBAPIError, match="may not end that access"), session.begin_nested():
            session.execute(text("select end_access(:user)"), {"user": scene.cast.dana.user_id})
        session.rollback()
    with scene.wall.acting_as(scene.cast.noor) as session:
        session.execute(text("select end_access(:user)"), {"user": scene.cast.dana.user_id})
        session.rollback()


def test_what_is_kept_of_an_invitation_does_not_accept_it(scene: Scene) -> None:
    """Whoever reads the table has the hash alone, and the hash opens nothing."""
    with scene.owner.transaction() as session:
        kept = session.scalars(text("select encode(secret_hash, 'hex') from invitation")).all()
    assert kept
    with scene.wall.anonymously() as session:
        assert session.scalars(text("select id from invitation")).all() == []
        for secret in (*kept, "", str(uuid4())):
            found = session.scalar(text("select accept_invitation(:secret, 'x')"), {"secret": secret})
            assert found is None
            assert session.execute(text("select * from invitation_offer(:secret)"), {"secret": secret}).all() == []


def test_an_administrator_whose_role_or_account_ended_administers_nothing(scene: Scene) -> None:
    asked = text("select viewer_administers(:agency)")
    here = {"agency": scene.cast.noor.agency_id}
    with scene.wall.acting_as(scene.cast.noor) as session:
        assert session.scalar(asked, here) is True
        assert session.scalar(asked, {"agency": scene.cast.hollis.agency_id}) is False
        assert session.scalar(asked, {"agency": None}) is False
    ended = {
        "update membership set active_to = current_date - 1 where id = :id": scene.cast.noor.membership_id,
        "update user_account set disabled_at = now() where id = :id": scene.cast.noor.user_id,
    }
    back = {
        "update membership set active_to = null where id = :id": scene.cast.noor.membership_id,
        "update user_account set disabled_at = null where id = :id": scene.cast.noor.user_id,
    }
    for (end, end_id), (restore, restore_id) in zip(ended.items(), back.items(), strict=True):
        with scene.owner.transaction() as session:
            session.execute(text(end), {"id": end_id})
        with scene.wall.acting_as(scene.cast.noor) as session:
            assert session.scalar(asked, here) is False
        with scene.owner.transaction() as session:
            session.execute(text(restore), {"id": restore_id})
    with scene.wall.anonymously() as session:
        assert session.scalar(asked, here) is False
