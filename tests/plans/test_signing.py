"""Nothing is agreed before every agency that has to sign has signed the very same bytes, itself, once and just now."""

import hashlib
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from graphql_schema import Door
from portal.access.viewer import Role, Viewer
from portal.db import Database
from portal.identity.reauthentication import prove
from portal.identity.viewers import viewer_for_membership
from portal.partnerships.leading import today
from portal.plans.checks import shipped_checks
from portal.plans.models import PlanSignature, PlanVersion
from tests.factories.accounts import make_further_membership
from tests.factories.audit import lines_since, mark
from tests.factories.cast import Cast, key, settle_cast
from tests.factories.plans import (
    AGENCIES,
    accepted,
    agreed,
    countered,
    done,
    drafted,
    in_signing,
    nodes,
    pass_checks,
    proposed,
    read_plan,
    say,
    sign,
    signing,
)
from tests.factories.snapshot import unchanged

SIGNED = """
query Signed($id: ID!) { plan(by: {id: $id}) {
  state
  currentVersion { number missingSignatures { name } viewerCanSign viewerCanDecline }
  versions { edges { node { number signatures { edges { node { void contentHash by { displayName } } } } } } }
  parties { agency { name } declinedBecause declinedBy { displayName } latestSignature { void } }
} }
"""
Record = dict[str, Any]


@pytest.fixture(scope="module")
def team(owner: Database, door: Door) -> Cast:
    return settle_cast(owner, door)


@pytest.fixture(scope="module")
def ready(team: Cast) -> Record:
    """A plan that each party could sign now; no test signs it."""
    return in_signing(team)


@pytest.fixture(scope="module")
def unchecked(team: Cast) -> Record:
    """A plan that is open for signing and that nobody has checked."""
    return in_signing(team, checked=False)


def second_hat(cast: Cast, viewer: Viewer, role: Role, *, at: Viewer | None = None) -> Viewer:
    """The same person in another role of the same agency, or of another's."""
    agency_id = (at or viewer).agency_id
    membership_id = make_further_membership(cast.owner, viewer.user_id, agency_id=agency_id, role=role)
    with cast.truth() as session:
        found = viewer_for_membership(session, membership_id)
    assert found is not None
    return found


def refused(cast: Cast, by: Viewer | None, change: str, /, **given: Any) -> Record:
    """What is answered to a change that must be refused, and that changes nothing."""
    with unchanged(cast.owner):
        answer = say(cast, by, change, **given)
    assert "Saved" not in answer["__typename"]
    assert answer["__typename"] != "PlanSigned"
    return answer


def seen(cast: Cast, plan: Record, by: Viewer) -> Record:
    """How signing stands, as somebody reads it."""
    found: Record = cast.ask(by, SIGNED, id=plan["id"])["plan"]
    return found


def reopened(cast: Cast, plan: Record) -> Record:
    """A plan whose current version is on the table, open for signing and checked."""
    return in_signing(cast, read_plan(cast, plan["id"]))


def test_the_last_needed_signature_makes_a_plan_agreed(cast: Cast) -> None:
    plan = in_signing(cast)
    answers = []
    for by in (cast.ellis, cast.quinn, cast.remy):
        answers.append(say(cast, by, "signPlanVersion", **signing(cast, by, plan)))
        expected = "AGREED" if by is cast.remy else "SIGNING"
        assert read_plan(cast, plan["id"])["state"] == expected
    assert [each["agreed"] for each in answers] == [False, False, True]
    after = read_plan(cast, plan["id"])
    assert after["currentVersion"]["state"] == "AGREED"
    kinds = [each["kind"] for each in nodes(after["events"])]
    assert kinds.count("SIGNED") == 3
    assert kinds.count("AGREED") == 1
    assert seen(cast, plan, cast.lou)["currentVersion"]["missingSignatures"] == []


def test_a_signature_says_who_for_whom_in_which_role_over_which_bytes_and_how(cast: Cast) -> None:
    plan = agreed(cast)
    with cast.truth() as session:
        version = session.scalars(
            select(PlanVersion).where(PlanVersion.content_hash == plan["currentVersion"]["contentHash"])
        ).one()
        rows = session.scalars(select(PlanSignature).where(PlanSignature.plan_version_id == version.id)).all()
        assert version.content is not None
        assert hashlib.sha256(version.content).hexdigest() == version.content_hash
        assert version.agreed_at is not None
        assert version.agreed_at >= max(row.signed_at for row in rows)
    found = {(row.agency_id, row.user_id, row.membership_id, row.role, row.content_hash, row.method) for row in rows}
    assert found == {
        (each.agency_id, each.user_id, each.membership_id, Role.SIGNATORY, version.content_hash, "PASSWORD")
        for each in (cast.ellis, cast.quinn, cast.remy)
    }


def test_only_a_signatory_of_a_party_signs(team: Cast, ready: Record) -> None:
    for by in (team.brook, team.frankie, team.wren, team.noor, team.rowan):
        answer = refused(team, by, "signPlanVersion", **signing(team, by, ready))
        assert (answer["__typename"], answer["because"]) == ("NotPermitted", "ROLE")


def test_whoever_takes_no_part_learns_nothing_of_the_plan(
    team: Cast, ready: Record, owner: Database, door: Door
) -> None:
    stranger = settle_cast(owner, door)
    missing = "nothing"
    for by in (team.val, team.alex, stranger.ellis, None):
        given = signing(team, by or team.ellis, ready)
        answers = [
            refused(team, by, "signPlanVersion", **given | {"id": each})
            for each in (ready["currentVersion"]["id"], missing)
        ]
        assert answers[0] == answers[1]
        assert answers[0]["__typename"] == "NotFound"


def proofs(cast: Cast, content_hash: str) -> dict[str, str]:
    """What is not a proof of a password that ellis typed just now for these bytes."""
    wall = cast.door.wall
    return {
        "none": "",
        "made up": "sign|99999999999|x|y.z",
        "late": prove(wall, cast.ellis, content_hash=content_hash, expires_at=int(time.time()) - 1),
        "another's": prove(wall, cast.quinn, content_hash=content_hash),
        "for other bytes": prove(wall, cast.ellis, content_hash="0" * 64),
        "with a character that cannot be kept": "\ud800",
    }


@pytest.mark.parametrize(
    "which", ["none", "made up", "late", "another's", "for other bytes", "with a character that cannot be kept"]
)
def test_nobody_signs_without_their_password_typed_just_now(team: Cast, ready: Record, which: str) -> None:
    proof = proofs(team, ready["currentVersion"]["contentHash"])[which]
    given = signing(team, team.ellis, ready) | {"reauthentication": proof}
    answer = refused(team, team.ellis, "signPlanVersion", **given)
    assert (answer["__typename"], answer["because"]) == ("NotPermitted", "REAUTHENTICATION")
    assert proof == "" or proof not in str(answer)


def test_other_bytes_are_not_signed(team: Cast, ready: Record) -> None:
    for other in ("0" * 64, "", ready["currentVersion"]["contentHash"].upper(), "\ud800"):
        given = signing(team, team.ellis, ready) | {"contentHash": other}
        answer = refused(team, team.ellis, "signPlanVersion", **given)
        assert [each["path"] for each in answer["errors"]] == [["contentHash"]]


def test_a_version_that_changed_since_it_was_read_is_not_signed(team: Cast, ready: Record) -> None:
    given = signing(team, team.ellis, ready) | {"expectedVersion": ready["currentVersion"]["version"] - 1}
    answer = refused(team, team.ellis, "signPlanVersion", **given)
    assert (answer["__typename"], answer["currentVersion"]) == ("Conflict", ready["currentVersion"]["version"])


def test_an_agency_passes_its_own_checks_before_it_signs(team: Cast, unchecked: Record) -> None:
    answer = refused(team, team.ellis, "signPlanVersion", **signing(team, team.ellis, unchecked))
    [error] = answer["errors"]
    names = [check.name for check in shipped_checks()]
    assert error["message"] == f"Your agency has yet to pass its own checks: {', '.join(names)}."
    assert seen(team, unchecked, team.ellis)["currentVersion"]["viewerCanSign"] is False
    # What the others have passed is no matter of one's own.
    pass_checks(team, unchecked, "SEVERN-LA", "SEVERN-MHS")
    assert refused(team, team.ellis, "signPlanVersion", **signing(team, team.ellis, unchecked))["errors"] == [error]


def test_only_what_is_open_for_signing_is_signed(cast: Cast) -> None:
    draft = drafted(cast)
    answer = refused(
        cast,
        cast.ellis,
        "signPlanVersion",
        **signing(cast, cast.ellis, draft | {"currentVersion": draft["currentVersion"] | {"contentHash": "0" * 64}}),
    )
    assert answer["errors"][0]["code"] == "TRANSITION"
    plan = proposed(cast, draft)
    answer = refused(cast, cast.ellis, "signPlanVersion", **signing(cast, cast.ellis, plan))
    assert answer["errors"][0]["code"] == "TRANSITION"
    plan = sign(cast, in_signing(cast, plan))
    other = second_hat(cast, cast.lou, Role.SIGNATORY)
    answer = refused(cast, other, "signPlanVersion", **signing(cast, other, plan))
    assert answer["errors"][0]["code"] == "TRANSITION"


def test_an_agency_signs_once(cast: Cast) -> None:
    plan = sign(cast, in_signing(cast), "SEVERN-LA")
    assert seen(cast, plan, cast.quinn)["currentVersion"]["viewerCanSign"] is False
    for by in (cast.quinn, second_hat(cast, cast.frankie, Role.SIGNATORY)):
        answer = refused(cast, by, "signPlanVersion", **signing(cast, by, plan))
        assert [each["code"] for each in answer["errors"]] == ["NOT_UNIQUE"]


def test_the_same_press_of_the_button_signs_once(cast: Cast) -> None:
    plan = in_signing(cast)
    given = signing(cast, cast.quinn, plan) | {"idempotencyKey": key()}
    answers = [say(cast, cast.quinn, "signPlanVersion", **given) for _ in range(2)]
    assert [each["replayed"] for each in answers] == [False, True]
    assert answers[0]["planSignature"] == answers[1]["planSignature"]


def test_whoever_proposed_does_not_sign_even_in_another_role(cast: Cast) -> None:
    also_signs = second_hat(cast, cast.brook, Role.SIGNATORY)
    plan = in_signing(cast)
    assert seen(cast, plan, also_signs)["currentVersion"]["viewerCanSign"] is False
    answer = refused(cast, also_signs, "signPlanVersion", **signing(cast, also_signs, plan))
    assert (answer["__typename"], answer["because"]) == ("NotPermitted", "SAME_PERSON")
    # A colleague signs, and so does a commissioner of another agency with a second role, whose words they are not.
    assert seen(cast, plan, cast.ellis)["currentVersion"]["viewerCanSign"] is True
    sign(cast, plan, "SEVERN-POLICE")
    other = second_hat(cast, cast.lou, Role.SIGNATORY)
    assert say(cast, other, "signPlanVersion", **signing(cast, other, plan))["__typename"] == "PlanSigned"


def test_neither_who_made_nor_who_took_a_counter_proposal_signs_what_became_of_it(cast: Cast) -> None:
    made, took = (second_hat(cast, each, Role.SIGNATORY) for each in (cast.frankie, cast.lou))
    plan = proposed(cast)
    accepted(cast, countered(cast, plan), cast.lou)
    plan = reopened(cast, plan)
    for by in (made, took):
        answer = refused(cast, by, "signPlanVersion", **signing(cast, by, plan))
        assert (answer["__typename"], answer["because"]) == ("NotPermitted", "SAME_PERSON")
    # The first proposer's words these are no more.
    first = second_hat(cast, cast.brook, Role.SIGNATORY)
    assert say(cast, first, "signPlanVersion", **signing(cast, first, plan))["__typename"] == "PlanSigned"


def test_nobody_agrees_with_themselves_by_signing_for_two_agencies(cast: Cast) -> None:
    also_health = second_hat(cast, cast.quinn, Role.SIGNATORY, at=cast.remy)
    plan = in_signing(cast)
    assert seen(cast, plan, also_health)["currentVersion"]["viewerCanSign"] is True
    sign(cast, plan, "SEVERN-LA")
    assert seen(cast, plan, also_health)["currentVersion"]["viewerCanSign"] is False
    answer = refused(cast, also_health, "signPlanVersion", **signing(cast, also_health, plan))
    assert (answer["__typename"], answer["because"]) == ("NotPermitted", "SAME_PERSON")
    assert answer["message"] == "You signed this version for another agency, so somebody else signs it for this one."
    sign(cast, plan, "SEVERN-POLICE", "SEVERN-MHS")
    assert read_plan(cast, plan["id"])["state"] == "AGREED"


def test_two_signatures_of_one_person_at_one_moment_are_one(cast: Cast) -> None:
    also_health = second_hat(cast, cast.quinn, Role.SIGNATORY, at=cast.remy)
    plan = in_signing(cast)
    hats = (cast.quinn, also_health)
    given = [signing(cast, each, plan) for each in hats]
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda by, what: say(cast, by, "signPlanVersion", **what), hats, given))
    assert sorted(each["__typename"] for each in answers) == ["NotPermitted", "PlanSigned"]


def revised(cast: Cast, plan: Record) -> None:
    done(cast, cast.lou, "draftNextPlanVersion", id=plan["id"], expectedVersion=plan["version"])


def taken(cast: Cast, plan: Record) -> None:
    accepted(cast, countered(cast, plan), cast.lou)


def left(cast: Cast, plan: Record) -> None:
    day = (today() + timedelta(days=30)).isoformat()
    given = {"id": plan["id"], "expectedVersion": plan["version"], "lastDay": day, "reason": "Our board decided so."}
    done(cast, cast.remy, "withdrawFromPlan", **given)


@pytest.mark.parametrize("step", [revised, taken, left])
def test_whatever_changes_a_plan_voids_its_signatures(cast: Cast, step: Callable[[Cast, Record], None]) -> None:
    plan = sign(cast, in_signing(cast), "SEVERN-POLICE", "SEVERN-LA")
    stale = signing(cast, cast.remy, plan)
    step(cast, plan)
    after = seen(cast, plan, cast.lou)
    assert after["state"] == "NEGOTIATION"
    assert after["currentVersion"]["number"] == 2
    assert {each["void"] for version in nodes(after["versions"]) for each in nodes(version["signatures"])} == {True}
    # The old version is signed by nobody any more, whoever held its page open, and the old proof opens no new one.
    answer = refused(cast, cast.remy, "signPlanVersion", **stale)
    assert answer["__typename"] == "Conflict"
    if step is taken:
        plan = reopened(cast, plan)
        given = signing(cast, cast.remy, plan) | {"reauthentication": stale["reauthentication"]}
        assert refused(cast, cast.remy, "signPlanVersion", **given)["because"] == "REAUTHENTICATION"
        # Two of the three signed the words before: none of that counts.
        assert len(seen(cast, plan, cast.lou)["currentVersion"]["missingSignatures"]) == 3
        assert sign(cast, plan)["state"] == "AGREED"


def test_a_plan_is_agreed_without_a_party_that_does_not_have_to_sign(cast: Cast) -> None:
    parties = [{"agencyId": cast.agency_id(code), "required": True} for code in AGENCIES]
    parties.append({"agencyId": cast.agency_id("SEVERN-PCT"), "required": False})
    plan = in_signing(cast, proposed(cast, drafted(cast, parties=parties)))
    assert len(seen(cast, plan, cast.lou)["currentVersion"]["missingSignatures"]) == 3
    assert sign(cast, plan)["state"] == "AGREED"


def test_the_two_last_signatures_may_come_at_one_moment(cast: Cast) -> None:
    plan = sign(cast, in_signing(cast), "SEVERN-POLICE")
    signatories = (cast.quinn, cast.remy)
    given = [signing(cast, each, plan) for each in signatories]
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda by, what: say(cast, by, "signPlanVersion", **what), signatories, given))
    assert {each["__typename"] for each in answers} == {"PlanSigned"}
    assert sorted(each["agreed"] for each in answers) == [False, True]
    assert read_plan(cast, plan["id"])["state"] == "AGREED"


def test_neither_audit_nor_keys_keep_a_proof(cast: Cast) -> None:
    plan, before = in_signing(cast), mark(cast.owner)
    given = signing(cast, cast.ellis, plan)
    say(cast, cast.ellis, "signPlanVersion", **given)
    [line] = lines_since(cast.owner, before)
    assert (line.operation, line.outcome, line.membership_id) == ("signPlanVersion", "DONE", cast.ellis.membership_id)
    with cast.truth() as session:
        rows = [*session.execute(text("select r::text from idempotency_record r")).scalars()]
        rows += session.execute(text("select e::text from audit_event e")).scalars()
    assert not any(given["reauthentication"] in row or given["reauthentication"].split(".")[1] in row for row in rows)
