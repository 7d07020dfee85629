"""Decides how the problems of a version are kept: judged anew after each edit, and written only when they differ."""

from dataclasses import astuple
from uuid import UUID

from sqlalchemy import delete, insert, or_, select
from sqlalchemy.orm import Session

from portal.agencies.models import Agency
from portal.agencies.succession import read_successions
from portal.plans.document import AgencyKey, read_document
from portal.plans.models import PlanContribution, PlanProblem, PlanVersion, PlanVersionParty
from portal.plans.validators.judging import problems
from portal.plans.validators.problem import AgencyFacts, Problem


def revalidate(session: Session, version: PlanVersion) -> tuple[Problem, ...]:
    """Take a version whose plan is locked, judge it as its rows stand, keep what is wrong, and give it.

    Raises NotFound when the version cannot be read.
    """
    found = problems(read_document(session, version.id), _agencies(session, version.id), read_successions())
    kept = session.execute(
        select(PlanProblem.code, PlanProblem.scheme_key, PlanProblem.agency_id, PlanProblem.message, PlanProblem.source)
        .where(PlanProblem.plan_version_id == version.id)
        .order_by(PlanProblem.position)
    ).all()
    if [tuple(row) for row in kept] == [astuple(problem) for problem in found]:
        return found
    session.execute(delete(PlanProblem).where(PlanProblem.plan_version_id == version.id))
    if found:
        session.execute(
            insert(PlanProblem),
            [
                {
                    "plan_version_id": version.id,
                    "position": position,
                    "code": problem.code,
                    "scheme_key": problem.scheme_key,
                    "agency_id": problem.agency_id,
                    "message": problem.message,
                    "source": problem.source,
                }
                for position, problem in enumerate(found, start=1)
            ],
        )
    return found


def _agencies(session: Session, version_id: UUID) -> dict[AgencyKey, AgencyFacts]:
    parties = select(PlanVersionParty.agency_id).where(PlanVersionParty.plan_version_id == version_id)
    funders = select(PlanContribution.agency_id).where(PlanContribution.plan_version_id == version_id)
    rows = session.scalars(select(Agency).where(or_(Agency.id.in_(parties), Agency.id.in_(funders))))
    return {
        AgencyKey(code_list=row.code_list, code=row.code, active_from=row.active_from): AgencyFacts(
            id=row.id, name=row.name, kind=row.kind_code, active_to=row.active_to
        )
        for row in rows
    }
