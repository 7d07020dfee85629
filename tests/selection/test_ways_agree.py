"""All ways to a flag agree: whoever finds it by one finds the same by every other, and whoever does not, by none."""

import os
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import pytest
from sqlalchemy import text

from graphql_schema import Door
from portal.access.context import Wall
from portal.access.viewer import Viewer
from portal.db import Database
from tests.factories import life
from tests.factories.cast import Cast, key, settle_cast
from tests.factories.drafts import drafted
from tests.factories.flags import answered, ended, group_report, imported, raised, shared, taken
from tests.factories.notices import waiting
from tests.selection import ways

FEW = ("rowan", "morgan", "sam", "robin")


@pytest.fixture(scope="module")
def casts(owner: Database, door: Door) -> tuple[Cast, Cast]:
    """A partnership with a flag in every place of its life, and a smaller one beside it."""
    cast, other = settle_cast(owner, door), settle_cast(owner, door)
    head = raised(cast, cast.ari, urgency="ROUTINE", concernCode="LOW_MOOD")
    flags = [
        raised(cast), taken(cast), life.asked(cast), shared(cast), answered(cast), ended(cast),
        life.merged(cast, taken(cast, raised(cast, cast.dana)), into=head), life.merged(cast, into=head),
        life.escalated(cast), life.closed(cast), life.withdrawn(cast), imported(cast), drafted(cast),
        raised(cast, cast.dana, subject=group_report()["subject"]),
    ]  # fmt: skip
    for flag in (flags[0], flags[3], head):
        for viewer in (cast.rowan, cast.morgan, cast.sam):
            waiting(cast, flag, viewer)
    raised(other), shared(other), imported(other)
    return cast, other


@pytest.fixture(scope="module")
def truth(casts: tuple[Cast, Cast]) -> dict[str, str]:
    """The id of every flag of both partnerships by its reference, as the database holds them."""
    seal = casts[0].door._opened_seal()
    of_both = "select reference, id from flag where partnership_id in (:one, :other)"
    given = {"one": casts[0].settled.partnership_id, "other": casts[1].settled.partnership_id}
    with casts[0].truth() as session:
        return {row.reference: seal.seal_id("Flag", row.id) for row in session.execute(text(of_both), given)}


@pytest.fixture(scope="module")
def everybody(casts: tuple[Cast, Cast], much: Callable[[int, int], int]) -> list[tuple[str, Viewer | None]]:
    names = (much(1, 0) and FEW) or tuple(casts[0].viewers)
    there = [(name, casts[0].viewers[name]) for name in names]
    return [*there, ("other.morgan", casts[1].morgan), ("nobody", None)]


def test_lists_lookups_nodes_and_sql_agree_on_what_there_is(
    casts: tuple[Cast, Cast], truth: dict[str, str], everybody: list[tuple[str, Viewer | None]], wall: Wall
) -> None:
    cast, most = casts[0], 0
    for name, viewer in everybody:
        found = {flag["reference"]: ways.plain(flag) for flag in ways.listed(cast, viewer)}
        most = max(most, len(found))
        assert ways.queried(wall, viewer) & set(truth) == set(found) & set(truth), name
        together = cast.ask(viewer, ways.NODES, ids=list(truth.values()))["nodes"]
        for (reference, global_id), node in zip(truth.items(), together, strict=True):
            expected = found.get(reference)
            answers = cast.ask(viewer, ways.BY_ID, id=global_id)
            answers |= {"by reference": cast.ask(viewer, ways.BY_REFERENCE, reference=reference)["flag"]}
            answers |= {"among nodes": node and ways.plain(node)}
            assert all(each == expected for each in answers.values()), (name, reference, answers, expected)
    assert most > 12


def test_what_is_nested_in_a_flag_a_share_or_a_notice_is_what_its_own_list_shows(
    casts: tuple[Cast, Cast], everybody: list[tuple[str, Viewer | None]]
) -> None:
    cast, nested = casts[0], 0
    for name, viewer in everybody:
        flags = ways.listed(cast, viewer)
        found = {flag["id"]: ways.plain(flag) for flag in flags}
        for inner in _nested(cast, viewer, flags):
            nested += 1
            assert found.get(inner["id"]) == ways.plain(inner), (name, inner)
        for flag in flags:
            merged = [edge["node"]["id"] for edge in (flag["mergedFlags"] or {"edges": ()})["edges"]]
            into_this = {each["id"] for each in flags if (each["mergedInto"] or {}).get("id") == flag["id"]}
            if flag["mergedFlags"] is not None:
                assert into_this <= set(merged), (name, "merged flags leave one out that says it was merged")
                assert len(merged) == flag["mergedFlags"]["totalCount"]["value"] == len(set(merged)), name
            if flag["mergedInto"] is not None:
                assert flag["mergedInto"]["id"] in found, (name, "merged into what is hidden")
    assert nested > 30


def _nested(cast: Cast, viewer: Viewer | None, flags: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Every flag that is read through another record: merged ones, those of notices, shares and likenesses."""
    for flag in flags:
        yield from (edge["node"] for edge in (flag["mergedFlags"] or {"edges": ()})["edges"])
    notices = cast.ask(viewer, ways.NOTICES)["notifications"]["edges"]
    yield from (edge["node"]["flag"] for edge in notices if edge["node"]["flag"])
    shares = [edge["node"]["id"] for flag in flags for edge in (flag["shares"] or {"edges": ()})["edges"]]
    for start in range(0, len(shares), 20):
        for share in cast.ask(viewer, ways.SHARES, ids=shares[start : start + 20])["nodes"]:
            assert share is not None, "a share that is listed is no node"
            yield share["flag"]
    people = sorted({flag["subject"]["id"] for flag in flags if (flag["subject"] or {}).get("id")})
    for person in cast.ask(viewer, ways.SHARES, ids=people[:20])["nodes"]:
        assert person is not None, "a person that is named is no node"
    alike = {"subject": {"person": {"preferredName": "Kai"}}, "place": "Bus shelter, Station Parade"}
    yield from cast.ask(viewer, ways.SIMILAR, input=alike | {"idempotencyKey": key()})["similarFlags"]


def test_any_filter_order_and_page_shows_the_same_flags(
    casts: tuple[Cast, Cast],
    truth: dict[str, str],
    everybody: list[tuple[str, Viewer | None]],
    much: Callable[[int, int], int],
) -> None:
    seed = os.environ.get("CONCORD_SEED") or os.urandom(4).hex()
    choices = Random(seed)  # noqa: S311  a run is repeated from it, nothing is secret
    strangers = list(truth.values())[-2:]
    for name, viewer in everybody:
        whole = ways.listed(casts[0], viewer)
        for _ in range(much(2, 150)):
            wanted = ways.some_filter(choices, whole, strangers)
            _agrees(casts[0], viewer, whole, wanted, choices, said=f"{name}, CONCORD_SEED={seed}: {wanted}")


def _agrees(
    cast: Cast, viewer: Viewer | None, whole: list[dict[str, Any]], wanted: dict[str, Any], choices: Random, said: str
) -> None:
    """That a list is what its reader would pick out of the whole, in any order, by any page, on any worklist."""
    expected = [flag["id"] for flag in whole if ways.holds(flag, wanted)]
    size, backward = choices.choice((1, 3, 100)), choices.random() < 0.5
    direction = choices.choice(("ASC", "DESC"))
    order = {"field": "RAISED_AT", "direction": direction}
    found = ways.found_ids(cast, viewer, size=size, backward=backward, filter=wanted, order=order)
    assert found == (expected if direction == "DESC" else expected[::-1]), f"{said} in pages of {size}"
    assert ways.counted(cast, viewer, wanted) == len(expected), said
    queue = {"queue": choices.choice(ways.QUEUES)}
    alone = set(ways.found_ids(cast, viewer, filter=queue))
    assert alone <= {flag["id"] for flag in whole}, f"{said} {queue}"
    both = ways.found_ids(cast, viewer, filter=wanted | queue)
    assert sorted(both) == sorted(alone & set(expected)), f"{said} {queue}"
    by_due = {"field": "DUE_AT", "direction": direction}
    due = ways.found_ids(cast, viewer, filter=wanted, order=by_due)
    assert set(due) <= set(expected), said
    assert len(due) == len(set(due)), said
