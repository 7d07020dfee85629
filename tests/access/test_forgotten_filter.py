"""A query that forgets its filter leaks nothing: whatever form it has, PostgreSQL shows a stranger no row.

Each form is tried by the author too, who must be answered, so that no form passes for the wrong reason.
"""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete, exists, func, insert, literal, select, text, union_all, update
from sqlalchemy.orm import Session, aliased, make_transient_to_detached

from portal.access.disclosure import visible
from portal.access.models import Disclosure
from portal.audit.models import IdempotencyRecord
from portal.db import now
from portal.flags.models import Feedback, Flag, FlagConcern
from portal.people.models import Person
from tests.access.scene import Scene
from tests.factories.flags import raised

Form = Callable[[Session, Scene], Any]


def _raw(statement: str) -> Form:
    return lambda session, scene: session.execute(
        text(statement), {"id": scene.flag_id, "group": scene.group_flag_id, "draft": scene.draft_id}
    ).all()


def _refreshed(session: Session, scene: Scene) -> Any:
    flag = Flag(id=scene.flag_id)
    make_transient_to_detached(flag)
    session.add(flag)
    session.refresh(flag)
    return flag.fact


def _expired(session: Session, scene: Scene) -> Any:
    flag = Flag(id=scene.flag_id)
    make_transient_to_detached(flag)
    session.add(flag)
    session.expire(flag)
    return flag.fact


def _merged(session: Session, scene: Scene) -> Any:
    return session.merge(Flag(id=scene.flag_id), load=True).fact


def _bulk_by_key(session: Session, scene: Scene) -> Any:
    session.execute(update(Flag), [{"id": scene.flag_id, "expires_at": now()}])
    return session.scalar(select(func.count()).where(Flag.id == scene.flag_id))


def _copied(session: Session, scene: Scene) -> Any:
    driver: Any = session.connection().connection.driver_connection
    with driver.cursor().copy(f"copy (select fact from flag where id = '{scene.flag_id}') to stdout") as copy:
        return list(copy.rows())


def _correlated(session: Session, scene: Scene) -> Any:
    other = aliased(Flag)
    inner = select(other.fact).where(other.id == Disclosure.root_id).scalar_subquery()
    return [row for row in session.execute(select(inner).where(Disclosure.root_id == scene.flag_id)) if row[0]]


def _into_another_table(session: Session, scene: Scene) -> Any:
    kept = insert(IdempotencyRecord).from_select(
        ["membership_id", "key", "operation", "input_hash", "result", "at"],
        select(
            literal(scene.author.membership_id),
            func.gen_random_uuid(),
            literal(""),
            literal(""),
            Flag.fact,
            func.now(),
        ).where(Flag.id == scene.flag_id),
    )
    return session.execute(kept.returning(IdempotencyRecord.result)).all()


def _all(build: Callable[[Scene], Any]) -> Form:
    return lambda session, scene: session.execute(build(scene)).all()


def _one(build: Callable[[Scene], Any]) -> Form:
    return lambda session, scene: session.scalar(build(scene))


SQL = {
    "raw": "select * from flag where id = :id",
    "raw by many keys": "select id from flag where id in (:id, :group, :draft)",
    "table command": "select * from (table flag) as t where t.id = :id",
    "outer join from public rows": """
        select f.fact from membership m left join flag f on f.raised_by_membership_id = m.id where f.id = :id""",
    "group by": "select state, count(*) from flag where id = :id group by state",
    "window": "select row_number() over (order by id) from flag where id = :id",
    "aggregate to json": """
        select j from (select json_agg(f) as j from flag f where id = :id) as t where j is not null""",
    "cte": "with found as materialized (select * from flag) select fact from found where id = :id",
    "recursive cte": """
        with recursive found as (
          select id, 1 as depth from flag where id = :id union all select id, depth + 1 from found where depth < 2
        ) select * from found""",
    "lateral": """
        select x.fact from (select 1) d left join lateral (select fact from flag where id = :id) x on true
         where x.fact is not null""",
    "for update": "select fact from flag where id = :id for update",
    "tablesample": "select id from flag tablesample bernoulli (100) where id = :id",
    "update returning": "update flag set expires_at = now() where id = :id returning fact",
    "physical address": "select ctid from flag where id = :id",
    "whole row cast": "select f::text from flag f where id = :id",
    "child alone": "select rationale from triage_decision where flag_id = :id",
    "child of a group": "select description from place_group where flag_id = :group",
    "steps": "select to_state from flag_transition where flag_id = :id",
    "word to the flagger": "select text from feedback where flag_id = :id",
    "share": "select proportionality_note from share where flag_id = :id",
    "root": "select kind from root where id = :id",
    "disclosure": "select levels from disclosure where root_id = :id",
    "notice": "select kind from notification where flag_id = :id",
}
FORMS: dict[str, Form] = {name: _raw(statement) for name, statement in SQL.items()} | {
    "core": _all(lambda scene: select(Flag.__table__).where(Flag.__table__.c.id == scene.flag_id)),
    "orm": _all(lambda scene: select(Flag).where(Flag.id == scene.flag_id)),
    "orm get": lambda session, scene: session.get(Flag, scene.flag_id),
    "orm query": lambda session, scene: session.query(Flag).filter(Flag.id == scene.flag_id).all(),
    "refresh": _refreshed,
    "expired attribute": _expired,
    "merge": _merged,
    "join": _all(
        lambda scene: (
            select(Flag.fact, Person.preferred_name)
            .join(Person, Person.id == Flag.person_id)
            .where(Flag.id == scene.flag_id)
        )
    ),
    "count": _one(lambda scene: select(func.count()).where(Flag.id == scene.flag_id)),
    "exists": _one(lambda scene: select(exists().where(Flag.id == scene.flag_id))),
    "union": _all(
        lambda scene: union_all(
            select(Flag.fact).where(Flag.id == scene.flag_id),
            select(Feedback.text).where(Feedback.flag_id == scene.flag_id),
        )
    ),
    "correlated subquery": _correlated,
    "copy": _copied,
    "bulk update by key": _bulk_by_key,
    "orm update returning": _all(
        lambda scene: update(Flag).where(Flag.id == scene.flag_id).values(expires_at=func.now()).returning(Flag.fact)
    ),
    "delete returning": _all(
        lambda scene: (
            delete(FlagConcern).where(FlagConcern.flag_id == scene.draft_id).returning(FlagConcern.concern_code)
        )
    ),
    "insert from select returning": _into_another_table,
}


def _ask(form: Form, scene: Scene, viewer: Any) -> Any:
    """What a form finds, in a transaction that is taken back."""
    context = scene.wall.anonymously() if viewer is None else scene.wall.acting_as(viewer)
    with context as session:
        try:
            return form(session, scene)
        except Exception as refusal:  # noqa: BLE001  any refusal is as good as no row; leaking is what counts
            return _Refused(refusal)
        finally:
            session.rollback()


class _Refused:
    def __init__(self, refusal: Exception) -> None:
        self.refusal = refusal

    def __bool__(self) -> bool:
        return False


@pytest.mark.parametrize("name", FORMS)
def test_a_stranger_finds_nothing(scene: Scene, name: str) -> None:
    for viewer in (scene.stranger, scene.other.morgan, scene.cast.robin, scene.cast.noor, None):
        found = _ask(FORMS[name], scene, viewer)
        assert not found, f"{name} leaks: close it with a policy in migrations/versions/0004_walls.py"
        if isinstance(found, _Refused):
            assert "Sitting alone" not in str(found.refusal)


@pytest.mark.parametrize("name", FORMS)
def test_the_author_is_answered_by_the_same_form(scene: Scene, name: str) -> None:
    found = _ask(FORMS[name], scene, scene.author)
    assert found, f"{name} answers nobody, so it shows nothing: {getattr(found, 'refusal', None)}"


def test_a_condition_that_fails_on_a_hidden_row_is_never_tried_on_it(scene: Scene) -> None:
    statement = text("select id from flag where 1 / (length(fact) - length(fact)) = 1")
    with scene.wall.acting_as(scene.cast.robin) as session:
        assert session.execute(statement).all() == []


def test_statistics_tell_nothing_of_personal_columns(scene: Scene) -> None:
    with scene.owner.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("analyze flag, person, feedback, disclosure"))
    with scene.wall.acting_as(scene.stranger) as session:
        statement = text("select tablename, attname from pg_stats where tablename in ('flag', 'person', 'feedback')")
        assert session.execute(statement).all() == []


def test_what_was_opened_while_a_transaction_waited_is_seen_in_it(scene: Scene) -> None:
    with scene.wall.acting_as(scene.cast.dana) as session:
        assert session.scalar(text("select now() is not null"))
        flag = raised(scene.cast, scene.cast.dana)
        found = select(Flag.reference).where(visible(scene.cast.dana, Flag.__table__.c.id))
        assert flag["reference"] in session.scalars(found).all()
        assert flag["reference"] in session.scalars(text("select reference from flag")).all()


def test_what_ended_while_a_transaction_waited_is_not_seen_in_it(scene: Scene) -> None:
    flag = raised(scene.cast, scene.cast.dana)
    with scene.wall.acting_as(scene.cast.dana) as session:
        assert flag["reference"] in session.scalars(text("select reference from flag")).all()
        with scene.owner.transaction() as other:
            other.execute(
                text(
                    "update disclosure set valid_to = greatest(valid_from, clock_timestamp())"
                    " where granted_by_membership_id = :by"
                ),
                {"by": scene.cast.dana.membership_id},
            )
        assert flag["reference"] not in session.scalars(text("select reference from flag")).all()
