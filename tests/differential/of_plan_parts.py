"""How what stands in a version is told: schemes with their money, who is a party and signed, and what parties said."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID

from tests.differential.asking import LONDON, Asking, Thing
from tests.differential.listing import Listed, listed
from tests.differential.of_plans import (
    among_parties,
    as_it_reads,
    by_agency,
    current,
    in_order,
    is_party,
    sees_version,
    staff,
    takes_part,
    version_of,
)
from tests.differential.rows import Row
from tests.differential.told import Arguments, Tell, filter_of, first_of, named, tells, things

PENNY, PLACES = Decimal("0.01"), Decimal("0.0001")


def of_version(table: str, thing: Thing, ask: Asking) -> Iterable[Row]:
    """The rows of a table that are part of a version."""
    return ask.rows.where(table, plan_version_id=thing["id"])


def of_scheme(table: str, thing: Thing, ask: Asking) -> list[Row]:
    """The rows of a table that are part of a scheme."""
    rows = ask.rows.where(table, plan_version_id=thing["plan_version_id"])
    return [row for row in rows if row["scheme_key"] == thing["key"]]


def beside(type_name: str, table: str, column: str) -> Tell:
    """The row of the same version that a column names by its key."""

    def tell(ask: Asking, thing: Thing, arguments: Arguments) -> Thing | None:
        key = thing[column]
        found = None if key is None else ask.rows.one(table, plan_version_id=thing["plan_version_id"], key=key)
        return ask.see(type_name, found)

    return tell


def money(amount: Decimal) -> Thing:
    """An amount."""
    return Thing("Money", {"amount": amount.quantize(PENNY), "currency": "GBP"})


for place, told in {
    "Clause.lastChangedBy": staff("last_changed_by_membership_id"),
    "Clause.scheme": beside("Scheme", "plan_scheme", "scheme_key"),
    "Clause.planVersion": named("PlanVersion", "plan_version", "plan_version_id"),
    "Scheme.planVersion": named("PlanVersion", "plan_version", "plan_version_id"),
    "Scheme.area": named("Area", "area", "area_id"),
    "Milestone.scheme": beside("Scheme", "plan_scheme", "scheme_key"),
    "Evidence.scheme": beside("Scheme", "plan_scheme", "scheme_key"),
    "PlanProblem.scheme": beside("Scheme", "plan_scheme", "scheme_key"),
    "Contribution.scheme": beside("Scheme", "plan_scheme", "scheme_key"),
    "Contribution.agency": named("Agency", "agency", "agency_id"),
    "Contribution.amount": lambda ask, thing, arguments: money(thing["amount"]),
    "Measure.name": lambda ask, thing, arguments: as_it_reads(
        ask, version_of(ask, thing.row), "plan-measure", thing["name_code"]
    ),
    "YearTotal.amount": lambda ask, thing, arguments: money(thing["amount"]),
    "AgencyTotal.agency": named("Agency", "agency", "agency_id"),
    "AgencyTotal.amount": lambda ask, thing, arguments: money(thing["amount"]),
    "AgencyYearTotal.agency": named("Agency", "agency", "agency_id"),
    "AgencyYearTotal.amount": lambda ask, thing, arguments: money(thing["amount"]),
    "PlanSignature.agency": named("Agency", "agency", "agency_id"),
    "PlanSignature.by": staff("membership_id"),
    "PlanSignature.planVersion": named("PlanVersion", "plan_version", "plan_version_id"),
    "PlanVersionParty.agency": named("Agency", "agency", "agency_id"),
    "PlanParty.agency": named("Agency", "agency", "agency_id"),
    "PlanParty.leftBy": named("Actor", "membership", "left_by_membership_id"),
    "PreSignCheck.passedBy": named("Actor", "membership", "passed_by_membership_id"),
    "PlanPublication.agency": named("Agency", "agency", "agency_id"),
    "PlanPublication.by": named("Actor", "membership", "membership_id"),
}.items():
    tells(place)(told)


def _numbers(ask: Asking, version_id: UUID) -> dict[UUID, int]:
    """The places of the schemes of a version, from 1."""
    rows = in_order(ask.rows.where("plan_scheme", plan_version_id=version_id))
    return {row["key"]: place for place, row in enumerate(rows, start=1)}


@tells("Scheme.number")
def _scheme_number(ask: Asking, thing: Thing, arguments: Arguments) -> int:
    return _numbers(ask, thing["plan_version_id"])[thing["key"]]


@tells("Clause.number")
def _clause_number(ask: Asking, thing: Thing, arguments: Arguments) -> str:
    rows = ask.rows.where("plan_clause", plan_version_id=thing["plan_version_id"])
    beside = in_order(row for row in rows if row["scheme_key"] == thing["scheme_key"])
    place = 1 + [row["id"] for row in beside].index(thing["id"])
    scheme = thing["scheme_key"]
    return f"G{place}" if scheme is None else f"{_numbers(ask, thing['plan_version_id'])[scheme]}.{place}"


@tells("Scheme.needs")
def _needs(ask: Asking, thing: Thing, arguments: Arguments) -> list[Thing]:
    version = version_of(ask, thing.row)
    found = [as_it_reads(ask, version, "need", code) for code in set(thing["need_codes"])]
    return sorted((each for each in found if each), key=lambda each: (each["position"], each["code"]))


def _listed_in(type_name: str, table: str) -> Tell:
    return lambda ask, thing, arguments: things(ask, type_name, in_order(of_scheme(table, thing, ask)))


for place, told in {
    "Scheme.clauses": _listed_in("Clause", "plan_clause"),
    "Scheme.milestones": _listed_in("Milestone", "plan_milestone"),
    "Scheme.measures": _listed_in("Measure", "plan_measure"),
}.items():
    tells(place)(told)


def _paged_in_place(type_name: str, table: str) -> Tell:
    def tell(ask: Asking, thing: Thing, arguments: Arguments) -> Listed:
        rows = of_version(table, thing, ask)
        return listed(ask, type_name, rows, arguments, by=lambda row: row["position"], tie=lambda row: row["key"])

    return tell


tells("PlanVersion.schemes")(_paged_in_place("Scheme", "plan_scheme"))
tells("PlanVersion.evidence")(_paged_in_place("Evidence", "plan_evidence"))


@tells("PlanVersion.clauses")
def _clauses(ask: Asking, thing: Thing, arguments: Arguments) -> list[Thing]:
    rows = [row for row in of_version("plan_clause", thing, ask) if row["scheme_key"] is None]
    return things(ask, "Clause", in_order(rows))


@tells("PlanVersion.contributions", "Scheme.contributions")
def _contributions(ask: Asking, thing: Thing, arguments: Arguments) -> Listed:
    of = of_version if thing.type_name == "PlanVersion" else of_scheme
    rows, wanted = list(of("plan_contribution", thing, ask)), filter_of(arguments)
    if "agencyId" in wanted:
        rows = [row for row in rows if row["agency_id"] == ask.key(wanted["agencyId"], "Agency")]
    if "years" in wanted:
        rows = [row for row in rows if row["year"] in wanted["years"]]
    if "routes" in wanted:
        rows = [row for row in rows if row["route"] in wanted["routes"]]
    return listed(ask, "Contribution", rows, arguments, by=lambda row: row["year"])


def _summed(rows: Iterable[Row], by: Callable[[Row], Any]) -> dict[Any, Decimal]:
    found: dict[Any, Decimal] = defaultdict(Decimal)
    for row in rows:
        found[by(row)] += row["amount"]
    return found


@tells("PlanTotals.total")
def _total(ask: Asking, thing: Thing, arguments: Arguments) -> Thing:
    return money(sum((row["amount"] for row in of_version("plan_contribution", thing, ask)), Decimal(0)))


@tells("Scheme.total")
def _scheme_total(ask: Asking, thing: Thing, arguments: Arguments) -> Thing:
    return money(sum((row["amount"] for row in of_scheme("plan_contribution", thing, ask)), Decimal(0)))


@tells("PlanTotals.byYear")
def _by_year(ask: Asking, thing: Thing, arguments: Arguments) -> list[Thing]:
    sums = _summed(of_version("plan_contribution", thing, ask), lambda row: row["year"])
    return [Thing("YearTotal", {"year": year, "amount": sums[year]}) for year in sorted(sums)]


@tells("PlanTotals.byAgency")
def _by_agency(ask: Asking, thing: Thing, arguments: Arguments) -> list[Thing]:
    sums = _summed(of_version("plan_contribution", thing, ask), lambda row: row["agency_id"])
    return [
        Thing("AgencyTotal", {"agency_id": agency_id, "amount": amount})
        for agency_id, amount in sorted(sums.items(), key=lambda paid: (-paid[1], paid[0]))
    ]


@tells("PlanTotals.byAgencyAndYear")
def _by_both(ask: Asking, thing: Thing, arguments: Arguments) -> list[Thing]:
    sums = _summed(of_version("plan_contribution", thing, ask), lambda row: (row["year"], row["agency_id"]))
    ordered = sorted(sums.items(), key=lambda paid: (paid[0][0], -paid[1], paid[0][1]))
    return [
        Thing("AgencyYearTotal", {"year": year, "agency_id": agency_id, "amount": amount})
        for (year, agency_id), amount in ordered
    ]


@tells("Scheme.jointFundingShare")
def _joint_share(ask: Asking, thing: Thing, arguments: Arguments) -> Decimal | None:
    paid = _summed(of_scheme("plan_contribution", thing, ask), lambda row: row["agency_id"])
    total = sum(paid.values())
    return None if not total else (1 - max(paid.values()) / total).quantize(PLACES, ROUND_HALF_UP)


@tells("Scheme.costPerPersonReached")
def _cost(ask: Asking, thing: Thing, arguments: Arguments) -> Thing | None:
    rows = of_scheme("plan_contribution", thing, ask)
    reach = [row["target"] for row in of_scheme("plan_measure", thing, ask) if row["name_code"] == "REACH"]
    if not rows or not reach or not max(reach):
        return None
    people = max(reach) * len({row["year"] for row in rows})
    return money((sum(row["amount"] for row in rows) / people).quantize(PENNY, ROUND_HALF_UP))


def _stands(ask: Asking, milestone: Row) -> tuple[date, date | None] | None:
    """When a milestone is expected, and when it was reached; None for whoever is no party."""
    plan_id = version_of(ask, milestone)["plan_id"]
    if not is_party(ask, plan_id):
        return None
    reports = ask.rows.where("plan_milestone_report", plan_id=plan_id, milestone_key=milestone["key"])
    latest = max(reports, key=lambda row: row["reported_at"], default={"expected_on": None, "reached_on": None})
    today = ask.moment.astimezone(LONDON).date()
    expected = max(latest["expected_on"] or milestone["target_on"], today)
    return latest["reached_on"] or expected, latest["reached_on"]


@tells("Milestone.expectedOn")
def _expected(ask: Asking, thing: Thing, arguments: Arguments) -> date | None:
    stands = _stands(ask, thing.row)
    return stands and stands[0]


@tells("Milestone.reachedOn")
def _reached(ask: Asking, thing: Thing, arguments: Arguments) -> date | None:
    stands = _stands(ask, thing.row)
    return stands and stands[1]


@tells("Milestone.slippageDays")
def _slippage(ask: Asking, thing: Thing, arguments: Arguments) -> int | None:
    stands = _stands(ask, thing.row)
    return None if stands is None else (stands[0] - thing["target_on"]).days


@tells("Milestone.rating")
def _rating(ask: Asking, thing: Thing, arguments: Arguments) -> str | None:
    late = _slippage(ask, thing, arguments)
    if late is None:
        return None
    return "GREEN" if late <= 0 else "AMBER" if late <= 30 else "RED"


@tells("PlanSignature.void")
def _void(ask: Asking, thing: Thing, arguments: Arguments) -> bool:
    return version_of(ask, thing.row)["state"] not in {"SIGNING", "AGREED"}


@tells("PlanVersion.signatures")
def _signatures(ask: Asking, thing: Thing, arguments: Arguments) -> Listed:
    rows = of_version("plan_signature", thing, ask)
    return listed(ask, "PlanSignature", rows, arguments, by=lambda row: row["signed_at"])


@tells("PlanVersion.publications")
def _publications(ask: Asking, thing: Thing, arguments: Arguments) -> list[Thing]:
    rows = among_parties(lambda ask, thing: of_version("plan_publication", thing, ask))(ask, thing)
    return things(ask, "PlanPublication", sorted(rows, key=lambda row: (row["at"], row["agency_id"])))


@tells("PlanVersion.parties")
def _version_parties(ask: Asking, thing: Thing, arguments: Arguments) -> list[Thing]:
    return things(ask, "PlanVersionParty", by_agency(ask, of_version("plan_version_party", thing, ask)))


@tells("PlanParty.isViewers", "PlanVersionParty.isViewers")
def _is_viewers(ask: Asking, thing: Thing, arguments: Arguments) -> bool:
    return ask.viewer is not None and bool(thing["agency_id"] == ask.viewer.agency_id)


def _left_on(table: str, ask: Asking, thing: Thing) -> Row | None:
    """What the agency of a party left on the version it is told of."""
    version_id = thing.row.get("plan_version_id") or current(ask, thing["plan_id"])["id"]
    return ask.rows.one(table, plan_version_id=version_id, agency_id=thing["agency_id"])


@tells("PlanParty.required")
def _required(ask: Asking, thing: Thing, arguments: Arguments) -> bool:
    found = _left_on("plan_version_party", ask, thing)
    return found is not None and bool(found["required"])


def _declined(column: str) -> Tell:
    def tell(ask: Asking, thing: Thing, arguments: Arguments) -> Any:
        refusal = _left_on("plan_refusal", ask, thing) if takes_part(ask, thing.row) else None
        return None if refusal is None else refusal[column]

    return tell


for party in ("PlanParty", "PlanVersionParty"):
    tells(f"{party}.declinedBecause")(_declined("reason"))
    tells(f"{party}.declinedAt")(_declined("refused_at"))


@tells("PlanParty.declinedBy", "PlanVersionParty.declinedBy")
def _declined_by(ask: Asking, thing: Thing, arguments: Arguments) -> Thing | None:
    key = _declined("membership_id")(ask, thing, arguments)
    return None if key is None else ask.see("Actor", ask.rows.one("membership", id=key))


@tells("PlanVersionParty.signature")
def _signature(ask: Asking, thing: Thing, arguments: Arguments) -> Thing | None:
    return ask.see("PlanSignature", _left_on("plan_signature", ask, thing))


@tells("PlanParty.latestSignature")
def _latest_signature(ask: Asking, thing: Thing, arguments: Arguments) -> Thing | None:
    versions = [row for row in ask.rows.where("plan_version", plan_id=thing["plan_id"]) if sees_version(ask, row)]
    rows = [
        row
        for version in versions
        for row in ask.rows.where("plan_signature", plan_version_id=version["id"], agency_id=thing["agency_id"])
    ]
    return ask.see("PlanSignature", first_of(rows, lambda row: (-row["signed_at"].timestamp(), row["id"])))


@tells("PlanParty.checks")
def _checks(ask: Asking, thing: Thing, arguments: Arguments) -> list[Thing]:
    here = current(ask, thing["plan_id"])["id"]
    told = []
    for row in ask.rows.where("plan_check", plan_id=thing["plan_id"], agency_id=thing["agency_id"]):
        passed = ask.rows.one(
            "plan_check_pass", plan_version_id=here, agency_id=thing["agency_id"], code=row["code"]
        ) or {"passed_at": None, "passed_by_membership_id": None}
        told.append(row | {name: passed[name] for name in ("passed_at", "passed_by_membership_id")})
    return [Thing("PreSignCheck", row) for row in sorted(told, key=lambda row: (row["position"], row["code"]))]


@tells("PreSignCheck.viewerCanPass")
def _can_pass(ask: Asking, thing: Thing, arguments: Arguments) -> bool:
    version = current(ask, thing["plan_id"])
    if ask.viewer is None or thing["passed_at"] is not None or version["state"] not in {"PROPOSED", "SIGNING"}:
        return False
    own = thing["agency_id"] == ask.viewer.agency_id and thing["role"] == ask.viewer.role
    party = ask.rows.one("plan_version_party", plan_version_id=version["id"], agency_id=ask.viewer.agency_id)
    return bool(own and party is not None)
