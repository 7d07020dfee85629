"""How plans and their versions are told: who reads one, what stands in it, what it lacks, and where a read begins."""

import json
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from portal.plans.costs import typical_costs
from portal.plans.standards import standards_templates
from tests.differential.asking import Asking, Thing
from tests.differential.listing import Listed, listed
from tests.differential.rows import Row
from tests.differential.told import Arguments, Tell, concept, first_of, named, part, tells, things

CHANGED = """
query($from: ID!, $to: ID!) { planRedline(from: $from, to: $to) {
  clauses {
    key number change kindBefore kindAfter heading { kind text } pieces { kind text }
    by { displayName agencyName reason }
  }
  contributions {
    agencyName schemeKey schemeName year route before { amount currency } after { amount currency }
    by { displayName agencyName reason }
  }
  other { what before after }
} }
"""


def is_party(ask: Asking, plan_id: UUID) -> bool:
    """Whether the viewer's agency takes or took part in a plan."""
    return ask.viewer is not None and any(ask.rows.where("plan_party", plan_id=plan_id, agency_id=ask.viewer.agency_id))


def sees_plan(ask: Asking, row: Row) -> bool:
    """Whether the viewer may know of a plan."""
    return is_party(ask, row["id"]) or row["published_at"] is not None


def sees_version(ask: Asking, row: Row) -> bool:
    """Whether the viewer reads a version."""
    [plan] = ask.rows.where("plan", id=row["plan_id"])
    public = row["state"] == "AGREED" and plan["published_at"] is not None
    return is_party(ask, plan["id"]) or public


def of_seen_version(ask: Asking, row: Row) -> bool:
    """Whether the viewer reads the version that a row is part of."""
    return sees_version(ask, version_of(ask, row))


def of_own_plan(ask: Asking, row: Row) -> bool:
    """Whether a row is of a plan in which the viewer's agency takes part."""
    return is_party(ask, row["plan_id"])


def version_of(ask: Asking, row: Row) -> Row:
    """The version that a row is part of."""
    [version] = ask.rows.where("plan_version", id=row["plan_version_id"])
    return version


def as_it_reads(ask: Asking, version: Row, vocabulary: str, code: str) -> Thing | None:
    """An entry of a vocabulary as a version reads: in the words that were frozen with it, if it is."""
    entry = concept(ask, vocabulary, code)
    if entry is None or version["content"] is None:
        return entry
    document = json.loads(version["content"])
    said = {
        "need": [(need["code"], need["name"]) for scheme in document["schemes"] for need in scheme["needs"]],
        "plan-measure": [
            (each["name_code"], each["name"]) for scheme in document["schemes"] for each in scheme["measures"]
        ],
        "standard": [(line["code"], line["sentence"]) for line in document["standards"]],
    }
    return Thing("Concept", entry.row | {"display": dict(said[vocabulary])[code]})


def takes_part(ask: Asking, row: Row) -> bool:
    """Whether the viewer's agency takes part in the plan that a row is of."""
    if "plan_id" in row:
        return is_party(ask, row["plan_id"])
    return is_party(ask, version_of(ask, row)["plan_id"] if "plan_version_id" in row else row["id"])


def current(ask: Asking, plan_id: UUID) -> Row:
    """The version that a plan stands at."""
    [plan] = ask.rows.where("plan", id=plan_id)
    [version] = ask.rows.where("plan_version", plan_id=plan_id, number=plan["current_number"])
    return version


def staff(column: str) -> Tell:
    """Who acted, for parties alone."""
    who = named("Actor", "membership", column)
    return lambda ask, thing, arguments: who(ask, thing, arguments) if takes_part(ask, thing.row) else None


def among_parties(tell: Callable[[Asking, Thing], Iterable[Row]]) -> Callable[[Asking, Thing], list[Row]]:
    """Rows that are there for parties alone."""
    return lambda ask, thing: list(tell(ask, thing)) if takes_part(ask, thing.row) else []


def in_order(rows: Iterable[Row]) -> list[Row]:
    """Rows in their places; of two in one place the keys decide."""
    return sorted(rows, key=lambda row: (row["position"], row["key"]))


def by_agency(ask: Asking, rows: Iterable[Row]) -> list[Row]:
    """Rows in the order of the names of their agencies."""
    names = {row["id"]: row["name"] for row in ask.rows.where("agency")}
    return sorted(rows, key=lambda row: (names[row["agency_id"]], row["agency_id"]))


def _years(version: Row) -> Thing:
    return Thing("Period", {"active_from": version["starts_on"], "active_to": version["ends_on"]})


for place, told in {
    "Plan.title": lambda ask, thing, arguments: current(ask, thing["id"])["title"],
    "Plan.period": lambda ask, thing, arguments: _years(current(ask, thing["id"])),
    "Plan.partnership": named("Partnership", "partnership", "partnership_id"),
    "Plan.published": lambda ask, thing, arguments: thing["published_at"] is not None,
    "PlanVersion.plan": named("Plan", "plan", "plan_id"),
    "PlanVersion.period": lambda ask, thing, arguments: _years(thing.row),
    "PlanVersion.draftedBy": staff("drafted_by_membership_id"),
    "PlanVersion.proposedBy": staff("proposed_by_membership_id"),
    "PlanVersion.acceptedBy": staff("accepted_by_membership_id"),
    "PlanVersion.totals": part("PlanTotals"),
    "StandardCheck.standard": lambda ask, thing, arguments: as_it_reads(
        ask, version_of(ask, thing.row), "standard", thing["standard_code"]
    ),
    "PlanProblem.agency": named("Agency", "agency", "agency_id"),
    "PlanMissing.agency": named("Agency", "agency", "agency_id"),
    "PlanEvent.agency": named("Agency", "agency", "agency_id"),
    "PlanEvent.by": named("Actor", "membership", "membership_id"),
    "PlanEvent.planVersion": named("PlanVersion", "plan_version", "plan_version_id"),
    # The door of this scene has nothing to make a bundle with.
    "PlanBundle.content": lambda ask, thing, arguments: None,
    "PlanBundle.publicKey": lambda ask, thing, arguments: None,
    "PlanPaper.content": lambda ask, thing, arguments: None,
    "Instance.plansKey": lambda ask, thing, arguments: None,
}.items():
    tells(place)(told)


@tells("PlanBundle.fileName", "PlanPaper.fileName")
def _file_name(ask: Asking, thing: Thing, arguments: Arguments) -> str:
    [plan] = ask.rows.where("plan", id=thing["plan_id"])
    ending = "zip" if thing.type_name == "PlanBundle" else "pdf"
    return f"plan-{plan['reference']}-version-{thing['number']}.{ending}"


@tells("PlanVersion.bundle")
def _bundle(ask: Asking, thing: Thing, arguments: Arguments) -> Thing | None:
    return Thing("PlanBundle", thing.row) if thing["state"] in {"SIGNING", "AGREED"} else None


@tells("PlanVersion.document")
def _paper(ask: Asking, thing: Thing, arguments: Arguments) -> Thing | None:
    return None if thing["content"] is None else Thing("PlanPaper", thing.row)


@tells("Plan.parties")
def _parties(ask: Asking, thing: Thing, arguments: Arguments) -> list[Thing]:
    rows = ask.rows.where("plan_party", plan_id=thing["id"])
    return things(ask, "PlanParty", by_agency(ask, rows) if is_party(ask, thing["id"]) else ())


@tells("Plan.currentVersion")
def _current(ask: Asking, thing: Thing, arguments: Arguments) -> Thing | None:
    return ask.see("PlanVersion", current(ask, thing["id"]))


def _versions_of(ask: Asking, thing: Thing) -> list[Row]:
    return [row for row in ask.rows.where("plan_version", plan_id=thing["id"]) if sees_version(ask, row)]


@tells("Plan.versionInForce")
def _in_force(ask: Asking, thing: Thing, arguments: Arguments) -> Thing | None:
    agreed = [row for row in _versions_of(ask, thing) if row["state"] == "AGREED"]
    return ask.see("PlanVersion", first_of(agreed, lambda row: -row["number"]))


@tells("Plan.versions")
def _versions(ask: Asking, thing: Thing, arguments: Arguments) -> Listed:
    rows = _versions_of(ask, thing)
    return listed(ask, "PlanVersion", rows, arguments, by=lambda row: row["number"], descending=True)


@tells("Plan.events")
def _events(ask: Asking, thing: Thing, arguments: Arguments) -> Listed:
    rows = ask.rows.where("plan_event", plan_id=thing["id"]) if is_party(ask, thing["id"]) else ()
    return listed(ask, "PlanEvent", rows, arguments, by=lambda row: row["id"], descending=True)


def unsigned(ask: Asking, version: Row) -> set[UUID]:
    """The agencies whose signature a version needs and has not."""
    parties = ask.rows.where("plan_version_party", plan_version_id=version["id"])
    signed = {
        row["agency_id"]
        for row in ask.rows.where("plan_signature", plan_version_id=version["id"])
        if row["content_hash"] == version["content_hash"]
    }
    return {row["agency_id"] for row in parties if row["required"]} - signed


def is_stale(ask: Asking, proposal: Row) -> bool:
    """Whether the plan says something else by now where a counter-proposal wants to."""
    here = current(ask, proposal["plan_id"])["id"]
    if proposal["clause_key"] is not None:
        clause = ask.rows.one("plan_clause", plan_version_id=here, key=proposal["clause_key"])
        return clause is None or clause["clause_hash"] != proposal["base_hash"]
    scheme = ask.rows.one("plan_scheme", plan_version_id=here, key=proposal["scheme_key"])
    return scheme is None or scheme["money_hash"] != proposal["base_hash"]


@tells("PlanVersion.basedOn")
def _based_on(ask: Asking, thing: Thing, arguments: Arguments) -> Thing | None:
    before = named("PlanVersion", "plan_version", "based_on_id")
    return before(ask, thing, arguments) if takes_part(ask, thing.row) else None


@tells("PlanVersion.missingSignatures")
def _missing_signatures(ask: Asking, thing: Thing, arguments: Arguments) -> list[Thing]:
    lacking = unsigned(ask, thing.row)
    rows = [row for row in ask.rows.where("agency") if row["id"] in lacking]
    return things(ask, "Agency", sorted(rows, key=lambda row: (row["name"], row["id"])))


@tells("PlanVersion.problems")
def _problems(ask: Asking, thing: Thing, arguments: Arguments) -> list[Thing]:
    rows = among_parties(lambda ask, thing: ask.rows.where("plan_problem", plan_version_id=thing["id"]))(ask, thing)
    return things(ask, "PlanProblem", sorted(rows, key=lambda row: (row["position"], row["id"])))


@tells("PlanVersion.standards")
def _standards(ask: Asking, thing: Thing, arguments: Arguments) -> list[Thing]:
    rows = ask.rows.where("plan_standard", plan_version_id=thing["id"])
    return things(ask, "StandardCheck", sorted(rows, key=lambda row: (row["position"], row["standard_code"])))


@tells("Query.plan")
def _plan(ask: Asking, thing: Thing, arguments: Arguments) -> Thing | None:
    by = arguments["by"]
    if "id" in by:
        key = ask.key(by["id"], "Plan")
        row = None if key is None else ask.rows.one("plan", id=key)
        return _found(ask, "Plan", row if row and sees_plan(ask, row) else None, key)
    row = ask.rows.one("plan", reference=by["reference"])
    return _found(ask, "Plan", row if row and sees_plan(ask, row) else None, None)


def _found(ask: Asking, type_name: str, row: Row | None, *keys: UUID | None) -> Thing | None:
    """An object of a root field that names one; what is looked for in vain is remembered."""
    if row is None:
        ask.named_in_vain = True
        ask.missed |= {key for key in keys if key is not None}
    return ask.see(type_name, row)


@tells("Query.planVersion")
def _plan_version(ask: Asking, thing: Thing, arguments: Arguments) -> Thing | None:
    by = arguments["by"]
    if "id" in by:
        key = ask.key(by["id"], "PlanVersion")
        row = None if key is None else ask.rows.one("plan_version", id=key)
    else:
        key = ask.key(by["of"]["planId"], "Plan")
        row = None if key is None else ask.rows.one("plan_version", plan_id=key, number=by["of"]["number"])
    return _found(ask, "PlanVersion", row if row and sees_version(ask, row) else None, key)


@tells("Query.publishedPlan")
def _published(ask: Asking, thing: Thing, arguments: Arguments) -> Thing | None:
    row = ask.rows.one("plan", reference=arguments["reference"])
    return _found(ask, "Plan", row if row and row["published_at"] is not None else None)


@tells("Query.publishedPlans")
def _all_published(ask: Asking, thing: Thing, arguments: Arguments) -> Listed:
    rows = [row for row in ask.rows.where("plan") if row["published_at"] is not None]
    return listed(ask, "Plan", rows, arguments, by=lambda row: row["published_at"], descending=True)


@tells("Query.planRedline")
def _redline(ask: Asking, thing: Thing, arguments: Arguments) -> Any:
    """What changed is asked alone, and whole: the comparison itself has tests of its own."""
    keys = [ask.key(arguments[name], "PlanVersion") for name in ("from", "to")]
    rows = [None if key is None else ask.rows.one("plan_version", id=key) for key in keys]
    seen = [row for row in rows if row is not None and sees_version(ask, row)]
    if len(seen) < len(rows) or seen[0]["plan_id"] != seen[1]["plan_id"]:
        return _found(ask, "PlanRedline", None, *keys)
    return ask.alone(CHANGED, {name: arguments[name] for name in ("from", "to")})["planRedline"]


@tells("Query.typicalCosts")
def _costs(ask: Asking, thing: Thing, arguments: Arguments) -> list[Thing]:
    return [Thing("TypicalCost", vars(cost)) for cost in typical_costs()]


@tells("TypicalCost.amountAYear")
def _cost(ask: Asking, thing: Thing, arguments: Arguments) -> Thing:
    return Thing("Money", {"amount": thing["amount_a_year"], "currency": "GBP"})


@tells("Query.standardsTemplates")
def _templates(ask: Asking, thing: Thing, arguments: Arguments) -> list[Thing]:
    return [Thing("StandardsTemplate", vars(each)) for each in standards_templates().values()]


@tells("StandardsTemplate.standards")
def _lines(ask: Asking, thing: Thing, arguments: Arguments) -> list[Thing]:
    return [Thing("Standard", vars(each)) for each in thing["standards"]]
