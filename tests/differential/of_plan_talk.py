"""How what parties say of a version is told: counter-proposals and comments."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

from tests.differential.asking import Asking, Thing
from tests.differential.listing import Listed, listed
from tests.differential.of_plan_parts import beside, money
from tests.differential.of_plans import among_parties, current, is_stale
from tests.differential.rows import Row
from tests.differential.told import Arguments, Tell, filter_of, keys, named, tells

for place, told in {
    "Proposal.planVersion": named("PlanVersion", "plan_version", "plan_version_id"),
    "Proposal.clause": beside("Clause", "plan_clause", "clause_key"),
    "Proposal.scheme": beside("Scheme", "plan_scheme", "scheme_key"),
    "Proposal.text": lambda ask, thing, arguments: thing["words"],
    "Proposal.by": named("Actor", "membership", "proposed_by_membership_id"),
    "Proposal.decidedBy": named("Actor", "membership", "decided_by_membership_id"),
    "Proposal.stale": lambda ask, thing, arguments: is_stale(ask, thing.row),
    "ProposedContribution.agency": named("Agency", "agency", "agency_id"),
    "ProposedContribution.amount": lambda ask, thing, arguments: money(Decimal(thing["amount"])),
    "Comment.planVersion": named("PlanVersion", "plan_version", "plan_version_id"),
    "Comment.clause": beside("Clause", "plan_clause", "clause_key"),
    "Comment.by": named("Actor", "membership", "commented_by_membership_id"),
    "Comment.resolvedBy": named("Actor", "membership", "resolved_by_membership_id"),
}.items():
    tells(place)(told)


def _said(table: str, open_still: Callable[[Row], bool]) -> Callable[[Asking, Thing], list[Row]]:
    """What was said on a version; on the one a plan stands at also what is still open of earlier ones."""

    def said(ask: Asking, thing: Thing) -> list[Row]:
        stands = current(ask, thing["plan_id"])["id"] == thing["id"]
        rows = ask.rows.where(table, plan_id=thing["plan_id"])
        return [row for row in rows if row["plan_version_id"] == thing["id"] or (stands and open_still(row))]

    return among_parties(said)


@tells("PlanVersion.proposals")
def _proposals(ask: Asking, thing: Thing, arguments: Arguments) -> Listed:
    rows, wanted = _said("plan_proposal", lambda row: row["state"] == "OPEN")(ask, thing), filter_of(arguments)
    if "states" in wanted:
        rows = [row for row in rows if row["state"] in wanted["states"]]
    if "byAgencyId" in wanted:
        rows = [row for row in rows if row["agency_id"] in keys(ask, [wanted["byAgencyId"]], "Agency")]
    return listed(ask, "Proposal", rows, arguments, by=lambda row: row["created_at"], descending=True)


@tells("PlanVersion.comments")
def _comments(ask: Asking, thing: Thing, arguments: Arguments) -> Listed:
    rows, wanted = _said("plan_comment", lambda row: row["resolved_at"] is None)(ask, thing), filter_of(arguments)
    if "clauseKey" in wanted:
        rows = [row for row in rows if row["clause_key"] == wanted["clauseKey"]]
    if "resolved" in wanted:
        rows = [row for row in rows if (row["resolved_at"] is not None) is wanted["resolved"]]
    return listed(ask, "Comment", rows, arguments, by=lambda row: row["created_at"])


def _now(type_name: str, table: str, column: str) -> Tell:
    def tell(ask: Asking, thing: Thing, arguments: Arguments) -> Thing | None:
        here, key = current(ask, thing["plan_id"])["id"], thing[column]
        return ask.see(type_name, None if key is None else ask.rows.one(table, plan_version_id=here, key=key))

    return tell


tells("Proposal.currentClause")(_now("Clause", "plan_clause", "clause_key"))
tells("Proposal.currentScheme")(_now("Scheme", "plan_scheme", "scheme_key"))


@tells("Proposal.contributions")
def _wanted(ask: Asking, thing: Thing, arguments: Arguments) -> list[Thing]:
    rows = [each | {"agency_id": UUID(each["agency_id"])} for each in thing["contributions"] or ()]
    rows.sort(key=lambda row: (row["year"], row["agency_id"], row["route"]))
    return [Thing("ProposedContribution", row) for row in rows]


@tells("Proposal.redline")
def _beside(ask: Asking, thing: Thing, arguments: Arguments) -> Any:
    """Asked alone: how words are compared has tests of its own."""
    document = "query($id: ID!) { node(id: $id) { ... on Proposal { redline { kind text } } } }"
    return ask.alone(document, {"id": ask.seal.seal_id("Proposal", thing["id"])})["node"]["redline"]
