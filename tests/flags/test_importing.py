"""Incidents from another system become drafts of the importing team, once each, whoever sends them how often."""

from typing import Any

import pytest
from sqlalchemy import text

from graphql_schema import Door
from portal.access.viewer import Role, Viewer
from portal.db import Database
from portal.identity.viewers import viewer_for_membership
from tests.access.scene import ROW
from tests.factories.accounts import make_member
from tests.factories.cast import Cast, key, settle_cast
from tests.factories.flags import raised
from tests.factories.snapshot import changed, snapshot

IMPORT = """
mutation Import($input: ImportFlagsInput!) {
  importFlags(input: $input) {
    __typename
    ... on RowsImported {
      replayed rows { position reference outcome errors { path code } flag { id version state fact } }
    }
    ... on Failure { message }
    ... on Invalid { errors { path code message } }
  }
}
"""
DRAFTS = "{ flags(filter: {queue: IMPORTED_DRAFTS}, first: 100) { edges { node { id fact } } } }"


@pytest.fixture(scope="module")
def team(owner: Database, door: Door) -> Cast:
    """A cast whose imports each test names for itself."""
    return settle_cast(owner, door)


def send(cast: Cast, rows: list[dict[str, Any]], by: Viewer | None = None, **changes: Any) -> dict[str, Any]:
    """What sending rows answers."""
    given = {"system": "incidents", "rows": rows, "idempotencyKey": key()} | changes
    return dict(cast.ask(by or cast.rowan, IMPORT, input=given)["importFlags"])


def row(**changes: Any) -> dict[str, Any]:
    """A row with a reference of its own."""
    return ROW | {"reference": key()} | changes


def outcomes(answer: dict[str, Any]) -> list[str]:
    """What became of each row."""
    return [each["outcome"] for each in answer["rows"]]


def test_a_row_becomes_a_draft_that_its_whole_team_reads_and_nobody_else(team: Cast) -> None:
    [made] = send(team, [row()])["rows"]
    assert (made["outcome"], made["flag"]["state"]) == ("CREATED", "DRAFT")
    for name, viewer in team.viewers.items():
        drafts = [edge["node"]["id"] for edge in team.ask(viewer, DRAFTS)["flags"]["edges"]]
        assert (made["flag"]["id"] in drafts) == (name in {"rowan", "dana", "mel"}), name


def test_sending_a_row_again_changes_nothing_and_a_changed_row_brings_the_draft_up_to_date(team: Cast) -> None:
    one = row()
    first = send(team, [one])["rows"][0]
    before = snapshot(team.owner, without=("idempotency_record",))
    again = send(team, [one], team.dana)["rows"][0]
    assert (again["outcome"], again["flag"]) == ("UNCHANGED", first["flag"])
    assert changed(before, snapshot(team.owner, without=("idempotency_record",))) == {}
    newer = send(team, [one | {"fact": "Four incidents were recorded."}])["rows"][0]
    assert (newer["outcome"], newer["flag"]["id"]) == ("CHANGED", first["flag"]["id"])
    assert newer["flag"]["fact"] == "Four incidents were recorded."
    assert newer["flag"]["version"] == first["flag"]["version"] + 1


def test_a_row_that_was_raised_meanwhile_stays_as_it_was_raised(team: Cast) -> None:
    one = row()
    draft = send(team, [one])["rows"][0]["flag"]
    raised(team, draftId=draft["id"], draftVersion=draft["version"])
    [again] = send(team, [one | {"fact": "Something else."}])["rows"]
    assert again["outcome"] == "UNCHANGED"
    assert again["flag"]["fact"] == "Sitting alone with two empty cans."


def test_a_row_another_team_imported_is_neither_made_again_nor_shown(team: Cast) -> None:
    one = row()
    send(team, [one])
    before = snapshot(team.owner, without=("idempotency_record",))
    [theirs] = send(team, [one], team.lee)["rows"]
    assert (theirs["outcome"], theirs["flag"], theirs["errors"]) == ("UNCHANGED", None, [])
    assert changed(before, snapshot(team.owner, without=("idempotency_record",))) == {}


def test_a_broken_row_is_refused_by_name_and_the_others_go_on(team: Cast) -> None:
    person = {"person": {"preferredName": "Named In An Import", "ageBandCode": "14_15"}}
    rows = [
        row(fact=""),
        row(),
        row(concernCode="BOREDOM"),
        row(observedAt="2999-01-01T00:00:00Z"),
        row(subject=person),
        row(reference="a\0b"),
        row(reference="a\ud800b"),
        row(),
    ]
    answer = send(team, rows)
    assert outcomes(answer) == ["REFUSED", "CREATED", *["REFUSED"] * 5, "CREATED"]
    refused = [each["errors"][0]["path"] for each in answer["rows"] if each["outcome"] == "REFUSED"]
    assert refused == [["fact"], ["concernCode"], ["observedAt"], ["subject", "person"], *[["source", "value"]] * 2]
    assert [each["reference"] for each in answer["rows"][5:7]] == ["a\N{REPLACEMENT CHARACTER}b"] * 2
    with team.truth() as session:
        assert not session.scalar(text("select count(*) from person where preferred_name = 'Named In An Import'"))


def test_a_dry_run_says_what_would_happen_and_does_nothing(team: Cast) -> None:
    known, newer = row(), row()
    send(team, [known, newer])
    before = snapshot(team.owner, without=("idempotency_record",))
    answer = send(team, [known, newer | {"fact": "Other."}, row(), row(fact="")], dryRun=True)
    assert outcomes(answer) == ["UNCHANGED", "CHANGED", "CREATED", "REFUSED"]
    assert changed(before, snapshot(team.owner, without=("idempotency_record",))) == {}


def test_a_reference_that_stands_twice_in_one_call_is_imported_once_and_its_second_row_refused(team: Cast) -> None:
    one = row()
    answer = send(team, [one, one | {"fact": "Other."}, one])
    assert outcomes(answer) == ["CREATED", "REFUSED", "REFUSED"]
    assert [each["code"] for each in answer["rows"][1]["errors"]] == ["NOT_UNIQUE"]
    assert answer["rows"][0]["flag"]["fact"] == one["fact"]


def test_no_rows_and_too_many_are_refused(team: Cast) -> None:
    before = snapshot(team.owner)
    for rows, code in (([], "REQUIRED"), ([row()] * 201, "TOO_LONG")):
        answer = send(team, rows)
        assert [(each["path"], each["code"]) for each in answer["errors"]] == [(["rows"], code)]
    assert changed(before, snapshot(team.owner)) == {}


def test_two_hundred_rows_are_answered_in_their_order(team: Cast) -> None:
    rows = [row() for _ in range(200)]
    answer = send(team, rows)
    assert [each["reference"] for each in answer["rows"]] == [each["reference"] for each in rows]
    assert [each["position"] for each in answer["rows"]] == list(range(200))
    assert set(outcomes(answer)) == {"CREATED"}


def test_a_retry_of_an_import_is_answered_by_what_became_of_the_rows(team: Cast) -> None:
    given = {"rows": [row(), row(fact="")], "idempotencyKey": key()}
    first = send(team, **given)
    before = snapshot(team.owner)
    again = send(team, **given)
    assert (first["replayed"], again["replayed"]) == (False, True)
    assert first["rows"] == again["rows"]
    assert changed(before, snapshot(team.owner)) == {}


def test_when_a_draft_is_raised_no_team_that_read_it_reads_on(team: Cast, owner: Database) -> None:
    teams = tuple(team.settled.teams.values())
    member = make_member(owner, agency_id=team.rowan.agency_id, role=Role.OFFICER, team_ids=teams)
    with owner.transaction() as session:
        importer = viewer_for_membership(session, member.membership_id)
    draft = send(team, [row()], importer)["rows"][0]["flag"]
    read = "query($id: ID!) { flag(by: {id: $id}) { state } }"
    assert team.ask(team.ari, read, id=draft["id"])["flag"] == {"state": "DRAFT"}
    raised(team, draftId=draft["id"], draftVersion=draft["version"])
    seen = {name for name, viewer in team.viewers.items() if team.ask(viewer, read, id=draft["id"])["flag"]}
    assert seen == {"rowan", "mel", "morgan", "jo"}
    assert team.ask(importer, read, id=draft["id"])["flag"] is None
