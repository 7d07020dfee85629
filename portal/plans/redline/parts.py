"""Decides what a redline of two versions consists of."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from portal.plans.document.parts import AgencyKey
from portal.plans.redline.wording import Piece


class ChangeType(StrEnum):
    """How a thing changed."""

    ADDED = "ADDED"
    CHANGED = "CHANGED"
    REMOVED = "REMOVED"


@dataclass(frozen=True, kw_only=True)
class ClauseRedline:
    """A clause with other words; its number and scheme are those it has now, or had last."""

    key: UUID
    scheme_key: UUID | None
    number: str
    change: ChangeType
    kind_before: str | None
    kind_after: str | None
    heading: tuple[Piece, ...]
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, kw_only=True)
class MoneyChange:
    """What an agency gives to a scheme in a year by a route, when it gave another amount before: None is nothing."""

    agency: AgencyKey
    agency_name: str
    scheme_key: UUID
    scheme_name: str
    year: int
    route: str
    before: Decimal | None
    after: Decimal | None


@dataclass(frozen=True, kw_only=True)
class Change:
    """Anything else that reads otherwise now; None where it was not there, or is not there any more."""

    what: str
    before: str | None
    after: str | None


@dataclass(frozen=True, kw_only=True)
class Redline:
    """What changed from one version to another, and nothing that did not."""

    clauses: tuple[ClauseRedline, ...]
    money: tuple[MoneyChange, ...]
    other: tuple[Change, ...]
