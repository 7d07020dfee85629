"""A version is opened for signing by a commissioner of a party, once nothing is open and two agencies have to sign."""

from typing import Any

from portal.access.viewer import Viewer
from tests.factories.cast import Cast
from tests.factories.plans import (
    accepted,
    countered,
    done,
    drafted,
    drafting,
    first_clause,
    first_scheme,
    proposed,
    read_plan,
    say,
    scheme_of,
)
from tests.factories.snapshot import unchanged

Record = dict[str, Any]


def open_signing(cast: Cast, plan: Record, by: Viewer | None = None, **more: Any) -> Record:
    version = plan["currentVersion"]
    given = {"id": version["id"], "expectedVersion": version["version"]} | more
    return say(cast, by or cast.frankie, "openSigning", **given)


def test_commissioners_of_a_party_open_a_proposed_version_for_signing(cast: Cast) -> None:
    draft = drafted(cast)
    assert open_signing(cast, draft)["errors"][0]["code"] == "TRANSITION"
    plan = proposed(cast, draft)
    with unchanged(cast.owner):
        assert open_signing(cast, plan, cast.ellis)["because"] == "ROLE"
        assert open_signing(cast, plan, cast.robin)["__typename"] == "NotFound"
        assert open_signing(cast, plan, expectedVersion=1)["__typename"] == "Conflict"
    assert open_signing(cast, plan)["planVersion"]["plan"]["state"] == "SIGNING"
    again = read_plan(cast, plan["id"])
    with unchanged(cast.owner):
        assert open_signing(cast, again)["errors"][0]["code"] == "TRANSITION"


def test_a_counter_proposal_that_still_answers_something_is_decided_before_signing(cast: Cast) -> None:
    plan = proposed(cast)
    words = countered(cast, plan)
    countered(cast, plan, text="Workers meet young people at school.")
    with unchanged(cast.owner):
        answer = open_signing(cast, plan)
    assert answer["errors"][0]["message"].startswith("A counter-proposal is open.")
    # Taking one makes the other answer words that stand no more.
    accepted(cast, words)
    plan = read_plan(cast, plan["id"])
    assert first_clause(plan)["text"] == "Workers meet young people where they are, in the evening too."
    assert open_signing(cast, plan)["__typename"] == "PlanVersionSaved"


def test_one_agency_alone_agrees_with_nobody(cast: Cast) -> None:
    given = drafting(cast)["parties"]
    parties = [each | {"required": position == 0} for position, each in enumerate(given)]
    draft = drafted(cast, parties=parties)
    # The one that has to sign pays for it all, so that the plan has no other problem.
    scheme = scheme_of(cast)
    scheme["contributions"] = [each for each in scheme["contributions"] if each["agencyId"] == parties[0]["agencyId"]]
    here = first_scheme(draft)
    which = {"planVersionId": draft["currentVersion"]["id"], "schemeId": here["id"], "expectedVersion": here["version"]}
    done(cast, cast.brook, "saveScheme", **which, scheme=scheme)
    draft = read_plan(cast, draft["id"])
    plan = proposed(cast, draft)
    with unchanged(cast.owner):
        answer = open_signing(cast, plan)
    assert answer["errors"][0]["message"].startswith("At least two agencies have to sign.")
