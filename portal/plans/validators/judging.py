"""Decides in which order a document is judged. Nothing here asks the database or the clock."""

from collections.abc import Callable

from portal.agencies.succession import Successions
from portal.plans.document.parts import PlanDocument
from portal.plans.validators.of_parties import agencies_that_end
from portal.plans.validators.of_schemes import (
    Judged,
    dearer_than_promised,
    funders_that_are_gone,
    funders_that_do_not_sign,
    pools_of_one_side,
    routes_not_allowed,
    unfunded,
    years_outside,
)
from portal.plans.validators.problem import Agencies, Found, Problem

OF_A_SCHEME: tuple[Callable[[Judged], Found], ...] = (
    unfunded,
    funders_that_do_not_sign,
    years_outside,
    funders_that_are_gone,
    routes_not_allowed,
    pools_of_one_side,
    dearer_than_promised,
)


def problems(document: PlanDocument, agencies: Agencies, successions: Successions) -> tuple[Problem, ...]:
    """Take a document with the facts of its parties and funders, and give what is wrong with it, scheme by scheme."""
    of_schemes = (
        problem
        for at, scheme in enumerate(document.schemes, start=1)
        for check in OF_A_SCHEME
        for problem in check(Judged(scheme=scheme, name=f"scheme {at}", document=document, agencies=agencies))
    )
    return (*of_schemes, *agencies_that_end(document, agencies, successions))
