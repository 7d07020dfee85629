"""Promises about reading the audit: its functions and its alarms give nothing to whoever may not know."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import insert, text

from portal.access.viewer import Role
from portal.oversight.models import ReadingAlarm
from tests.access.attempts import Promise, succeeds
from tests.access.scene import Scene

LINES = "audit_lines(null, null, now() - interval '1 day', null, null, null, null, false, 100, 10)"


def audit_promises() -> Iterator[tuple[str, Promise]]:
    """Every promise by its sentence."""
    yield "nobody reads an alarm about another agency's people", _reads_alarms
    yield "nobody but those who oversee an agency reads an alarm about its people", _colleagues_read_alarms
    yield "nobody but those who oversee an agency reads its audit", _reads_lines
    yield "no guardian reads the audit of another partnership", _strangers_read_lines


def _alarm(scene: Scene) -> None:
    author = scene.author
    alarm = {"agency_id": author.agency_id, "user_id": author.user_id, "role": Role.OFFICER, "window_minutes": 60}
    with scene.owner.transaction() as session:
        session.execute(text("delete from reading_alarm where user_id = :user"), {"user": author.user_id})
        session.execute(insert(ReadingAlarm).values(**alarm, day=text("current_date"), allowed=100, records=101))


def _reads_alarms(scene: Scene) -> bool:
    _alarm(scene)
    own = {"own": scene.other.gail.agency_id}
    others = text("select from reading_alarm where agency_id <> :own")
    return succeeds(scene, scene.other.gail, lambda session: bool(session.execute(others, own).all()))


def _colleagues_read_alarms(scene: Scene) -> bool:
    _alarm(scene)

    def read(session: Any) -> bool:
        return bool(session.execute(text("select from reading_alarm")).all())

    return any(succeeds(scene, viewer, read) for viewer in (scene.author, scene.cast.noor, scene.cast.morgan))


def _reads_lines(scene: Scene) -> bool:
    def read(session: Any) -> bool:
        return bool(session.execute(text(f"select from {LINES}")).all())

    return any(succeeds(scene, viewer, read) for viewer in (scene.author, scene.cast.noor, scene.cast.morgan))


def _strangers_read_lines(scene: Scene) -> bool:
    own = {"own": list(scene.other.settled.agencies.values())}
    others = text(f"select from {LINES} where agency_id <> all (:own)")
    return succeeds(scene, scene.other.gail, lambda session: bool(session.execute(others, own).all()))
