"""Decides how the demonstration gets its plan: drafted, proposed and talked about through the schema by the cast."""

from typing import Any

from frontend.commands.plan_story import (
    BROOK,
    CLAUSES,
    COMMENT,
    EVIDENCE,
    FEWER,
    FRANKIE,
    LOU,
    PARTIES,
    PLAN,
    ROBIN,
    SCHEMES,
    SHARES,
    WEEKENDS,
    YEARS,
)
from frontend.commands.saying import Say, done, key
from frontend.documents import document

PLACES = document("commands/plan/places.graphql")
DRAFT = document("commands/plan/draft.graphql")
SCHEME = document("commands/plan/scheme.graphql")
CLAUSE = document("commands/plan/clause.graphql")
ADD_EVIDENCE = document("commands/plan/evidence.graphql")
PROPOSE = document("commands/plan/propose.graphql")
COUNTER = document("commands/plan/counter.graphql")
ACCEPT = document("commands/plan/accept.graphql")
COMMENT_ON = document("commands/plan/comment.graphql")
PASS_CHECK = document("commands/plan/check.graphql")
# A story told again must send what it sent the first time. A draft counts each edit of it, a proposal none.
DRAFTED, PROPOSAL = 1 + len(SCHEMES) + len(CLAUSES) + 1, 1


def tell_plan(say: Say) -> None:
    """Tell the plan: in its second version, with a counter-proposal and a comment that wait for an answer."""
    (partnership,) = (edge["node"] for edge in say(BROOK, PLACES.text, {})["partnerships"]["edges"])
    agencies = {edge["node"]["kind"]["code"]: edge["node"]["id"] for edge in partnership["members"]["edges"]}
    parties = [{"agencyId": agencies[kind], "required": True} for kind in PARTIES]
    drafting = PLAN | {"partnershipId": partnership["id"], "parties": parties} | key("plan", "draft")
    plan = done(say(BROOK, DRAFT.text, {"input": drafting}), "PlanSaved")["plan"]
    version_id = plan["versions"]["edges"][0]["node"]["id"]
    clauses = _write(say, version_id, partnership["area"]["id"], agencies)
    proposing = {"id": version_id, "expectedVersion": DRAFTED} | key("plan", "propose")
    done(say(BROOK, PROPOSE.text, {"input": proposing}), "PlanVersionSaved")
    _talk(say, clauses)


def _write(say: Say, version_id: str, area_id: str, agencies: dict[str, str]) -> list[dict[str, Any]]:
    """Write the schemes, the clauses and the evidence of the draft; gives the clauses."""
    schemes, clauses = [], []
    for number, scheme in enumerate(SCHEMES):
        shares = [
            {"agencyId": agencies[kind], "year": year, "amount": {"amount": amount}, "route": route}
            for year in YEARS
            for kind, route, amount in SHARES[number]
        ]
        given = {"planVersionId": version_id, "scheme": scheme | {"areaId": area_id, "contributions": shares}}
        saved = done(say(BROOK, SCHEME.text, {"input": given | key("plan", f"scheme {number}")}), "SchemeSaved")
        schemes.append(saved["scheme"]["id"])
    for number, (place, kind, heading, text) in enumerate(CLAUSES):
        where = {} if place is None else {"schemeId": schemes[place]}
        given = {"planVersionId": version_id, "kind": kind, "heading": heading, "text": text} | where
        saved = done(say(FRANKIE, CLAUSE.text, {"input": given | key("plan", f"clause {number}")}), "ClauseSaved")
        clauses.append(saved["clause"])
    given = {"planVersionId": version_id, "evidence": EVIDENCE} | key("plan", "evidence")
    done(say(ROBIN, ADD_EVIDENCE.text, {"input": given}), "EvidenceSaved")
    return clauses


def _talk(say: Say, clauses: list[dict[str, Any]]) -> None:
    """Take one counter-proposal into the second version, and leave another one and a comment open."""
    offer = WEEKENDS | {"clauseId": clauses[1]["id"], "baseHash": clauses[1]["clauseHash"]} | key("plan", "counter")
    proposal = done(say(FRANKIE, COUNTER.text, {"input": offer}), "ProposalSaved")["proposal"]
    accepting = {"id": proposal["id"], "expectedVersion": PROPOSAL} | key("plan", "accept")
    second = done(say(BROOK, ACCEPT.text, {"input": accepting}), "PlanVersionSaved")["planVersion"]
    hours, places = second["schemes"]["edges"][0]["node"]["clauses"]
    offer = FEWER | {"clauseId": places["id"], "baseHash": places["clauseHash"]} | key("plan", "second counter")
    done(say(LOU, COUNTER.text, {"input": offer}), "ProposalSaved")
    asking = {"clauseId": hours["id"], "text": COMMENT} | key("plan", "comment")
    done(say(ROBIN, COMMENT_ON.text, {"input": asking}), "CommentSaved")
    passing = {"planVersionId": second["id"], "code": "FINANCE"} | key("plan", "check")
    done(say(FRANKIE, PASS_CHECK.text, {"input": passing}), "PlanPartySaved")
