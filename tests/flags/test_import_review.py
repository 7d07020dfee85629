"""What a team does with imported incidents: promotes several into one flag, or discards them for good."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from graphql_schema import Door
from portal.access.context import Wall
from portal.access.viewer import Viewer
from portal.db import Database
from tests.access.scene import ROW
from tests.factories.cast import Cast, key, settle_cast
from tests.factories.flags import RAISE, group_report, raised, report, taken
from tests.factories.snapshot import changed, snapshot, unchanged
from tests.flags.test_importing import outcomes, row, send

DISCARD = """
mutation Discard($input: DiscardImportedFlagsInput!) {
  discardImportedFlags(input: $input) {
    __typename
    ... on FlagsDiscarded { replayed flags { position outcome } }
    ... on Failure { message }
    ... on Invalid { errors { path code message } }
  }
}
"""
READ = """
query($id: ID!) { flag(by: {id: $id}) {
  state viewerCanSubmit viewerCanDiscardImported withheld { fields }
  sources { system reference observedAt observedPrecision placeDescription fact withheld { fields } }
} }
"""
STAYS = "select system, reference_hash, settlement, reason_code, settled_by_membership_id from settled_incident"
TRACES = ("idempotency_record",)


@pytest.fixture
def team(owner: Database, door: Door) -> Cast:
    """A cast of one test."""
    return settle_cast(owner, door)


def drafts(cast: Cast, *rows: dict[str, Any], by: Viewer | None = None) -> list[dict[str, Any]]:
    """Imported drafts, as their importer reads them."""
    return [each["flag"] for each in send(cast, list(rows), by)["rows"]]


def chosen(*flags: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Drafts with the versions they were chosen at."""
    return [{"id": flag["id"], "expectedVersion": flag["version"]} for flag in flags]


def discard(cast: Cast, *flags: Mapping[str, Any], by: Viewer | None = None, **changes: Any) -> dict[str, Any]:
    """What discarding drafts answers."""
    given = {"flags": chosen(*flags), "reasonCode": "TOO_LONG_AGO", "idempotencyKey": key()} | changes
    return dict(cast.ask(by or cast.rowan, DISCARD, input=given)["discardImportedFlags"])


def became(answer: dict[str, Any]) -> list[str]:
    """What became of each draft."""
    return [each["outcome"] for each in answer["flags"]]


def together(first: Mapping[str, Any], *others: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    """A report about a group that is made of several drafts."""
    given = {"draftId": first["id"], "draftVersion": first["version"], "withDrafts": chosen(*others)}
    return group_report(idempotencyKey=key(), **given) | changes


def promote(cast: Cast, *flags: Mapping[str, Any], by: Viewer | None = None, **changes: Any) -> dict[str, Any]:
    """What promoting drafts together answers."""
    return dict(cast.ask(by or cast.rowan, RAISE, input=together(*flags, **changes))["raiseFlag"])


def roots(cast: Cast, *flags: Mapping[str, Any]) -> list[UUID]:
    """The keys of flags in the database."""
    opened = [cast.door._opened_seal().open_id(flag["id"]) for flag in flags]
    return [found[1] for found in opened if found is not None]


def audited(cast: Cast, operation: str) -> list[tuple[str, set[UUID]]]:
    """Every line of audit of an operation by this cast: its outcome and the roots it names."""
    lines = """
        select e.outcome, array_agg(k.root_id) from audit_event e join audit_subject s on s.audit_event_id = e.id
          left join audit_subject_key k on k.pseudonym = s.pseudonym
         where operation = :operation and membership_id = any (:members) group by e.id, e.outcome order by e.id
    """
    members = [viewer.membership_id for viewer in cast.viewers.values()]
    with cast.truth() as session:
        found = session.execute(text(lines), {"operation": operation, "members": members}).all()
    return [(outcome, set(named)) for outcome, named in found]


def left(cast: Cast, *ids: UUID) -> dict[str, int]:
    """How many rows of each table still name these roots."""
    tables = {"root": "id", "flag": "id", "disclosure": "root_id", "flag_concern": "flag_id", "place_group": "flag_id"}
    tables |= {"flag_transition": "flag_id", "flag_source": "flag_id"}
    with cast.truth() as session:
        counts = {
            table: session.execute(
                text(f"select count(*) from {table} where {column} = any (:ids)"), {"ids": list(ids)}
            ).scalar_one()
            for table, column in tables.items()
        }
    return {table: count for table, count in counts.items() if count}


def test_a_discarded_draft_is_gone_and_no_word_of_it_is_left(team: Cast) -> None:
    given = row(fact="A word nobody else says: kanarienvogel.", reference="OC 4471/26")
    [draft] = drafts(team, given)
    [root] = roots(team, draft)
    assert became(discard(team, draft)) == ["DISCARDED"]
    assert left(team, root) == {}
    for viewer in team.viewers.values():
        assert team.ask(viewer, READ, id=draft["id"])["flag"] is None
    with team.truth() as session:
        [kept] = session.execute(text(f"{STAYS} where agency_id = :agency"), {"agency": team.rowan.agency_id}).all()
    assert kept.settlement == "DISCARDED"
    assert (kept.system, kept.reason_code, kept.settled_by_membership_id) == (
        "incidents", "TOO_LONG_AGO", team.rowan.membership_id
    )  # fmt: skip
    assert "4471" not in kept.reference_hash
    assert len(kept.reference_hash) == 64


def test_an_incident_that_was_discarded_is_not_made_again_by_anybody_of_the_agency(team: Cast) -> None:
    given, other = row(), row()
    discard(team, *drafts(team, given))
    for viewer in (team.rowan, team.dana, team.ari):
        before = snapshot(team.owner, without=TRACES)
        for dry_run in (True, False):
            answer = send(team, [given, given | {"reference": key(), "fact": ""}], viewer, dryRun=dry_run)
            assert outcomes(answer) == ["DISCARDED", "REFUSED"]
            assert answer["rows"][0]["flag"] is None
        assert changed(before, snapshot(team.owner, without=TRACES)) == {}
    assert outcomes(send(team, [given | {"reference": other["reference"]}, other | {"reference": key()}])) == [
        "CREATED", "CREATED"
    ]  # fmt: skip


def test_an_incident_of_another_agency_or_system_with_that_reference_is_another_incident(team: Cast) -> None:
    given = row()
    discard(team, *drafts(team, given))
    assert outcomes(send(team, [given], system="another system")) == ["CREATED"]
    elsewhere = settle_cast(team.owner, team.door)
    assert outcomes(send(elsewhere, [given])) == ["CREATED"]


def test_each_draft_is_discarded_for_itself_and_hidden_equals_missing(team: Cast) -> None:
    mine, newer = drafts(team, one := row(), row())
    [theirs] = drafts(team, row(), by=team.ari)
    raised_flag = raised(team)
    hidden = raised(team, by=team.ari)
    [promoted] = drafts(team, row())
    promote(team, promoted)
    nothing = {"id": team.door._opened_seal().seal_id("Flag", UUID(int=7)), "version": 1}
    broken = {"id": "nothing", "version": 1}
    stale = {"id": newer["id"], "version": 9}
    answer = discard(team, mine, stale, theirs, hidden, nothing, broken, raised_flag, promoted, mine)
    not_found = ["NOT_FOUND"] * 4
    assert became(answer) == [
        "DISCARDED", "CHANGED_SINCE", *not_found, "NOT_PERMITTED", "CHANGED_SINCE", "NOT_FOUND"
    ]  # fmt: skip
    assert team.ask(team.ari, READ, id=theirs["id"])["flag"]["state"] == "DRAFT"
    assert team.ask(team.rowan, READ, id=newer["id"])["flag"]["state"] == "DRAFT"
    assert outcomes(send(team, [one])) == ["DISCARDED"]


def test_whoever_did_not_import_with_the_team_discards_nothing(team: Cast) -> None:
    [draft] = drafts(team, row())
    for name in ("morgan", "sam", "robin", "noor", "gail", "alex"):
        with unchanged(team.owner):
            assert discard(team, draft, by=team.viewers[name])["__typename"] == "NotPermitted", name
    for name in ("ari", "lee"):
        before = snapshot(team.owner, without=TRACES)
        assert became(discard(team, draft, by=team.viewers[name])) == ["NOT_FOUND"]
        assert changed(before, snapshot(team.owner, without=TRACES)) == {}
    for name in ("rowan", "dana", "mel"):
        found = team.ask(team.viewers[name], READ, id=draft["id"])["flag"]
        assert (found["viewerCanSubmit"], found["viewerCanDiscardImported"]) == (True, True)
    assert became(discard(team, draft, by=team.mel)) == ["DISCARDED"]


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"flags": []}, ["flags"]),
        ({"flags": [{"id": "x", "expectedVersion": 1}] * 201}, ["flags"]),
        ({"reasonCode": "BOREDOM"}, ["reasonCode"]),
        ({"reasonCode": ""}, ["reasonCode"]),
    ],
)
def test_a_discard_without_a_reason_from_the_list_or_of_too_many_changes_nothing(
    team: Cast, changes: dict[str, Any], path: list[str]
) -> None:
    [draft] = drafts(team, row())
    with unchanged(team.owner):
        answer = discard(team, draft, **changes)
    assert [each["path"] for each in answer["errors"]] == [path]


def test_two_hundred_are_discarded_at_once_and_one_line_of_audit_names_them_all(team: Cast) -> None:
    made = drafts(team, *[row() for _ in range(200)])
    answer = discard(team, *made)
    assert [each["position"] for each in answer["flags"]] == list(range(200))
    assert set(became(answer)) == {"DISCARDED"}
    assert audited(team, "discardImportedFlags") == [("DONE", set(roots(team, *made)))]


def test_a_discard_asked_for_in_vain_names_in_the_audit_what_was_asked_for(team: Cast) -> None:
    [theirs] = drafts(team, row(), by=team.ari)
    discard(team, theirs)
    assert audited(team, "discardImportedFlags") == [("DONE", set(roots(team, theirs)))]


def test_a_retry_of_a_discard_answers_what_became_of_them_and_changes_nothing(team: Cast) -> None:
    made = drafts(team, row(), row())
    given = {"idempotencyKey": key()}
    first = discard(team, *made, **given)
    with unchanged(team.owner):
        again = discard(team, *made, **given)
    assert (first["flags"], first["replayed"], again["replayed"]) == (again["flags"], False, True)


def test_several_incidents_of_one_place_become_one_flag_that_names_its_sources(team: Cast) -> None:
    rows = [row(observedAt=f"2021-0{month}-01T00:00:00Z", fact=f"{month} incidents.") for month in (3, 4, 5)]
    made = drafts(team, *rows)
    answer = promote(team, *made)
    assert answer["flag"]["id"] == made[0]["id"]
    assert answer["flag"]["state"] == "SUBMITTED"
    assert left(team, *roots(team, *made[1:])) == {}
    for name in ("rowan", "mel", "morgan"):
        sources = team.ask(team.viewers[name], READ, id=made[0]["id"])["flag"]["sources"]
        assert [each["fact"] for each in sources] == ["3 incidents.", "4 incidents.", "5 incidents."]
        assert [each["reference"] for each in sources] == [each["reference"] for each in rows]
        assert sources[0]["observedPrecision"] == "MONTH"
        assert sources[0]["placeDescription"] == ROW["place"]["description"]  # type: ignore[index]
    assert team.ask(team.dana, READ, id=made[0]["id"])["flag"] is None


def test_the_sources_of_a_shared_flag_are_withheld_like_the_facts_they_are(team: Cast) -> None:
    from tests.factories.flags import shared

    first, second = drafts(team, row(), row())
    flag = promote(team, first, second)["flag"]
    shared(team, taken(team, flag))
    for source in team.ask(team.sam, READ, id=flag["id"])["flag"]["sources"]:
        assert source["fact"] is source["placeDescription"] is source["reference"] is None
        assert {"fact", "placeDescription", "reference", "system"} <= {
            name for each in source["withheld"] for name in each["fields"]
        }


def test_incidents_that_were_promoted_do_not_come_back(team: Cast) -> None:
    rows = [row(), row(), row()]
    source = {"system": "Own log", "value": key()}
    promote(team, *drafts(team, *rows), source=source)
    for viewer in (team.rowan, team.dana, team.ari):
        before = snapshot(team.owner, without=TRACES)
        assert outcomes(send(team, rows, viewer)) == ["UNCHANGED"] * 3
        assert outcomes(send(team, [each | {"fact": "Newer."} for each in rows], viewer)) == ["UNCHANGED"] * 3
        assert changed(before, snapshot(team.owner, without=TRACES)) == {}


def test_a_promotion_is_one_line_of_audit_that_names_every_root(team: Cast) -> None:
    made = drafts(team, row(), row(), row())
    promote(team, *made)
    assert audited(team, "raiseFlag") == [("DONE", set(roots(team, *made)))]


def test_a_promotion_of_several_happens_whole_or_not_at_all(team: Cast) -> None:
    first, second, third = drafts(team, row(), row(), row())
    [theirs] = drafts(team, row(), by=team.ari)
    [elsewhere] = drafts(team, row(place={"description": "On or near Oak Street"}))
    nothing = {"id": "nothing", "version": 1}
    person = report()["subject"]
    refused: list[tuple[dict[str, Any], str]] = [
        (together(first, second, third | {"version": 7}), "Conflict"),
        (together(first | {"version": 7}, second), "Conflict"),
        (together(first, second, theirs), "NotFound"),
        (together(first, second, nothing), "NotFound"),
        (together(first, second, elsewhere), "Invalid"),
        (together(first, second, second), "Invalid"),
        (together(first, second, first), "Invalid"),
        (together(first, *[second] * 100), "Invalid"),
        (together(first, second, subject=person), "Invalid"),
        (together(first, second, fact=""), "Invalid"),
        (together(first, second, draftId=None), "Invalid"),
    ]
    for given, kind in refused:
        with unchanged(team.owner):
            assert team.ask(team.rowan, RAISE, input=given)["raiseFlag"]["__typename"] == kind
    assert promote(team, first, second, third)["__typename"] == "FlagRaised"


def test_a_flag_that_is_no_imported_draft_is_promoted_with_nothing(team: Cast) -> None:
    mine, [draft] = raised(team), drafts(team, row())
    for given in (together(draft, mine), together(mine, draft)):
        with unchanged(team.owner):
            assert team.ask(team.rowan, RAISE, input=given)["raiseFlag"]["__typename"] == "Invalid"


def test_pressing_send_twice_promotes_once(team: Cast) -> None:
    made = drafts(team, row(), row())
    given = together(*made)
    first = team.ask(team.rowan, RAISE, input=given)["raiseFlag"]
    with unchanged(team.owner):
        again = team.ask(team.rowan, RAISE, input=given)["raiseFlag"]
    assert (first["flag"], first["replayed"], again["replayed"]) == (again["flag"], False, True)


def test_whoever_comes_after_somebody_discarded_is_told_that_it_is_gone(team: Cast) -> None:
    first, second = drafts(team, row(), row())
    discard(team, second, by=team.dana)
    with unchanged(team.owner):
        assert promote(team, first, second)["__typename"] == "NotFound"
    assert became(discard(team, first, second)) == ["DISCARDED", "NOT_FOUND"]


def test_two_at_once_end_a_draft_once(team: Cast) -> None:
    made = drafts(team, *[row() for _ in range(6)])

    def act(number: int) -> str:
        if number % 2:
            return str(promote(team, *made, by=team.dana)["__typename"])
        return ",".join(became(discard(team, *reversed(made), by=team.mel)))

    with ThreadPoolExecutor(max_workers=4) as together_now:
        answers = list(together_now.map(act, range(4)))
    won = [answer for answer in answers if answer == "FlagRaised" or "DISCARDED" in answer]
    assert len(won) == 1, answers


def test_two_importers_at_once_make_each_draft_once(team: Cast) -> None:
    rows = [row() for _ in range(20)]
    with ThreadPoolExecutor(max_workers=2) as together_now:
        answers = list(together_now.map(lambda viewer: outcomes(send(team, rows, viewer)), (team.rowan, team.dana)))
    assert sorted(answers) == [["CREATED"] * 20, ["UNCHANGED"] * 20]


def test_the_database_ends_only_imported_drafts_of_a_team_of_whoever_asks(team: Cast, wall: Wall) -> None:
    [draft] = drafts(team, row())
    flag, [promoted] = raised(team), drafts(team, row())
    promote(team, promoted)
    tried = [(team.ari, draft), (team.morgan, draft), (team.rowan, flag), (team.rowan, promoted), (team.dana, flag)]
    for viewer, record in tried:
        for function in ("end_imported_draft", "settle_imported_draft"):
            with unchanged(team.owner), wall.acting_as(viewer) as session:
                statement = text(f"select {function}(:id, 'DISCARDED', 'TOO_LONG_AGO')")
                with pytest.raises(DBAPIError, match="no imported draft of a team of this viewer"):
                    session.execute(statement, {"id": roots(team, record)[0]})
                session.rollback()
    for change in ("delete from flag", "delete from root", "delete from settled_incident", "delete from flag_source"):
        with wall.acting_as(team.rowan) as session:
            with pytest.raises(DBAPIError, match="permission denied"):
                session.execute(text(change))
            session.rollback()
