"""A read that shows records leaves one line with exactly those roots and the field groups that were shown of each."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from graphql_schema import Door
from portal.access.viewer import Viewer
from portal.audit.models import AuditAction, AuditEvent
from portal.db import Database
from tests.access.scene import imported
from tests.factories.audit import lines_since, mark, subjects_of
from tests.factories.cast import Cast, settle_cast
from tests.factories.flags import group_report, raised, shared, taken
from tests.oracle.grid import GROUPS

FLAG = "query($id: ID!) { flag(by: {id: $id}) %s }"


@pytest.fixture(scope="module")
def team(owner: Database, door: Door) -> Cast:
    """A cast with one flag of each kind."""
    cast = settle_cast(owner, door)
    imported(cast)
    raised(cast, subject=group_report()["subject"])
    return cast


@pytest.fixture(scope="module")
def flag(team: Cast) -> dict[str, Any]:
    """A flag about a person, shared with health."""
    return shared(team)


def read(cast: Cast, viewer: Viewer | None, document: str, **variables: Any) -> tuple[list[AuditEvent], Any]:
    """The lines that a read leaves, and what it answered."""
    before = mark(cast.owner)
    execution = cast.door.execute(document, variables, viewer)
    assert execution.cause is None
    return lines_since(cast.owner, before), execution.data


def named(cast: Cast, lines: list[AuditEvent], *missing: UUID) -> dict[UUID, set[str]]:
    """The roots that the one line names, each with the groups of which anything was shown."""
    [line] = lines
    with cast.owner.transaction() as session:
        subjects = subjects_of(session, line.id, asked_for=missing)
    return {
        root: {group for place, group in enumerate(GROUPS) if packed >> (3 * place) & 0b111}
        for root, packed in subjects.items()
    }


def key(cast: Cast, global_id: str) -> UUID:
    """The key inside a global id."""
    opened = cast.door._opened_seal().open_id(global_id)
    assert opened is not None
    return opened[1]


@pytest.mark.parametrize(
    ("viewer", "selection", "groups"),
    [
        ("rowan", "{ id reference state }", set()),
        ("rowan", "{ fact }", {"FLAG_FACTS"}),
        ("rowan", "{ a: fact b: urgency opinion standpoint }", {"FLAG_FACTS", "FLAG_OPINION", "STANDPOINT"}),
        ("rowan", "{ told purpose { code } ageBand { code } }", {"LAWFUL_BASIS", "IDENTITY"}),
        ("rowan", "{ feedback { edges { node { text } } } }", {"TRIAGE"}),
        ("rowan", "{ decision { rationale } }", {"TRIAGE"}),
        ("rowan", "{ shares { edges { node { proportionalityNote } } } }", {"LAWFUL_BASIS"}),
        ("sam", "{ urgency }", {"FLAG_FACTS"}),
        ("sam", "{ fact }", set()),
        ("sam", "{ opinion standpoint thirdPartyNotes sourceReference { value } }", set()),
        ("ines", "{ urgency opinion }", {"FLAG_FACTS"}),
        ("rowan", "{ fact @skip(if: true) opinion @include(if: false) state }", set()),
        ("rowan", "{ ... on Maskable { withheld { fieldGroup } } disclosure { because } }", set()),
    ],
)
def test_a_line_names_the_groups_that_were_shown_and_no_other(
    team: Cast, flag: dict[str, Any], viewer: str, selection: str, groups: set[str]
) -> None:
    lines, _ = read(team, team.viewers[viewer], FLAG % selection, id=flag["id"])
    assert named(team, lines) == {key(team, flag["id"]): groups}
    assert (lines[0].action, lines[0].operation, lines[0].outcome) == (AuditAction.READ, "flag", "DONE")


def test_a_person_is_named_beside_their_flag_when_they_were_shown(team: Cast, flag: dict[str, Any]) -> None:
    selection = "{ fact subject { ... on Person { id preferredName } } }"
    lines, data = read(team, team.morgan, FLAG % selection, id=flag["id"])
    person = key(team, data["flag"]["subject"]["id"])
    assert named(team, lines) == {key(team, flag["id"]): {"FLAG_FACTS"}, person: {"IDENTITY"}}


def test_a_record_reached_round_a_corner_is_named_with_all_that_was_shown(team: Cast, flag: dict[str, Any]) -> None:
    selection = "{ fact shares { edges { node { flag { opinion } } } } }"
    lines, _ = read(team, team.morgan, FLAG % selection, id=flag["id"])
    assert named(team, lines) == {key(team, flag["id"]): {"FLAG_FACTS", "FLAG_OPINION", "LAWFUL_BASIS"}}


def test_a_child_fetched_by_id_names_the_root_it_hangs_under(team: Cast, flag: dict[str, Any]) -> None:
    selection = "{ decision { id } feedback { edges { node { id } } } shares { edges { node { id } } } }"
    _, data = read(team, team.morgan, FLAG % selection, id=flag["id"])
    for child in (data["flag"]["decision"]["id"], data["flag"]["feedback"]["edges"][0]["node"]["id"]):
        lines, _ = read(team, team.morgan, "query($id: ID!) { node(id: $id) { id } }", id=child)
        assert named(team, lines) == {key(team, flag["id"]): {"TRIAGE"}}
    share = data["flag"]["shares"]["edges"][0]["node"]["id"]
    lines, _ = read(team, team.morgan, "query($id: ID!) { node(id: $id) { id } }", id=share)
    assert named(team, lines) == {key(team, flag["id"]): {"LAWFUL_BASIS"}}


def test_a_list_names_exactly_the_flags_of_the_page(team: Cast, flag: dict[str, Any]) -> None:
    for arguments in ("first: 1", "last: 1", "first: 2", "first: 100"):
        lines, data = read(team, team.rowan, f"{{ flags({arguments}) {{ edges {{ node {{ id fact }} }} }} }}")
        shown = {key(team, edge["node"]["id"]) for edge in data["flags"]["edges"]}
        assert named(team, lines) == {root: {"FLAG_FACTS"} for root in shown}
    lines, data = read(team, team.rowan, "{ flags(first: 2) { edges { cursor } } }")
    assert [len(each) for each in (named(team, lines), data["flags"]["edges"])] == [2, 2]
    assert key(team, flag["id"]) in named(team, lines)


def test_a_flag_whose_cursor_is_told_is_named(team: Cast) -> None:
    everything = "{ flags(first: 2) { edges { node { id } } pageInfo { %s } } }"
    _, data = read(team, team.rowan, everything % "hasNextPage")
    first, last = (key(team, edge["node"]["id"]) for edge in data["flags"]["edges"])
    only = "{ flags(first: 2) { pageInfo { %s } } }"
    for told, shown in (("startCursor", {first}), ("endCursor", {last}), ("startCursor endCursor", {first, last})):
        lines, _ = read(team, team.rowan, only % told)
        assert named(team, lines).keys() == shown
    assert read(team, team.rowan, only % "hasNextPage hasPreviousPage")[0] == []


def test_several_questions_in_one_operation_are_one_line(team: Cast, flag: dict[str, Any]) -> None:
    missing = team.door._opened_seal().seal_id("Flag", uuid4())
    document = """query($id: ID!, $missing: ID!) {
      a: flag(by: {id: $id}) { fact } b: node(id: $id) { ... on Flag { opinion } } flags(first: 1) { edges { cursor } }
      c: flag(by: {id: $missing}) { id } viewer { role } }"""
    lines, _ = read(team, team.rowan, document, id=flag["id"], missing=missing)
    found = named(team, lines, key(team, missing))
    assert found[key(team, flag["id"])] >= {"FLAG_FACTS", "FLAG_OPINION"}
    assert found[key(team, missing)] == set()
    assert lines[0].operation == "flag,flags,node,viewer"


@pytest.mark.parametrize(
    "document",
    [
        "{ viewer { role user { displayName } } instance { name } }",
        "{ agencies(first: 1) { edges { node { name } } } partnerships { edges { node { name } } } }",
        '{ concepts(vocabulary: "concern") { edges { node { code } } } }',
        "{ flags { totalCount { value } } }",
        "{ notifications { edges { node { id } } } }",
        '{ agency(by: {code: {list: "X", value: "Y"}}) { id } }',
        "{ flags(first: 0) { edges { cursor } } }",
    ],
)
def test_a_read_that_shows_no_record_leaves_no_line(team: Cast, document: str) -> None:
    assert read(team, team.dana, document)[0] == []


def test_looking_up_what_is_not_there_or_not_ones_own_leaves_one_line_of_refusal(
    team: Cast, flag: dict[str, Any]
) -> None:
    missing = team.door._opened_seal().seal_id("Flag", uuid4())
    for viewer in (team.priya, team.ari, None):
        for document in (FLAG % "{ id }", "query($id: ID!) { node(id: $id) { id } }"):
            for wanted in (flag["id"], missing):
                lines, data = read(team, viewer, document, id=wanted)
                assert not any(data.values())
                assert named(team, lines, key(team, missing)) == {key(team, wanted): set()}
                assert (lines[0].action, lines[0].outcome) == (AuditAction.DENY, "NotFound")
            lines, _ = read(team, viewer, document, id="a forged id")
            assert (named(team, lines), lines[0].action) == ({}, AuditAction.DENY)
        lines, data = read(team, viewer, "query($r: String!) { flag(by: {reference: $r}) { id } }", r=flag["reference"])
        assert data == {"flag": None}
        assert (named(team, lines), lines[0].action) == ({}, AuditAction.DENY)


def test_a_line_never_repeats_what_the_caller_called_things(team: Cast, flag: dict[str, Any]) -> None:
    document = "query Canary($id: ID!) { canary: flag(by: {id: $id}) { canary: reference } }"
    lines, _ = read(team, team.rowan, document, id=flag["id"])
    assert lines[0].operation == "flag"


def test_taking_a_flag_and_reading_it_back_is_one_line_of_writing(team: Cast) -> None:
    before = mark(team.owner)
    taken(team, None)
    assert [line.operation for line in lines_since(team.owner, before)] == ["raiseFlag", "startTriage"]
