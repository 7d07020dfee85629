"""Decides by which route whose money can flow: kinds of agency a route is open to, with the provision, as data."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from portal.plans.models import FundingRoute
from portal.shipped import BrokenFile, numbered_rows
from portal.vocabularies.loading import shipped_codes

ROUTES = Path(__file__).parent / "data" / "funding_routes.csv"
COLUMNS = ("route", "title", "payers", "partners", "provision", "reason", "checked_note")


@dataclass(frozen=True, kw_only=True)
class ShippedRoute:
    """One route: the kinds that can pay by it, and the kinds one other party must be of; None is any."""

    route: FundingRoute
    title: str
    payers: frozenset[str] | None
    partners: frozenset[str] | None
    provision: str
    reason: str
    checked_note: str

    def is_open_to(self, kind: str) -> bool:
        """Whether an agency of a kind can pay by this route."""
        return self.payers is None or kind in self.payers


@cache
def funding_routes(path: Path = ROUTES) -> Mapping[FundingRoute, ShippedRoute]:
    """Every route, in the order of the file.

    Raises BrokenFile for a route or a kind of agency that does not exist, and a route that is missing or there twice.
    """
    routes: dict[FundingRoute, ShippedRoute] = {}
    line = 1
    for line, row in numbered_rows(path, COLUMNS):
        if row["route"] not in set(FundingRoute) - set(routes):
            raise BrokenFile(path, line, f"{row['route']!r} is no route, or is there already.")
        if not all((row["title"], row["provision"], row["reason"], row["checked_note"])):
            raise BrokenFile(path, line, "a route needs a title, a provision, a reason and who checked it.")
        route = FundingRoute(row["route"])
        routes[route] = ShippedRoute(
            route=route,
            title=row["title"],
            payers=_kinds((path, line), row["payers"]),
            partners=_kinds((path, line), row["partners"]),
            provision=row["provision"],
            reason=row["reason"],
            checked_note=row["checked_note"],
        )
    if missing := [route for route in FundingRoute if route not in routes]:
        raise BrokenFile(path, line, f"there is no {', '.join(missing)}.")
    return MappingProxyType(routes)


def _kinds(at: tuple[Path, int], cell: str) -> frozenset[str] | None:
    if not cell:
        return None
    kinds = frozenset(kind.strip() for kind in cell.split("|"))
    if unknown := kinds - shipped_codes("agency-kind"):
        raise BrokenFile(*at, f"{', '.join(sorted(unknown))} is no kind of agency.")
    return kinds
