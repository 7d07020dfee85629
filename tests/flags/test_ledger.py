"""Who owes a word: one's own agency in numbers, the partners in bands, and whoever reads it stands in the audit."""

import json
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from graphql_schema import Door
from portal.access.context import Wall
from portal.access.viewer import Viewer
from portal.db import Database
from tests.factories.cast import Cast, settle_cast
from tests.factories.clock import key_of, triage_due
from tests.factories.flags import answered, ended, raised, shared, taken
from tests.flags.test_overdue import asked, change

LEDGER = """
query Ledger($id: ID!) {
  feedbackLedger(partnershipId: $id) {
    agency { name } own owed owedBand overdue overdueBand inTime inTimeBand
  }
}
"""
LEAD, HEALTH, POLICE = "Severnshire County Council", "Severnshire Health and Care", "Severnshire Constabulary"
BANDS = {0: "NONE", 1: "ONE_TO_FOUR", 4: "ONE_TO_FOUR", 5: "FIVE_TO_NINE", 9: "FIVE_TO_NINE", 10: "TEN_OR_MORE"}


def partnership_of(cast: Cast) -> str:
    return cast.door._opened_seal().seal_id("Partnership", cast.settled.partnership_id)


def ledger(cast: Cast, viewer: Viewer | None) -> dict[str, dict[str, Any]] | None:
    rows = cast.ask(viewer, LEDGER, id=partnership_of(cast))["feedbackLedger"]
    return None if rows is None else {row["agency"]["name"]: row for row in rows}


def own(cast: Cast, viewer: Viewer) -> tuple[int, int, int]:
    """Owed, overdue and in time, of the viewer's own agency."""
    rows = ledger(cast, viewer)
    assert rows is not None
    [row] = [row for row in rows.values() if row["own"]]
    return row["owed"], row["overdue"], row["inTime"]


def answer_due(cast: Cast, flag: dict[str, Any]) -> dict[str, Any]:
    """The same shared flag, whose recipient was to answer an hour ago."""
    with cast.owner.transaction() as session:
        session.execute(
            text("update share set answer_due_at = now() - interval '1 hour' where flag_id = :flag"),
            {"flag": key_of(cast, flag)},
        )
    return flag


def test_one_s_own_agency_is_exact_and_partners_are_bands(cast: Cast) -> None:
    for _ in range(3):
        raised(cast)
    triage_due(cast, raised(cast))

    rows = ledger(cast, cast.morgan)
    assert rows is not None
    assert len(rows) == 5
    assert (rows[LEAD]["own"], rows[LEAD]["owed"], rows[LEAD]["overdue"]) == (True, 4, 1)
    for viewer in (cast.rowan, cast.sam, cast.robin, cast.gail, cast.noor, cast.dee):
        seen = ledger(cast, viewer)
        assert seen is not None
        assert seen[LEAD]["owedBand"] == "ONE_TO_FOUR"
        assert seen[LEAD]["overdueBand"] == "ONE_TO_FOUR"
        assert [row["own"] for row in seen.values()].count(True) == 1
        for row in seen.values():
            exact = {row["owed"], row["overdue"], row["inTime"]}
            assert (exact == {None}) != row["own"]


def test_a_word_is_owed_until_the_flagger_hears_and_again_when_the_flag_is_opened_again(cast: Cast) -> None:
    assert own(cast, cast.morgan) == (0, 0, 0)
    flag = taken(cast)
    assert own(cast, cast.morgan) == (1, 0, 0)

    flag = ended(cast, flag)
    assert own(cast, cast.morgan) == (0, 0, 1)

    change(cast, cast.rowan, "reopenFlag", flag, newFact="Seen again, shaking.", observedAt="2026-11-01T20:00:00Z")
    assert own(cast, cast.morgan) == (1, 0, 1)


def test_a_question_is_a_word_too(cast: Cast) -> None:
    asked(cast)

    assert own(cast, cast.morgan) == (0, 0, 1)


def test_what_was_decided_late_was_not_in_time(cast: Cast) -> None:
    ended(cast, triage_due(cast, taken(cast)))

    assert own(cast, cast.morgan) == (0, 0, 0)


def test_what_was_taken_back_was_never_answered(cast: Cast) -> None:
    change(cast, cast.rowan, "withdrawFlag", raised(cast), reasonCode="RAISED_BY_MISTAKE")

    assert own(cast, cast.morgan) == (0, 0, 0)


def test_a_recipient_owes_an_answer_to_each_share(cast: Cast) -> None:
    shared(cast)
    answer_due(cast, shared(cast))
    assert own(cast, cast.sam) == (2, 1, 0)

    answered(cast)
    assert own(cast, cast.sam) == (2, 1, 1)
    answered(cast, answer_due(cast, shared(cast)))
    assert own(cast, cast.sam) == (2, 1, 1)


def test_answers_older_than_ninety_days_are_not_counted(cast: Cast) -> None:
    flag = answered(cast)
    with cast.owner.transaction() as session:
        for statement in (
            "update share set answered_at = now() - interval '91 days' where flag_id = :flag",
            "update flag_transition set at = now() - interval '91 days' where flag_id = :flag",
        ):
            session.execute(text(statement), {"flag": key_of(cast, flag)})

    assert own(cast, cast.sam) == (0, 0, 0)
    assert own(cast, cast.morgan) == (0, 0, 0)


@pytest.mark.parametrize("number", sorted(BANDS))
def test_a_band_tells_no_more_than_it_must(owner: Database, number: int) -> None:
    with owner.transaction() as session:
        assert session.scalar(text("select count_band(:number)"), {"number": number}) == BANDS[number]


def test_two_different_numbers_in_one_band_are_answered_alike(cast: Cast) -> None:
    def as_seen() -> str:
        return json.dumps(ledger(cast, cast.robin), sort_keys=True)

    raised(cast)
    before = as_seen()
    for _ in range(3):
        raised(cast)
    assert as_seen() == before


def test_another_partnership_s_ledger_does_not_exist(cast: Cast, owner: Database, door: Door, wall: Wall) -> None:
    raised(cast)
    stranger = settle_cast(owner, door)

    for viewer in (stranger.rowan, stranger.morgan, stranger.robin, None):
        assert ledger(cast, viewer) is None
    with wall.acting_as(stranger.morgan) as session:
        rows = session.execute(
            text("select * from feedback_ledger(:theirs)"), {"theirs": cast.settled.partnership_id}
        ).all()
        assert rows == []
    with wall.anonymously() as session:
        rows = session.execute(
            text("select * from feedback_ledger(:theirs)"), {"theirs": cast.settled.partnership_id}
        ).all()
        assert rows == []


def test_an_agency_that_left_the_partnership_reads_its_ledger_no_more(cast: Cast, owner: Database) -> None:
    with owner.transaction() as session:
        session.execute(
            text("update partnership_member set active_to = current_date - 1 where agency_id = :agency"),
            {"agency": cast.settled.agencies["SEVERN-PCT"]},
        )

    assert ledger(cast, cast.robin) is None
    assert "Severnshire PCT" not in (ledger(cast, cast.morgan) or {})


def test_the_exact_number_of_another_agency_never_leaves_postgresql(cast: Cast, wall: Wall) -> None:
    for _ in range(6):
        raised(cast)
    with wall.acting_as(cast.robin) as session:
        rows = session.execute(
            text("select own, owed, overdue, in_time from feedback_ledger(:ours)"),
            {"ours": cast.settled.partnership_id},
        ).all()
    assert {(row.owed, row.overdue, row.in_time) for row in rows if not row.own} == {(None, None, None)}


def test_the_worker_counts_nothing(worker: Database) -> None:
    with worker.transaction() as session:
        with pytest.raises(DBAPIError, match="permission denied"):
            session.execute(text("select * from feedback_ledger(gen_random_uuid())"))
        session.rollback()


def test_reading_the_ledger_is_audited_and_reading_another_s_is_too(cast: Cast, owner: Database, door: Door) -> None:
    stranger = settle_cast(owner, door)
    ledger(cast, cast.robin)
    ledger(cast, stranger.robin)
    assert _audited(owner, cast.robin) == [("READ", "feedbackLedger", "DONE")]
    assert _audited(owner, stranger.robin) == [("DENY", "feedbackLedger", "NotFound")]


def _audited(owner: Database, viewer: Viewer) -> list[tuple[str, str, str]]:
    rows = text("select action, operation, outcome from audit_event where membership_id = :by order by id")
    with owner.transaction() as session:
        return [(row[0], row[1], row[2]) for row in session.execute(rows, {"by": viewer.membership_id})]
