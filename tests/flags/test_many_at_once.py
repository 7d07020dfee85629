"""Two hundred decisions on the same flags at the same moment: each flag is decided on once, and nothing is lost."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import text

from portal.access.viewer import Viewer
from tests.factories import life
from tests.factories.audit import mark
from tests.factories.cast import Cast
from tests.factories.flags import DECIDE, raised, sharing, taken
from tests.factories.snapshot import changed, snapshot

FLAGS, DECIDERS, AT_ONCE = 40, 5, 8
COUNTS = """
select f.id,
       (select count(*) from triage_decision d where d.flag_id = f.id) as decisions,
       (select count(*) from feedback w where w.flag_id = f.id) as words,
       (select count(*) from flag_transition t where t.flag_id = f.id) as steps,
       (select count(*) from share s where s.flag_id = f.id) as shares,
       (select count(*) from information_request q where q.flag_id = f.id) as questions,
       (select count(*) from audit_event e join audit_subject s on s.audit_event_id = e.id
         where s.pseudonym = audit_pseudonym(f.id) and e.id > :line and e.action = 'WRITE') as lines,
       (select count(*) from procrastinate_jobs j
         where j.task_name = 'notifications:tell_flagger' and j.args ->> 'flag_id' = f.id::text) as notices,
       f.state, f.version
  from flag f where f.id = any(:ids)
"""
TO = {"noFurtherAction": "NFA", "moreInformation": "MORE_INFO_REQUESTED", "share": "SHARED", "escalate": "ESCALATED"}


def wanted(cast: Cast, flag: dict[str, Any], place: int) -> dict[str, Any]:
    """What the nth of several deciders wants of a flag: each something else."""
    share = sharing(cast, flag)
    kinds: list[dict[str, Any]] = [
        {"noFurtherAction": {"reasonCode": "NEED_MET"}},
        life.asking(),
        life.escalating(cast),
        share["decision"],
        {"noFurtherAction": {"reasonCode": "EVERYDAY_SUPPORT"}},
    ]
    return life.deciding(flag, kinds[place % len(kinds)], rationale=f"Decider {place} thinks so.")


def test_of_two_hundred_decisions_at_once_each_flag_takes_one_and_the_others_are_told(cast: Cast) -> None:
    flags = [taken(cast, raised(cast), by=cast.morgan) for _ in range(FLAGS)]
    # Flag by flag, so that those who want the same flag come together.
    asked: list[tuple[Viewer, dict[str, Any]]] = [
        (cast.morgan if place % 2 else cast.jo, wanted(cast, flag, place))
        for flag in flags
        for place in range(DECIDERS)
    ]
    line, before = mark(cast.owner), snapshot(cast.owner)

    def decide(one: tuple[Viewer, dict[str, Any]]) -> dict[str, Any]:
        viewer, given = one
        execution = cast.try_to_ask(viewer, DECIDE, input=given)
        assert execution.cause is None, execution.cause
        assert not execution.errors, execution.errors
        assert execution.data is not None
        return dict(execution.data["triageFlag"])

    with ThreadPoolExecutor(AT_ONCE) as threads:
        answers = list(threads.map(decide, asked))
    assert Counter(answer["__typename"] for answer in answers) == {
        "FlagSaved": FLAGS,
        "Conflict": FLAGS * (DECIDERS - 1),
    }
    winners = {
        given["id"]: next(iter(given["decision"]))
        for (_, given), answer in zip(asked, answers, strict=True)
        if answer["__typename"] == "FlagSaved"
    }
    assert len(winners) == FLAGS, "every flag was decided on, and none twice"
    keys = {life.uncovered(cast, flag): flag["id"] for flag in flags}
    with cast.truth() as session:
        rows = session.execute(text(COUNTS), {"ids": list(keys), "line": line}).all()
    assert len(rows) == FLAGS
    for row in rows:
        kind = winners[keys[row.id]]
        assert (row.decisions, row.words, row.steps, row.lines, row.notices) == (1, 1, 3, 1, 1), kind
        assert (row.state, row.version) == (TO[kind], 3)
        assert (row.shares, row.questions) == (int(kind == "share"), int(kind == "moreInformation"))
    gained = changed(before, snapshot(cast.owner))
    assert (gained["triage_decision"], gained["feedback"], gained["idempotency_record"]) == (FLAGS, FLAGS, FLAGS)
    assert gained["flag_transition"] == FLAGS
