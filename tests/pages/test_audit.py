"""What the pages of the audit say to whom, and that no address of theirs names anybody or any record."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from portal.audit import checkpoints
from portal.audit.checkpoints import read_anchor
from portal.db import Database
from tests.factories.audit import record_id
from tests.factories.cast import Cast, settle_cast
from tests.factories.flags import raised, shared, taken
from tests.oversight.alarms import alarm, checkpoint
from tests.oversight.asking import person_id
from tests.pages.conftest import ReadAs
from tests.pages.reader import Reader
from tests.pages.words_on import words_on

FLAG = "query($id: ID!) { flag(by: {id: $id}) { fact opinion } }"
NOBODY = "Nobody in your agency has this in their name."
NOT_KNOWN = "Your agency neither raised a record with this reference nor was ever shown one."


def rows(page: str) -> list[list[str]]:
    """The lines of a page, each as the words of its cells."""
    body = page.split("<tbody")[1].split("</tbody>", maxsplit=1)[0]
    found = [re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL) for row in body.split("</tr>")[:-1]]
    return [[words_on(cell) for cell in cells] for cells in found]


def searched(reader: Reader, **typed: str) -> Any:
    """The page that a search leads to, or the form with what is wrong."""
    answer = reader.send("/audit", **typed)
    return reader.follow(answer) if answer.status_code == 303 else answer


@pytest.mark.parametrize("name", ["gail", "harper", "toby"])
def test_whoever_reads_the_audit_begins_there(cast: Cast, read_as: ReadAs, name: str) -> None:
    reader = read_as(cast.viewers[name])
    assert reader.get("/").location == "/audit"
    page = reader.get("/audit")
    assert page.status_code == 200
    assert 'href="/audit"' in page.text
    assert 'href="/audit"' not in read_as(cast.rowan).get("/flags").text


def test_a_line_says_when_who_what_and_which_record_in_words(cast: Cast, read_as: ReadAs) -> None:
    flag = taken(cast, raised(cast))
    cast.ask(cast.rowan, FLAG, id=flag["id"])
    cast.ask(cast.ari, FLAG, id=flag["id"])

    refused, read, took, sent = rows(read_as(cast.gail).get("/audit").text)[:4]
    assert refused[1:4] == [
        "PCSO Ari Byrne Officer",
        "Refused flag: not theirs to know of, or not there",
        f"Flag {flag['reference']}",
    ]
    assert read[1:3] == ["PC Rowan Hale Officer", "Read flag"]
    assert read[3] == f"Flag {flag['reference']} In full: What was seen or heard, What the flagger thinks"
    # Somebody of another agency has a role and no name.
    assert took[1:3] == ["Triage worker, Severnshire County Council", "Changed start triage"]
    assert sent[1:3] == ["PC Rowan Hale Officer", "Changed raise flag"]


def test_a_search_leads_to_an_address_that_names_nobody_and_no_record(cast: Cast, read_as: ReadAs) -> None:
    flag = raised(cast)
    raised(cast, by=cast.ari)
    reader = read_as(cast.gail)
    answer = reader.send(
        "/audit",
        name="hale",
        reference=flag["reference"].lower(),
        done="changes",
        since="2026-01-01",
        until="2096-01-01",
    )
    assert answer.status_code == 303
    asked = parse_qs(urlsplit(answer.location).query)
    assert {name: values for name, values in asked.items() if name not in {"person", "record"}} == {
        "done": ["changes"],
        "since": ["2026-01-01"],
        "until": ["2096-01-01"],
    }
    assert "hale" not in answer.location.lower()
    assert flag["reference"] not in answer.location
    page = reader.follow(answer)
    [line] = rows(page.text)
    assert line[1:3] == ["PC Rowan Hale Officer", "Changed raise flag"]
    assert f"About flag {flag['reference']}" in words_on(page.text)


def test_several_people_of_a_name_are_offered_and_none_of_another_agency(cast: Cast, read_as: ReadAs) -> None:
    reader = read_as(cast.gail)
    answer = searched(reader, name="pc")
    assert answer.status_code == 422
    assert "Several people have this in their name." in answer.text
    offered = answer.text.split("Which of them?")[1].split("</form>")[0]
    links = re.findall(r'href="(/audit\?person=[\w-]+)">(.*?)</a>', offered)
    assert {"PC Rowan Hale", "PC Dana Osei", "PCSO Ari Byrne"} == {name for _, name in links}
    assert reader.get(links[0][0]).status_code == 200
    for name in ("Teale", "Morgan", "nobody at all", "%"):
        answer = searched(reader, name=name)
        assert (answer.status_code, NOBODY in answer.text) == (422, True)


def test_a_reference_of_a_hidden_record_and_of_a_missing_one_are_answered_alike(cast: Cast, read_as: ReadAs) -> None:
    hidden = raised(settle_cast(cast.owner, cast.door))
    reader, told = read_as(cast.gail), []
    for reference in (hidden["reference"], "F-999999"):
        answer = searched(reader, reference=reference)
        assert answer.status_code == 422
        assert NOT_KNOWN in answer.text
        # Below the form stand the lines, with one more for every search.
        told.append(words_on(answer.text.split('role="status"')[0]).replace(reference, "X"))
    assert told[0] == told[1]
    for path in (
        f"/audit/records/{record_id(cast, hidden)}",
        "/audit/records/nothing",
        f"/audit?record={record_id(cast, hidden)}",
    ):
        assert reader.get(path).status_code == 404


def test_days_that_are_none_or_run_backwards_are_said_so(cast: Cast, read_as: ReadAs) -> None:
    reader = read_as(cast.gail)
    answer = searched(reader, since="yesterday")
    assert (answer.status_code, "Enter the day as a date." in answer.text) == (422, True)
    answer = searched(reader, since="2026-05-02", until="2026-05-01")
    assert (answer.status_code, "The last day is before the first one." in answer.text) == (422, True)
    for odd in ("since=2026-99-99", "done=everything", "person=%00", "until=0000-00-00", "record=" + "x" * 300):
        assert reader.get(f"/audit?{odd}").status_code == 200


def test_another_agency_s_person_is_nobody_to_search_by(cast: Cast, read_as: ReadAs) -> None:
    reader = read_as(cast.gail)
    assert reader.get(f"/audit?person={person_id(cast, cast.rowan)}").status_code == 200
    for stranger in (cast.morgan, settle_cast(cast.owner, cast.door).rowan):
        assert reader.get(f"/audit?person={person_id(cast, stranger)}").status_code == 404


def test_a_record_page_says_who_has_seen_it_by_agency_and_role(cast: Cast, read_as: ReadAs) -> None:
    flag = shared(cast, taken(cast, raised(cast)))
    cast.ask(cast.sam, FLAG, id=flag["id"])
    page = read_as(cast.gail).get(f"/audit/records/{record_id(cast, flag)}")
    told = words_on(page.text)
    assert f"Who has seen flag {flag['reference']}" in told
    assert "Severnshire Constabulary, your agency" in told
    assert [row[0] for row in rows(page.text)] == [
        "Service administrators Severnshire Health and Care",
        "Triage workers Severnshire County Council",
        "Officers Severnshire Constabulary",
    ]
    for word in ("Sam Okafor", "Morgan Teale", "Rowan", "Kai", "two empty cans"):
        assert word not in page.text
    lead = words_on(read_as(cast.toby).get(f"/audit/records/{record_id(cast, flag)}").text)
    assert "This is a record of Severnshire Constabulary, so you see your own people here." in lead
    assert "Officers" not in lead


def test_an_alarm_stands_with_its_rule_and_leads_to_the_lines_of_that_day(cast: Cast, read_as: ReadAs) -> None:
    raised(cast)
    reader = read_as(cast.gail)
    assert "Nobody stood out" in reader.get("/audit/alarms").text
    alarm(cast, cast.rowan)
    alarm(cast, cast.morgan)
    page = reader.get("/audit/alarms")
    [row] = rows(page.text)
    assert row[1:4] == ["PC Rowan Hale Officer", "131 in an hour", "100 in an hour"]
    assert "Triage workers: 400 in an hour" in words_on(page.text)
    [link] = re.findall(r'href="(/audit\?[^"]*person=[^"]*)"', page.text)
    lines = reader.get(link.replace("&amp;", "&"))
    assert {row[1] for row in rows(lines.text)} == {"PC Rowan Hale Officer"}
    # Guardians of the agency see on every page that something waits, and nobody else does.
    assert "1 alarm this week" in reader.get("/agreement").text
    for other in (cast.rowan, cast.noor, cast.sam, settle_cast(cast.owner, cast.door).gail):
        assert "this week" not in read_as(other).get("/agreement").text


def test_a_checkpoint_is_downloaded_as_it_was_signed_by_whoever_reads_the_audit(
    cast: Cast, read_as: ReadAs, owner: Database
) -> None:
    raised(cast)
    number = checkpoint(owner)
    reader = read_as(cast.toby)
    page = reader.get("/audit/seals")
    assert f'href="/audit/checkpoints/{number}.txt"' in page.text
    answer = reader.get(f"/audit/checkpoints/{number}.txt")
    assert (answer.status_code, answer.mimetype) == (200, "text/plain")
    with owner.transaction() as session:
        kept = checkpoints.kept(session, seal_number=number)
    assert kept is not None
    note, key = kept
    assert answer.text == note
    anchor = read_anchor(answer.data)
    assert key.verifies(anchor.signature, anchor.text.encode())
    assert str(key) in page.text
    for missing in (number + 10**6, 2**31 - 1, 2**70):
        assert reader.get(f"/audit/checkpoints/{missing}.txt").status_code == 404
    assert read_as(cast.rowan).get(f"/audit/checkpoints/{number}.txt").status_code == 404
