"""Both verifiers of a bundle number the places of a plan alike, and name the one that was changed."""

import json
import zipfile
from dataclasses import replace

import pytest
import rfc8785
from hypothesis import given, settings

from portal.operations.verify_plan import verify
from portal.plans.bundle import MEMBERS
from portal.plans.document import PlanDocument, canonical, leaves_of, merkle_root
from portal.plans.packing import members_of
from tests.plans.bundles import again, bundle, packed, refused, script
from tests.plans.documents import DOCUMENTS
from tests.plans.papers import clause, document, frozen, press, scheme


@pytest.mark.parametrize(
    ("before", "after", "place"),
    [
        ("A team of 4 works", "A team of 9 works", "scheme 1 clause 1.1"),
        ("40000.50", "10000.50", "scheme 1 money, scheme 2 money"),
        ("Liaison team 2", "Liaison team 7", "scheme 2"),
        ("2030-03-31", "2031-03-31", "period"),
        ("Nothing else is.", "Nothing else was", "clause G1"),
        ("Diversion in Severnshire", "Diversion in Newchester.", "plan"),
        ("A survey, 2026", "A survey, 2025", "evidence 1"),
        ("Officers are trained.", "Officers were trained", "standards"),
        ("900.00", "100.00", "scheme 1 measures, scheme 2 measures"),
        ("2027-09-01", "2028-09-01", "scheme 1 milestones, scheme 2 milestones"),
        ("Severnshire PCT", "Newchester PCT.", "parties"),
    ],
)
def test_the_place_that_was_changed_is_named(before: str, after: str, place: str) -> None:
    content = members_of(bundle(), MEMBERS)["plan.json"].decode()
    assert before in content
    changed = content.replace(before, after).encode()
    sentence = f"plan.json was changed: {place}."
    # In the file itself, byte for byte, and packed again by hand.
    assert refused(again({"plan.json": changed})) == sentence
    members = members_of(bundle(), MEMBERS) | {"plan.json": changed}
    assert refused(packed(members, zipfile.ZIP_DEFLATED)) == sentence
    if len(changed) == len(content.encode()):
        assert refused(bundle().replace(content.encode(), changed)) == sentence


def test_a_clause_that_was_added_or_taken_out_is_named() -> None:
    plan = json.loads(members_of(bundle(), MEMBERS)["plan.json"])
    more = json.loads(json.dumps(plan))
    more["schemes"][1]["clauses"].append(more["schemes"][0]["clauses"][0])
    assert refused(again({"plan.json": rfc8785.dumps(more)})) == "plan.json was changed: scheme 2 clause 2.3."
    del plan["schemes"][0]["clauses"][1]
    assert refused(again({"plan.json": rfc8785.dumps(plan)})) == "plan.json was changed: scheme 1 clause 1.2."
    spaced = json.dumps(json.loads(members_of(bundle(), MEMBERS)["plan.json"]), ensure_ascii=False).encode()
    assert refused(again({"plan.json": spaced})) == "plan.json was changed: the way it is written."
    assert refused(again({"plan.json": b"[" * 100_000})) == "plan.json was changed, and is no plan any more."


@settings(max_examples=60, deadline=None)
@given(DOCUMENTS)
def test_whatever_a_plan_says_has_the_same_leaves_for_both(plan: PlanDocument) -> None:
    parsed = json.loads(canonical(plan))
    theirs = script().leaves_of(parsed)
    assert list(theirs.items()) == [(leaf.name, leaf.hash) for leaf in leaves_of(parsed)]
    assert script().merkle_root(list(theirs.values())) == merkle_root(leaves_of(parsed))


@pytest.mark.parametrize("text", ['\x7f\x01\u2028 \\ " / é 𝄞 \t\r\n', "İı", "﷽ שלום", "\ufeff", "e\u0301"])
def test_words_of_any_script_have_the_same_leaves_for_both(text: str) -> None:
    first = replace(scheme(1), clauses=(clause("1.1", text, text * 50),))
    version = frozen(document(schemes=(first,), title=text, clauses=(), evidence=()))
    parsed = json.loads(version.content)
    assert script().leaves_of(parsed) == {leaf.name: leaf.hash for leaf in leaves_of(parsed)}
    assert verify(press().bundle(version), press().key).missing == ()
    script().verify(press().bundle(version), str(press().key))


def test_a_plan_with_many_schemes_has_the_same_root_for_both() -> None:
    for count in range(1, 9):
        parsed = json.loads(frozen(document(schemes=tuple(scheme(at) for at in range(1, count + 1)))).content)
        ours = leaves_of(parsed)
        assert script().merkle_root(list(script().leaves_of(parsed).values())) == merkle_root(ours)
