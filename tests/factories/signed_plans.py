"""Plans of a test that are open for signing, agreed and public, made through the door as the cast would."""

from typing import Any

from portal.access.viewer import Viewer
from portal.identity.reauthentication import prove
from tests.factories.cast import Cast, key
from tests.factories.plans import FAILURE, Record, proposed, read_plan

# Of each agency of `tests.factories.plans.drafting`: who commissions, who minds information, who signs.
HANDS = {
    "SEVERN-POLICE": ("brook", "wren", "ellis"),
    "SEVERN-LA": ("frankie", "harper", "quinn"),
    "SEVERN-MHS": ("lou", "ash", "remy"),
}
WHERE = "plan { id version state published currentVersion { id version state contentHash } }"
SAVED = {
    "passPreSignCheck": f"PlanPartySaved {{ {WHERE} }}",
    "declineToSign": f"PlanPartySaved {{ {WHERE} }}",
    "withdrawFromPlan": f"PlanSaved {{ {WHERE} }}",
    "publishPlan": f"PlanSaved {{ {WHERE} }}",
    "openSigning": "PlanVersionSaved { planVersion { id version state contentHash } }",
    "signPlanVersion": "PlanSigned { agreed planVersion { id version state missingSignatures { name } } }",
    "reportMilestone": "MilestoneSaved { milestone { id version expectedOn reachedOn slippageDays rating } }",
}


def say(cast: Cast, by: Viewer | None, change: str, /, **given: Any) -> Record:
    """Try a step towards an agreed plan; gives what was answered."""
    name = f"{change[0].upper()}{change[1:]}Input"
    document = f"""
    mutation($input: {name}!) {{ {change}(input: $input) {{ __typename ... on {SAVED[change]} {FAILURE} }} }}
    """
    answer: Record = cast.ask(by, document, input={"idempotencyKey": key()} | given)[change]
    return answer


def done(cast: Cast, by: Viewer, change: str, /, **given: Any) -> Record:
    """Make a step that must succeed."""
    answer = say(cast, by, change, **given)
    assert answer["__typename"] == SAVED[change].split()[0], answer
    return answer


def checked(cast: Cast, plan: Record, *codes: str) -> None:
    """Have every check of some agencies passed on the version on the table; of all of them when none is named."""
    document = "query($id: ID!) { plan(by: {id: $id}) { parties { agency { id } checks { code role passedAt } } } }"
    parties = cast.ask(cast.brook, document, id=plan["id"])["plan"]["parties"]
    checks = {party["agency"]["id"]: party["checks"] for party in parties}
    for code in codes or HANDS:
        commissioner, guardian, _ = (cast.viewers[name] for name in HANDS[code])
        for check in checks[cast.agency_id(code)]:
            by = guardian if check["role"] == "GUARDIAN" else commissioner
            if check["passedAt"] is None:
                given = {"planVersionId": plan["currentVersion"]["id"], "code": check["code"]}
                done(cast, by, "passPreSignCheck", **given)


def in_signing(cast: Cast, plan: Record | None = None) -> Record:
    """A plan that is open for signing, with every check passed, as `read_plan` gives it."""
    plan = plan or proposed(cast)
    checked(cast, plan)
    version = plan["currentVersion"]
    done(cast, cast.brook, "openSigning", id=version["id"], expectedVersion=version["version"])
    return read_plan(cast, plan["id"])


def sign(cast: Cast, plan: Record, by: Viewer) -> Record:
    """Sign the version on the table as somebody who has just typed their password."""
    version = read_plan(cast, plan["id"], by)["currentVersion"]
    return done(
        cast, by, "signPlanVersion", id=version["id"], expectedVersion=version["version"],
        contentHash=version["contentHash"],
        reauthentication=prove(cast.door.wall, by, content_hash=version["contentHash"]),
    )  # fmt: skip


def agreed(cast: Cast, plan: Record | None = None) -> Record:
    """A plan that every party has signed, as `read_plan` gives it."""
    plan = plan or in_signing(cast)
    for _, _, signatory in HANDS.values():
        sign(cast, plan, cast.viewers[signatory])
    return read_plan(cast, plan["id"])


def published(cast: Cast, plan: Record | None = None) -> Record:
    """An agreed plan that every party wants public, as `read_plan` gives it."""
    plan = plan or agreed(cast)
    for commissioner, _, _ in HANDS.values():
        now = read_plan(cast, plan["id"])
        done(cast, cast.viewers[commissioner], "publishPlan", id=now["id"], expectedVersion=now["version"])
    return read_plan(cast, plan["id"])
