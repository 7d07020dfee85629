"""Each worklist holds what plain Python says it holds, for every role, through every state, in every order."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.access.field_groups import FieldGroup
from portal.access.viewer import Viewer
from portal.db import Database
from tests.factories.cast import Cast
from tests.factories.flags import answered, ended, imported, raised, shared, taken

LIST = """query($filter: FlagFilter, $order: FlagOrder, $first: Int, $after: String) {
  flags(filter: $filter, order: $order, first: $first, after: $after) {
    totalCount { value } pageInfo { hasNextPage endCursor } edges { cursor node { reference viewerDueAt } }
  }
}"""
DUE = {"field": "DUE_AT", "direction": "ASC"}
OLDEST = {"field": "RAISED_AT", "direction": "ASC"}


@dataclass
class Told:
    """One flag as plain Python tells it: where it stands, who has it, when triage decides, who answers by when."""

    reference: str
    state: str
    due: datetime
    holder: str | None = None
    urgency: str = "URGENT"
    concern: str = "ALCOHOL"
    unanswered: bool = False


UNDECIDED = {"SUBMITTED", "IN_TRIAGE"}
QUEUES = (
    "TO_TRIAGE", "OVERDUE", "MINE", "FEEDBACK_OWED", "SHARED_WITH_US", "AWAITING_OUR_ANSWER", "RAISED_BY_ME",
    "IMPORTED_DRAFTS",
)  # fmt: skip
WHO = {
    "morgan": "triage", "jo": "triage", "sam": "recipient", "ines": "recipient", "rowan": "author", "dana": "team",
    "dee": "manager", "robin": "nobody", "noor": "nobody", "ari": "nobody",
}  # fmt: skip


def queues(flag: Told, role: str, who: str, now: datetime) -> set[str]:
    """The worklists of somebody that a flag stands on."""
    late = flag.state in UNDECIDED and flag.due <= now
    if role == "triage" and flag.state in UNDECIDED:
        return {"TO_TRIAGE", "FEEDBACK_OWED", *(["MINE"] if flag.holder == who else []), *(["OVERDUE"] if late else [])}
    if role == "recipient" and flag.state == "SHARED":
        return {"SHARED_WITH_US"} | ({"AWAITING_OUR_ANSWER", "FEEDBACK_OWED"} if flag.unanswered else set())
    if role in {"author", "team"} and flag.state == "DRAFT":
        return {"IMPORTED_DRAFTS"}
    if role == "author":
        return {"RAISED_BY_ME"}
    return {"OVERDUE"} if role == "manager" and late else set()


@pytest.fixture
def told(cast: Cast) -> dict[str, Told]:
    """Flags of every kind, the second of each past its time."""
    made: list[tuple[dict[str, Any], dict[str, Any]]] = []
    for _ in range(2):
        made += [
            (raised(cast, urgency="ROUTINE", concernCode="LOW_MOOD"), {"urgency": "ROUTINE", "concern": "LOW_MOOD"}),
            (taken(cast), {"holder": "morgan", "state": "IN_TRIAGE"}),
            (taken(cast, by=cast.jo), {"holder": "jo", "state": "IN_TRIAGE"}),
            (shared(cast), {"holder": "morgan", "state": "SHARED", "unanswered": True}),
            (answered(cast), {"holder": "morgan", "state": "SHARED"}),
            (ended(cast), {"holder": "morgan", "state": "NFA"}),
        ]
    now, found = datetime.now(UTC), {}
    with cast.owner.transaction() as session:
        for place, (flag, facts) in enumerate(made):
            due = now + timedelta(hours=place - 6, minutes=1)
            late = text("update flag set triage_due_at = :due where reference = :reference")
            session.execute(late, {"due": due, "reference": flag["reference"]})
            found[flag["reference"]] = Told(
                **({"reference": flag["reference"], "state": "SUBMITTED", "due": due} | facts)
            )
    draft = imported(cast)
    found[draft["reference"]] = Told(reference=draft["reference"], state="DRAFT", due=now)
    return found


def references(cast: Cast, viewer: Viewer, size: int = 100, **variables: Any) -> list[str]:
    """A list walked to its end, page by page; its count agrees with its rows."""
    found: list[str] = []
    after, more = None, True
    while more:
        page = cast.ask(viewer, LIST, first=size, after=after, **variables)["flags"]
        found += [edge["node"]["reference"] for edge in page["edges"]]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    assert page["totalCount"]["value"] == len(found) == len(set(found))
    return found


def test_every_worklist_of_every_role_holds_what_plain_python_says(cast: Cast, told: dict[str, Told]) -> None:
    now = datetime.now(UTC)
    for who, role in WHO.items():
        for queue in QUEUES:
            expected = {flag.reference for flag in told.values() if queue in queues(flag, role, who, now)}
            found = references(cast, cast.viewers[who], filter={"queue": queue}, order=OLDEST)
            assert set(found) == expected, f"{who} {queue}"


@pytest.mark.parametrize("size", [1, 3, 100])
def test_by_due_time_the_soonest_comes_first_and_only_what_is_due_is_listed(
    cast: Cast, told: dict[str, Told], size: int
) -> None:
    expected = [flag.reference for flag in sorted(told.values(), key=lambda flag: flag.due) if flag.state in UNDECIDED]
    found = references(cast, cast.morgan, size, filter={"queue": "TO_TRIAGE"}, order=DUE)
    assert found == expected
    assert (
        references(cast, cast.morgan, size, filter={"queue": "TO_TRIAGE"}, order=DUE | {"direction": "DESC"})
        == (expected[::-1])
    )
    # An author has nothing to act on, so that order lists nothing of theirs and tells nothing of triage's clock.
    assert references(cast, cast.rowan, size, order=DUE) == []


def test_filters_narrow_to_what_plain_python_says(cast: Cast, told: dict[str, Told]) -> None:
    flags = [flag for flag in told.values() if flag.state in UNDECIDED]
    now = datetime.now(UTC)
    police, health = cast.agency_id("SEVERN-POLICE"), cast.agency_id("SEVERN-MHS")
    mine = {flag.reference for flag in flags if flag.holder == "morgan"}
    held = {flag.reference for flag in flags if flag.holder is not None}
    whole = {flag.reference for flag in flags}
    cases: list[tuple[dict[str, Any], set[str]]] = [
        ({"urgencies": ["ROUTINE"]}, {flag.reference for flag in flags if flag.urgency == "ROUTINE"}),
        ({"concernCodes": ["LOW_MOOD", "SELF_HARM"]}, {flag.reference for flag in flags if flag.concern == "LOW_MOOD"}),
        ({"concernCodes": ["NOTHING"]}, set()),
        ({"heldBy": "ME"}, mine),
        ({"heldBy": "SOMEBODY"}, held),
        ({"heldBy": "NOBODY"}, whole - held),
        ({"raisedByAgencyIds": [police]}, whole),
        ({"raisedByAgencyIds": [health]}, set()),
        ({"raisedByAgencyIds": ["nothing"]}, set()),
        ({"wardIds": [health]}, set()),
        ({"states": ["IN_TRIAGE"]}, held),
        ({"due": "OVERDUE"}, {flag.reference for flag in flags if flag.due <= now}),
        ({"urgencies": ["ROUTINE"], "heldBy": "ME"}, set()),
        ({"heldBy": "ME", "states": ["IN_TRIAGE"], "urgencies": ["URGENT"]}, mine),
    ]
    for given, expected in cases:
        for order in (DUE, OLDEST):
            found = references(cast, cast.morgan, 2, filter={"queue": "TO_TRIAGE"} | given, order=order)
            assert set(found) == expected, given
    today = set(references(cast, cast.morgan, filter={"queue": "TO_TRIAGE", "due": "TODAY"}))
    later = set(references(cast, cast.morgan, filter={"queue": "TO_TRIAGE", "due": "LATER"}))
    assert not today & later
    assert today | later == {flag.reference for flag in flags if flag.due > now}


def test_a_flag_named_by_another_agencys_id_or_to_another_agency_is_not_found(
    cast: Cast, told: dict[str, Told]
) -> None:
    ids = [
        edge["node"]["id"] for edge in cast.ask(cast.morgan, "{flags(first: 50) {edges {node {id}}}}")["flags"]["edges"]
    ]
    assert set(references(cast, cast.morgan, filter={"ids": ids})) >= {flag.reference for flag in told.values() if
                                                                      flag.state != "DRAFT"}  # fmt: skip
    for stranger in (cast.robin, cast.noor, cast.ari):
        assert references(cast, stranger, filter={"ids": ids}) == []
    assert references(cast, cast.morgan, filter={"ids": [cast.agency_id("SEVERN-MHS"), "nothing"]}) == []


@pytest.mark.usefixtures("told")
def test_what_a_viewer_may_not_read_moves_no_order_count_or_cursor(cast: Cast) -> None:
    """Without the levels of the clock and of the facts, nothing on them is sorted, counted or found."""
    close = text(
        "update disclosure set levels = levels & ~cast(:bits as bigint) from flag f where f.id = root_id"
        " and f.partnership_id = :partnership"
    )
    with cast.owner.transaction() as session:
        for group in (FieldGroup.TRIAGE, FieldGroup.FLAG_FACTS):
            session.execute(close, {"bits": 7 << group.offset, "partnership": cast.settled.partnership_id})
    whole = references(cast, cast.morgan, filter={"queue": "TO_TRIAGE"}, order=OLDEST)
    assert len(whole) == 6
    assert references(cast, cast.morgan, filter={"queue": "TO_TRIAGE"}, order=DUE) == []
    for given in (
        {"due": "OVERDUE"}, {"due": "LATER"}, {"queue": "OVERDUE"}, {"urgencies": ["ROUTINE", "URGENT", "IMMEDIATE"]},
        {"concernCodes": ["ALCOHOL"]}, {"heldBy": "NOBODY"}, {"heldBy": "SOMEBODY"},
    ):  # fmt: skip
        assert references(cast, cast.morgan, filter={"queue": "TO_TRIAGE"} | given) == [], given
    page = cast.ask(cast.morgan, LIST, first=100)["flags"]
    assert {edge["node"]["viewerDueAt"] for edge in page["edges"]} == {None}


@pytest.mark.usefixtures("told")
def test_the_database_keeps_what_a_row_says_in_step_with_its_flag(owner: Database) -> None:
    copied = """
        select f.reference from flag f join disclosure d on d.root_id = f.id
         where (d.flag_state, d.urgency, d.raised_by_agency_id, d.held_by_membership_id, d.ward_id)
               is distinct from (f.state, f.urgency, f.raised_by_agency_id, f.triaged_by_membership_id, f.ward_id)
            or d.concern_codes is distinct from (
                 select array_agg(c.concern_code::text order by c.position) from flag_concern c where c.flag_id = f.id)
    """
    with owner.transaction() as session:
        assert session.scalars(text(copied)).all() == []
        waits = text(
            "select count(*) from disclosure d join root r on r.id = d.root_id where r.kind = 'PERSON' and d.waits"
        )
        assert session.scalar(waits) == 0


def test_nobody_but_the_database_writes_what_a_row_says(cast: Cast) -> None:
    for statement in ("update disclosure set waits = false", "select keep_worklists('{}')"):
        with cast.door.wall.acting_as(cast.morgan) as session:
            with pytest.raises(DBAPIError, match="permission denied"):
                session.execute(text(statement))
            session.rollback()
