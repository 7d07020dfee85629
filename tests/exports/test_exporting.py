"""Taking a copy: for caseworkers who see the record, as far as they read it, recorded before any byte leaves."""

import re
from typing import Any

import pytest
from sqlalchemy import text

from frontend.exports.pages import MUTATION
from portal.audit.models import AuditAction
from tests.exports.reading import letters_of, pages_of, words_of
from tests.factories.audit import lines_since, mark, subjects_of
from tests.factories.cast import Cast, key
from tests.factories.flags import answered, raised, shared, taken
from tests.factories.snapshot import changed, snapshot, unchanged
from tests.pages.conftest import ReadAs
from tests.pages.reader import Reader

# What only some may read of the flag of these tests, by the group it belongs to.
SECRETS = {
    "identity": "Kanarienvogelname",
    "facts": "Kanarienvogelfact.",
    "opinion": "Kanarienvogelopinion.",
    "own words": "Kanarienvogelwords.",
    "family": "Kanarienvogelfamily.",
    "place": "Kanarienvogelplace",
}
OPENED_TO_COMMISSIONERS = """
with made as (
  insert into audience (agency_id, role) values (:agency, 'COMMISSIONER') on conflict do nothing returning id
)
insert into disclosure (root_kind, root_id, audience_id, levels, sort_at, because, agreement_version_id, column_code,
                        granted_by_membership_id, valid_from)
select d.root_kind, d.root_id, coalesce((select id from made),
       (select id from audience where agency_id = :agency and role = 'COMMISSIONER')),
       d.levels, now(), 'SHARE', d.agreement_version_id, d.column_code, d.granted_by_membership_id, now()
  from disclosure d where d.root_id = :flag and d.because = 'AUTHOR'
"""


def secret_flag(cast: Cast) -> dict[str, Any]:
    """A flag that was shared and answered, and says something of its own in every group."""
    person = {"person": {"preferredName": SECRETS["identity"], "ageBandCode": "14_15"}}
    flag = raised(
        cast,
        subject=person,
        fact=SECRETS["facts"],
        opinion=SECRETS["opinion"],
        ownWords=SECRETS["own words"],
        thirdPartyNotes=SECRETS["family"],
        place={"description": SECRETS["place"]},
    )
    answered(cast, shared(cast, taken(cast, flag)))
    return flag


def uncovered(cast: Cast, flag: dict[str, Any]) -> Any:
    opened = cast.door._opened_seal().open_id(flag["id"])
    assert opened is not None
    return opened[1]


def given(flag: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"flagId": flag["id"], "purposeCode": "COURT_BUNDLE", "idempotencyKey": key()} | changes


def saved_by(reader: Reader, flag: dict[str, Any], **typed: str) -> Any:
    """The answer to somebody who saves a flag as PDF."""
    return reader.send(f"/flags/{flag['id']}/export", **{"purpose": "MEETING"} | typed)


@pytest.mark.parametrize("name", ["rowan", "mel", "morgan", "ines", "sam"])
def test_a_copy_says_exactly_what_its_taker_reads_on_the_page(cast: Cast, read_as: ReadAs, name: str) -> None:
    flag = secret_flag(cast)
    reader = read_as(cast.viewers[name])
    page = reader.get(f"/flags/{flag['id']}").text
    answer = saved_by(reader, flag)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    copy = letters_of("".join(pages_of(answer.data)))
    for group, secret in SECRETS.items():
        assert (letters_of(secret) in copy) == (secret in page), group
    # As many boxes where a role stops, each with its clause, as on the page.
    assert copy.count("Withheldfromyourrole.") == page.count("</svg>Withheld from your role</b>")
    assert cast.viewers[name].display_name in words_of(answer.data)
    assert flag["reference"] in words_of(answer.data)


def test_the_name_of_the_file_is_the_reference(cast: Cast, read_as: ReadAs) -> None:
    flag = raised(cast)
    answer = saved_by(read_as(cast.rowan), flag)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="flag-{flag["reference"]}.pdf"'
    assert answer.headers["Cache-Control"] == "no-store"


def test_taking_a_copy_is_one_line_of_audit_that_says_so_with_what_was_shown(cast: Cast, read_as: ReadAs) -> None:
    flag = secret_flag(cast)
    reader = read_as(cast.sam)
    held = reader.form(f"/flags/{flag['id']}/export")
    before = mark(cast.owner)
    assert reader.post(f"/flags/{flag['id']}/export", held, purpose="MEETING").status_code == 200
    [line] = [line for line in lines_since(cast.owner, before) if line.action is not AuditAction.READ]
    assert (line.action, line.operation, line.outcome) == (AuditAction.EXPORT, "exportFlag", "DONE")
    assert line.membership_id == cast.sam.membership_id
    with cast.owner.transaction() as session:
        assert subjects_of(session, line.id)[uncovered(cast, flag)] > 0
        kept = session.execute(
            text("select purpose_code, exported_by_membership_id from flag_export where flag_id = :id"),
            {"id": uncovered(cast, flag)},
        ).one()
    assert tuple(kept) == ("MEETING", cast.sam.membership_id)


def test_a_second_press_gives_the_same_copy_again_and_records_it_again(cast: Cast, read_as: ReadAs) -> None:
    flag = raised(cast)
    reader = read_as(cast.rowan)
    held = reader.form(f"/flags/{flag['id']}/export")
    before, exports = mark(cast.owner), snapshot(cast.owner)
    copies = [reader.post(f"/flags/{flag['id']}/export", held, purpose="MEETING").data for _ in range(2)]
    assert copies[0] == copies[1]
    assert changed(exports, snapshot(cast.owner))["flag_export"] == 1
    lines = [line for line in lines_since(cast.owner, before) if line.action is AuditAction.EXPORT]
    assert len(lines) == 2


@pytest.mark.parametrize("name", ["dana", "ari", "noor", "robin", "gail"])
def test_who_does_not_see_the_flag_gets_nothing_and_a_line_of_refusal(cast: Cast, name: str) -> None:
    flag = secret_flag(cast)
    before = mark(cast.owner)
    with unchanged(cast.owner):
        answer = cast.ask(cast.viewers[name], MUTATION.text, input=given(flag))["answer"]
    assert answer["__typename"] == "NotFound"
    assert "anarienvogel" not in str(answer)
    assert [(line.action, line.outcome) for line in lines_since(cast.owner, before)] == [(AuditAction.DENY, "NotFound")]


def test_who_sees_it_and_is_no_caseworker_gets_nothing_and_a_line_of_refusal(cast: Cast, read_as: ReadAs) -> None:
    flag = secret_flag(cast)
    with cast.owner.transaction() as session:
        session.execute(text(OPENED_TO_COMMISSIONERS), {"agency": cast.robin.agency_id, "flag": uncovered(cast, flag)})
    robin = read_as(cast.robin)
    page = robin.get(f"/flags/{flag['id']}")
    assert page.status_code == 200
    assert "Save as PDF" not in page.text
    assert robin.get(f"/flags/{flag['id']}/export").status_code == 404
    before = mark(cast.owner)
    held = robin.form("/agreement", to="/sign-out")
    with unchanged(cast.owner):
        answer = robin.post(f"/flags/{flag['id']}/export", held, purpose="MEETING")
    assert answer.status_code == 403
    assert answer.mimetype == "text/html"
    assert "anarienvogel" not in answer.text
    assert (AuditAction.DENY, "NotPermitted") in [
        (line.action, line.outcome) for line in lines_since(cast.owner, before)
    ]


def test_a_copy_needs_a_reason_that_is_one(cast: Cast, read_as: ReadAs) -> None:
    flag = raised(cast)
    with unchanged(cast.owner):
        assert saved_by(read_as(cast.rowan), flag, purpose="").status_code == 422
        assert saved_by(read_as(cast.rowan), flag, purpose="CURIOSITY").status_code == 422


def test_nobody_takes_a_copy_without_the_forms_token_or_without_signing_in(
    cast: Cast, read_as: ReadAs, stranger: Reader
) -> None:
    flag = raised(cast)
    rowan = read_as(cast.rowan)
    held = rowan.form(f"/flags/{flag['id']}/export")
    held.pop("csrf_token")
    with unchanged(cast.owner):
        assert rowan.post(f"/flags/{flag['id']}/export", held, purpose="MEETING").status_code == 403
        assert stranger.client.post(f"/flags/{flag['id']}/export", data={"purpose": "MEETING"}).location == "/sign-in"


def test_what_a_service_may_not_read_leaves_the_portal_in_no_byte(cast: Cast, read_as: ReadAs) -> None:
    flag = secret_flag(cast)
    data = saved_by(read_as(cast.sam), flag).data
    for group in ("facts", "opinion", "own words", "family"):
        assert SECRETS[group].encode() not in data
        assert SECRETS[group] not in words_of(data)


def test_a_share_that_ended_between_two_presses_gives_no_second_copy(cast: Cast, read_as: ReadAs) -> None:
    flag = secret_flag(cast)
    reader = read_as(cast.sam)
    held = reader.form(f"/flags/{flag['id']}/export")
    assert reader.post(f"/flags/{flag['id']}/export", held, purpose="MEETING").status_code == 200
    with cast.owner.transaction() as session:
        session.execute(
            text(
                "update disclosure set valid_to = greatest(valid_from, now()) where because = 'SHARE' and root_id = :id"
            ),
            {"id": uncovered(cast, flag)},
        )
    again = reader.post(f"/flags/{flag['id']}/export", held, purpose="MEETING")
    assert again.status_code == 404


def test_the_flag_page_offers_the_copy_to_whoever_may_take_it(cast: Cast, read_as: ReadAs) -> None:
    flag = raised(cast)
    page = read_as(cast.rowan).get(f"/flags/{flag['id']}").text
    assert re.search(rf'href="/flags/{flag["id"]}/export">Save as PDF', page)


def test_what_was_typed_as_markup_is_printed_as_it_was_typed(cast: Cast, read_as: ReadAs) -> None:
    typed = '#read("/etc/passwd") *bold* = Heading'
    flag = raised(cast, fact=typed)
    assert letters_of(typed) in letters_of(words_of(saved_by(read_as(cast.rowan), flag).data))
