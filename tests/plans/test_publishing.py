"""An agreed plan is public once every agency that had to sign it says so; until then nobody else knows of it."""

from typing import Any

import pytest
from sqlalchemy import select

from portal.access.plans import ACCEPT, COMMENT, COUNTER, EDIT, REJECT, SIGN
from portal.access.viewer import Viewer
from portal.errors import NotFound, NotPermitted
from portal.plans.models import Plan, PlanProposal, PlanVersion
from portal.plans.opening import open_said, open_version
from tests.factories.cast import Cast
from tests.factories.plans import (
    AGENCIES,
    accepted,
    agreed,
    countered,
    drafted,
    in_signing,
    nodes,
    proposed,
    published,
    read_plan,
    say,
    sign,
)
from tests.factories.snapshot import unchanged

PUBLIC = """
query Public($reference: String!) {
  publishedPlan(reference: $reference) { reference title state published versionInForce { number contentHash } }
}
"""
Record = dict[str, Any]


def publish(cast: Cast, plan: Record, by: Viewer | None, **more: Any) -> Record:
    given = {"id": plan["id"], "expectedVersion": read_plan(cast, plan["id"])["version"]} | more
    return say(cast, by, "publishPlan", **given)


def public(cast: Cast, plan: Record, by: Viewer | None = None) -> Record | None:
    """The plan as anybody reads it, or nothing."""
    found: Record | None = cast.ask(by, PUBLIC, reference=plan["reference"])["publishedPlan"]
    return found


def test_a_plan_is_public_once_every_required_party_has_said_so(cast: Cast) -> None:
    plan = agreed(cast)
    for by in (cast.brook, cast.frankie):
        assert publish(cast, plan, by)["__typename"] == "PlanSaved"
        assert public(cast, plan) is None
        assert public(cast, plan, cast.robin) is None
    publish(cast, plan, cast.lou)
    found = public(cast, plan)
    assert found is not None
    assert (found["published"], found["state"]) == (True, "AGREED")
    assert found["versionInForce"]["contentHash"] == plan["currentVersion"]["contentHash"]
    assert public(cast, plan, cast.robin) == found
    assert "PUBLISHED" in [each["kind"] for each in nodes(read_plan(cast, plan["id"])["events"])]


def test_what_came_before_a_public_version_is_missing_for_whoever_is_no_party(cast: Cast) -> None:
    plan = proposed(cast)
    accepted(cast, countered(cast, plan))
    plan = published(cast, sign(cast, in_signing(cast, read_plan(cast, plan["id"]))))
    # The owner of the database reads every row, so that only the first wall stands here.
    with cast.owner.transaction() as session:
        plan_id = session.scalars(select(Plan.id).where(Plan.reference == plan["reference"])).one()
        agreed_id, before_id = session.scalars(
            select(PlanVersion.id).where(PlanVersion.plan_id == plan_id).order_by(PlanVersion.number.desc())
        )
        decided_id = session.scalars(select(PlanProposal.id).where(PlanProposal.plan_version_id == before_id)).one()
        for verb in (EDIT, COUNTER, SIGN, COMMENT):
            with pytest.raises(NotPermitted):
                open_version(session, cast.robin, agreed_id, to=verb)
            with pytest.raises(NotFound):
                open_version(session, cast.robin, before_id, to=verb)
        for decides in (ACCEPT, REJECT):
            with pytest.raises(NotFound):
                open_said(session, cast.robin, decided_id, to=decides)


def test_an_agency_says_so_once(cast: Cast) -> None:
    plan = agreed(cast)
    publish(cast, plan, cast.brook)
    with unchanged(cast.owner):
        assert publish(cast, plan, cast.brook)["errors"][0]["code"] == "NOT_UNIQUE"


def test_only_commissioners_of_a_party_publish_and_only_what_is_agreed(cast: Cast) -> None:
    waiting = in_signing(cast)
    with unchanged(cast.owner):
        assert publish(cast, waiting, cast.brook)["errors"][0]["code"] == "TRANSITION"
    plan = sign(cast, waiting)
    with unchanged(cast.owner):
        for by in (cast.ellis, cast.wren, cast.noor):
            assert publish(cast, plan, by)["because"] == "ROLE"
        for stranger in (cast.robin, None):
            assert publish(cast, plan, stranger)["__typename"] == "NotFound"
        assert publish(cast, plan, cast.brook, expectedVersion=1)["__typename"] == "Conflict"


def test_a_party_that_does_not_have_to_sign_does_not_keep_a_plan_from_the_public(cast: Cast) -> None:
    parties = [{"agencyId": cast.agency_id(code), "required": True} for code in AGENCIES]
    parties.append({"agencyId": cast.agency_id("SEVERN-PCT"), "required": False})
    plan = sign(cast, in_signing(cast, proposed(cast, drafted(cast, parties=parties))))
    assert publish(cast, plan, cast.robin)["__typename"] == "PlanSaved"
    for by in (cast.brook, cast.frankie, cast.lou):
        assert public(cast, plan) is None
        publish(cast, plan, by)
    assert public(cast, plan) is not None
