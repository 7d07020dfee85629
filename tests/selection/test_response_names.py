"""A caller names what is answered; whatever the names, every value is the one that was asked for."""

from typing import Any

from tests.selection.conftest import Pile


def ask(pile: Pile, selection: str, **variables: Any) -> Any:
    """What Rowan reads of the newest flag."""
    declared = "".join(f", ${name}: Boolean!" for name in variables)
    document = f"query($id: ID!{declared}) {{ flag(by: {{id: $id}}) {selection} }}"
    return pile.cast.ask(pile.cast.rowan, document, id=pile.shared_id, **variables)["flag"]


def test_two_fields_may_trade_names(pile: Pile) -> None:
    assert ask(pile, "{ fact: opinion opinion: fact }") == {
        "fact": "Third time this month.",
        "opinion": "Sitting alone with two empty cans.",
    }


def test_a_field_may_be_called_typename_and_the_type_still_be_known(pile: Pile) -> None:
    found = ask(pile, "{ __typename: reference t: __typename subject { __typename: __typename k: __typename } }")
    assert found["t"] == "Flag"
    assert found["__typename"].startswith("F-")
    assert found["subject"] == {"__typename": "Person", "k": "Person"}
    inside = ask(pile, "{ subject { ... on Person { __typename: preferredName state: restricted } } }")
    assert inside["subject"] == {"__typename": "Kai", "state": False}


def test_one_list_may_be_asked_for_twice_with_other_arguments(pile: Pile) -> None:
    found = ask(
        pile,
        """{
          newest: transitions(first: 1) { edges { node { to } } }
          oldest: transitions(last: 1) { edges { node { to } } }
          all: transitions { edges { node { to } } totalCount { value } }
        }""",
    )
    states = [edge["node"]["to"] for edge in found["all"]["edges"]]
    assert states == ["SHARED", "IN_TRIAGE", "SUBMITTED"]
    assert [edge["node"]["to"] for edge in found["newest"]["edges"]] == ["SHARED"]
    assert [edge["node"]["to"] for edge in found["oldest"]["edges"]] == ["SUBMITTED"]


def test_one_root_field_may_be_asked_for_twice_with_other_arguments(pile: Pile) -> None:
    document = """query($id: ID!) {
      one: flag(by: {id: $id}) { id } none: flag(by: {reference: "F-0"}) { id }
      two: flags(first: 2) { edges { node { id } } } three: flags(first: 3) { edges { node { id } } }
    }"""
    found = pile.cast.ask(pile.cast.rowan, document, id=pile.shared_id)
    assert found["one"] == {"id": pile.shared_id}
    assert found["none"] is None
    assert (len(found["two"]["edges"]), len(found["three"]["edges"])) == (2, 3)


def test_the_parts_of_a_connection_may_be_called_anything(pile: Pile) -> None:
    document = """{ flags(first: 2) {
      a: edges { node: cursor cursor: node { edges: reference } }
      b: edges { x: node { fact } y: node { opinion } }
      pageInfo: totalCount { value: more more: value }
      totalCount: pageInfo { hasNextPage: endCursor endCursor: hasNextPage }
    } }"""
    found = pile.cast.ask(pile.cast.rowan, document)["flags"]
    assert [set(edge) for edge in found["a"]] == [{"node", "cursor"}] * 2
    assert all(edge["cursor"]["edges"].startswith("F-") for edge in found["a"])
    assert found["b"][0] == {
        "x": {"fact": "Sitting alone with two empty cans."},
        "y": {"opinion": "Third time this month."},
    }
    assert found["pageInfo"] == {"value": True, "more": 100}
    assert found["totalCount"] == {"hasNextPage": found["a"][1]["node"], "endCursor": True}


def test_fragments_say_the_same_as_what_they_stand_for(pile: Pile) -> None:
    document = """
    query($id: ID!) {
      plain: flag(by: {id: $id}) { id version fact disclosure { because } withheld { fieldGroup } }
      spread: flag(by: {id: $id}) { ...Whole }
      node(id: $id) {
        id
        ... on Versioned { version }
        ... on Disclosed { disclosure { because } }
        ... on Maskable { withheld { ...Group } }
        ... on Person { preferredName }
        ... on Flag { ... on Flag { ... @include(if: true) { fact } } }
      }
    }
    fragment Whole on Flag { ...Names ...Closed fact }
    fragment Names on Flag { id ... on Node { id } ... on Versioned { version } }
    fragment Closed on Maskable { withheld { ...Group } ... on Disclosed { disclosure { because } } }
    fragment Group on Withheld { fieldGroup }
    """
    found = pile.cast.ask(pile.cast.rowan, document, id=pile.shared_id)
    assert found["plain"] == found["spread"] == found["node"]
    assert found["plain"]["withheld"]


def test_a_union_is_read_by_the_fragment_that_fits(pile: Pile) -> None:
    document = """{ flags(first: 40) { edges { node { subject {
      __typename
      ... on Person { id shared: preferredName ...P }
      ... on PlaceGroup { id shared: description ...G }
      ... on Node { node: id }
      ... on Maskable { withheld { fieldGroup } }
    } } } } }
    fragment P on Person { ageBand { code } }
    fragment G on PlaceGroup { estimatedSize }
    """
    found = [edge["node"]["subject"] for edge in pile.cast.ask(pile.cast.rowan, document)["flags"]["edges"]]
    assert {subject["__typename"] for subject in found} == {"Person", "PlaceGroup"}
    for subject in found:
        assert subject["node"] == subject["id"]
        person = subject["__typename"] == "Person"
        assert subject["shared"] == ("Kai" if person else "Young people behind the parade of shops")
        assert (subject.get("ageBand"), subject.get("estimatedSize")) == (
            ({"code": "14_15"}, None) if person else (None, 7)
        )


def test_what_is_skipped_is_neither_answered_nor_counted_as_read(pile: Pile) -> None:
    selection = """{
      id @skip(if: $a) fact @include(if: $b) ... @include(if: $b) { opinion } state @skip(if: $b) @include(if: $a)
    }"""
    assert set(ask(pile, selection, a=True, b=False)) == {"state"}
    assert set(ask(pile, selection, a=False, b=True)) == {"id", "fact", "opinion"}
    assert set(ask(pile, selection, a=False, b=False)) == {"id"}
    assert ask(pile, "{ id @skip(if: $a) subject { ... on Person @skip(if: $a) { id } } }", a=True) == {"subject": {}}


def test_the_same_fields_merge_however_often_they_are_asked_for(pile: Pile) -> None:
    found = ask(
        pile, "{ decision { outcome } ... on Flag { decision { decidedAt } } decision { outcome withheld { fields } } }"
    )
    assert set(found["decision"]) == {"outcome", "decidedAt", "withheld"}


def test_a_record_reached_round_a_corner_is_the_same_record(pile: Pile) -> None:
    document = """query($id: ID!) { flag(by: {id: $id}) {
      reference fact shares(first: 1) { edges { node { flag { reference fact shares(first: 1) { edges { node { flag {
        reference fact opinion } } } } } } } } } }"""
    for viewer in (pile.cast.rowan, pile.cast.ines):
        flag = pile.cast.ask(viewer, document, id=pile.shared_id)["flag"]
        inner = flag["shares"]["edges"][0]["node"]["flag"]
        innermost = inner["shares"]["edges"][0]["node"]["flag"]
        assert flag["reference"] == inner["reference"] == innermost["reference"]
        assert flag["fact"] == inner["fact"] == innermost["fact"]
