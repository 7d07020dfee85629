"""Decides what is wrong with the parties: an agency that ends before the plan does, with nobody to carry on."""

from datetime import date, timedelta

from portal.agencies.succession import Successions, Successor
from portal.plans.document.parts import Party, PlanDocument
from portal.plans.models import PlanProblemCode
from portal.plans.validators.problem import LIFETIME, Agencies, Found, Problem, in_words


def agencies_that_end(document: PlanDocument, agencies: Agencies, successions: Successions) -> Found:
    """A party whose last day is before the plan's, unless another party is known to take over and stays to the end."""
    for party in document.parties:
        facts = agencies[party.agency]
        if facts.active_to is None or facts.active_to >= document.ends_on:
            continue
        if _is_carried_on(party, facts.active_to, document, agencies, successions):
            continue
        known = _successors(party, successions)
        yield Problem(
            code=PlanProblemCode.AGENCY_ENDS_FIRST,
            scheme_key=None,
            agency_id=facts.id,
            message=f"{facts.name} ends on {in_words(facts.active_to)}, and the plan on {in_words(document.ends_on)}."
            f" {_remedy(known)}",
            source=LIFETIME,
        )


def _is_carried_on(
    party: Party, last_day: date, document: PlanDocument, agencies: Agencies, successions: Successions
) -> bool:
    """Whether another party takes over without a gap and lasts as long as the plan, or hands on to one that does."""
    known = {(each.code_list, each.code) for each in _successors(party, successions)}
    for other in document.parties:
        if (other.code_list, other.code) not in known or other.active_from > last_day + timedelta(days=1):
            continue
        until = agencies[other.agency].active_to
        if until is None or until >= document.ends_on:
            return True
        # Only who lasts longer carries on, so this ends.
        if until > last_day and _is_carried_on(other, until, document, agencies, successions):
            return True
    return False


def _successors(party: Party, successions: Successions) -> tuple[Successor, ...]:
    return successions.get((party.code_list, party.code), ())


def _remedy(known: tuple[Successor, ...]) -> str:
    if not known:
        return "Who takes over is not known here. End the plan by then, or find out who can sign for what follows."
    names = [each.name for each in known]
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
    return f"Add who takes over as a party: {listed}. Or end the plan by then."
