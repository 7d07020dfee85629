"""A plan that is used again answers as one made anew: for another viewer, another record, another page, and nobody."""

from copy import copy
from typing import Any
from uuid import uuid4

import pytest

from frontend.documents import document
from graphql_schema import Door
from graphql_schema.selection import plans
from portal.access.context import Wall
from portal.access.viewer import Viewer
from portal.db import Database
from tests.factories.cast import Cast, settle_cast
from tests.factories.flags import answered, raised, shared
from tests.factories.life import asked, closed, escalated

FLAG = document("flags/flag.graphql")
READ = "query Read($id: ID!) { flag(by: {id: $id}) { id reference fact opinion withheld { fieldGroup fields } } }"
TWO = """
query Two($one: ID!, $other: ID!) { one: flag(by: {id: $one}) { id fact } other: flag(by: {id: $other}) { id fact } }
"""


@pytest.fixture(scope="module")
def casts(owner: Database, wall: Wall) -> list[Cast]:
    """Two partnerships behind one door, whose people are of the same shapes."""
    door = Door(wall)
    return [settle_cast(owner, door), settle_cast(owner, door)]


def anew(cast: Cast, viewer: Viewer | None, text: str, name: str | None = None, **variables: Any) -> Any:
    """The answer of a door that has planned nothing yet."""
    door = copy(cast.door)
    door.plans = plans.Plans()
    execution = door.execute(text, variables, viewer, operation_name=name)
    assert execution.cause is None
    return execution.data


def again(cast: Cast, viewer: Viewer | None, text: str, name: str | None = None, **variables: Any) -> Any:
    """The answer of the door that everybody has used."""
    execution = cast.door.execute(text, variables, viewer, operation_name=name)
    assert execution.cause is None
    return execution.data


def test_everybody_reads_every_flag_as_if_they_were_the_first(casts: list[Cast]) -> None:
    flags = [make(cast) for cast in casts for make in (raised, asked, shared, closed)]
    read = 0
    for cast in casts:
        for viewer in (*cast.viewers.values(), None):
            for flag in flags:
                found = again(cast, viewer, READ, id=flag["id"])
                assert found == anew(cast, viewer, READ, id=flag["id"])
                read += bool(found and found["flag"])
    # Had nobody read anything, nothing would have been compared.
    assert read > len(flags) * 2


@pytest.mark.parametrize("name", ["rowan", "mel", "morgan", "sam", "dee"])
def test_the_page_of_a_flag_is_the_same_made_anew(casts: list[Cast], name: str) -> None:
    first, second = casts
    flag, other = escalated(second), answered(second)
    # Somebody of the other partnership has asked for theirs, so that the plan is there.
    again(first, first.viewers[name], FLAG.text, FLAG.name, id=answered(first)["id"])
    for each in (flag, other):
        found = again(second, second.viewers[name], FLAG.text, FLAG.name, id=each["id"])
        assert found == anew(second, second.viewers[name], FLAG.text, FLAG.name, id=each["id"])


def test_the_same_record_twice_and_two_records_are_told_apart(casts: list[Cast]) -> None:
    cast = casts[0]
    first, second = raised(cast, fact="The first."), raised(cast, fact="The second.")
    facts = {first["id"]: "The first.", second["id"]: "The second."}
    for one in (first, second):
        for other in (first, second):
            found = again(cast, cast.rowan, TWO, one=one["id"], other=other["id"])
            assert found["one"]["fact"] == facts[one["id"]]
            assert found["other"]["fact"] == facts[other["id"]]


def test_an_id_of_another_kind_or_of_nothing_finds_nothing(casts: list[Cast]) -> None:
    cast = casts[0]
    flag = raised(cast)
    assert again(cast, cast.rowan, READ, id=flag["id"])["flag"]
    for sealed in (cast.agency_id("SEVERN-LA"), cast.door._opened_seal().seal_id("Flag", uuid4()), "FLAG", "nothing"):
        assert again(cast, cast.rowan, READ, id=sealed) == {"flag": None}
    assert again(cast, cast.rowan, READ, id=flag["id"])["flag"]


def test_a_viewer_whose_own_id_is_asked_for_stays_who_they_are(casts: list[Cast]) -> None:
    """An id in the variables that is the viewer's own must not turn the next viewer's rule into a rule on that id."""
    text = """query($id: ID!) {
      agency(by: {id: $id}) { name } viewer { agency { name } } flags { edges { node { id } } }
    }"""
    cast = casts[0]
    raised(cast)
    for code in ("SEVERN-POLICE", "SEVERN-LA", "SEVERN-MHS"):
        for name in ("rowan", "ari", "morgan", "sam"):
            viewer, agency = cast.viewers[name], cast.agency_id(code)
            assert again(cast, viewer, text, id=agency) == anew(cast, viewer, text, id=agency)


def test_what_is_asked_again_is_not_planned_again(casts: list[Cast]) -> None:
    made = []
    cast = casts[0]
    flags = [raised(cast), raised(cast)]
    original = plans.Plans.keep

    def count(self: plans.Plans, key: Any, kept: plans.Kept) -> None:
        made.append(key)
        original(self, key, kept)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plans.Plans, "keep", count)
        door = copy(cast.door)
        door.plans = plans.Plans()
        for flag in flags * 3:
            for viewer in (cast.rowan, casts[1].rowan):
                door.execute(READ, {"id": flag["id"]}, viewer)
    assert len(made) == 1


def test_what_somebody_typed_is_not_kept(casts: list[Cast]) -> None:
    cast = casts[0]
    typed = "KAI"
    text = "query($words: String!) { flag(by: {reference: $words}) { id } }"
    again(cast, cast.rowan, text, words=typed)
    for key, kept in cast.door.plans._kept.items():
        assert typed not in repr(key)
        assert typed not in repr(kept.plan.parameters)


def test_there_are_only_so_many_plans() -> None:
    kept = plans.Plans()
    for place in range(plans.KEPT + 10):
        kept.keep(place, None)  # type: ignore[arg-type]
    assert len(kept._kept) == plans.KEPT
    assert kept.find(0) is None
