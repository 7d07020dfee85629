"""Decides how the rows of a version become its document: in an order that their values give, never the database.

Each code gets the words it has today. When a version is frozen they are frozen with it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.agencies.models import Agency
from portal.agencies.models import Area as AreaRow
from portal.errors import NotFound
from portal.plans.document.parts import (
    AgencyKey,
    Area,
    Clause,
    Contribution,
    Evidence,
    Measure,
    Milestone,
    Need,
    Party,
    PlanDocument,
    Scheme,
    Standard,
    exact,
)
from portal.plans.models import (
    Plan,
    PlanClause,
    PlanContribution,
    PlanEvidence,
    PlanMeasure,
    PlanMilestone,
    PlanScheme,
    PlanStandard,
    PlanVersion,
    PlanVersionParty,
)
from portal.plans.standards import VOCABULARY as STANDARDS
from portal.plans.words import AGENCY_KINDS, MEASURES, NEEDS
from portal.vocabularies.queries import displays

# Rows as the database has them now, not as the session remembers them: what is frozen is what is stored.
_ANEW = {"populate_existing": True}
_Grouped = dict[UUID | None, list[Any]]
# The words of a code, by its vocabulary and itself.
_Words = Mapping[tuple[str, str], str]


def read_document(session: Session, version_id: UUID) -> PlanDocument:
    """Take the id of a version and give its document; raises NotFound when no such version can be read."""
    found = session.execute(
        select(PlanVersion, Plan.reference)
        .join(Plan, Plan.id == PlanVersion.plan_id)
        .where(PlanVersion.id == version_id),
        execution_options=_ANEW,
    ).one_or_none()
    if found is None:
        raise NotFound
    version, reference = found
    clauses = _by_scheme(session, PlanClause, version_id)
    words = displays(session, NEEDS, MEASURES, AGENCY_KINDS, STANDARDS)
    return PlanDocument(
        reference=reference,
        number=version.number,
        title=version.title,
        starts_on=version.starts_on,
        ends_on=version.ends_on,
        parties=_parties(session, version_id, words),
        clauses=_numbered(clauses[None], "G"),
        schemes=_schemes(session, version_id, clauses, words),
        template=version.template_code,
        standards=_standards(session, version_id, words),
        evidence=_evidence(session, version_id),
    )


def _money_of(session: Session, version_id: UUID) -> dict[UUID, tuple[Contribution, ...]]:
    """What each scheme of a version that is paid for is paid by, by the scheme's key, agency after agency."""
    rows = session.execute(
        select(PlanContribution, Agency)
        .join(Agency, Agency.id == PlanContribution.agency_id)
        .where(PlanContribution.plan_version_id == version_id),
        execution_options=_ANEW,
    )
    money: dict[UUID, list[Contribution]] = defaultdict(list)
    for row, agency in rows:
        money[row.scheme_key].append(
            Contribution(
                key=row.key,
                agency=_agency_key(agency),
                year=row.year,
                amount=exact(row.amount),
                route=str(row.route),
                condition=row.condition,
            )
        )
    return {
        scheme: tuple(sorted(each, key=lambda one: (one.agency, one.year, one.route, str(one.key))))
        for scheme, each in money.items()
    }


def _agency_key(agency: Agency) -> AgencyKey:
    return AgencyKey(code_list=agency.code_list, code=agency.code, active_from=agency.active_from)


def _parties(session: Session, version_id: UUID, words: _Words) -> tuple[Party, ...]:
    rows = session.execute(
        select(Agency, PlanVersionParty.required)
        .join(PlanVersionParty, PlanVersionParty.agency_id == Agency.id)
        .where(PlanVersionParty.plan_version_id == version_id)
    )
    parties = (
        Party(
            code_list=agency.code_list,
            code=agency.code,
            active_from=agency.active_from,
            name=agency.name,
            kind=agency.kind_code,
            kind_name=words[AGENCY_KINDS, agency.kind_code],
            required=required,
        )
        for agency, required in rows
    )
    return tuple(sorted(parties, key=lambda party: party.agency))


def _schemes(session: Session, version_id: UUID, clauses: _Grouped, words: _Words) -> tuple[Scheme, ...]:
    rows = session.execute(
        select(PlanScheme, AreaRow)
        .join(AreaRow, AreaRow.id == PlanScheme.area_id)
        .where(PlanScheme.plan_version_id == version_id),
        execution_options=_ANEW,
    ).all()
    money = _money_of(session, version_id)
    milestones, measures = _by_scheme(session, PlanMilestone, version_id), _by_scheme(session, PlanMeasure, version_id)
    return tuple(
        Scheme(
            key=row.key,
            title=row.title,
            # A set: the order of its codes says nothing.
            needs=tuple(Need(code=code, name=words[NEEDS, code]) for code in sorted(set(row.need_codes))),
            area=Area(code_list=area.code_list, code=area.code, active_from=area.active_from, name=area.name),
            capacity_target=row.capacity_target,
            clauses=_numbered(clauses[row.key], f"{at}."),
            contributions=money.get(row.key, ()),
            milestones=tuple(
                Milestone(key=each.key, title=each.title, target_on=each.target_on) for each in milestones[row.key]
            ),
            measures=tuple(
                Measure(
                    key=each.key,
                    name_code=each.name_code,
                    name=words[MEASURES, each.name_code],
                    target=exact(each.target),
                )
                for each in measures[row.key]
            ),
        )
        for at, (row, area) in enumerate(sorted(rows, key=lambda found: _place(found[0])), start=1)
    )


def _numbered(rows: Iterable[PlanClause], prefix: str) -> tuple[Clause, ...]:
    return tuple(
        Clause(key=row.key, number=f"{prefix}{at}", kind=str(row.kind), heading=row.heading, text=row.text)
        for at, row in enumerate(rows, start=1)
    )


def _standards(session: Session, version_id: UUID, words: _Words) -> tuple[Standard, ...]:
    rows = _rows(session, PlanStandard, version_id)
    return tuple(
        Standard(code=row.standard_code, sentence=words[STANDARDS, row.standard_code], met=row.met, note=row.note)
        for row in sorted(rows, key=lambda row: (row.position, row.standard_code))
    )


def _evidence(session: Session, version_id: UUID) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(key=row.key, scheme=row.scheme_key, sentence=row.sentence, source=row.source, read_on=row.read_on)
        for row in sorted(_rows(session, PlanEvidence, version_id), key=_place)
    )


def _by_scheme(session: Session, model: Any, version_id: UUID) -> _Grouped:
    grouped: _Grouped = defaultdict(list)
    for row in sorted(_rows(session, model, version_id), key=_place):
        grouped[row.scheme_key].append(row)
    return grouped


def _rows(session: Session, model: Any, version_id: UUID) -> Iterable[Any]:
    return session.scalars(select(model).where(model.plan_version_id == version_id), execution_options=_ANEW)


def _place(row: Any) -> tuple[int, str]:
    # Two people can put something in the same place at once: then the keys, the same in every version, decide.
    return row.position, str(row.key)
