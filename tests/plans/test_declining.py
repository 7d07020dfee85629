"""An agency that does not sign says why, to the other parties, and may sign all the same later."""

from typing import Any

from portal.access.viewer import Viewer
from tests.factories.cast import Cast
from tests.factories.plans import in_signing, proposed, say, sign
from tests.factories.snapshot import unchanged

SAID = """
query Said($id: ID!) { plan(by: {id: $id}) { parties { declinedBecause declinedBy { displayName } } } }
"""
Record = dict[str, Any]


def decline(cast: Cast, plan: Record, by: Viewer, reason: str = "The money is not there yet.") -> Record:
    return say(cast, by, "declineToSign", planVersionId=plan["currentVersion"]["id"], reason=reason)


def test_an_agency_says_why_it_does_not_sign_and_may_sign_later(cast: Cast) -> None:
    plan = in_signing(cast)
    assert decline(cast, plan, cast.quinn)["__typename"] == "PlanPartySaved"
    for by in (cast.brook, cast.remy, cast.ash):
        [said] = [each for each in cast.ask(by, SAID, id=plan["id"])["plan"]["parties"] if each["declinedBecause"]]
        assert said["declinedBecause"] == "The money is not there yet."
        assert said["declinedBy"] == {"displayName": "Quinn Haverstock"}
    with unchanged(cast.owner):
        assert decline(cast, plan, cast.quinn)["errors"][0]["code"] == "NOT_UNIQUE"
    assert sign(cast, plan)["state"] == "AGREED"


def test_declining_needs_a_signatory_a_reason_and_a_version_that_is_not_signed(cast: Cast) -> None:
    plan = sign(cast, in_signing(cast), "SEVERN-LA")
    with unchanged(cast.owner):
        assert decline(cast, plan, cast.remy, " ")["errors"][0]["path"] == ["reason"]
        assert decline(cast, plan, cast.remy, "x" * 10_001)["errors"][0]["code"] == "TOO_LONG"
        assert decline(cast, plan, cast.lou)["because"] == "ROLE"
        assert decline(cast, plan, cast.val)["__typename"] == "NotFound"
        assert decline(cast, plan, cast.quinn)["errors"][0]["code"] == "NOT_ALLOWED"
    waiting = proposed(cast)
    with unchanged(cast.owner):
        assert decline(cast, waiting, cast.remy)["errors"][0]["code"] == "TRANSITION"
