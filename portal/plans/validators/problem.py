"""Decides what a problem of a version says, and what judging one needs to know of agencies."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from portal.plans.document.parts import AgencyKey
from portal.plans.models import PlanProblemCode

# What a problem rests on that is about an agency's own first and last day.
LIFETIME = "The period in which the agency exists"


@dataclass(frozen=True, kw_only=True)
class AgencyFacts:
    """What judging a plan needs to know of an agency, beyond what its document says."""

    id: UUID
    name: str
    kind: str
    active_to: date | None


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing that is wrong, where, what would be right, and the provision or rule it rests on."""

    code: PlanProblemCode
    scheme_key: UUID | None
    agency_id: UUID | None
    message: str
    source: str


Agencies = Mapping[AgencyKey, AgencyFacts]
Found = Iterator[Problem]


def in_words(day: date) -> str:
    """A day as a problem writes it: 31 March 2013."""
    return f"{day.day} {day:%B %Y}"
