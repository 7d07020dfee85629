"""What is known of a young person stands in their record alone: not in a log, an error, a job or the audit."""

import json
import logging
from typing import Any

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from graphql_schema import Execution
from portal.access.viewer import Viewer
from portal.db import Database
from portal.operations.embedded import EmbeddedServer
from tests.access.scene import IMPORT, ROW
from tests.factories.cast import Cast, key, settle_cast
from tests.factories.flags import DECIDE, RAISE, TAKE, report, sharing
from tests.factories.scratch import scratch

CANARY = "kanarienvogel"
FIELDS = ("fact", "opinion", "ownWords", "strengths", "thirdPartyNotes")
# Where ids, codes and names of tasks may stand and nothing that anybody typed.
ELSEWHERE = (
    "audit_event", "audit_subject", "procrastinate_jobs", "procrastinate_events", "notification", "disclosure", "root",
)  # fmt: skip
# A database that repeats in its error what it was given.
LOUD = """
create function loud() returns trigger language plpgsql as $$ begin raise exception '%', new.fact; end $$;
create trigger loud before insert on flag for each row execute function loud();
"""
ANSWER = "mutation($input: AnswerShareInput!) { answerShare(input: $input) { __typename ... on Failure { message } } }"
READ = """
query($id: ID!) { flag(by: {id: $id}) {
  id version fact opinion subject { ... on Person { preferredName } } feedback(first: 5) { edges { node { text } } }
  shares(first: 5) { edges { node { id version } } }
} }
"""
MISTAKEN = (
    f'{{ flag(by: {{reference: "{CANARY}"}}) {{ {CANARY} }} }}',
    f'{{ flag(by: {{reference: "{CANARY}"}}) {{ id }} flags(after: "{CANARY}") {{ edges {{ cursor }} }} }}',
    f'query {CANARY} {{ {CANARY}: flag(by: {{id: "{CANARY}"}}) {{ id }} }}',
    f"{{ {CANARY}",
)


def planted(**changes: Any) -> dict[str, Any]:
    """A report that says the canary wherever something can be typed."""
    person = {"preferredName": CANARY, "description": CANARY, "ageBandCode": "14_15"}
    source = {"system": CANARY, "value": f"{CANARY} {key()}"}
    place = {"description": CANARY}
    words = dict.fromkeys(FIELDS, CANARY) | {"place": place, "subject": {"person": person}, "source": source}
    return report(**words | changes)


class Life:
    """A flag that lives its whole life, with every mistake on the way, and all that was answered."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.answered: list[Execution] = []

    def ask(self, viewer: Viewer, document: str, **variables: Any) -> Any:
        """Run an operation, whatever comes of it."""
        self.answered.append(self.cast.try_to_ask(viewer, document, **variables))
        return self.answered[-1].data

    def live(self) -> None:
        """Raise, take, share, answer and import."""
        cast = self.cast
        broken = {"confirm": False, "fact": f"{CANARY}\0", "concernCode": CANARY, "purposeCode": CANARY}
        for given in (planted(**broken), planted(urgency=CANARY), planted() | {CANARY: CANARY}):
            self.ask(cast.rowan, RAISE, input=given)
        for document in MISTAKEN:
            self.ask(cast.rowan, document)
        first = planted()
        flag = self.ask(cast.rowan, RAISE, input=first)["raiseFlag"]["flag"]
        self.ask(cast.rowan, RAISE, input=first | {"fact": f"{CANARY} again"})
        self.ask(cast.dana, RAISE, input=planted(source=first["source"]))
        self.ask(cast.priya, READ, id=flag["id"])
        self.decide(self.ask(cast.morgan, TAKE, input=_change(flag))["startTriage"]["flag"])
        share = self.ask(cast.ines, READ, id=flag["id"])["flag"]["shares"]["edges"][0]["node"]
        self.ask(cast.ines, ANSWER, input=_change(share) | {"engagement": "ENGAGED", "note": CANARY})
        group = {"placeGroup": {"description": CANARY, "ageBandCode": "UNKNOWN"}}
        row = ROW | {
            "subject": group,
            "fact": CANARY,
            "place": {"description": CANARY},
            "reference": f"{CANARY} {key()}",
        }
        rows = {"system": CANARY, "rows": [row, row | {"fact": ""}], "idempotencyKey": key()}
        self.ask(cast.rowan, IMPORT, input=rows)

    def decide(self, flag: dict[str, Any]) -> None:
        """Decide three times: wrongly, too late, and well."""
        decision = sharing(self.cast, flag, proportionalityNote=CANARY) | {"rationale": CANARY, "feedback": CANARY}
        for changes in ({"thresholdLevelCode": CANARY}, {"expectedVersion": 9}, {}):
            self.ask(self.cast.morgan, DECIDE, input=decision | changes | {"idempotencyKey": key()})


def _change(record: dict[str, Any]) -> dict[str, Any]:
    return {"id": record["id"], "expectedVersion": record["version"], "idempotencyKey": key()}


def _failures(answered: list[Execution]) -> str:
    """What was said of failures, which a page shows and a tool may keep."""
    answers = [answer for execution in answered for answer in (execution.data or {}).values()]
    return json.dumps([answer for answer in answers if isinstance(answer, dict) and "message" in answer])


def _elsewhere(owner: Database) -> str:
    with owner.transaction() as session:
        rows = [session.scalars(text(f"select t::text from {table} t")).all() for table in ELSEWHERE]
        rows.append(session.scalars(text("select operation || input_hash from idempotency_record")).all())
        return " ".join(line for each in rows for line in each).lower()


def test_what_was_typed_is_found_in_the_record_alone(
    server: EmbeddedServer, template: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    with scratch(server, template) as made, capture_logs() as lines:
        life = Life(settle_cast(made.owner, made.door))
        life.live()
        assert not any(execution.cause for execution in life.answered)
        assert CANARY in json.dumps([execution.data for execution in life.answered])
        assert "Conflict" in _failures(life.answered)
        assert CANARY not in _failures(life.answered)
        assert CANARY not in _elsewhere(made.owner)
    assert CANARY not in (json.dumps(lines, default=str) + caplog.text + "".join(capfd.readouterr())).lower()


def test_what_broke_is_told_and_logged_without_what_was_typed(
    server: EmbeddedServer, template: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    with scratch(server, template) as made, capture_logs() as lines:
        cast = settle_cast(made.owner, made.door)
        with made.owner.transaction() as session:
            session.execute(text(LOUD))
        execution = cast.try_to_ask(cast.rowan, RAISE, input=planted())
        assert CANARY in str(execution.cause), "the database must say what was typed, or nothing is shown here"
        [error] = execution.errors
        assert CANARY not in str(error.formatted).lower()
        assert CANARY not in _elsewhere(made.owner)
    assert [line["log_level"] for line in lines] == ["error"]
    assert CANARY not in (json.dumps(lines, default=str) + caplog.text + "".join(capfd.readouterr())).lower()
