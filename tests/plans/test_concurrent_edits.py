"""Two hundred edits of one plan at once: each is kept, or refused with the words that stand; none is lost."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Any

from sqlalchemy import select

from portal.access.viewer import Viewer
from portal.plans.models import Plan, PlanClause, PlanVersion
from tests.factories.cast import Cast, key
from tests.factories.plans import ANSWERS, countered, done, drafted, edit, nodes, proposed, read_plan, say, scheme_of

CLAUSES = 8
AT_ONCE = 12


def many_at_once(tries: list[Callable[[], dict[str, Any]]]) -> list[dict[str, Any]]:
    """Make these tries from threads of their own, and give the answers in the order of the tries."""
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        return [each.result() for each in [pool.submit(one) for one in tries]]


def sent(cast: Cast, by: Viewer, change: str, **given: Any) -> dict[str, Any]:
    """Try a change as a client does: with the same key again while the portal is too busy to look at it."""
    given = {"idempotencyKey": key()} | given
    while True:
        try:
            return say(cast, by, change, **given)
        except AssertionError as error:
            if "BUSY" not in str(error):
                raise


def writers(cast: Cast) -> list[Viewer]:
    """The commissioners of the three parties."""
    return [cast.brook, cast.frankie, cast.lou]


def with_clauses(cast: Cast) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A draft with as many clauses of the plan as a whole."""
    plan = drafted(cast)
    version_id = plan["currentVersion"]["id"]
    clauses = [
        done(
            cast, cast.brook, "addClause", planVersionId=version_id, kind="GENERAL", heading=f"No. {at}", text="Words."
        )
        for at in range(CLAUSES)
    ]
    return plan, clauses


def test_two_hundred_edits_at_once_lose_nothing(cast: Cast) -> None:
    plan, clauses = with_clauses(cast)
    chance = Random(5)  # noqa: S311  a draw that a failing run can repeat
    # Every edit was decided on the first text of its clause, so that each but the first is stale.
    tries = [(writers(cast)[at % 3], chance.choice(clauses), f"Edit {at}.") for at in range(200)]
    answers = many_at_once(
        [
            lambda by=by, clause=clause, text=text: sent(
                cast, by, "editClause", id=clause["id"], expectedVersion=clause["version"], text=text
            )
            for by, clause, text in tries
        ]
    )
    stands = {each["id"]: each for each in read_plan(cast, plan["id"])["currentVersion"]["clauses"]}
    kept = [
        (tried, answer) for tried, answer in zip(tries, answers, strict=True) if answer["__typename"] == "ClauseSaved"
    ]
    assert len(kept) == len({clause["id"] for _, clause, _ in tries})
    for (_, clause, text), _ in kept:
        assert stands[clause["id"]]["text"] == text
        assert stands[clause["id"]]["version"] == clause["version"] + 1
    for (_, clause, _), answer in zip(tries, answers, strict=True):
        if answer["__typename"] != "ClauseSaved":
            assert answer["reason"] == "STALE_VERSION"
            assert answer["clause"]["id"] == clause["id"]
            assert answer["clause"]["text"] == stands[clause["id"]]["text"]


def test_whoever_reads_again_and_decides_is_heard_however_many_write(cast: Cast) -> None:
    plan, clauses = with_clauses(cast)
    clause = clauses[0]

    def append(by: Viewer, words: str) -> dict[str, Any]:
        """Add words at the end of what stands, as often as it takes."""
        given = {"id": clause["id"], "expectedVersion": clause["version"], "text": f"Words. {words}"}
        while True:
            answer = sent(cast, by, "editClause", **given)
            if answer["__typename"] == "ClauseSaved":
                return answer
            now = answer["clause"]
            given |= {"expectedVersion": now["version"], "text": f"{now['text']} {words}"}

    said = [f"<{at}>" for at in range(24)]
    many_at_once([lambda at=at, words=words: append(writers(cast)[at % 3], words) for at, words in enumerate(said)])
    [after] = [each for each in read_plan(cast, plan["id"])["currentVersion"]["clauses"] if each["id"] == clause["id"]]
    assert sorted(after["text"].split()[1:]) == sorted(said)
    assert after["version"] == clause["version"] + len(said)


def test_what_is_added_at_once_is_all_there_in_one_order(cast: Cast) -> None:
    plan = drafted(cast)
    version_id = plan["currentVersion"]["id"]
    before = len(plan["currentVersion"]["clauses"])
    wanted = scheme_of(cast)
    tries: list[Callable[[], dict[str, Any]]] = [
        lambda at=at: sent(
            cast, writers(cast)[at % 3], "addClause", planVersionId=version_id, kind="GENERAL",
            heading=f"No. {at}", text="Words.", position=1 + at % 4,
        )
        for at in range(30)
    ]  # fmt: skip
    tries += [
        lambda at=at: sent(
            cast, writers(cast)[at % 3], "saveScheme", planVersionId=version_id, scheme=wanted | {"title": f"S{at}"}
        )
        for at in range(6)
    ]
    answers = many_at_once(tries)
    assert {answer["__typename"] for answer in answers} <= set(ANSWERS.values())
    after = read_plan(cast, plan["id"])["currentVersion"]
    assert len(after["clauses"]) == before + 30
    assert [each["number"] for each in after["clauses"]] == [f"G{at}" for at in range(1, before + 31)]
    assert [each["number"] for each in nodes(after["schemes"])] == list(range(1, 8))
    # The count that whoever proposes decides on has seen each of them.
    assert after["version"] == plan["currentVersion"]["version"] + len(answers)
    with cast.truth() as session:
        here = (
            select(PlanVersion.id).join(Plan, Plan.id == PlanVersion.plan_id).where(Plan.reference == plan["reference"])
        )
        of_plan = (PlanClause.plan_version_id.in_(here), PlanClause.scheme_key.is_(None))
        positions = session.scalars(select(PlanClause.position).where(*of_plan)).all()
    assert sorted(positions) == list(range(1, before + 31))


def test_of_many_who_propose_or_begin_the_next_version_one_is_first(cast: Cast) -> None:
    draft = drafted(cast)
    version = draft["currentVersion"]
    answers = many_at_once(
        [
            lambda by=by: sent(cast, by, "proposePlanVersion", id=version["id"], expectedVersion=version["version"])
            for by in writers(cast) * 4
        ]
    )
    assert [answer["__typename"] for answer in answers].count("PlanVersionSaved") == 1
    plan = read_plan(cast, draft["id"])
    answers = many_at_once(
        [
            lambda by=by: sent(cast, by, "draftNextPlanVersion", id=plan["id"], expectedVersion=plan["version"])
            for by in writers(cast) * 4
        ]
    )
    assert [answer["__typename"] for answer in answers].count("PlanVersionSaved") == 1
    assert [each["number"] for each in nodes(read_plan(cast, plan["id"])["versions"])] == [2, 1]


def test_of_many_who_accept_for_one_place_one_is_first(cast: Cast) -> None:
    plan = proposed(cast)
    both = [(countered(cast, plan), cast.lou), (countered(cast, plan, by=cast.lou, text="Never."), cast.frankie)]
    answers = many_at_once(
        [
            lambda by=by, offer=offer: sent(cast, by, "acceptProposal", **edit(offer))
            for offer, other in both
            for by in (cast.brook, other) * 3
        ]
    )
    saved = [answer for answer in answers if answer["__typename"] == "PlanVersionSaved"]
    assert len(saved) == 1
    assert {answer["reason"] for answer in answers if answer not in saved} == {"STALE_VERSION"}
    after = read_plan(cast, plan["id"])
    assert [(each["number"], each["state"]) for each in nodes(after["versions"])] == [
        (2, "PROPOSED"), (1, "SUPERSEDED"),
    ]  # fmt: skip
    # The other one is still there to be read, rejected or taken back.
    assert [each["state"] for each in nodes(after["currentVersion"]["proposals"])] == ["OPEN"]
