"""What a stranger's SQL learns beside its rows: nothing from errors, statistics, jobs, functions, or what others ask.

Four numbers are told all the same, and `docs/guards.md` says so: how much the whole installation holds, how many rows a
plan went over, what a sequence gives next, and whether an id that somebody already knows is taken.
"""

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal.access.context import Wall
from portal.access.viewer import Viewer
from tests.access.forms import FACT, said
from tests.access.scene import TABLES, Scene
from tests.factories.life import merged, uncovered

# Each turns what a row says into an error, so a wall that asks late is heard by whoever listens to errors.
LOUD = {
    "condition": "select id from flag where fact::int = 1",
    "division": "select id from flag where 1 / (length(fact) - length(fact)) = 1",
    "pattern": "select id from flag where 'x' ~ ('[' || fact)",
    "order": "select id from flag order by fact::int",
    "group": "select count(*) from flag group by fact::int having sum(fact::int) > 0",
    "join": "select f.id from flag f join concept c on c.position = f.fact::int",
    "case": "select case when state = 'DRAFT' then 1 else fact::int end from flag",
    "below": "select (select fact::int from flag g where g.id = f.id) from flag f",
    "child": "select f.id from flag f join triage_decision d on d.flag_id = f.id and d.rationale::int = 1",
    "change": "update flag set expires_at = now() where fact::int = 1",
    "lock": "select id from flag where fact::int = 1 for update",
    "block": "do $$ begin perform from flag where fact::int = 1; end $$",
    "window": "select sum(fact::int) over () from flag",
    "parallel": "select /* costly */ id from flag where repeat(fact, 9)::int = 1 or md5(fact)::int = 2",
}
# Functions whose answer differs with any id, whether there is such a record or not.
BLIND = {"audit_pseudonym": "a keyed hash of whatever it is given, with as much work for an id of nothing"}
FUNCTIONS = """
    select p.oid::regprocedure::text as name, p.proname, array(select format_type(t, null) from unnest(p.proargtypes) t)
      from pg_proc p
     where p.pronamespace = 'public'::regnamespace and p.prosecdef and p.prokind = 'f'
       and 'uuid'::regtype = any (p.proargtypes)
       and has_function_privilege(current_user, p.oid, 'execute')
     order by 1
"""


@pytest.mark.parametrize("name", LOUD)
def test_a_condition_that_fails_on_a_hidden_row_is_never_tried_on_it(scene: Scene, name: str) -> None:
    for viewer in (scene.cast.robin, scene.cast.noor, None):
        with _wall(scene.wall, viewer) as session:
            assert said(session, LOUD[name]) == "", f"{name} was tried on a row that is hidden"
            session.rollback()
    with scene.wall.acting_as(scene.author) as session:
        assert said(session, LOUD[name]), "it fails on no row, so it shows nothing"
        session.rollback()


def test_statistics_tell_nothing_of_any_column_behind_a_wall(scene: Scene) -> None:
    with scene.owner.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("analyze"))
    for view in ("pg_stats", "pg_stats_ext", "pg_stats_ext_exprs"):
        walled = f"select * from {view} where to_regclass(tablename) in (select oid from pg_class where relrowsecurity)"
        with scene.owner.transaction() as session:
            assert session.execute(text(walled)).all() or view != "pg_stats"
        with scene.wall.acting_as(scene.stranger) as session:
            assert session.execute(text(walled)).all() == []


def test_a_plan_shows_numbers_and_no_word_of_a_hidden_row(scene: Scene) -> None:
    """PostgreSQL has no privilege for EXPLAIN; it is a statement of its own, which no function starts in a query."""
    with scene.wall.acting_as(scene.cast.robin) as session:
        shown = session.scalars(text("explain (analyze, verbose, buffers, settings) select fact, opinion from flag"))
        assert FACT not in "\n".join(shown)
    for function in ("ts_stat('explain select fact from flag')", "query_to_xml('explain select 1', true, false, '')"):
        assert "explain" in _refusal(scene, scene.cast.robin, f"select * from {function}").lower()


def test_a_key_that_is_taken_is_not_quoted(scene: Scene) -> None:
    """The error says that something is there, which whoever knows the id knew, and no value of it."""
    taken = """
        insert into root (id, kind, partnership_id, created_by_membership_id, created_at)
        values (:id, 'FLAG', :partnership, viewer_membership(), now())"""
    given = {"id": scene.flag_id, "partnership": scene.other.settled.partnership_id}
    refusal = _refusal(scene, scene.stranger, taken, **given)
    assert "duplicate key" in refusal
    assert "Key (" not in refusal
    assert str(scene.flag_id) not in refusal


def test_row_security_cannot_be_switched_off_by_whoever_is_held_by_it(scene: Scene) -> None:
    with scene.wall.acting_as(scene.author) as session:
        session.execute(text("set local row_security = off"))
        for table in TABLES:
            with pytest.raises(DBAPIError, match="row-level security"), session.begin_nested():
                session.execute(text(f"select * from {table}"))
        session.rollback()


def test_what_waits_in_the_queue_is_not_read(scene: Scene) -> None:
    with scene.owner.transaction() as session:
        assert session.scalar(text("select count(*) from procrastinate_jobs where args ? 'flag_id'"))
    for column in ("*", "args", "task_name", "status", "scheduled_at"):
        assert "permission denied" in _refusal(scene, scene.stranger, f"select {column} from procrastinate_jobs")
    for table in ("procrastinate_events", "procrastinate_periodic_defers"):
        assert "permission denied" in _refusal(scene, scene.stranger, f"select * from {table}")
    for function in ("procrastinate_fetch_job_v2(null, 1)", "procrastinate_finish_job_v1(1, 'failed', true)"):
        assert "permission denied" in _refusal(scene, scene.stranger, f"select {function}")


def test_nobody_reads_the_context_or_the_values_of_another_connection(scene: Scene) -> None:
    """So a context, which holds on any connection for its minute, is only ever seen by the transaction it was for."""
    asking = text("select current_setting('concord.viewer'), id from flag where id = :id")
    with scene.wall.acting_as(scene.author) as theirs:
        [(context, found)] = theirs.execute(asking, {"id": scene.flag_id}).all()
        pid = theirs.scalar(text("select pg_backend_pid()"))
        with scene.wall.acting_as(scene.stranger) as mine:
            shown = mine.execute(text("select * from pg_stat_activity where pid = :pid"), {"pid": pid}).all()
            elsewhere = mine.execute(
                text("select name, setting from pg_settings union all select name, statement from pg_cursors")
            ).all()
        assert shown
        for value in (context, context.rsplit(".", 1)[1], str(found), str(scene.author.membership_id)):
            assert value not in str(shown)
            assert value not in str(elsewhere)


def test_functions_that_run_as_the_owner_answer_a_stranger_alike_for_what_is_hidden_and_what_is_not_there(
    scene: Scene,
) -> None:
    hidden = _hidden(scene)
    with scene.wall.acting_as(scene.stranger) as session:
        functions = session.execute(text(FUNCTIONS)).all()
    assert len(functions) > 12
    for viewer in (scene.stranger, scene.other.hollis, None):
        with _wall(scene.wall, viewer) as session:
            for name, short, types in functions:
                absent = _called(session, scene, short, types, uuid4())
                for kind, each in hidden.items() if short not in BLIND else ():
                    told = _called(session, scene, short, types, each)
                    assert told == absent, f"{name} tells whether there is such a {kind}: ask what the viewer sees"


def _hidden(scene: Scene) -> dict[str, UUID]:
    """Ids of one partnership's records, of every kind a function takes, with something to tell about each."""
    flag = merged(scene.cast)
    with scene.owner.transaction() as session:
        merged_id = uncovered(scene.cast, flag)
        head = session.execute(text("select merged_into_flag_id from flag where id = :id"), {"id": merged_id}).scalar()
        person = session.execute(text("select person_id from flag where id = :id"), {"id": scene.flag_id}).scalar()
        word = session.execute(text("select id from feedback where flag_id = :id"), {"id": merged_id}).scalar()
    assert head
    assert person
    assert word
    return {
        "flag": scene.flag_id, "draft": scene.draft_id, "merged flag": merged_id, "head": head, "person": person,
        "feedback": word, "partnership": scene.cast.settled.partnership_id, "agency": scene.cast.rowan.agency_id,
        "membership": scene.cast.rowan.membership_id, "user": scene.cast.rowan.user_id,
        "team": next(iter(scene.cast.settled.teams.values())),
    }  # fmt: skip


def _called(session: Session, scene: Scene, name: str, types: list[str], about: UUID) -> list[str]:
    """What a function answers when every id it takes is this one; what it does is taken back."""
    literals = {
        "uuid": f"'{about}'",
        "integer": str(scene.author.audience_ids[0]),
        "text": "'x'",
        "interval": "'1 day'",
    }
    given = ", ".join(f"cast({literals.get(kind, 'null')} as {kind})" for kind in types)
    back = session.begin_nested()
    try:
        found = list(map(str, session.execute(text(f"select * from {name}({given})")).all()))
    except DBAPIError as refusal:
        found = [str(refusal.orig)]
    back.rollback()
    return [each.replace(str(about), "this") for each in found]


def _refusal(scene: Scene, viewer: Viewer | None, statement: str, **values: Any) -> str:
    """The text of the error that a statement ends in; none when it ends well."""
    try:
        with _wall(scene.wall, viewer) as session:
            try:
                session.execute(text(statement), values)
            finally:
                session.rollback()
    except DBAPIError as refusal:
        return str(refusal.orig)
    return ""


def _wall(wall: Wall, viewer: Viewer | None) -> Any:
    return wall.anonymously() if viewer is None else wall.acting_as(viewer)
