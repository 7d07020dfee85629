"""A merged flag follows the flag that carries it on: one open head, no circle, and every flagger hears the same."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import text

from graphql_schema import Door
from portal.db import Database
from tests.factories import life
from tests.factories.cast import Cast, key, settle_cast
from tests.factories.flags import DECIDE, TAKE, answered, raised, shared, taken
from tests.factories.snapshot import changed, snapshot

READ = """
query($id: ID!) {
  flag(by: {id: $id}) {
    state mergedInto { id fact } feedback(first: 20) { edges { node { text engagement } } }
    mergedFlags(first: 9) { totalCount { value } edges { node { id } } }
  }
}
"""


def by_ari(cast: Cast) -> dict[str, Any]:
    """A flag of another team, in triage."""
    return taken(cast, raised(cast, cast.ari, fact="Ari saw this."))


def words(cast: Cast, flag: dict[str, Any], viewer: Any) -> list[str]:
    """What a flagger was told, newest first."""
    found = cast.ask(viewer, READ, id=flag["id"])["flag"]["feedback"]["edges"]
    return [edge["node"]["text"] for edge in found]


def heads(cast: Cast) -> dict[str, str | None]:
    """Every flag of a partnership with the reference of the flag that carries it on."""
    with cast.truth() as session:
        rows = session.execute(
            text(
                "select f.reference, into_.reference from flag f left join flag into_ on into_.id ="
                " f.merged_into_flag_id where f.partnership_id = :id"
            ),
            {"id": cast.settled.partnership_id},
        )
        return {str(row[0]): row[1] for row in rows}


def test_a_merged_flag_is_carried_on_by_another_and_its_flagger_sees_no_more_of_that(cast: Cast) -> None:
    target, mine = by_ari(cast), taken(cast)
    merged = life.merged(cast, mine, target)
    assert merged["state"] == "MERGED"
    told = cast.ask(cast.rowan, READ, id=mine["id"])["flag"]
    assert told["mergedInto"] is None
    assert [edge["node"]["text"] for edge in told["feedback"]["edges"]] == ["Thank you. We are looking into it."]
    assert cast.ask(cast.rowan, READ, id=target["id"])["flag"] is None
    assert cast.ask(cast.ari, READ, id=target["id"])["flag"]["mergedFlags"] == {"totalCount": {"value": 0}, "edges": []}
    seen = cast.ask(cast.morgan, READ, id=mine["id"])["flag"]
    assert seen["mergedInto"] == {"id": target["id"], "fact": "Ari saw this."}
    carried = cast.ask(cast.morgan, READ, id=target["id"])["flag"]["mergedFlags"]
    assert carried == {"totalCount": {"value": 1}, "edges": [{"node": {"id": mine["id"]}}]}


def test_whenever_the_flagger_of_the_head_is_told_something_so_is_every_merged_one(cast: Cast) -> None:
    target, mine, third = by_ari(cast), taken(cast), taken(cast, raised(cast, cast.dana))
    for flag in (mine, third):
        life.merged(cast, flag, target)
    target = shared(cast, life.stands(cast, target))
    answered(cast, target)
    said = life.change(life.stands(cast, target), text="They went twice.")
    life.saved(cast, cast.sam, life.TELL, said)
    life.saved(cast, cast.morgan, life.CLOSE, life.closing(life.stands(cast, target)))
    heard = words(cast, target, cast.ari)
    assert heard == [
        "They have a place, and go there.",
        "They went twice.",
        "The service is working with them.",
        "Thank you. Health will offer them a place.",
    ]
    for flag, flagger in ((mine, cast.rowan), (third, cast.dana)):
        assert words(cast, flag, flagger) == [*heard, "Thank you. We are looking into it."]
    with cast.truth() as session:
        jobs = session.scalars(
            text(
                "select args ->> 'membership_id' from procrastinate_jobs where task_name = 'notifications:tell_flagger'"
                " and args ->> 'flag_id' = :id"
            ),
            {"id": str(life.uncovered(cast, mine))},
        ).all()
    assert jobs == [str(cast.rowan.membership_id)] * 5


def test_flags_merged_earlier_follow_to_the_last_target(cast: Cast) -> None:
    first, second, last = taken(cast), taken(cast), raised(cast, cast.ari)
    life.merged(cast, first, second)
    second = life.stands(cast, second)
    life.merged(cast, second, last)
    told = heads(cast)
    assert told[first["reference"]] == told[second["reference"]] == last["reference"]
    assert told[last["reference"]] is None
    assert words(cast, first, cast.rowan) == ["Thank you. We are looking into it."] * 2


@pytest.mark.parametrize("wrong", ["itself", "merged", "ended", "nonsense", "an agency", "elsewhere"])
def test_a_flag_is_merged_into_another_open_flag_of_its_partnership_alone(
    owner: Database, door: Door, cast: Cast, wrong: str
) -> None:
    flag = taken(cast)
    into = {
        "itself": lambda: flag["id"],
        "merged": lambda: life.merged(cast)["id"],
        "ended": lambda: life.withdrawn(cast)["id"],
        "nonsense": lambda: "nonsense",
        "an agency": lambda: cast.agency_id("SEVERN-LA"),
        "elsewhere": lambda: raised(settle_cast(owner, door))["id"],
    }[wrong]()
    before = snapshot(owner)
    answer = cast.ask(cast.morgan, DECIDE, input=life.deciding(flag, life.merging({"id": into})))["triageFlag"]
    assert [each["path"] for each in answer["errors"]] == [["decision", "merge", "intoId"]]
    unseen = wrong in {"nonsense", "an agency", "elsewhere"}
    assert [each["code"] for each in answer["errors"]] == ["UNKNOWN" if unseen else "NOT_ALLOWED"]
    assert changed(before, snapshot(owner)) == {}


def test_a_flag_that_carries_others_is_not_taken_back(cast: Cast) -> None:
    target = raised(cast)
    life.merged(cast, by_ari(cast), target)
    target = life.stands(cast, target)
    can = "query($id: ID!) { flag(by: {id: $id}) { viewerCanWithdraw } }"
    assert cast.ask(cast.rowan, can, id=target["id"])["flag"] == {"viewerCanWithdraw": False}
    before = snapshot(cast.owner)
    answer = cast.ask(cast.rowan, life.WITHDRAW, input=life.withdrawing(target))["withdrawFlag"]
    assert [(each["code"], each["path"]) for each in answer["errors"]] == [("NOT_ALLOWED", ["id"])]
    assert "merge" not in str(answer).lower()
    assert changed(before, snapshot(cast.owner)) == {}


def _at_once(cast: Cast, merges: list[tuple[dict[str, Any], dict[str, Any]]]) -> list[str]:
    def merge(one: tuple[dict[str, Any], dict[str, Any]]) -> str:
        flag, into = one
        by = cast.morgan if flag["reference"] < into["reference"] else cast.jo
        execution = cast.try_to_ask(by, DECIDE, input=life.deciding(flag, life.merging(into)))
        assert execution.cause is None, execution.cause
        assert execution.data is not None
        return str(execution.data["triageFlag"]["__typename"])

    with ThreadPoolExecutor(len(merges)) as threads:
        return list(threads.map(merge, merges))


def test_two_flags_merged_into_each_other_at_once_leave_one_head(cast: Cast) -> None:
    for _ in range(5):
        one, other = taken(cast), taken(cast)
        assert sorted(_at_once(cast, [(one, other), (other, one)])) in (
            ["FlagSaved", "Invalid"],
            ["Conflict", "FlagSaved"],
        )
        assert sorted(each is None for each in (heads(cast)[flag["reference"]] for flag in (one, other))) == [
            False,
            True,
        ]


def test_a_ring_of_merges_at_once_has_no_circle_and_every_head_is_open(cast: Cast) -> None:
    ring = [taken(cast) for _ in range(6)]
    merges = [(flag, ring[(place + 1) % len(ring)]) for place, flag in enumerate(ring)]
    _at_once(cast, merges)
    carried = heads(cast)
    states = {flag["reference"]: life.stands(cast, flag)["state"] for flag in ring}
    for reference, head in carried.items():
        # Whoever is carried on is carried by a flag that is not: one step leads to the head.
        assert (head is None) == (states[reference] == "IN_TRIAGE")
        assert head is None or carried[head] is None
    assert sum(head is None for head in carried.values()) >= 1


def test_a_decision_and_a_merge_into_the_same_flag_at_once_lose_no_word(cast: Cast) -> None:
    target, flag = taken(cast), by_ari(cast)
    end = life.deciding(target, {"noFurtherAction": {"reasonCode": "NEED_MET"}}, feedback="It is done.")
    merge = life.deciding(flag, life.merging(target), feedback="Carried on elsewhere.")

    def decide(given: dict[str, Any]) -> str:
        execution = cast.try_to_ask(cast.morgan, DECIDE, input=given)
        assert execution.cause is None, execution.cause
        assert execution.data is not None
        return str(execution.data["triageFlag"]["__typename"])

    with ThreadPoolExecutor(2) as threads:
        ended, merged = threads.map(decide, [end, merge])
    assert ended == "FlagSaved"
    # Either it was merged in time and heard how it ended, or it came too late and stays for triage to decide on.
    if merged == "FlagSaved":
        assert words(cast, flag, cast.ari) == ["It is done.", "Carried on elsewhere."]
    else:
        assert (merged, life.stands(cast, flag)["state"]) == ("Invalid", "IN_TRIAGE")
        assert words(cast, flag, cast.ari) == []


def test_the_line_of_audit_of_a_merge_names_every_flag_it_touched(cast: Cast) -> None:
    first, second, last = taken(cast), taken(cast), raised(cast)
    life.merged(cast, first, second)
    life.merged(cast, life.stands(cast, second), last)
    with cast.truth() as session:
        subjects = session.scalars(
            text(
                "select k.root_id from audit_subject s join audit_subject_key k using (pseudonym)"
                " where s.audit_event_id ="
                " (select max(id) from audit_event where membership_id = :by and action = 'WRITE')"
            ),
            {"by": cast.morgan.membership_id},
        ).all()
    assert {life.uncovered(cast, flag) for flag in (first, second, last)} <= set(subjects)


def test_a_merged_flag_takes_no_step(cast: Cast) -> None:
    merged = life.merged(cast)
    before = snapshot(cast.owner)
    for viewer, document, given in (
        (cast.morgan, TAKE, life.change(merged)),
        (cast.morgan, DECIDE, life.deciding(merged, {"noFurtherAction": {"reasonCode": "NEED_MET"}})),
        (cast.rowan, life.REOPEN, life.reopening(merged)),
        (cast.rowan, life.WITHDRAW, life.withdrawing(merged)),
        (cast.morgan, life.CLOSE, life.closing(merged)),
    ):
        [answer] = cast.ask(viewer, document, input=given | {"idempotencyKey": key()}).values()
        assert answer["__typename"] == "Invalid", answer
    assert changed(before, snapshot(cast.owner)) == {}
