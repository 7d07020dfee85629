"""Decides what is wrong with one scheme: who pays, when, by which route, and whether its figures agree."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from portal.plans.document.parts import AgencyKey, Contribution, Party, PlanDocument, Scheme
from portal.plans.funding_routes import ShippedRoute, funding_routes
from portal.plans.models import FundingRoute, PlanProblemCode
from portal.plans.money import Share, cost_per_person, financial_year, financial_years, in_pounds, year_in_words
from portal.plans.validators.problem import LIFETIME, Agencies, Found, Problem, in_words

REACH, COST_PER_PERSON = "REACH", "COST_PER_PERSON"
COUNCIL = "LOCAL_AUTHORITY"


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A scheme as it is judged: by the name people know it by, within its document."""

    scheme: Scheme
    name: str
    document: PlanDocument
    agencies: Agencies

    def problem(self, code: PlanProblemCode, message: str, *, source: str, agency_id: UUID | None = None) -> Problem:
        """A problem of this scheme."""
        return Problem(code=code, scheme_key=self.scheme.key, agency_id=agency_id, message=message, source=source)


def unfunded(judged: Judged) -> Found:
    """A scheme that nobody pays for."""
    if not judged.scheme.contributions:
        yield judged.problem(
            PlanProblemCode.UNFUNDED_SCHEME,
            f"Nobody pays for {judged.name}. Add who pays, or remove it.",
            source="A plan funds what it promises",
        )


def funders_that_do_not_sign(judged: Judged) -> Found:
    """An agency that pays and is no party, or one that does not have to sign.

    Otherwise a plan could be agreed that spends the money of somebody who never said yes.
    """
    required = {party.agency: party.required for party in judged.document.parties}
    for agency in dict.fromkeys(each.agency for each in judged.scheme.contributions):
        if required.get(agency):
            continue
        facts = judged.agencies[agency]
        if agency in required:
            settle = "its signature is not required. Require it, or remove its share."
        else:
            settle = "is not a party. Add it as a party, or remove its share."
        yield judged.problem(
            PlanProblemCode.FUNDER_NOT_PARTY,
            f"{facts.name} pays for {judged.name}, and {settle}",
            source="Who pays has to sign",
            agency_id=facts.id,
        )


def years_outside(judged: Judged) -> Found:
    """Money in a financial year that the plan does not touch."""
    first, last = judged.document.starts_on, judged.document.ends_on
    for agency, year in _paid_in(judged.scheme):
        if year not in financial_years(first, last):
            facts = judged.agencies[agency]
            yield judged.problem(
                PlanProblemCode.YEAR_OUTSIDE_PLAN,
                f"{facts.name} pays for {judged.name} in {year_in_words(year)}, and the plan runs from"
                f" {in_words(first)} to {in_words(last)}. Change the year, or the period of the plan.",
                source="Financial years run from 1 April to 31 March",
                agency_id=facts.id,
            )


def funders_that_are_gone(judged: Judged) -> Found:
    """Money of an agency in a financial year that begins after its last day, whoever takes over from it."""
    for agency, year in _paid_in(judged.scheme):
        facts = judged.agencies[agency]
        if facts.active_to is not None and year > financial_year(facts.active_to):
            yield judged.problem(
                PlanProblemCode.AGENCY_ENDS_FIRST,
                f"{facts.name} ends on {in_words(facts.active_to)}, and pays for {judged.name} in"
                f" {year_in_words(year)}. Have whoever takes over pay from then on, or remove that share.",
                source=LIFETIME,
                agency_id=facts.id,
            )


def routes_not_allowed(judged: Judged) -> Found:
    """Money by a route that is closed to its payer, or that leads to nobody among the parties."""
    shares = judged.scheme.contributions
    for agency, code in dict.fromkeys((each.agency, FundingRoute(each.route)) for each in shares):
        route, facts = funding_routes()[code], judged.agencies[agency]
        if not route.is_open_to(facts.kind):
            wrong = f"{facts.name} cannot pay for {judged.name} by this route: {route.title}."
        elif not _has_a_partner(route, agency, judged.document.parties):
            wrong = f"{facts.name} pays for {judged.name} by a route that no party can receive by: {route.title}."
        else:
            continue
        yield judged.problem(
            PlanProblemCode.ROUTE_NOT_ALLOWED,
            f"{wrong} {route.reason}",
            source=route.provision,
            agency_id=facts.id,
        )


def pools_of_one_side(judged: Judged) -> Found:
    """A pooled fund that only one side pays into: an arrangement is between an NHS body and a local authority.

    A payer that may not pool at all is no side; `routes_not_allowed` says so.
    """
    pooled = funding_routes()[FundingRoute.S75_POOLED]
    sides: dict[int, set[bool]] = {}
    for each in judged.scheme.contributions:
        kind = judged.agencies[each.agency].kind
        if each.route == FundingRoute.S75_POOLED and pooled.is_open_to(kind):
            sides.setdefault(each.year, set()).add(kind == COUNCIL)
    for year, there in sorted(sides.items()):
        if len(there) == 1:
            lacking = "an NHS body" if True in there else "a local authority"
            yield judged.problem(
                PlanProblemCode.TOTALS_DIFFER,
                f"The pooled fund of {judged.name} lacks a share of {lacking} in {year_in_words(year)}. Add it, or"
                " choose another route.",
                source=pooled.provision,
            )


def dearer_than_promised(judged: Judged) -> Found:
    """Shares that buy the promised reach only at a higher cost for each person than the scheme aims at.

    Any two of the money, the reach and the cost of reaching one person give the third.
    """
    reach, aim = _target(judged.scheme, REACH), _target(judged.scheme, COST_PER_PERSON)
    cost = cost_per_person(_shares(judged.scheme.contributions), reach=reach)
    if cost is not None and aim is not None and cost > aim:
        yield judged.problem(
            PlanProblemCode.TOTALS_DIFFER,
            f"The shares of {judged.name} come to {in_pounds(cost)} for each person reached, and it aims at"
            f" {in_pounds(aim)} at most. Change the shares, the reach or the aim.",
            source="The money, divided by the people to be reached in the years it is paid for",
        )


def _paid_in(scheme: Scheme) -> Iterable[tuple[AgencyKey, int]]:
    """Each agency that pays with each year it pays in, by however many routes."""
    return dict.fromkeys((each.agency, each.year) for each in scheme.contributions)


def _has_a_partner(route: ShippedRoute, payer: AgencyKey, parties: Iterable[Party]) -> bool:
    others = (party.kind for party in parties if party.agency != payer)
    return route.partners is None or any(kind in route.partners for kind in others)


def _target(scheme: Scheme, measure: str) -> Decimal | None:
    return next((Decimal(each.target) for each in scheme.measures if each.name_code == measure), None)


def _shares(contributions: Iterable[Contribution]) -> list[Share[AgencyKey]]:
    return [Share(payer=each.agency, year=each.year, amount=Decimal(each.amount)) for each in contributions]
