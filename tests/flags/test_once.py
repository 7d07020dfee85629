"""One intent happens once: retries, two at a time, and what somebody else did meanwhile."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import text

from graphql_schema import Execution
from portal.access.viewer import Viewer
from tests.factories.cast import Cast, key
from tests.factories.flags import DECIDE, RAISE, TAKE, raised, report, shared, sharing, taken
from tests.factories.life import stands
from tests.factories.snapshot import changed, snapshot


def together(cast: Cast, asked: list[tuple[Viewer, str, dict[str, Any]]]) -> list[dict[str, Any]]:
    """What several operations answer that are sent at the same moment."""

    def ask(one: tuple[Viewer, str, dict[str, Any]]) -> Execution:
        viewer, document, given = one
        return cast.try_to_ask(viewer, document, input=given)

    with ThreadPoolExecutor(len(asked)) as threads:
        answered = list(threads.map(ask, asked))
    assert all(execution.cause is None and not execution.errors for execution in answered), answered
    return [next(iter(execution.data.values())) for execution in answered if execution.data]


def test_a_retry_is_answered_by_what_was_done_the_first_time(cast: Cast) -> None:
    given = report()
    first = cast.ask(cast.rowan, RAISE, input=given)["raiseFlag"]
    before = snapshot(cast.owner)
    again = cast.ask(cast.rowan, RAISE, input=given)["raiseFlag"]
    assert (first["replayed"], again["replayed"]) == (False, True)
    assert first | {"replayed": True} == again
    assert changed(before, snapshot(cast.owner)) == {}


def test_a_retry_reads_the_record_as_it_stands_now(cast: Cast) -> None:
    given = report()
    flag = cast.ask(cast.rowan, RAISE, input=given)["raiseFlag"]["flag"]
    shared(cast, taken(cast, flag))
    again = cast.ask(cast.rowan, RAISE, input=given)["raiseFlag"]
    assert (again["replayed"], again["flag"]["state"], again["flag"]["version"]) == (True, "SHARED", 3)


def test_a_retry_reads_under_the_rights_of_today(cast: Cast) -> None:
    given = report()
    flag = cast.ask(cast.rowan, RAISE, input=given)["raiseFlag"]["flag"]
    with cast.owner.transaction() as session:
        session.execute(
            text("update disclosure set valid_to = now() where because = 'AUTHOR' and granted_by_membership_id = :by"),
            {"by": cast.rowan.membership_id},
        )
    again = cast.ask(cast.rowan, RAISE, input=given)["raiseFlag"]
    assert again["__typename"] == "NotFound"
    assert flag["reference"] not in str(again)


def test_the_same_key_with_other_input_is_a_conflict(cast: Cast) -> None:
    given = report()
    flag = cast.ask(cast.rowan, RAISE, input=given)["raiseFlag"]["flag"]
    before = snapshot(cast.owner)
    other = {"id": flag["id"], "expectedVersion": 1, "idempotencyKey": given["idempotencyKey"]}
    for document, changed_input in ((RAISE, given | {"fact": "Something else."}), (TAKE, other)):
        [answer] = cast.ask(cast.rowan, document, input=changed_input).values()
        assert (answer["__typename"], answer["reason"]) == ("Conflict", "KEY_REUSED")
        assert answer["currentVersion"] is None
    assert changed(before, snapshot(cast.owner)) == {}


def test_two_people_may_choose_the_same_key(cast: Cast) -> None:
    given = report()
    answers = [cast.ask(viewer, RAISE, input=given)["raiseFlag"] for viewer in (cast.rowan, cast.dana)]
    assert [answer["replayed"] for answer in answers] == [False, False]
    assert len({answer["reference"] for answer in answers}) == 2


def test_a_refused_intent_may_be_corrected_under_the_same_key(cast: Cast) -> None:
    given = report(confirm=False)
    assert cast.ask(cast.rowan, RAISE, input=given)["raiseFlag"]["__typename"] == "Invalid"
    corrected = cast.ask(cast.rowan, RAISE, input=given | {"confirm": True})["raiseFlag"]
    assert (corrected["__typename"], corrected["replayed"]) == ("FlagRaised", False)


def test_one_intent_sent_four_times_at_once_makes_one_flag(cast: Cast) -> None:
    given = report()
    before = snapshot(cast.owner)
    answers = together(cast, [(cast.rowan, RAISE, given)] * 4)
    assert sorted(answer["replayed"] for answer in answers) == [False, True, True, True]
    assert len({answer["flag"]["id"] for answer in answers}) == 1
    assert changed(before, snapshot(cast.owner))["flag"] == 1


def test_two_who_take_a_flag_at_once_do_not_both_have_it(cast: Cast) -> None:
    flag = raised(cast)
    given = {"id": flag["id"], "expectedVersion": flag["version"]}
    both = [(viewer, TAKE, given | {"idempotencyKey": key()}) for viewer in (cast.morgan, cast.jo)]
    answers = together(cast, both)
    assert sorted(answer["__typename"] for answer in answers) == ["Conflict", "FlagSaved"]
    [conflict] = [answer for answer in answers if answer["__typename"] == "Conflict"]
    assert (conflict["reason"], conflict["currentVersion"]) == ("STALE_VERSION", flag["version"] + 1)
    read = "query($id: ID!) { flag(by: {id: $id}) { triagedBy { displayName } transitions { totalCount { value } } } }"
    found = cast.ask(cast.morgan, read, id=flag["id"])["flag"]
    winner = both[[answer["__typename"] for answer in answers].index("FlagSaved")][0]
    assert found == {"triagedBy": {"displayName": winner.display_name}, "transitions": {"totalCount": {"value": 2}}}


def test_two_who_decide_on_a_flag_at_once_leave_one_decision(cast: Cast) -> None:
    flag = taken(cast)
    before = snapshot(cast.owner)
    end = {"decision": {"noFurtherAction": {"reasonCode": "NEED_MET"}}}
    both = [(cast.morgan, DECIDE, sharing(cast, flag)), (cast.jo, DECIDE, sharing(cast, flag) | end)]
    answers = together(cast, both)
    assert sorted(answer["__typename"] for answer in answers) == ["Conflict", "FlagSaved"]
    gained = changed(before, snapshot(cast.owner))
    # Whoever receives a share is told too.
    told = {"NFA": 1, "SHARED": 2}[stands(cast, flag)["state"]]
    assert (gained["triage_decision"], gained["feedback"], gained["procrastinate_jobs"]) == (1, 1, told)


def test_a_decision_on_what_has_changed_since_is_a_conflict(cast: Cast) -> None:
    flag = taken(cast)
    before = snapshot(cast.owner)
    for version in (flag["version"] - 1, flag["version"] + 1, 0, -1, 2**31 - 1):
        answer = cast.ask(cast.morgan, DECIDE, input=sharing(cast, flag) | {"expectedVersion": version})["triageFlag"]
        assert (answer["__typename"], answer["reason"]) == ("Conflict", "STALE_VERSION")
        assert answer["currentVersion"] == flag["version"]
    assert changed(before, snapshot(cast.owner)) == {}
