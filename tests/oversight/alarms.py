"""Alarms and checkpoints as the worker leaves them."""

from sqlalchemy import insert

from portal.access.viewer import Viewer
from portal.audit import checkpoints
from portal.audit.sealing import seal, sealing_key
from portal.db import Database, now
from portal.oversight.models import ReadingAlarm
from tests.conftest import SECRET
from tests.factories.cast import Cast


def alarm(cast: Cast, viewer: Viewer) -> None:
    """An alarm that somebody was shown 131 records within an hour."""
    with cast.owner.transaction() as session:
        session.execute(
            insert(ReadingAlarm).values(
                agency_id=viewer.agency_id,
                user_id=viewer.user_id,
                role=viewer.role,
                day=now().date(),
                window_minutes=60,
                allowed=100,
                records=131,
            )
        )


def checkpoint(owner: Database) -> int:
    """Seal what waits, sign a checkpoint when one is due, and give the number of the newest."""
    key = sealing_key(SECRET)
    with owner.transaction() as session:
        seal(session, key)
    with owner.transaction() as session:
        checkpoints.checkpoint(session, key, moment=now())
    with owner.transaction() as session:
        found = checkpoints.kept(session)
        assert found is not None
        return checkpoints.read_anchor(found[0].encode()).seal_number
