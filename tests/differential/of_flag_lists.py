"""How lists of flags are told: worklists and their filters, imported drafts by place and by square, what is alike."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from tests.differential.asking import LONDON, Asking, Thing, reaches
from tests.differential.listing import Entry, Listed, listed
from tests.differential.of_flags import may_read_due
from tests.differential.rows import Row
from tests.differential.told import Arguments, filter_of, keys, tells, things


@tells("Query.flags")
def _flags(ask: Asking, thing: Thing, arguments: Arguments) -> Listed:
    order = arguments.get("order") or {}
    by_due = order.get("field") == "DUE_AT"
    places: dict[UUID, list[datetime]] = {}
    for row in ask.disclosures():
        if row["root_kind"] == "FLAG" and _meets(ask, row, filter_of(arguments), by_due=by_due):
            places.setdefault(row["root_id"], []).append(row["due_at"] if by_due else row["sort_at"])
    entries = []
    for root, times in places.items():
        flag = ask.rows.one("flag", id=root)
        assert flag is not None
        # Listed once: at the soonest it is due, or where it is newest.
        entries.append(Entry(flag, min(times) if by_due else max(times), root))
    return Listed(ask, "Flag", entries, arguments, descending=order.get("direction", "DESC") == "DESC")


def _meets(ask: Asking, row: Row, wanted: dict[str, Any], *, by_due: bool) -> bool:
    """Whether a flag is on a list by this disclosure row; what the viewer cannot read filters nothing in."""
    levels = ask.held(row["root_id"])
    assert levels is not None
    facts, triage = reaches(levels["FLAG_FACTS"], "CODED"), reaches(levels["TRIAGE"], "CODED")
    conditions = {
        "ids": lambda value: row["root_id"] in keys(ask, value, "Flag"),
        "queue": lambda value: _on_queue(ask, row, value),
        "states": lambda value: row["flag_state"] in value,
        "due": lambda value: _due(ask, row, value),
        "urgencies": lambda value: facts and row["urgency"] in value,
        "concernCodes": lambda value: facts and bool({*(row["concern_codes"] or ())} & {*value}),
        "wardIds": lambda value: facts and row["ward_id"] in keys(ask, value, "Area"),
        "raisedByAgencyIds": lambda value: row["raised_by_agency_id"] in keys(ask, value, "Agency"),
        "heldBy": lambda value: triage and _held(ask, row, value),
    }
    timed = not by_due or (row["due_at"] is not None and may_read_due(ask, row))
    return timed and all(conditions[name](value) for name, value in wanted.items())


def _held(ask: Asking, row: Row, held_by: str) -> bool:
    holder = row["held_by_membership_id"]
    assert ask.viewer is not None
    return bool(
        {"ME": holder == ask.viewer.membership_id, "SOMEBODY": holder is not None, "NOBODY": holder is None}[held_by]
    )


def _due(ask: Asking, row: Row, due: str) -> bool:
    if row["due_at"] is None or not may_read_due(ask, row):
        return False
    tomorrow = ask.moment.astimezone(LONDON).date() + timedelta(days=1)
    midnight = datetime.combine(tomorrow, time(), LONDON)
    if row["due_at"] <= ask.moment:
        return due == "OVERDUE"
    return due == ("TODAY" if row["due_at"] < midnight else "LATER")


def _on_queue(ask: Asking, row: Row, queue: str) -> bool:
    assert ask.viewer is not None
    because, draft = row["because"], row["flag_state"] == "DRAFT"
    mine = row["held_by_membership_id"] == ask.viewer.membership_id
    by_me = row["granted_by_membership_id"] == ask.viewer.membership_id
    return bool(
        {
            "TO_TRIAGE": row["waits"] and because == "PARTNERSHIP_TRIAGE",
            "OVERDUE": _due(ask, row, "OVERDUE"),
            "MINE": row["waits"] and because in {"PARTNERSHIP_TRIAGE", "OVERDUE"} and mine,
            "RAISED_BY_ME": because == "AUTHOR" and not draft and by_me,
            "SHARED_WITH_US": because in {"SHARE", "SAFEGUARDING"},
            "AWAITING_OUR_ANSWER": row["waits"] and because == "SHARE",
            "FEEDBACK_OWED": row["word_owed"],
            "IMPORTED_DRAFTS": because == "RAISED_BY_US" and draft,
            "MY_DRAFTS": because == "AUTHOR" and draft,
        }[queue]
    )


def _drafts(ask: Asking, arguments: Arguments) -> list[Row]:
    """The imported drafts of the viewer's agency whose facts the viewer reads, and that meet the filter."""
    if ask.viewer is None:
        return []
    rows = ask.rows.where("flag", imported=True, state="DRAFT", raised_by_agency_id=ask.viewer.agency_id)
    return [row for row in rows if _reads_facts(ask, row) and _matches(ask, row, filter_of(arguments))]


def _reads_facts(ask: Asking, row: Row) -> bool:
    levels = ask.held(row["id"])
    return levels is not None and levels["FLAG_FACTS"] == "FULL"


def _matches(ask: Asking, row: Row, wanted: dict[str, Any]) -> bool:
    words = [(row[column] or "").lower() for column in ("place_description", "fact")]
    conditions: dict[str, Callable[[Any], bool]] = {
        "observedFrom": lambda value: row["observed_at"] >= value,
        "observedBefore": lambda value: row["observed_at"] < value,
        "samePlaceAs": lambda value: row["place_description"] == _place_of(ask, value),
        "text": lambda value: any(value.strip().lower() in each for each in words),
        "within": lambda value: _lies_within(row, value),
    }
    return all(conditions[name](value) for name, value in wanted.items())


def _place_of(ask: Asking, sealed: str) -> str | None:
    """The place of a flag, where the viewer reads its facts."""
    key = ask.key(sealed, "Flag")
    flag = None if key is None else ask.rows.one("flag", id=key)
    return str(flag["place_description"]) if flag is not None and _reads_facts(ask, flag) else None


def _lies_within(row: Row, edges: dict[str, Any]) -> bool:
    if row["latitude"] is None:
        return False
    up, along = edges["south"] <= row["latitude"] <= edges["north"], edges["west"] <= row["longitude"] <= edges["east"]
    return bool(up and along)


@tells("Query.importedPlaces")
def _places(ask: Asking, thing: Thing, arguments: Arguments) -> Listed:
    by_place: dict[str, list[Row]] = {}
    for row in _drafts(ask, arguments):
        by_place.setdefault(row["place_description"], []).append(row)
    # A place is told by one of its drafts: the first in the direction that is read.
    ends = max if arguments.get("last") is not None else min
    entries = [
        Entry(chosen, place, chosen["id"])
        for place, rows in by_place.items()
        for chosen in [ends(rows, key=lambda row: row["id"])]
    ]
    return Listed(ask, "ImportedPlace", entries, arguments, by_value=True)


@tells("ImportedPlace.description")
def _place_description(ask: Asking, thing: Thing, arguments: Arguments) -> Any:
    return thing["place_description"]


@tells("ImportedPlace.drafts")
def _drafts_here(ask: Asking, thing: Thing, arguments: Arguments) -> Listed:
    rows = [row for row in _drafts(ask, arguments) if row["place_description"] == thing["place_description"]]
    return listed(ask, "Flag", rows, arguments, by=lambda row: row["observed_at"], descending=True)


@tells("Query.similarFlags")
def _similar(ask: Asking, thing: Thing, arguments: Arguments) -> list[Thing]:
    """Which flags are alike is asked alone; what is told of them is not."""
    document = "query($input: SimilarFlagsInput!) { similarFlags(input: $input) { id } }"
    found = ask.alone(document, {"input": sendable(arguments["input"])})["similarFlags"]
    rows = [ask.rows.one("flag", id=ask.key(each["id"], "Flag")) for each in found]
    return things(ask, "Flag", [row for row in rows if row is not None])


SQUARE = "latitude longitude south west north east drafts places nearest { id }"


@tells("Query.importedSquares")
def _squares(ask: Asking, thing: Thing, arguments: Arguments) -> list[Thing]:
    """Where squares lie and what they count is asked alone; the draft in the middle of each is not."""
    given = "filter: $filter, across: $across"
    document = f"query($filter: ImportedFilter, $across: Int!) {{ importedSquares({given}) {{ {SQUARE} }} }}"
    found = ask.alone(document, sendable({"filter": None} | dict(arguments)))["importedSquares"]
    return [Thing("ImportedSquare", each) for each in found]


@tells("ImportedSquare.nearest")
def _nearest(ask: Asking, thing: Thing, arguments: Arguments) -> Thing | None:
    nearest = thing["nearest"]
    return None if nearest is None else ask.see("Flag", ask.rows.one("flag", id=ask.key(nearest["id"], "Flag")))


def sendable(value: Any) -> Any:
    """Arguments as they were sent, from what they became."""
    if isinstance(value, dict):
        return {name: sendable(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [sendable(inner) for inner in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return value if value is None or isinstance(value, bool | int | str) else str(value)
