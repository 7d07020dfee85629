"""Taking a plan out of the portal: for its parties, for anybody once it is public, and never a draft."""

import json
from base64 import b64decode
from typing import Any

from sqlalchemy import text
from werkzeug.test import TestResponse

from graphql_schema import Door
from portal.access.viewer import Viewer
from portal.operations.verify_plan import verify
from portal.plans.bundle import MEMBERS, SIGNATURES, plans_key
from portal.plans.packing import members_of
from tests.conftest import SECRET
from tests.exports.reading import words_of
from tests.factories.cast import Cast
from tests.factories.plans import agreed, drafted, in_signing, proposed, published, sign
from tests.factories.snapshot import unchanged
from tests.pages.conftest import ReadAs
from tests.pages.conftest import read_as as read_as
from tests.pages.conftest import site as site
from tests.pages.conftest import stranger as stranger
from tests.pages.reader import Reader

Record = dict[str, Any]
NAMES = ("Ellis Marchetti", "Quinn Haverstock", "Remy Aldous")
FILES = """
query Files($id: ID!) {
  planVersion(by: {id: $id}) {
    bundle { fileName contentHash publicKey content }
    document { fileName content }
  }
}
"""


def files(cast: Cast, viewer: Viewer | None, plan: Record) -> Record | None:
    """The files of the version a plan stands at, as a tool gets them."""
    found: Record | None = cast.ask(viewer, FILES, id=plan["currentVersion"]["id"])["planVersion"]
    return found


def bundle_of(answer: TestResponse) -> bytes:
    """The file that a page gave, which verifies with the key of this installation."""
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    verify(answer.data, plans_key(SECRET).public)
    return answer.data


def signers_of(raw: bytes) -> list[str | None]:
    """Who signed, by name."""
    said = json.loads(members_of(raw, MEMBERS)[SIGNATURES])
    return [each["person"] for each in said["signatures"]]


def test_every_member_of_a_party_takes_out_the_same_bundle_and_no_reading_changes_it(
    cast: Cast, read_as: ReadAs
) -> None:
    plan = agreed(cast)
    address = f"/plans/{plan['id']}/versions/1/bundle"
    with unchanged(cast.owner):
        taken = {bundle_of(read_as(cast.viewers[name]).get(address)) for name in ("brook", "quinn", "lou", "wren")}
        taken.add(bundle_of(read_as(cast.brook).get(address)))
    (raw,) = taken
    assert sorted(filter(None, signers_of(raw))) == sorted(
        cast.viewers[name].display_name for name in ("ellis", "quinn", "remy")
    )
    verified = verify(raw, plans_key(SECRET).public)
    assert (verified.missing, verified.version.content_hash) == ((), plan["currentVersion"]["contentHash"])
    assert verified.version.document.reference == plan["reference"]


def test_a_tool_gets_the_very_bytes_that_a_page_gives(cast: Cast, read_as: ReadAs) -> None:
    plan = agreed(cast)
    answered = files(cast, cast.frankie, plan)
    assert answered is not None
    page = read_as(cast.frankie)
    raw = page.get(f"/plans/{plan['id']}/versions/1/bundle")
    assert b64decode(answered["bundle"]["content"]) == raw.data
    assert raw.headers["Content-Disposition"] == f'attachment; filename="plan-{plan["reference"]}-version-1.zip"'
    paper = page.get(f"/plans/{plan['id']}/versions/1/plan.pdf")
    assert (paper.status_code, paper.mimetype) == (200, "application/pdf")
    assert paper.headers["Content-Disposition"] == f'attachment; filename="plan-{plan["reference"]}-version-1.pdf"'
    assert b64decode(answered["document"]["content"]) == paper.data == members_of(raw.data, MEMBERS)["plan.pdf"]
    assert answered["bundle"]["publicKey"] == str(plans_key(SECRET).public)
    assert answered["bundle"]["contentHash"] == plan["currentVersion"]["contentHash"]
    for answer in (raw, paper):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_version_open_for_signing_is_bundled_as_far_as_it_is_signed(cast: Cast, read_as: ReadAs) -> None:
    plan = sign(cast, in_signing(cast), "SEVERN-LA")
    raw = bundle_of(read_as(cast.brook).get(f"/plans/{plan['id']}/versions/1/bundle"))
    verified = verify(raw, plans_key(SECRET).public)
    assert signers_of(raw) == ["Quinn Haverstock"]
    assert len(verified.missing) == 2
    assert "Open for signing, not agreed." in words_of(members_of(raw, MEMBERS)["plan.pdf"])


def test_a_draft_is_no_file_and_a_proposed_version_is_a_pdf_alone(cast: Cast, read_as: ReadAs) -> None:
    plan = drafted(cast)
    reader = read_as(cast.brook)
    for file in ("bundle", "plan.pdf"):
        assert reader.get(f"/plans/{plan['id']}/versions/1/{file}").status_code == 404
    assert files(cast, cast.brook, plan) == {"bundle": None, "document": None}
    proposed(cast, plan)
    assert reader.get(f"/plans/{plan['id']}/versions/1/bundle").status_code == 404
    assert "Proposed." in words_of(reader.get(f"/plans/{plan['id']}/versions/1/plan.pdf").data)


def test_whoever_is_no_party_takes_out_nothing_and_learns_nothing(cast: Cast, read_as: ReadAs) -> None:
    plan = agreed(cast)
    hidden, missing = plan["id"], cast.door._opened_seal().seal_id("Plan", cast.robin.agency_id)
    for name in ("robin", "val", "alex"):
        reader = read_as(cast.viewers[name])
        for file in ("bundle", "plan.pdf"):
            answers = [reader.get(f"/plans/{each}/versions/1/{file}") for each in (hidden, missing)]
            assert [answer.status_code for answer in answers] == [404, 404]
            assert [answer.mimetype for answer in answers] == ["text/html", "text/html"]
            assert reader.get(f"/published-plans/{plan['reference']}/{file}").status_code == 404
        assert files(cast, cast.viewers[name], plan) is None


def test_nobody_takes_out_what_is_not_public_without_signing_in(cast: Cast, stranger: Reader) -> None:
    plan = agreed(cast)
    for file in ("bundle", "plan.pdf"):
        assert stranger.get(f"/plans/{plan['id']}/versions/1/{file}").status_code == 303
        assert stranger.get(f"/published-plans/{plan['reference']}/{file}").status_code == 404
    assert files(cast, None, plan) is None


def test_a_number_that_is_no_version_is_no_file(cast: Cast, read_as: ReadAs) -> None:
    plan = proposed(cast)
    for number in ("0", "2", "2147483647", "2147483648", "9" * 40):
        for file in ("bundle", "plan.pdf"):
            assert read_as(cast.brook).get(f"/plans/{plan['id']}/versions/{number}/{file}").status_code == 404


def test_anybody_takes_out_a_public_plan_without_the_name_of_any_person(
    cast: Cast, stranger: Reader, read_as: ReadAs
) -> None:
    plan = published(cast, agreed(cast))
    raw = bundle_of(stranger.get(f"/published-plans/{plan['reference']}/bundle"))
    assert signers_of(raw) == [None, None, None]
    paper = stranger.get(f"/published-plans/{plan['reference']}/plan.pdf")
    assert paper.data == members_of(raw, MEMBERS)["plan.pdf"]
    words = words_of(paper.data)
    assert "A signatory" in words
    assert not any(name in words for name in NAMES)
    assert not any(name.encode() in raw for name in NAMES)
    assert bundle_of(read_as(cast.val).get(f"/published-plans/{plan['reference']}/bundle")) == raw
    named = bundle_of(read_as(cast.brook).get(f"/published-plans/{plan['reference']}/bundle"))
    assert None not in signers_of(named)


def test_anybody_reads_the_key_that_verifies_and_it_is_the_one_of_the_schema(
    cast: Cast, door: Door, stranger: Reader
) -> None:
    answer = stranger.get("/.well-known/concord-plans-key")
    assert (answer.status_code, answer.mimetype) == (200, "text/plain")
    assert answer.text == f"{plans_key(SECRET).public}\n"
    assert cast.ask(None, "{ instance { plansKey } }")["instance"]["plansKey"] == answer.text.strip()
    assert door.press is not None


def test_the_page_of_a_version_offers_what_there_is(cast: Cast, read_as: ReadAs) -> None:
    plan = in_signing(cast)
    page = read_as(cast.brook).get(f"/plans/{plan['id']}/versions/1").text
    for file in ("bundle", "plan.pdf"):
        assert f'href="/plans/{plan["id"]}/versions/1/{file}"' in page
    assert 'href="/.well-known/concord-plans-key"' in page


def test_files_cost_what_printing_is_worth(cast: Cast) -> None:
    plan = agreed(cast)
    many = " ".join(f"v{at}: planVersion(by: {{id: $id}}) {{ document {{ content }} }}" for at in range(20))
    execution = cast.try_to_ask(cast.brook, f"query($id: ID!) {{ {many} }}", id=plan["currentVersion"]["id"])
    assert not execution.errors
    assert execution.extensions["cost"]["requested"] >= 20_000


def test_a_bundle_names_its_signatories_as_they_were_called_when_they_signed(cast: Cast, read_as: ReadAs) -> None:
    plan = agreed(cast)
    address = f"/plans/{plan['id']}/versions/1/bundle"
    before = bundle_of(read_as(cast.brook).get(address))
    with cast.owner.transaction() as session:
        renamed = {"name": "Ellis Marchetti-Stone", "id": cast.ellis.user_id}
        session.execute(text("update user_account set display_name = :name where id = :id"), renamed)
    assert bundle_of(read_as(cast.brook).get(address)) == before
