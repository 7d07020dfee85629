"""Every change that is tried leaves exactly one line, whatever came of it."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from graphql_schema import Door
from portal.access.viewer import Viewer
from portal.audit.models import AuditAction, AuditEvent
from portal.db import Database
from tests.access.scene import IMPORT, ROW, imported
from tests.factories.audit import lines_since, mark, subjects_of
from tests.factories.cast import Cast, key, settle_cast
from tests.factories.flags import DECIDE, RAISE, TAKE, raised, report, shared, sharing, taken
from tests.factories.notices import waiting

ANSWER = "mutation($input: AnswerShareInput!) { answerShare(input: $input) { __typename } }"
ACKNOWLEDGE = (
    "mutation($input: AcknowledgeNotificationInput!) { acknowledgeNotification(input: $input) { __typename } }"
)
SHARES = "query($id: ID!) { flag(by: {id: $id}) { shares(first: 5) { edges { node { id version } } } } }"


@pytest.fixture(scope="module")
def team(owner: Database, door: Door) -> Cast:
    """A cast whose flags each test makes for itself."""
    return settle_cast(owner, door)


def line_of(
    cast: Cast, viewer: Viewer | None, document: str, given: dict[str, Any]
) -> tuple[AuditEvent, dict[UUID, int]]:
    """The one line that a change leaves, and the roots it names; the outcome is what was answered."""
    before, request_id = mark(cast.owner), uuid4()
    execution = cast.door.execute(document, {"input": given}, viewer, request_id=request_id)
    assert execution.cause is None
    assert execution.data is not None
    [answer] = execution.data.values()
    [line] = lines_since(cast.owner, before)
    done = answer["__typename"] not in {"Invalid", "NotFound", "NotPermitted", "Conflict"}
    assert line.outcome == ("DONE" if done else answer["__typename"])
    assert line.action == (AuditAction.WRITE if done else AuditAction.DENY)
    assert line.request_id == request_id
    assert (line.user_id, line.membership_id) == ((viewer.user_id, viewer.membership_id) if viewer else (None, None))
    with cast.owner.transaction() as session:
        return line, subjects_of(session, line.id)


def _key(cast: Cast, global_id: str) -> UUID:
    opened = cast.door._opened_seal().open_id(global_id)
    assert opened is not None
    return opened[1]


def _change(record: dict[str, Any]) -> dict[str, Any]:
    return {"id": record["id"], "expectedVersion": record["version"], "idempotencyKey": key()}


def _tries(cast: Cast) -> dict[str, tuple[Viewer | None, str, dict[str, Any], str, str | None]]:
    """Each change with each outcome: who, which, with what, what must come of it, and about which record."""
    new, mine, other, decided, draft = raised(cast), taken(cast), taken(cast), shared(cast), imported(cast)
    [edge] = cast.ask(cast.sam, SHARES, id=decided["id"])["flag"]["shares"]["edges"]
    answer = _change(edge["node"]) | {"engagement": "ENGAGED"}
    notice = {"id": waiting(cast, decided, cast.rowan), "idempotencyKey": key()}
    used = report()
    cast.ask(cast.rowan, RAISE, input=used)
    rows = {"system": "incidents", "rows": [ROW | {"reference": key()}], "idempotencyKey": key()}
    end = {"decision": {"noFurtherAction": {"reasonCode": "NEED_MET"}}}
    promote = {"draftId": draft["id"], "draftVersion": draft["version"]}
    hidden = {"idempotencyKey": key()}
    return {
        "raise": (cast.rowan, RAISE, report(), "DONE", None),
        "raise again": (cast.rowan, RAISE, used, "DONE", None),
        "raise invalid": (cast.rowan, RAISE, report(confirm=False), "Invalid", None),
        "raise not permitted": (cast.robin, RAISE, report(), "NotPermitted", None),
        "raise nobody": (None, RAISE, report(), "NotFound", None),
        "raise conflict": (cast.rowan, RAISE, used | {"fact": "Other."}, "Conflict", None),
        "promote hidden": (cast.ari, RAISE, report(**promote), "NotFound", draft["id"]),
        "promote stale": (cast.rowan, RAISE, report(**promote | {"draftVersion": 9}), "Conflict", draft["id"]),
        "promote": (cast.rowan, RAISE, report(**promote), "DONE", draft["id"]),
        "import": (cast.rowan, IMPORT, rows, "DONE", None),
        "import not permitted": (cast.sam, IMPORT, rows | hidden, "NotPermitted", None),
        "import invalid": (cast.rowan, IMPORT, rows | hidden | {"rows": []}, "Invalid", None),
        "take hidden": (cast.priya, TAKE, _change(new), "NotFound", new["id"]),
        "take not permitted": (cast.rowan, TAKE, _change(new), "NotPermitted", new["id"]),
        "take stale": (cast.morgan, TAKE, _change(new) | {"expectedVersion": 9}, "Conflict", new["id"]),
        "take moved on": (cast.morgan, TAKE, _change(mine), "Invalid", mine["id"]),
        "take nothing": (cast.morgan, TAKE, _change(new | {"id": "nothing"}), "NotFound", None),
        "take": (cast.morgan, TAKE, _change(new), "DONE", new["id"]),
        "share invalid": (cast.morgan, DECIDE, sharing(cast, mine) | {"feedback": ""}, "Invalid", mine["id"]),
        "share": (cast.morgan, DECIDE, sharing(cast, mine), "DONE", mine["id"]),
        "end": (cast.morgan, DECIDE, sharing(cast, other) | end, "DONE", other["id"]),
        "answer hidden": (cast.alex, ANSWER, answer | hidden, "NotFound", None),
        "answer not permitted": (cast.rowan, ANSWER, answer | hidden, "NotPermitted", decided["id"]),
        "answer": (cast.sam, ANSWER, answer, "DONE", decided["id"]),
        "acknowledge hidden": (cast.mel, ACKNOWLEDGE, notice | hidden, "NotFound", None),
        "acknowledge": (cast.rowan, ACKNOWLEDGE, notice, "DONE", decided["id"]),
    }


def test_every_change_leaves_one_line_whatever_came_of_it(team: Cast) -> None:
    for name, (viewer, document, given, outcome, about) in _tries(team).items():
        line, subjects = line_of(team, viewer, document, given)
        assert line.outcome == outcome, name
        assert line.operation == document.split("(input: $input)")[0].split()[-1].removeprefix("{"), name
        if about is not None:
            assert _key(team, about) in subjects, name
        if outcome == "DONE":
            assert subjects, f"{name} names nobody it was about"


def test_what_was_made_is_named_in_the_line_of_its_making(team: Cast) -> None:
    before = mark(team.owner)
    flag = raised(team)
    [line] = lines_since(team.owner, before)
    with team.owner.transaction() as session:
        person = session.scalar(text("select person_id from flag where reference = :reference"), flag)
        assert {_key(team, flag["id"]), person} <= subjects_of(session, line.id).keys()


def test_an_answer_that_is_an_error_leaves_the_change_undone_and_one_line(team: Cast) -> None:
    too_small = RAISE.replace("flag { id", "flag { feedback(first: 0) { edges { cursor } } id")
    before = mark(team.owner)
    given = report()
    execution = team.try_to_ask(team.rowan, too_small, input=given)
    assert execution.data is None
    assert [error.message for error in execution.errors] == ["A page has 1 to 100 entries."]
    [line] = lines_since(team.owner, before)
    assert (line.action, line.outcome, line.operation) == (AuditAction.DENY, "Refused", "raiseFlag")
    corrected = team.ask(team.rowan, RAISE, input=given)["raiseFlag"]
    assert corrected["replayed"] is False


def test_an_operation_that_is_not_understood_leaves_no_line(team: Cast) -> None:
    before = mark(team.owner)
    for document in (RAISE.replace("reference", "references"), "mutation {", RAISE):
        execution = team.try_to_ask(team.rowan, document, input={"confirm": True})
        assert execution.data is None
        assert execution.cause is None
    assert lines_since(team.owner, before) == []


@pytest.mark.parametrize("statement", ["update {} set {} = {}", "delete from {}", "truncate {} cascade"])
@pytest.mark.parametrize(("table", "column"), [("audit_event", "outcome"), ("audit_subject", "field_groups")])
def test_not_even_the_owner_rewrites_a_line(team: Cast, statement: str, table: str, column: str) -> None:
    raised(team)
    with pytest.raises(DBAPIError, match="append only"), team.owner.transaction() as session:
        session.execute(text(statement.format(table, column, column)))
