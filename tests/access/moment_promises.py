"""Promises of the wall about when, and for whom: what is not yet open, what is over, and who says who did it."""

from collections.abc import Iterator
from functools import partial

from sqlalchemy import text

from portal.access.viewer import Viewer
from tests.access.attempts import Promise, succeeds
from tests.access.scene import Scene
from tests.factories.notices import waiting

# A row that opened the flag to somebody, opened to somebody else for another time.
AT_ANOTHER_TIME = """
insert into disclosure (root_kind, root_id, audience_id, levels, sort_at, because, agreement_version_id, column_code,
                        granted_by_membership_id, valid_from, valid_to)
select root_kind, root_id, :audience, levels, sort_at, because, agreement_version_id, column_code,
       granted_by_membership_id, now() + :begins * interval '1 hour', now() + :ends * interval '1 hour'
  from disclosure where root_id = :flag limit 1 returning id
"""
OPENED_BY_ANOTHER = """
insert into disclosure (root_kind, root_id, audience_id, levels, sort_at, because, agreement_version_id, column_code,
                        granted_by_membership_id, valid_from)
select root_kind, root_id, :audience, levels, sort_at, because, agreement_version_id, column_code, :other, now()
  from disclosure where root_id = :flag limit 1
"""


def moment_promises() -> Iterator[tuple[str, Promise]]:
    """Each promise by its sentence."""
    yield "what is over opens nothing", partial(_opens, begins=-2, ends=-1)
    yield "what has not begun opens nothing", partial(_opens, begins=1, ends=2)
    yield "nobody opens what they may in the name of another", _opens_for_another
    yield "nobody reads a notice of what is not theirs to see", _reads_a_notice_of_what_is_hidden
    yield "the worker takes no step in anybody's name", _steps
    for table, column in (("audit_event", "id"), ("audit_subject", "audit_event_id")):
        yield f"the worker reads a line of {table} to seal it, and never again", partial(_reads_again, table, column)


def _outsider(scene: Scene) -> Viewer:
    """Somebody of the partnership to whom nothing was opened."""
    return scene.cast.robin


def _opens(scene: Scene, *, begins: int, ends: int) -> bool:
    to = _outsider(scene)
    with scene.owner.transaction() as session:
        given = {"audience": to.audience_ids[0], "flag": scene.flag_id, "begins": begins, "ends": ends}
        row = session.execute(text(AT_ANOTHER_TIME), given).scalar_one()
    try:
        return succeeds(scene, to, lambda session: bool(session.execute(text("select from disclosure")).all()))
    finally:
        with scene.owner.transaction() as session:
            session.execute(text("delete from disclosure where id = :id"), {"id": row})


def _opens_for_another(scene: Scene) -> bool:
    given = {
        "audience": _outsider(scene).audience_ids[0],
        "flag": scene.flag_id,
        "other": scene.author.membership_id,
    }
    return succeeds(scene, scene.cast.morgan, lambda session: session.execute(text(OPENED_BY_ANOTHER), given))


def _reads_a_notice_of_what_is_hidden(scene: Scene) -> bool:
    to = _outsider(scene)
    waiting(scene.cast, {"id": scene.global_id}, to)
    try:
        return succeeds(scene, to, lambda session: bool(session.execute(text("select from notification")).all()))
    finally:
        with scene.owner.transaction() as session:
            own = {"own": to.membership_id}
            session.execute(text("delete from notification where membership_id = :own"), own)


def _steps(scene: Scene) -> bool:
    """Only where there is a worker's wall to try."""
    if scene.worker is None:
        return False
    step = text(
        "insert into flag_transition (id, flag_id, from_state, to_state, at, by_membership_id)"
        " values (gen_random_uuid(), :flag, 'SHARED', 'EXPIRED', now(), :other)"
    )
    given = {"flag": scene.flag_id, "other": scene.author.membership_id}
    return succeeds(scene, None, lambda session: session.execute(step, given))


def _reads_again(table: str, column: str, scene: Scene) -> bool:
    """Only where there is a worker's wall to try."""
    if scene.worker is None:
        return False
    with scene.owner.transaction() as session:
        session.execute(
            text(f"delete from audit_pending where audit_event_id in (select {column} from {table} limit 1)")
        )
    sealed = f"not exists (select from audit_pending p where p.audit_event_id = t.{column})"
    read = text(f"select from {table} t where {sealed}")
    return succeeds(scene, None, lambda session: bool(session.execute(read).all()))
