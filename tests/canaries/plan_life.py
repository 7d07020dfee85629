"""A plan in which every place that anybody types into says the mark, and what may be wrong with what they typed."""

from collections.abc import Callable
from typing import Any

from portal.access.viewer import Viewer
from tests.factories import plans
from tests.factories.cast import Cast, key

Ask = Callable[..., Any]
# Without the words that a Conflict lays beside what was typed, to whoever reads them anyway.
FAILURE = "... on Failure { message } ... on Invalid { errors { path code message rule } } ... on Conflict { reason }"


def live_plans(cast: Cast, ask: Ask, mark: str) -> None:
    """Write, propose, talk over, decline and leave one plan; `ask` runs an operation, whatever comes of it."""

    def say(by: Viewer, change: str, **given: Any) -> None:
        name = f"{change[0].upper()}{change[1:]}Input"
        document = f"mutation($input: {name}!) {{ {change}(input: $input) {{ __typename {FAILURE} }} }}"
        answer = ask(by, document, input=given | {"idempotencyKey": key()})[change]
        assert answer["__typename"] not in {"NotFound", "NotPermitted"}, answer

    plan = _written(cast, say, mark)
    say(cast.brook, "setPreSignChecks", planId=plan["id"], checks=[{"name": mark, "role": "COMMISSIONER"}])
    version = plans.proposed(cast, plans.read_plan(cast, plan["id"]))["currentVersion"]
    [clause] = version["clauses"]
    scheme = plans.nodes(version["schemes"])[0]
    words = {"clauseId": clause["id"], "baseHash": clause["clauseHash"], "text": f"{mark} early", "reason": mark}
    say(cast.frankie, "counterPropose", **words)
    say(cast.frankie, "counterPropose", **words | {"baseHash": mark})
    money = {"schemeId": scheme["id"], "baseHash": scheme["moneyHash"], "contributions": _money(cast, mark)[1:]}
    say(cast.frankie, "counterPropose", **money)
    say(cast.frankie, "commentOnClause", clauseId=clause["id"], text=mark)
    for proposal in plans.nodes(plans.read_plan(cast, plan["id"])["currentVersion"]["proposals"]):
        say(cast.brook, "rejectProposal", **plans.edit(proposal, reason=mark))
    version = plans.read_plan(cast, plan["id"])["currentVersion"]
    say(cast.brook, "openSigning", **plans.edit(version))
    say(cast.quinn, "declineToSign", planVersionId=version["id"], reason=mark)
    now = plans.read_plan(cast, plan["id"])
    say(cast.remy, "withdrawFromPlan", **plans.edit(now, lastDay="2027-01-01", reason=mark))


def _written(cast: Cast, say: Callable[..., None], mark: str) -> dict[str, Any]:
    plan = plans.done(cast, cast.brook, "draftPlan", **plans.drafting(cast, title=mark))
    on = {"planVersionId": plan["currentVersion"]["id"]}
    scheme = plans.scheme_of(
        cast, title=mark, contributions=_money(cast, mark), milestones=[{"title": mark, "targetOn": "2027-06-01"}]
    )
    say(cast.brook, "saveScheme", **on, scheme=scheme)
    say(cast.brook, "saveScheme", **on, scheme=scheme | {"needCodes": [mark.upper()]})
    for kind in ("GENERAL", mark.upper()):
        say(cast.brook, "addClause", **on, kind="GENERAL", heading=mark, text=mark if kind == "GENERAL" else "")
    say(cast.brook, "addEvidence", **on, evidence={"typed": _figure(mark)})
    standard = plans.read_plan(cast, plan["id"])["currentVersion"]["standards"][0]
    say(cast.brook, "answerStandard", **plans.edit(standard, met=True, note=mark))
    return plan


def _money(cast: Cast, mark: str) -> list[dict[str, Any]]:
    """Shares of each party, each on a condition."""
    shares = plans.scheme_of(cast)["contributions"]
    return [share | {"condition": mark} for share in shares]


def _figure(mark: str) -> dict[str, Any]:
    return {"sentence": mark, "source": mark, "readOn": "2026-01-01"}
