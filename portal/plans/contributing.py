"""Decides which contributions can be written: who pays, in which year, how much exactly, by which power."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.agencies.models import Agency
from portal.errors import InvalidCode, InvalidField, unknown
from portal.plans.document import AgencyKey, Contribution, exact, money_hash
from portal.plans.editing import take_out
from portal.plans.models import FundingRoute, PlanContribution, PlanScheme
from portal.plans.money import FIRST_YEAR, LAST_YEAR
from portal.plans.moving import touch
from portal.text import LONG, given, text_problems, tidied

LIMIT = 400
MOST = Decimal("999999999999.99")


@dataclass(frozen=True, kw_only=True)
class ContributionWanted:
    """What one agency gives in one financial year, in pounds."""

    agency_id: UUID
    year: int
    amount: Decimal
    route: FundingRoute
    condition: str | None = None

    def as_kept(self) -> dict[str, Any]:
        """The same as plain JSON, for a counter-proposal."""
        return {
            "agency_id": str(self.agency_id),
            "year": self.year,
            "amount": exact(self.amount),
            "route": self.route.value,
            "condition": _condition(self),
        }


def kept(row: dict[str, Any]) -> ContributionWanted:
    """What a counter-proposal wants, as it was kept."""
    return ContributionWanted(
        agency_id=UUID(row["agency_id"]),
        year=row["year"],
        amount=Decimal(row["amount"]),
        route=FundingRoute(row["route"]),
        condition=row["condition"],
    )


def contribution_problems(session: Session, wanted: Sequence[ContributionWanted], *path: str) -> Iterator[InvalidField]:
    """The broken rules of a scheme's contributions, each where it stands."""
    if len(wanted) > LIMIT:
        yield InvalidField(path=path, code=InvalidCode.TOO_LONG, message=f"Name {LIMIT} contributions at most.")
        return
    agencies = set(session.scalars(select(Agency.id).where(Agency.id.in_([each.agency_id for each in wanted]))))
    seen = set()
    for position, each in enumerate(wanted):
        here = (*path, str(position))
        if each.agency_id not in agencies:
            yield unknown(*here, "agencyId", message="Choose the agency that pays from the list.")
        if not FIRST_YEAR <= each.year <= LAST_YEAR:
            message = f"Choose a financial year from {FIRST_YEAR} to {LAST_YEAR}."
            yield InvalidField(path=(*here, "year"), code=InvalidCode.OUT_OF_RANGE, message=message)
        yield from _amount_problems(each.amount, *here, "amount")
        yield from text_problems((*here, "condition"), _condition(each), limit=LONG)
        once = (each.agency_id, each.year, each.route)
        if once in seen:
            message = "This agency, year and route are there already. Add the amounts up."
            yield InvalidField(path=here, code=InvalidCode.NOT_UNIQUE, message=message)
        seen.add(once)


def write_contributions(session: Session, scheme: PlanScheme, wanted: Sequence[ContributionWanted]) -> None:
    """Make the contributions to a scheme of a draft exactly these.

    What an agency gives in a year by one route keeps its key, however much it is.
    """
    version_id, scheme_key = scheme.plan_version_id, scheme.key
    of_this = (PlanContribution.plan_version_id == version_id, PlanContribution.scheme_key == scheme_key)
    before = {
        (row.agency_id, row.year, row.route): row for row in session.scalars(select(PlanContribution).where(*of_this))
    }
    for each in wanted:
        row = before.pop((each.agency_id, each.year, each.route), None)
        if row is None:
            row = PlanContribution(
                id=uuid4(),
                plan_version_id=version_id,
                scheme_key=scheme_key,
                key=uuid4(),
                agency_id=each.agency_id,
                year=each.year,
                route=each.route,
            )
            row.amount, row.condition = each.amount, _condition(each)
            session.add(row)
        elif (row.amount, row.condition) != (each.amount, _condition(each)):
            row.amount, row.condition = each.amount, _condition(each)
            touch(row)
    take_out(session, *before.values())
    session.flush()


def hash_of_money(session: Session, wanted: Sequence[ContributionWanted]) -> str:
    """The hash of contributions, as the document of a version would write them."""
    ids = [each.agency_id for each in wanted]
    agencies = {agency.id: agency for agency in session.scalars(select(Agency).where(Agency.id.in_(ids)))}
    return money_hash(
        Contribution(
            key=uuid4(),
            agency=AgencyKey(
                code_list=agencies[each.agency_id].code_list,
                code=agencies[each.agency_id].code,
                active_from=agencies[each.agency_id].active_from,
            ),
            year=each.year,
            amount=exact(each.amount),
            route=each.route.value,
            condition=_condition(each),
        )
        for each in wanted
    )


def _condition(wanted: ContributionWanted) -> str | None:
    return given(tidied(wanted.condition or ""))


def _amount_problems(amount: Decimal, *path: str) -> Iterator[InvalidField]:
    if not 0 < amount <= MOST:
        message = "Enter an amount in pounds above 0 and below a million million."
        yield InvalidField(path=path, code=InvalidCode.OUT_OF_RANGE, message=message)
    elif amount != amount.quantize(Decimal("0.01")):
        message = "Enter pounds and pence, such as 80000.00."
        yield InvalidField(path=path, code=InvalidCode.FORMAT, message=message)
