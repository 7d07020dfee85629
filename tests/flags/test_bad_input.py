"""Whatever somebody types is kept and read back exactly, or refused by name; nothing breaks."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from graphql_schema import Door
from portal.db import Database
from tests.factories.cast import Cast, settle_cast
from tests.factories.flags import report
from tests.factories.snapshot import changed, snapshot

DATA = Path(__file__).parents[1] / "data"
NAUGHTY = [each for each in json.loads((DATA / "blns.json").read_text(encoding="utf-8")) if isinstance(each, str)]
with (DATA / "hostile_names.csv").open(encoding="utf-8", newline="") as names:
    NAUGHTY += [row["name"] for row in csv.DictReader(names)]
# Nobody is asked for one, and people write them into every field there is: kept as written, right or wrong.
for published in ("nhs_numbers.csv", "postcodes.csv"):
    with (DATA / published).open(encoding="utf-8", newline="") as rows:
        NAUGHTY += [row["value"] for row in csv.DictReader(rows)]
NAUGHTY = list(dict.fromkeys(NAUGHTY))
# Characters that have broken stores of text before: ends of planes, joins, directions, private use, no characters.
NAUGHTY += [
    "\x01",
    "\x7f",
    "\x85",
    "\u2028",
    "\ufeff",
    "\ufffe",
    "\uffff",
    "\U0010ffff",
    "\u202eabc",
    "e\u0301",
    "é",
    "𝒳" * 200,
]
UNKEPT = ["\0", "a\0b", "\ud800", "\udfff", "a\ud83d", "\ude00\ud83d", "\0" * 3]
# As short an answer as a flag can have, because there are many.
RAISE = """
mutation($input: RaiseFlagInput!) {
  raiseFlag(input: $input) { __typename ... on FlagRaised { reference } ... on Invalid { errors { path code } } }
}
"""
READ = """
query($after: String) {
  flags(first: 100, after: $after, order: {field: RAISED_AT, direction: ASC}) {
    pageInfo { hasNextPage endCursor }
    edges { node { reference fact opinion subject { ... on Person { preferredName description } } } }
  }
}
"""


@pytest.fixture(scope="module")
def team(owner: Database, door: Door) -> Cast:
    """A cast whose flags are all bad."""
    return settle_cast(owner, door)


def said(name: str, looks: str) -> dict[str, Any]:
    """A report in which one string is a name and a fact, and another is a description and an opinion."""
    person = {"preferredName": name, "description": looks, "ageBandCode": "14_15"}
    return report(subject={"person": person}, fact=name, opinion=looks)


def kept(value: str) -> str | None:
    """What must be read back: the string, or nothing where only blanks were given."""
    return value if value.strip() else None


def test_every_naughty_string_is_read_back_exactly_or_refused_by_name(cast: Cast) -> None:
    """Two strings to a flag: each in turn is a name and a fact, or a description and an opinion."""
    told: dict[str, dict[str, Any]] = {}
    for name, looks in zip(NAUGHTY[0::2], [*NAUGHTY[1::2], "x"], strict=False):
        execution = cast.try_to_ask(cast.rowan, RAISE, input=said(name, looks))
        assert execution.cause is None, f"an internal error at {name!r} or {looks!r}"
        assert execution.data is not None
        answer = execution.data["raiseFlag"]
        if answer["__typename"] == "Invalid":
            codes = {(".".join(each["path"]), each["code"]) for each in answer["errors"]}
            assert codes == _must_break(name, looks), (name, looks)
            continue
        assert not _must_break(name, looks), (name, looks)
        subject = {"preferredName": kept(name), "description": kept(looks)}
        told[answer["reference"]] = {"fact": name, "opinion": kept(looks), "subject": subject}
    assert len(told) > 0.9 * len(NAUGHTY) / 2
    assert _all_read(cast) == told


def _must_break(name: str, looks: str) -> set[tuple[str, str]]:
    broken = set()
    if not name.strip():
        broken.add(("fact", "REQUIRED"))
    if not name.strip() and not looks.strip():
        broken.add(("subject.person.preferredName", "REQUIRED"))
    if len(name) > 200:
        broken.add(("subject.person.preferredName", "TOO_LONG"))
    return broken


def _all_read(cast: Cast) -> dict[str, dict[str, Any]]:
    found, after, more = {}, None, True
    while more:
        page = cast.ask(cast.rowan, READ, after=after)["flags"]
        found |= {node["reference"]: node for node in (edge["node"] for edge in page["edges"])}
        more, after = page["pageInfo"]["hasNextPage"], page["pageInfo"]["endCursor"]
    return {
        reference: {name: value for name, value in node.items() if name != "reference"}
        for reference, node in found.items()
    }


@pytest.mark.parametrize("bad", UNKEPT)
def test_what_cannot_be_kept_is_refused_by_name(team: Cast, bad: str) -> None:
    before = snapshot(team.owner)
    answer = team.ask(team.rowan, RAISE, input=said(f"Kai{bad}", f"Tall{bad}"))["raiseFlag"]
    assert {".".join(each["path"]) for each in answer["errors"] if each["code"] == "FORMAT"} == {
        "subject.person.preferredName", "subject.person.description", "fact", "opinion",
    }  # fmt: skip
    assert changed(before, snapshot(team.owner)) == {}


@pytest.mark.parametrize("bad", UNKEPT)
def test_no_field_of_a_report_breaks_on_what_cannot_be_kept(team: Cast, bad: str) -> None:
    before = snapshot(team.owner)
    subject = {"placeGroup": {"description": bad, "ageBandCode": bad, "usualTimes": bad}}
    texts = ("concernCode", "fact", "purposeCode", "opinion", "ownWords", "strengths", "thirdPartyNotes")
    worst: dict[str, Any] = dict.fromkeys(texts, bad)
    worst |= {"place": {"description": bad}, "source": {"system": bad, "value": bad}, "moreConcernCodes": [bad]}
    worst |= {"urgency": "IMMEDIATE", "emergency": {"actionCode": bad, "incidentNumber": bad}, "subject": subject}
    assert team.ask(team.rowan, RAISE, input=report(**worst))["raiseFlag"]["__typename"] == "Invalid"
    done = {"actionCode": "CONTROL_ROOM", "incidentNumber": f"1{bad}"}
    given = report(urgency="IMMEDIATE", emergency=done)
    assert team.ask(team.rowan, RAISE, input=given)["raiseFlag"]["__typename"] == "Invalid"
    assert changed(before, snapshot(team.owner)) == {}


@pytest.mark.parametrize("bad", UNKEPT)
def test_no_question_breaks_on_what_cannot_be_found(team: Cast, bad: str) -> None:
    for document in (
        "query($bad: String!) { found: flag(by: {reference: $bad}) { id } }",
        "query($bad: String!) { found: concepts(vocabulary: $bad) { edges { cursor } } }",
        "query($bad: String!) { found: agency(by: {code: {list: $bad, value: $bad}}) { id } }",
        "query($bad: String!) { found: agencies(filter: {kinds: [$bad]}) { edges { cursor } } }",
        "query($bad: String) { found: flags(after: $bad) { edges { cursor } } }",
        "query($bad: ID!) { found: node(id: $bad) { id } }",
    ):
        execution = team.try_to_ask(team.rowan, document, bad=bad)
        assert execution.cause is None, document
        assert not (execution.data or {}).get("found"), document


def test_a_group_and_its_place_are_read_back_exactly(team: Cast) -> None:
    text = "Jörg O'Brien-Ścibor <b>&amp;</b> \\n ${x} {{y}} %s '; drop table flag; -- 🧑‍🧒"
    group = {"description": text, "ageBandCode": "14_15", "estimatedSize": 7, "usualTimes": text}
    given = report(subject={"placeGroup": group}, place={"description": text}, ownWords=text, strengths=text)
    reference = team.ask(team.rowan, RAISE, input=given)["raiseFlag"]["reference"]
    read = """query($reference: String!) { flag(by: {reference: $reference}) {
      placeDescription ownWords strengths subject { ... on PlaceGroup { description usualTimes } } } }"""
    found = team.ask(team.rowan, read, reference=reference)["flag"]
    assert found == {
        "placeDescription": text,
        "ownWords": text,
        "strengths": text,
        "subject": {"description": text, "usualTimes": text},
    }
