"""The rows of one version of a plan with something in every place, to be laid in whatever order."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.agencies.models import Agency, Area
from portal.db import Base
from portal.plans import models
from portal.plans.document import clause_hash, money_hash
from portal.plans.standards import standards_templates
from tests.factories.cast import Cast


@dataclass
class Version:
    """A plan and its version, which are there, and what is in the version, which is not yet."""

    plan: models.Plan
    version: models.PlanVersion
    rows: list[Base]


def version_of(session: Session, cast: Cast) -> Version:
    """Lay a plan of the cast's partnership with a draft version, and give the rows that belong into it."""
    viewer = cast.viewers["brook"]
    area = session.scalars(select(Area).limit(1)).one()
    agencies = [
        session.scalars(select(Agency).where(Agency.code == f"{code}{cast.suffix}")).one()
        for code in ("SEVERN-POLICE", "SEVERN-LA", "SEVERN-PCT")
    ]
    plan = models.Plan(id=uuid4(), reference=f"P{cast.suffix}", partnership_id=cast.settled.partnership_id)
    version = models.PlanVersion(
        id=uuid4(),
        plan_id=plan.id,
        number=1,
        title="Diversion in Severnshire",
        starts_on=date(2030, 4, 1),
        ends_on=date(2032, 3, 31),
        template_code="BRADLEY_2009",
        drafted_by_membership_id=viewer.membership_id,
    )
    session.add(plan)
    session.flush()
    session.add(version)
    session.flush()
    schemes = [uuid4(), uuid4()]
    rows: list[Base] = [
        models.PlanVersionParty(plan_version_id=version.id, agency_id=agency.id, required=at < 2)
        for at, agency in enumerate(agencies)
    ]
    rows += [
        models.PlanStandard(plan_version_id=version.id, position=line.position, standard_code=line.code)
        for line in standards_templates()["BRADLEY_2009"].standards[:3]
    ]
    rows += [_clause(version.id, None, position, viewer.membership_id) for position in (1, 2, 2)]
    for at, key in enumerate(schemes):
        rows.append(
            models.PlanScheme(
                plan_version_id=version.id,
                key=key,
                position=7 * at,
                title=f"Scheme {at}",
                need_codes=["DRUGS", "ALCOHOL"],
                area_id=area.id,
                capacity_target=40,
                money_hash=money_hash([]),
            )
        )
        rows += _in_a_scheme(version.id, key, viewer.membership_id, [agency.id for agency in agencies])
    return Version(plan=plan, version=version, rows=rows)


def lay(session: Session, version: Version, rows: list[Base]) -> None:
    """Write the rows in this order; schemes come first, because the others point at them."""
    for row in sorted(rows, key=lambda row: not isinstance(row, models.PlanScheme)):
        session.add(row)
        session.flush()
    session.refresh(version.version)


def _in_a_scheme(version: UUID, scheme: UUID, membership: UUID, agencies: list[UUID]) -> list[Base]:
    common = {"plan_version_id": version, "scheme_key": scheme}
    money: list[Base] = [
        models.PlanContribution(**common, agency_id=agency, year=year, amount=Decimal(f"{year}.5"), route=route)
        for agency in agencies
        for year in (2030, 2031)
        for route in (models.FundingRoute.ALIGNED, models.FundingRoute.IN_KIND)
    ]
    return [
        *money,
        *(_clause(version, scheme, position, membership) for position in (1, 2)),
        *(
            models.PlanMilestone(**common, position=at, title=f"Step {at}", target_on=date(2030, 6, at))
            for at in (1, 2)
        ),
        *(
            models.PlanMeasure(**common, position=1, name_code=name, target=Decimal(400))
            for name in ("REACH", "WAITING_DAYS")
        ),
        *(
            models.PlanEvidence(
                **common, position=at, sentence=f"Line {at}", source="A survey", read_on=date(2026, 11, 1)
            )
            for at in (1, 2)
        ),
    ]


def _clause(version: UUID, scheme: UUID | None, position: int, membership: UUID) -> Base:
    words = ("SPECIFICATION", f"Heading {position}", f"Words “{uuid4()}”.")
    return models.PlanClause(
        plan_version_id=version,
        scheme_key=scheme,
        position=position,
        kind=models.ClauseKind(words[0]),
        heading=words[1],
        text=words[2],
        clause_hash=clause_hash(*words),
        last_changed_by_membership_id=membership,
    )
