"""What somebody has typed so far is kept for them alone, until they send it, delete it or forget it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from portal.access.context import Wall
from portal.db import Database, now
from portal.flags.drafts import DRAFT_KEPT_FOR, tasks
from portal.flags.models import Flag
from portal.text import LONG, SHORT
from tests.factories.audit import lines_since, mark, subjects_of
from tests.factories.cast import Cast, key
from tests.factories.drafts import discard, drafted, save
from tests.factories.flags import RAISE, imported, raised, report
from tests.factories.snapshot import changed, snapshot, unchanged
from tests.pages.hostile import strings

READ = """
query Read($id: ID!) {
  flag(by: {id: $id}) {
    state raisedAt expiresAt urgency fact placeDescription told ward { name }
    concerns { code } ageBand { code } withheld { fields } viewerCanEditDraft viewerCanSubmit
    sourceReference { system value }
    subject {
      ... on Person { preferredName description ageBand { code } }
      ... on PlaceGroup { groupOf: description estimatedSize }
    }
    disclosure { because }
  }
}
"""
MINE = "{ flags(filter: {queue: MY_DRAFTS}, first: 10) { edges { node { id } } } }"
EVERYTHING = {
    "subject": {"person": {"preferredName": "Kai", "description": "Grey coat"}},
    "ageBandCode": "14_15",
    "place": {"description": "Bus shelter"},
    "concernCodes": ["ALCOHOL", "LOW_MOOD"],
    "fact": "Two empty cans.",
    "urgency": "URGENT",
    "told": "NO",
    "source": {"system": "Records", "value": "OC 4471"},
}


def read(cast: Cast, by: Any, draft: dict[str, Any]) -> Any:
    return cast.ask(by, READ, id=draft["id"])["flag"]


def people_in(cast: Cast) -> int:
    """How many people this partnership knows in truth."""
    people = "select count(*) from person p join root r on r.id = p.id where r.partnership_id = :id"
    with cast.truth() as session:
        return session.execute(text(people), {"id": cast.settled.partnership_id}).scalar_one()


def test_nothing_is_required_of_a_draft_but_that_somebody_may_raise(cast: Cast, owner: Database) -> None:
    draft = drafted(cast)
    assert (draft["state"], draft["raisedAt"]) == ("DRAFT", None)
    assert read(cast, cast.rowan, draft)["subject"] is None
    for outsider in (cast.robin, cast.noor, cast.gail):
        with unchanged(owner):
            assert save(cast, outsider, fact="x")["__typename"] == "NotPermitted"


def test_everything_typed_is_read_back_by_its_author_and_by_nobody_else(cast: Cast) -> None:
    draft = drafted(cast, **EVERYTHING)
    found = read(cast, cast.rowan, draft)
    assert (found["fact"], found["placeDescription"], found["urgency"], found["told"]) == (
        "Two empty cans.", "Bus shelter", "URGENT", "NO",
    )  # fmt: skip
    assert found["subject"] == {"preferredName": "Kai", "description": "Grey coat", "ageBand": {"code": "14_15"}}
    assert [each["code"] for each in found["concerns"]] == ["ALCOHOL", "LOW_MOOD"]
    assert found["sourceReference"] == {"system": "Records", "value": "OC 4471"}
    assert (found["disclosure"]["because"], found["viewerCanEditDraft"]) == ("AUTHOR", True)
    for other in (cast.dana, cast.mel, cast.ari, cast.morgan, cast.sam, cast.noor, cast.gail):
        assert read(cast, other, draft) is None
        assert cast.ask(other, MINE)["flags"]["edges"] == []
    assert len(cast.ask(cast.rowan, MINE)["flags"]["edges"]) == 1


def test_saving_again_writes_over_and_leaves_no_trace_of_what_it_said_before(cast: Cast) -> None:
    draft = drafted(cast, **EVERYTHING)
    group = {"placeGroup": {"description": "Some of them", "estimatedSize": 7}}
    again = drafted(cast, draftId=draft["id"], expectedVersion=draft["version"], subject=group)
    assert (again["id"], again["version"]) == (draft["id"], draft["version"] + 1)
    found = read(cast, cast.rowan, draft)
    assert found["subject"] == {"groupOf": "Some of them", "estimatedSize": 7}
    assert (found["fact"], found["concerns"], found["sourceReference"]) == (None, [], None)
    assert people_in(cast) == 0


def test_a_draft_saved_with_the_same_words_makes_no_second_person(cast: Cast, owner: Database) -> None:
    draft = drafted(cast, **EVERYTHING)
    before = snapshot(owner)
    drafted(cast, draftId=draft["id"], expectedVersion=draft["version"], **EVERYTHING | {"fact": "More."})
    gained = changed(before, snapshot(owner))
    assert gained["flag"] == 0
    assert "person" not in gained


def test_two_windows_do_not_overwrite_one_another_unseen(cast: Cast, owner: Database) -> None:
    draft = drafted(cast)
    drafted(cast, draftId=draft["id"], expectedVersion=draft["version"], fact="Newer.")
    with unchanged(owner):
        late = save(cast, cast.rowan, draftId=draft["id"], expectedVersion=draft["version"], fact="Older.")
    assert (late["__typename"], late["currentVersion"]) == ("Conflict", draft["version"] + 1)


def test_one_intent_makes_one_draft(cast: Cast) -> None:
    once = key()
    first, second = (save(cast, cast.rowan, fact="x", idempotencyKey=once) for _ in range(2))
    assert (first["flag"]["id"], second["replayed"]) == (second["flag"]["id"], True)


def test_only_its_author_writes_on_or_deletes_a_draft(cast: Cast, owner: Database) -> None:
    draft = drafted(cast)
    for other in (cast.dana, cast.mel, cast.morgan, cast.ari):
        with unchanged(owner):
            given = {"draftId": draft["id"], "expectedVersion": draft["version"], "fact": "x"}
            assert save(cast, other, **given)["__typename"] == "NotFound"
            assert discard(cast, other, draft)["__typename"] == "NotFound"


def test_an_imported_draft_and_a_raised_flag_are_no_drafts_by_hand(cast: Cast, owner: Database) -> None:
    for flag in (imported(cast), raised(cast)):
        with unchanged(owner):
            given = {"draftId": flag["id"], "expectedVersion": flag["version"], "fact": "x"}
            assert save(cast, cast.rowan, **given)["__typename"] == "NotPermitted"
            assert discard(cast, cast.rowan, flag)["__typename"] == "NotPermitted"


def test_sending_a_draft_makes_it_the_flag_with_what_is_said_then(cast: Cast) -> None:
    draft = drafted(cast, **EVERYTHING)
    given = report(draftId=draft["id"], draftVersion=draft["version"], source=None)
    sent = cast.ask(cast.rowan, RAISE, input=given)["raiseFlag"]
    assert sent["__typename"] == "FlagRaised", sent
    assert (sent["flag"]["id"], sent["reference"], sent["flag"]["state"]) == (
        draft["id"], draft["reference"], "SUBMITTED",
    )  # fmt: skip
    found = read(cast, cast.morgan, draft)
    assert (found["fact"], found["subject"]["preferredName"]) == ("Sitting alone with two empty cans.", "Kai")
    assert found["sourceReference"] is None
    assert cast.ask(cast.rowan, MINE)["flags"]["edges"] == []
    assert people_in(cast) == 1


def test_a_sent_draft_cannot_be_sent_saved_or_deleted_again(cast: Cast, owner: Database) -> None:
    draft = drafted(cast)
    given = report(draftId=draft["id"], draftVersion=draft["version"])
    flag = cast.ask(cast.rowan, RAISE, input=given)["raiseFlag"]["flag"]
    with unchanged(owner):
        again = report(draftId=flag["id"], draftVersion=flag["version"])
        assert cast.ask(cast.rowan, RAISE, input=again)["raiseFlag"]["__typename"] == "Invalid"
        assert discard(cast, cast.rowan, flag)["__typename"] == "NotPermitted"


def test_a_raised_flag_is_complete_whatever_its_draft_lacked(cast: Cast, owner: Database) -> None:
    draft = drafted(cast)
    with unchanged(owner):
        given = report(draftId=draft["id"], draftVersion=draft["version"], fact=" ")
        assert cast.ask(cast.rowan, RAISE, input=given)["raiseFlag"]["__typename"] == "Invalid"
    with owner.transaction() as session:
        for column in ("age_band_code", "urgency", "observed_at", "place_description", "fact"):
            check = text(
                "select pg_get_constraintdef(oid) from pg_constraint where conname = 'ck_flag_raised_is_complete'"
            )
            assert column in session.execute(check).scalar_one()


def test_deleting_is_real_and_the_audit_keeps_its_lines(cast: Cast, owner: Database) -> None:
    before, line = snapshot(owner), mark(owner)
    draft = drafted(cast, **EVERYTHING)
    assert discard(cast, cast.rowan, draft)["__typename"] == "FlagDraftDiscarded"
    left = changed(before, snapshot(owner))
    # The lines of the audit go on naming what is gone, and its key is what they are found by.
    assert left.keys() <= {"idempotency_record", "audience", "audit_subject_key"}, left
    assert read(cast, cast.rowan, draft) is None
    lines = [each for each in lines_since(owner, line) if each.action == "WRITE"]
    assert [each.operation for each in lines] == ["saveFlagDraft", "discardFlagDraft"]
    with owner.transaction() as session:
        assert subjects_of(session, lines[1].id).keys() <= subjects_of(session, lines[0].id).keys()


def test_two_drafts_may_name_one_reference_and_who_sends_first_has_it(cast: Cast) -> None:
    source = {"system": "Records", "value": "OC 1"}
    mine, theirs = drafted(cast, source=source), drafted(cast, cast.dana, source=source)
    sent = report(draftId=mine["id"], draftVersion=mine["version"], source=source)
    assert cast.ask(cast.rowan, RAISE, input=sent)["raiseFlag"]["__typename"] == "FlagRaised"
    late = report(draftId=theirs["id"], draftVersion=theirs["version"], source=source)
    assert cast.ask(cast.dana, RAISE, input=late)["raiseFlag"]["reason"] == "TAKEN"


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"fact": "x" * (LONG + 1)}, "fact"),
        ({"place": {"description": "x" * (SHORT + 1)}}, "place"),
        ({"opinion": "a\0b"}, "opinion"),
        ({"ageBandCode": "' or 1=1 --"}, "ageBandCode"),
        ({"concernCodes": ["NOTHING"]}, "concernCodes"),
        ({"subject": {"placeGroup": {"estimatedSize": 70_000}}}, "subject"),
        ({"observedAt": "2999-01-01T00:00:00Z"}, "observedAt"),
        ({"place": {"wardCode": "E05000001"}}, "place"),
        ({"source": {"system": "s" * (SHORT + 1), "value": ""}}, "source"),
    ],
)
def test_what_cannot_be_kept_is_refused_at_its_field(
    cast: Cast, owner: Database, typed: dict[str, Any], field: str
) -> None:
    with unchanged(owner):
        answer = save(cast, cast.rowan, **typed)
    assert answer["__typename"] == "Invalid"
    assert [error["path"][0] for error in answer["errors"]] == [field]


def test_text_that_breaks_other_programs_comes_back_to_the_letter(cast: Cast) -> None:
    draft = drafted(cast)
    for string in [each for each in strings() if each.strip() and len(each) <= SHORT][::25]:
        person = {"person": {"preferredName": string}}
        given = {"subject": person, "fact": string, "place": {"description": string}}
        draft = drafted(cast, draftId=draft["id"], expectedVersion=draft["version"], **given)
        found = read(cast, cast.rowan, draft)
        assert (found["fact"], found["placeDescription"], found["subject"]["preferredName"]) == (string,) * 3


def test_a_draft_nobody_touches_for_two_weeks_is_deleted_by_the_worker(
    cast: Cast, owner: Database, worker: Database
) -> None:
    old, fresh, waiting = drafted(cast, **EVERYTHING), drafted(cast, fact="Fresh."), imported(cast)
    assert timedelta(days=14) == DRAFT_KEPT_FOR
    with owner.transaction() as session:
        past = now() - timedelta(minutes=1)
        session.execute(update(Flag).where(Flag.reference == old["reference"]).values(expires_at=past))
    forget = tasks(worker).tasks["forget_old"]
    for _ in range(2):
        forget(timestamp=0)
    assert read(cast, cast.rowan, old) is None
    assert read(cast, cast.rowan, fresh)["fact"] == "Fresh."
    assert read(cast, cast.rowan, waiting)["state"] == "DRAFT"
    with cast.truth() as session:
        assert session.scalar(select(Flag.id).where(Flag.reference == old["reference"])) is None


def test_the_web_role_deletes_no_draft_but_its_author_s(cast: Cast, wall: Wall) -> None:
    draft, flag = drafted(cast, fact="Mine."), raised(cast)
    references = {draft["reference"]: cast.dana, flag["reference"]: cast.rowan}
    with cast.truth() as session:
        found = {ref: session.scalar(select(Flag.id).where(Flag.reference == ref)) for ref in references}
    for reference, viewer in references.items():
        for function in ("discard_flag_draft", "discard_draft_person", "erase_flag_drafts", "forget_flag_drafts"):
            given = {"erase_flag_drafts": "array[:id]::uuid[]", "forget_flag_drafts": ""}.get(function, ":id")
            with pytest.raises(DBAPIError, match=r"no draft of this viewer|permission denied"):  # noqa: SIM117
                with wall.acting_as(viewer) as session:
                    session.execute(text(f"select {function}({given})"), {"id": found[reference]} if given else {})
    assert read(cast, cast.rowan, draft)["fact"] == "Mine."
