"""Decides what is wrong with the parties: an agency that ends before the plan does, with nobody to carry on."""

from collections.abc import Iterable
from datetime import date, timedelta

from portal.agencies.succession import Successions, Successor
from portal.plans.document.parts import Party, PlanDocument
from portal.plans.models import PlanProblemCode
from portal.plans.validators.problem import Agencies, Found, Problem, in_words


def agencies_that_end(document: PlanDocument, agencies: Agencies, successions: Successions) -> Found:
    """A party whose last day is before the plan's, unless another party is known to take over and stays to the end."""
    for party in document.parties:
        facts = agencies[party.agency]
        if facts.active_to is None or facts.active_to >= document.ends_on:
            continue
        known = successions.get((party.code_list, party.code), ())
        if any(_carries_on(other, facts.active_to, document, agencies, known) for other in document.parties):
            continue
        yield Problem(
            code=PlanProblemCode.AGENCY_ENDS_FIRST,
            scheme_key=None,
            agency_id=facts.id,
            message=f"{facts.name} ends on {in_words(facts.active_to)}, and the plan on {in_words(document.ends_on)}."
            f" {_remedy(known)}",
            source="The period in which the agency exists",
        )


def _carries_on(
    other: Party, last_day: date, document: PlanDocument, agencies: Agencies, known: Iterable[Successor]
) -> bool:
    """Whether another party takes over without a gap and lasts as long as the plan."""
    takes_over = any((each.code_list, each.code) == (other.code_list, other.code) for each in known)
    until = agencies[other.agency].active_to
    in_time = other.active_from <= last_day + timedelta(days=1)
    return takes_over and in_time and (until is None or until >= document.ends_on)


def _remedy(known: tuple[Successor, ...]) -> str:
    if not known:
        return "Who takes over is not known here. End the plan by then, or find out who can sign for what follows."
    names = [each.name for each in known]
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
    return f"Add who takes over as a party: {listed}. Or end the plan by then."
