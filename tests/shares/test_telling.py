"""Whoever raised a flag learns that an answer waits: once for each answer, exactly when the answer was kept."""

import asyncio
import json
from typing import Any
from uuid import UUID

import pytest
from procrastinate import App, PsycopgConnector
from sqlalchemy import text

from portal.db import Database
from portal.notifications.tasks import tasks
from portal.operations.embedded import EmbeddedServer
from tests.factories.cast import Cast, settle_cast
from tests.factories.flags import DECIDE, RAISE, TAKE, raised, report, shared, sharing, taken
from tests.factories.scratch import Scratch, scratch
from tests.factories.snapshot import changed, snapshot

NOTICES = "{ notifications(first: 50) { edges { node { kind readAt flag { reference } } } } }"


def jobs(owner: Database) -> list[dict[str, Any]]:
    """Every job that tells a flagger, oldest first."""
    with owner.transaction() as session:
        statement = """
            select id, task_name, args, status from procrastinate_jobs
             where task_name = 'notifications:tell_flagger' order by id
        """
        rows = session.execute(text(statement))
        return [dict(row) for row in rows.mappings()]


def notices(cast: Cast) -> list[dict[str, Any]]:
    """What waits for Rowan."""
    found = cast.ask(cast.rowan, NOTICES)["notifications"]["edges"]
    return [edge["node"] for edge in found]


def run_queue(made: Scratch) -> None:
    """Work off what waits, as the worker's role, and stop."""
    address = made.urls.worker.replace("postgresql+psycopg://", "postgresql://", 1)
    app = App(connector=PsycopgConnector(conninfo=address))
    app.add_tasks_from(tasks(made.worker), namespace="notifications")

    async def work() -> None:
        async with app.open_async():
            await app.run_worker_async(wait=False, listen_notify=False, install_signal_handlers=False)

    asyncio.run(work())


@pytest.mark.parametrize("decision", [None, {"noFurtherAction": {"reasonCode": "NEED_MET"}}])
def test_a_decision_leaves_one_job_that_carries_nothing_but_ids(cast: Cast, decision: Any) -> None:
    flag = taken(cast)
    already = len(jobs(cast.owner))
    given = sharing(cast, flag) | ({"decision": decision} if decision else {})
    assert cast.ask(cast.morgan, DECIDE, input=given)["triageFlag"]["__typename"] == "FlagSaved"
    [job] = jobs(cast.owner)[already:]
    opened = cast.door._opened_seal().open_id(flag["id"])
    assert opened is not None
    assert job["task_name"] == "notifications:tell_flagger"
    assert {name: str(UUID(value)) for name, value in job["args"].items()} == job["args"]
    assert job["args"].pop("feedback_id")
    assert job["args"] == {"flag_id": str(opened[1]), "membership_id": str(cast.rowan.membership_id)}


def test_raising_tells_triage_and_taking_tells_nobody(cast: Cast) -> None:
    before = snapshot(cast.owner)
    flag = raised(cast)
    assert changed(before, snapshot(cast.owner))["procrastinate_jobs"] == 1
    before = snapshot(cast.owner)
    taken(cast, flag)
    assert "procrastinate_jobs" not in changed(before, snapshot(cast.owner))


def test_a_job_becomes_one_notice_however_often_it_runs(server: EmbeddedServer, template: str) -> None:
    with scratch(server, template) as made:
        cast = settle_cast(made.owner, made.door)
        flag = shared(cast)
        assert notices(cast) == []
        run_queue(made)
        [notice] = notices(cast)
        assert notice == {"kind": "ANSWER", "readAt": None, "flag": {"reference": flag["reference"]}}
        with made.owner.transaction() as session:
            # As after a worker that was killed between its change and its word that it was done.
            session.execute(
                text("update procrastinate_jobs set status = 'todo', attempts = 0 where args->>'timestamp' is null")
            )
        assert [job["status"] for job in jobs(made.owner)] == ["todo"]
        run_queue(made)
        assert [job["status"] for job in jobs(made.owner)] == ["succeeded"]
        assert notices(cast) == [notice]


def test_a_change_that_cannot_be_told_of_is_not_made(server: EmbeddedServer, template: str) -> None:
    """The job is the last thing a decision writes: when it cannot be put off, nothing of the decision stays."""
    with scratch(server, template) as made:
        cast = settle_cast(made.owner, made.door)
        flag = taken(cast, raised(cast, fact="Canary in the fact."))
        web = made.wall.database.engine.url.username
        with made.owner.transaction() as session:
            session.execute(text(f"revoke insert on procrastinate_jobs from {web}"))
        before, lines = snapshot(made.owner), _lines(made.owner)
        execution = cast.try_to_ask(cast.morgan, DECIDE, input=sharing(cast, flag))
        assert execution.cause is not None
        assert execution.data is None
        assert [error.extensions and error.extensions["code"] for error in execution.errors] == ["INTERNAL"]
        assert "anary" not in json.dumps([error.formatted for error in execution.errors])
        assert changed(before, snapshot(made.owner)) == {}
        assert _lines(made.owner) == lines
        assert cast.ask(cast.sam, "{ flags { edges { cursor } } }")["flags"]["edges"] == []


def _lines(owner: Database) -> int:
    with owner.transaction() as session:
        return int(session.scalar(text("select count(*) from audit_event")) or 0)


@pytest.mark.parametrize("table", ["flag_transition", "person", "disclosure", "idempotency_record", "audit_subject"])
def test_a_change_that_fails_half_way_leaves_nothing(server: EmbeddedServer, template: str, table: str) -> None:
    with scratch(server, template) as made:
        cast = settle_cast(made.owner, made.door)
        flag, mine = raised(cast), taken(cast)
        web = made.wall.database.engine.url.username
        with made.owner.transaction() as session:
            session.execute(text(f"revoke insert on {table} from {web}"))
        before, lines = snapshot(made.owner), _lines(made.owner)
        take = {"id": flag["id"], "expectedVersion": flag["version"], "idempotencyKey": report()["idempotencyKey"]}
        tried = [(cast.rowan, RAISE, report())]
        if table in {"flag_transition", "idempotency_record", "audit_subject"}:
            # A decision puts off its job before it is kept under its key and in the audit.
            tried += [(cast.morgan, TAKE, take), (cast.morgan, DECIDE, sharing(cast, mine))]
        for viewer, document, given in tried:
            execution = cast.try_to_ask(viewer, document, input=given)
            assert execution.cause is not None
            assert execution.data is None
        assert changed(before, snapshot(made.owner)) == {}
        assert _lines(made.owner) == lines
