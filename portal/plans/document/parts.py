"""Decides what a plan's document consists of: plain values in a fixed order, with no id of this installation.

Agencies and areas go by code list, code and first day, because no code alone is identity. Beside each code of a
vocabulary stand its words, as they read on the day: who signs a plan signs what they read, not what the words become.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

FORMAT = "concord-plan/1"
HUNDREDTH = Decimal("0.01")


def exact(amount: Decimal) -> str:
    """A figure as the document writes it, such as "80000.00"; raises ValueError when it has more than two places."""
    if amount != amount.quantize(HUNDREDTH):
        raise ValueError("a figure of a plan has two places at most.")
    return f"{amount:.2f}"


@dataclass(frozen=True, kw_only=True, order=True)
class AgencyKey:
    """What tells an agency from every other, in any installation."""

    code_list: str
    code: str
    active_from: date


@dataclass(frozen=True, kw_only=True)
class Party:
    """An agency that takes part, and whether its signature is needed."""

    code_list: str
    code: str
    active_from: date
    name: str
    kind: str
    kind_name: str
    required: bool

    @property
    def agency(self) -> AgencyKey:
        """What its contributions name it by."""
        return AgencyKey(code_list=self.code_list, code=self.code, active_from=self.active_from)


@dataclass(frozen=True, kw_only=True)
class Area:
    """Where a scheme works."""

    code_list: str
    code: str
    active_from: date
    name: str


@dataclass(frozen=True, kw_only=True)
class Clause:
    """One clause: "2.3" is the third of the second scheme, "G1" the first of the plan as a whole."""

    key: UUID
    number: str
    kind: str
    heading: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Contribution:
    """What one agency gives in one financial year."""

    key: UUID
    agency: AgencyKey
    year: int
    amount: str
    route: str
    condition: str | None


@dataclass(frozen=True, kw_only=True)
class Milestone:
    """Something promised for a day."""

    key: UUID
    title: str
    target_on: date


@dataclass(frozen=True, kw_only=True)
class Need:
    """A need that a scheme meets."""

    code: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Measure:
    """How a scheme is judged, and the figure aimed at."""

    key: UUID
    name_code: str
    name: str
    target: str


@dataclass(frozen=True, kw_only=True)
class Scheme:
    """One thing to commission."""

    key: UUID
    title: str
    needs: tuple[Need, ...]
    area: Area
    capacity_target: int
    clauses: tuple[Clause, ...]
    contributions: tuple[Contribution, ...]
    milestones: tuple[Milestone, ...]
    measures: tuple[Measure, ...]


@dataclass(frozen=True, kw_only=True)
class Standard:
    """One line of the checklist as it read when it was answered."""

    code: str
    sentence: str
    met: bool
    note: str | None


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """A figure or finding with its source, as it read on a day; of one scheme, or of the plan as a whole."""

    key: UUID
    scheme: UUID | None
    sentence: str
    source: str
    read_on: date


@dataclass(frozen=True, kw_only=True)
class PlanDocument:
    """One version of a plan, complete: what its parties sign."""

    format: str = FORMAT
    reference: str
    number: int
    title: str
    starts_on: date
    ends_on: date
    parties: tuple[Party, ...]
    clauses: tuple[Clause, ...]
    schemes: tuple[Scheme, ...]
    template: str | None
    standards: tuple[Standard, ...]
    evidence: tuple[Evidence, ...]
