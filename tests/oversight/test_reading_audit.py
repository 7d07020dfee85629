"""Guardians and DPOs read what their own people did, by name, and what anybody did to the records of their agency.

Readers of another agency stand by agency and role; what the reader may not know looks like what is not there.
"""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from graphql_schema import Door
from portal.access.context import Wall
from portal.audit.queries import SUBJECTS_SHOWN
from portal.db import Database
from tests.factories.audit import lines_since, mark, record_id
from tests.factories.cast import PEOPLE, Cast, settle_cast
from tests.factories.flags import raised, shared, taken
from tests.oversight.asking import EVENTS, EVER, RECORD, about, events, of_work, person_id, said
from tests.oversight.asking import PEOPLE as PEOPLE_FOUND

READERS = ("gail", "wren", "harper", "toby")
OTHERS = ("rowan", "mel", "noor", "morgan", "dee", "priya", "hollis", "sam", "ines", "robin", "alex", "kit")
FLAG = "query($id: ID!) { flag(by: {id: $id}) { reference fact opinion raisedBy { displayName } } }"
LIST = "{ flags(first: 100) { edges { node { fact subject { __typename ... on Person { preferredName } } } } } }"
LINES = "audit_lines(null, null, now() - interval '1 day', null, null, null, null, false, 100, 10)"


@pytest.fixture(scope="module")
def lived(owner: Database, door: Door) -> tuple[Cast, dict[str, Any]]:
    """A partnership in which a flag was raised by police, taken and shared by the council, and read by health."""
    cast = settle_cast(owner, door)
    flag = shared(cast, taken(cast, raised(cast)))
    cast.ask(cast.sam, FLAG, id=flag["id"])
    cast.ask(cast.rowan, FLAG, id=flag["id"])
    cast.ask(cast.ari, FLAG, id=flag["id"])
    return cast, flag


def test_nobody_else_reads_the_audit_and_that_they_asked_is_kept(cast: Cast, owner: Database) -> None:
    flag = raised(cast)
    asked = (
        (EVENTS, {"filter": EVER}),
        (RECORD, {"by": {"reference": flag["reference"]}}),
        (RECORD, {"by": {"id": record_id(cast, flag)}}),
    )
    for name in (*OTHERS, None):
        viewer = None if name is None else cast.viewers[name]
        before = mark(owner)
        for document, variables in asked:
            assert set(cast.ask(viewer, document, **variables).values()) == {None}, name
        assert cast.ask(viewer, PEOPLE_FOUND, search="") == {"auditedPeople": {"edges": []}}
        assert [(line.action, line.outcome) for line in lines_since(owner, before)] == [("DENY", "NotFound")] * 3


def test_a_guardian_reads_what_their_own_people_did_by_name(lived: tuple[Cast, Any]) -> None:
    cast, flag = lived
    found = about(of_work(events(cast, cast.gail)), flag)
    own = [(each["person"]["displayName"], each["action"]) for each in found if each["person"]]
    assert own == [("PCSO Ari Byrne", "DENY"), ("PC Rowan Hale", "READ"), ("PC Rowan Hale", "WRITE")]
    assert {each["role"] for each in found if each["person"]} == {"OFFICER"}


def test_others_who_read_the_agency_s_records_stand_by_agency_and_role(lived: tuple[Cast, Any]) -> None:
    cast, flag = lived
    found = [
        each
        for each in about(of_work(events(cast, cast.gail)), flag)
        if each["agency"]["name"] != "Severnshire Constabulary"
    ]
    assert {(each["agency"]["name"], each["role"]) for each in found} == {
        ("Severnshire County Council", "TRIAGE_WORKER"),
        ("Severnshire Health and Care", "SERVICE_ADMINISTRATOR"),
    }
    assert {str(each["person"]) for each in found} == {"None"}


@pytest.mark.parametrize("name", READERS)
def test_no_name_of_another_agency_s_staff_stands_anywhere(lived: tuple[Cast, Any], name: str) -> None:
    cast, flag = lived
    viewer = cast.viewers[name]
    answers = [cast.ask(viewer, EVENTS, filter=EVER, first=100)]
    answers += [cast.ask(viewer, RECORD, by={"reference": flag["reference"]})]
    answers += [cast.ask(viewer, PEOPLE_FOUND, search="")]
    mine = PEOPLE[name][1]
    for other, (display_name, code) in PEOPLE.items():
        if code != mine and other != "kit":
            assert display_name not in said(answers), (name, other)


@pytest.mark.parametrize("name", READERS)
def test_no_word_of_any_record_stands_in_the_audit(lived: tuple[Cast, Any], name: str) -> None:
    cast, flag = lived
    answers = [cast.ask(cast.viewers[name], EVENTS, filter=EVER, first=100)]
    answers += [cast.ask(cast.viewers[name], RECORD, by={"reference": flag["reference"]})]
    for word in ("Kai", "two empty cans", "Third time", "Station Parade", "older brother"):
        assert word not in said(answers)


def test_a_record_belongs_to_the_agency_that_raised_it_so_the_lead_reads_its_own_people_only(
    lived: tuple[Cast, Any],
) -> None:
    cast, flag = lived
    for viewer in (cast.harper, cast.toby):
        found = about(of_work(events(cast, viewer)), flag)
        assert {each["person"]["displayName"] for each in found} == {"Morgan Teale"}
        [record] = cast.ask(viewer, RECORD, by={"reference": flag["reference"]}).values()
        assert not record["own"]
        seen = {(each["agency"]["name"], each["role"]) for each in record["readers"]}
        assert {agency for agency, _ in seen} == {"Severnshire County Council"}
        assert ("Severnshire County Council", "TRIAGE_WORKER") in seen


def test_who_has_seen_a_record_is_told_by_agency_and_role_with_when_how_often_and_what(
    lived: tuple[Cast, Any],
) -> None:
    cast, flag = lived
    [record] = cast.ask(cast.gail, RECORD, by={"reference": flag["reference"].lower()}).values()
    assert (record["reference"], record["kind"], record["state"], record["own"]) == (
        flag["reference"],
        "FLAG",
        "SHARED",
        True,
    )
    seen = {(each["agency"]["name"], each["role"]): each for each in record["readers"]}
    health = seen["Severnshire Health and Care", "SERVICE_ADMINISTRATOR"]
    assert (health["times"], health["refused"]) == (1, 0)
    assert health["firstAt"] == health["lastAt"]
    officers = seen["Severnshire Constabulary", "OFFICER"]
    # Rowan raised and read it; Ari, of another team, was refused.
    assert (officers["times"], officers["refused"]) == (2, 1)
    assert {"fieldGroup": "FLAG_OPINION", "level": "FULL"} in officers["groups"]
    assert {"fieldGroup": "FLAG_OPINION", "level": "FULL"} not in health["groups"]


def test_a_line_says_which_groups_were_shown_up_to_which_level(lived: tuple[Cast, Any]) -> None:
    cast, flag = lived
    line = next(
        each for each in about(of_work(events(cast, cast.gail)), flag) if each["action"] == "READ" and each["person"]
    )
    [subject] = [each for each in line["subjects"] if each["reference"] == flag["reference"]]
    assert subject["knownAs"] == "OWN"
    assert {(each["fieldGroup"], each["level"]) for each in subject["groups"]} == {
        ("FLAG_FACTS", "FULL"),
        ("FLAG_OPINION", "FULL"),
    }


def test_a_hidden_record_and_a_missing_one_are_answered_alike(owner: Database, door: Door, cast: Cast) -> None:
    hidden = raised(settle_cast(owner, door))
    nothing = {"id": door._opened_seal().seal_id("Flag", uuid4()), "reference": "F-0"}
    told = []
    for flag in (hidden, nothing):
        answers = [cast.try_to_ask(cast.gail, RECORD, by={"reference": flag["reference"]}).data]
        answers += [cast.try_to_ask(cast.gail, RECORD, by={"id": record_id(cast, flag)}).data]
        answers += [cast.try_to_ask(cast.gail, EVENTS, filter={"recordId": record_id(cast, flag)}).data]
        told.append(answers)
    assert told[0] == told[1]
    assert told[0][:2] == [{"auditedRecord": None}] * 2


def test_a_look_at_a_hidden_record_and_at_a_missing_one_stand_alike_in_the_audit(
    owner: Database, door: Door, cast: Cast
) -> None:
    hidden = raised(settle_cast(owner, door))
    for sealed in (hidden["id"], door._opened_seal().seal_id("Flag", uuid4())):
        cast.ask(cast.rowan, FLAG, id=sealed)
    first, second = events(cast, cast.gail)[:2]
    told = [
        {name: value for name, value in each.items() if name not in ("at", "requestId")} for each in (first, second)
    ]
    assert told[0] == told[1]
    assert told[0]["subjects"] == [
        {"knownAs": "UNKNOWN", "recordId": None, "kind": None, "reference": None, "groups": []}
    ]
    # Nor does one take a row more than the other to write.
    with owner.transaction() as session:
        rows = text(
            "select (select count(*) from audit_event_agency a where a.audit_event_id = e.id) from audit_event e"
            " where e.membership_id = :by order by e.id"
        )
        assert session.scalars(rows, {"by": cast.rowan.membership_id}).all() == [1, 1]


def test_another_partnership_s_guardian_reads_none_of_it(lived: tuple[Cast, Any], owner: Database, door: Door) -> None:
    cast, flag = lived
    stranger = settle_cast(owner, door)
    assert cast.ask(stranger.gail, RECORD, by={"reference": flag["reference"]}) == {"auditedRecord": None}
    assert flag["reference"] not in said(cast.ask(stranger.gail, EVENTS, filter=EVER, first=100))
    assert events(stranger, stranger.gail, recordId=record_id(cast, flag)) == []
    assert events(stranger, stranger.gail, personId=person_id(cast, cast.rowan)) == []


def test_a_record_a_person_or_the_beginning_of_a_span_is_needed(cast: Cast) -> None:
    for wanted in ({}, {"actions": ["READ"]}, {"at": {"before": "2030-01-01T00:00:00Z"}}):
        answer = cast.try_to_ask(cast.gail, EVENTS, filter=wanted)
        assert [error.message for error in answer.errors] == [
            "Name a record, a person, or the beginning of a span: the audit is long."
        ]


def test_lines_are_found_by_action_person_record_and_span(cast: Cast) -> None:
    flag, other = raised(cast), raised(cast, by=cast.ari)
    cast.ask(cast.rowan, FLAG, id=flag["id"])
    taken(cast, flag)
    start = datetime.now(UTC)

    def kinds(**wanted: Any) -> set[tuple[str, str]]:
        return {(each["role"], each["action"]) for each in of_work(events(cast, cast.gail, **wanted))}

    assert kinds(recordId=record_id(cast, flag)) == {
        ("OFFICER", "READ"),
        ("OFFICER", "WRITE"),
        ("TRIAGE_WORKER", "WRITE"),
    }
    assert kinds(recordId=record_id(cast, flag), actions=["READ"]) == {("OFFICER", "READ")}
    by_ari = events(cast, cast.gail, personId=person_id(cast, cast.ari))
    assert {each["person"]["displayName"] for each in by_ari} == {"PCSO Ari Byrne"}
    assert about(by_ari, other)
    assert not about(by_ari, flag)
    # Another agency's person is nobody's to search by.
    assert events(cast, cast.gail, personId=person_id(cast, cast.morgan)) == []
    later = {"from": (start + timedelta(hours=1)).isoformat()}
    assert kinds(at=later) == set()
    assert kinds(at={"from": "2020-01-01T00:00:00Z", "before": "2021-01-01T00:00:00Z"}) == set()
    assert kinds(at={"from": (start - timedelta(minutes=5)).isoformat()}) >= {("OFFICER", "READ")}


def test_pages_are_walked_both_ways_without_gap_or_repeat(cast: Cast) -> None:
    for _ in range(3):
        taken(cast, raised(cast))
    everything = [
        each["requestId"]
        for each in events(cast, cast.gail, at={"from": "2020-01-01T00:00:00Z", "before": "2100-01-01T00:00:00Z"})
    ]

    def walk(size: str, cursor: str, place: str, more: str) -> list[str]:
        found: list[str] = []
        position: dict[str, Any] = {}
        # Its own readings are lines too, and come in at the new end: the walk keeps to what was there before.
        for _ in range(40):
            page = cast.ask(cast.gail, EVENTS, filter=EVER, **{size: 2}, **position)["auditEvents"]
            ids = [edge["node"]["requestId"] for edge in page["edges"]]
            found += ids if size == "first" else ids[::-1]
            if not page["pageInfo"][more]:
                return found
            position = {cursor: page["pageInfo"][place]}
        raise AssertionError("The pages have no end.")

    forward = [each for each in walk("first", "after", "endCursor", "hasNextPage") if each in everything]
    backward = [each for each in walk("last", "before", "startCursor", "hasPreviousPage") if each in everything]
    assert forward == everything
    assert backward == everything[::-1]


def test_reading_the_audit_is_one_line_with_the_records_it_named(cast: Cast, owner: Database) -> None:
    flag = raised(cast)
    before = mark(owner)
    events(cast, cast.gail)
    events(cast, cast.gail, at={"from": "2100-01-01T00:00:00Z"})
    cast.ask(cast.gail, RECORD, by={"reference": flag["reference"]})
    lines = lines_since(owner, before)
    assert [(line.action, line.operation, line.outcome) for line in lines] == [
        ("READ", "auditEvents", "DONE"),
        ("READ", "auditEvents", "DONE"),
        ("READ", "auditedRecord", "DONE"),
    ]
    read = events(cast, cast.wren, recordId=record_id(cast, flag))
    assert [(each["person"]["displayName"], each["operation"]) for each in read] == [
        ("Supt Gail Orme", "auditedRecord"),
        ("Supt Gail Orme", "auditEvents"),
        ("PC Rowan Hale", "raiseFlag"),
    ]
    # No field of any group was shown.
    assert [one["groups"] for each in read[:2] for one in each["subjects"] if one["reference"]] == [[], []]


def test_a_long_line_is_not_made_longer_by_everybody_who_reads_of_it(cast: Cast, owner: Database) -> None:
    for _ in range(SUBJECTS_SHOWN):
        raised(cast)
    cast.ask(cast.mel, LIST)
    before = mark(owner)
    [line] = events(cast, cast.gail, first=1, actions=["READ"], aboutAudit=False, **EVER)
    # As many flags, and as many people as they are about.
    assert (line["subjectCount"], len(line["subjects"])) == (2 * SUBJECTS_SHOWN, SUBJECTS_SHOWN)
    [read] = lines_since(owner, before)
    with owner.transaction() as session:
        named = text("select count(*) from audit_subject where audit_event_id = :line")
        assert session.scalar(named, {"line": read.id}) == SUBJECTS_SHOWN


def test_a_line_of_another_agency_names_and_counts_the_reader_s_records_alone(cast: Cast) -> None:
    ours, theirs = raised(cast), raised(cast, by=cast.priya)
    cast.ask(cast.morgan, LIST)
    [seen] = events(cast, cast.gail, actions=["READ"], **EVER)
    assert (seen["role"], seen["subjectCount"]) == ("TRIAGE_WORKER", 2)
    assert {each["reference"] for each in seen["subjects"]} == {ours["reference"], None}
    # The lead's own guardian reads what Morgan was shown, of whomever it is.
    [seen] = events(cast, cast.harper, actions=["READ"], **EVER)
    assert seen["subjectCount"] == 4
    assert {(each["knownAs"], each["reference"]) for each in seen["subjects"] if each["reference"]} == {
        ("OWN", theirs["reference"]),
        ("KNOWN", ours["reference"]),
    }


def test_reading_the_audit_is_left_out_or_looked_for_by_itself(cast: Cast) -> None:
    raised(cast)
    for _ in range(2):
        events(cast, cast.gail)
    assert {each["operation"] for each in events(cast, cast.wren, aboutAudit=False, **EVER)} == {"raiseFlag"}
    assert {each["operation"] for each in events(cast, cast.wren, aboutAudit=True, **EVER)} == {"auditEvents"}
    # Nobody hides what they read behind a question they may not ask.
    cast.ask(cast.rowan, LIST.replace("{ flags", "{ auditEvents(filter: {actions: [READ]}) { edges { cursor } } flags"))
    assert events(cast, cast.wren, aboutAudit=False, **EVER)[0]["operation"] == "auditEvents,flags"


def test_people_are_found_by_name_in_one_s_own_agency_only(cast: Cast) -> None:
    def found(viewer: Any, search: str) -> list[str]:
        edges = cast.ask(viewer, PEOPLE_FOUND, search=search)["auditedPeople"]["edges"]
        return [edge["node"]["displayName"] for edge in edges]

    assert found(cast.gail, "hale") == ["PC Rowan Hale"]
    assert found(cast.gail, "Teale") == []
    assert found(cast.gail, "%") == []
    assert found(cast.toby, "teale") == ["Morgan Teale"]


def test_somebody_whose_role_ended_reads_nothing_though_their_context_is_still_signed(
    cast: Cast, owner: Database, wall: Wall
) -> None:
    raised(cast)
    with owner.transaction() as session:
        session.execute(
            text("update membership set active_to = current_date - 1 where id = :id"), {"id": cast.gail.membership_id}
        )
    assert _rows(wall, cast.gail) == 0
    assert _rows(wall, cast.wren) > 0


def test_the_database_gives_lines_to_nobody_else_whatever_sql_is_spoken(cast: Cast, wall: Wall) -> None:
    flag = raised(cast)
    record = text("select * from audit_record(null, :reference)")
    for name in OTHERS:
        assert _rows(wall, cast.viewers[name]) == 0, name
        with wall.acting_as(cast.viewers[name]) as session:
            assert session.execute(record, {"reference": flag["reference"]}).all() == [], name
            assert session.scalar(text("select audit_reader()")) is None, name
    with wall.acting_as(cast.gail) as session:
        assert session.execute(record, {"reference": flag["reference"]}).all()


def test_not_even_sql_gives_a_guardian_the_tables_or_who_in_another_agency_read(cast: Cast, wall: Wall) -> None:
    taken(cast, raised(cast))
    with wall.acting_as(cast.gail) as session:
        rows = session.execute(text(f"select user_id, agency_id from {LINES}")).all()
        assert {row.user_id is None for row in rows if row.agency_id != cast.gail.agency_id} == {True}
        assert any(row.agency_id != cast.gail.agency_id for row in rows)
    for table in ("audit_event", "audit_subject", "audit_event_agency", "audit_subject_key", "reading_alarm_mail"):
        with pytest.raises(DBAPIError, match="permission denied"), wall.acting_as(cast.gail) as session:
            session.execute(text(f"select * from {table}"))


def _rows(wall: Wall, viewer: Any) -> int:
    asked = text(f"select count(*) from {LINES}")
    with wall.acting_as(viewer) as session:
        return session.scalar(asked) or 0
