"""The forms in which a query can be asked, each without its filter: what a stranger must find nothing through.

A form gives what it found. Each is about the flags of the scene, so that their author finds something.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import delete, exists, func, insert, literal, select, text, union_all, update
from sqlalchemy.orm import Session, aliased, load_only, make_transient_to_detached

from portal.access.models import Disclosure
from portal.audit.models import IdempotencyRecord
from portal.db import now
from portal.flags.models import Feedback, Flag, FlagConcern
from portal.people.models import Person
from tests.access.scene import Scene

Form = Callable[[Session, Scene], Any]
# What the flag of the scene says.
FACT = "Sitting alone"


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


def _fetched(session: Session, scene: Scene, kind: str) -> Any:
    """Through a cursor, which is opened by one statement and read by another."""
    declare = f"declare found {kind} for select fact from flag where id = :id"
    session.execute(text(declare), {"id": scene.flag_id})
    return session.execute(text("fetch all from found")).all()


def _prepared(session: Session, scene: Scene) -> Any:
    run = session.connection().exec_driver_sql
    run("prepare found (uuid) as select fact from flag where id = $1")
    try:
        return run(f"execute found ('{scene.flag_id}')").all()
    finally:
        # It outlives the transaction, and belongs to the connection.
        run("deallocate found")


# Caught in the database, so that what an error quotes does not reach its log.
SAID = """
do $block$ begin
  execute $loud$ the statement $loud$;
  perform set_config('walls.said', '', true);
exception when others then
  perform set_config('walls.said', sqlerrm, true);
end $block$
"""


def said(session: Session, statement: str) -> str:
    """The text of the error that a statement ends in; none when it ends well."""
    session.execute(text(SAID.replace("the statement", statement)))
    return str(session.scalar(text("select current_setting('walls.said')")))


def _told_by_an_error(session: Session, scene: Scene) -> Any:
    """What the text of an error quotes."""
    return FACT in said(session, f"select fact::int from flag where id = '{scene.flag_id}'")


def _by_a_block(session: Session, scene: Scene) -> Any:
    """Through a block of code, which gives no rows and leaves what it found in a setting."""
    keep = f"perform set_config('walls.found', (select fact from flag where id = '{scene.flag_id}'), true)"
    session.execute(text(f"do $$ begin {keep}; end $$"))
    return session.scalar(text("select current_setting('walls.found', true)"))


def _matched(session: Session, scene: Scene) -> Any:
    statement = """
        merge into flag as f using (select cast(:id as uuid) as id) as named on f.id = named.id
         when matched then update set expires_at = now()"""
    return session.execute(text(statement), {"id": scene.flag_id}).rowcount  # type: ignore[attr-defined]


def _deferred(session: Session, scene: Scene) -> Any:
    """A column that was left out when the record was read, and is asked for later."""
    flag = session.scalar(select(Flag).options(load_only(Flag.id)).where(Flag.id == scene.flag_id))
    return flag and flag.fact


def _streamed(session: Session, scene: Scene) -> Any:
    found = session.execute(select(Flag.fact).where(Flag.id == scene.flag_id).execution_options(yield_per=1))
    return [row for part in found.partitions() for row in part]


def _locked(session: Session, scene: Scene) -> Any:
    return session.get(Flag, scene.flag_id, with_for_update={"nowait": True}, populate_existing=True)


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
    "exists in a condition": "select 'there' where exists (select from flag where id = :id)",
    "in the order": "select 1 from (select fact from flag where id = :id) f order by fact::text",
    "lateral function": """
        select word from flag f cross join lateral regexp_split_to_table(f.fact, ' ') as word where f.id = :id""",
    "lock that waits for nobody": "select fact from flag where id = :id for key share skip locked",
    "grouping sets": """
        select state, urgency from flag where id = :id group by rollup (state, urgency) having count(*) > 0""",
    "full join": "select f.fact from (select 1) one full join flag f on false where f.id = :id",
    "intersection": "select id from flag intersect select cast(:id as uuid)",
    "array": "select a from (select array(select fact from flag where id = :id) as a) t where a <> '{}'",
    "frame": "select first_value(fact) over (rows unbounded preceding) from flag where id = :id",
    "cte that is not kept": "with found as not materialized (select * from flag) select fact from found where id = :id",
    "cte that changes": """
        with changed as (update flag set expires_at = now() where id = :id returning fact) select * from changed""",
    "update from": """
        update notification n set read_at = now() from flag f where f.id = n.flag_id and f.id = :id returning f.fact""",
    "delete using": """
        delete from flag_concern c using flag f where f.id = c.flag_id and f.id = :draft returning f.fact""",
    "upsert": """
        insert into flag select * from flag where id = :id on conflict (id) do update set expires_at = now()
        returning fact""",
    "query in a text": "select word from ts_stat(format('select to_tsvector(fact) from flag where id = %L', :id))",
    "person": "select preferred_name from person where id = (select person_id from flag where id = :id)",
    "source": "select reference from flag_source where flag_id = :group",
    "export": "select id from flag_export where flag_id = :id",
    "question": "select question from information_request where flag_id = :id",
    "new fact": "select fact from flag_addition where flag_id = :id",
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
    "cursor": lambda session, scene: _fetched(session, scene, "cursor"),
    "cursor that outlives its transaction": lambda session, scene: _fetched(session, scene, "cursor with hold"),
    "prepared statement": _prepared,
    "error that quotes": _told_by_an_error,
    "block of code": _by_a_block,
    "merge into": _matched,
    "column asked for later": _deferred,
    "stream": _streamed,
    "orm get under a lock": _locked,
    "count of the query": lambda session, scene: session.query(Flag).filter(Flag.id == scene.flag_id).count(),
}
