"""Decides how a flag is handed to the authority that safeguards children: to whom, on what basis, what they see."""

from uuid import UUID

from sqlalchemy.orm import Session

from portal.access.audiences import role_audience
from portal.access.disclosure import Opening, open_root
from portal.access.flags import ESCALATE
from portal.access.models import DisclosureReason, RootKind
from portal.access.rule import fetch
from portal.access.viewer import Viewer
from portal.agencies.models import Agency
from portal.agreements.grid import Grid, grid_in_force
from portal.agreements.lawful_bases import following_basis
from portal.db import now
from portal.errors import Invalid, InvalidCode, InvalidField
from portal.flags.actions import take_step
from portal.flags.models import Flag, TriageOutcome
from portal.flags.notices import NoticeKind, announce
from portal.flags.rules import next_state
from portal.flags.states import Step
from portal.flags.triage import Decision, decision_problems, keep_decision
from portal.partnerships.queries import member_agency
from portal.vocabularies.queries import codes

# Children's social care is the work of upper-tier authorities: Children Act 1989 s.47, Children Act 2004 s.11.
SAFEGUARDING_AUTHORITY = "LOCAL_AUTHORITY"
PURPOSE = "SAFEGUARDING"


def escalate_flag(
    session: Session,
    viewer: Viewer,
    *,
    flag_id: UUID,
    expected_version: int,
    decision: Decision,
    to_agency_id: UUID | None,
    reason_code: str,
) -> UUID:
    """Decide to hand a flag to safeguarding, and tell the flagger; shares that are open stay open.

    `to_agency_id` is None for an id that opens to nothing. Raises the four failures of any action.
    """
    flag = fetch(session, viewer, flag_id, to=ESCALATE, expected_version=expected_version)
    next_state(flag.state, Step.ESCALATE)
    grid = grid_in_force(session, flag.partnership_id)
    known = codes(session, "threshold-level", "escalation-reason")
    problems = decision_problems(decision, known["threshold-level"])
    agency = _authority(session, flag, to_agency_id)
    if agency is None or not grid.reached_at(agency.kind_code):
        message = "Choose the authority of this partnership that safeguards children."
        problems.append(_problem("toAgencyId", InvalidCode.UNKNOWN, message))
    if reason_code not in known["escalation-reason"]:
        problems.append(_problem("reasonCode", InvalidCode.UNKNOWN, "Choose why this cannot wait."))
    # Only a draft can be without an age band.
    assert flag.age_band_code is not None
    basis = following_basis(session, purpose=PURPOSE, agency_kind=viewer.agency_kind, age_band=flag.age_band_code)
    if basis is None:
        message = "No lawful basis in the catalogue allows your agency to hand this over."
        problems.append(_problem("toAgencyId", InvalidCode.NOT_ALLOWED, message))
    if problems or agency is None or basis is None:
        raise Invalid(*problems)
    take_step(session, viewer, flag, Step.ESCALATE)
    _open(session, viewer, flag, agency, grid, basis)
    made = keep_decision(
        session,
        viewer,
        flag,
        decision,
        TriageOutcome.ESCALATE,
        reason_code=reason_code,
        escalated_to_agency_id=agency.id,
    )
    announce(session, kind=NoticeKind.ESCALATED_TO_US, flag_id=flag.id, about_id=made)
    return flag.id


def _authority(session: Session, flag: Flag, agency_id: UUID | None) -> Agency | None:
    if agency_id is None:
        return None
    agency = member_agency(session, partnership_id=flag.partnership_id, agency_id=agency_id)
    return agency if agency is not None and agency.kind_code == SAFEGUARDING_AUTHORITY else None


def _problem(field: str, code: InvalidCode, message: str) -> InvalidField:
    return InvalidField(path=("decision", "escalate", field), code=code, message=message)


def _open(session: Session, viewer: Viewer, flag: Flag, agency: Agency, grid: Grid, basis: str) -> None:
    """Open a flag and its person to the authority's recipients, for as long as the flag is not closed."""
    openings = [
        Opening(
            audience_id=role_audience(session, agency_id=agency.id, role=recipient.role),
            levels=grid.levels(recipient.column_code),
            because=DisclosureReason.SAFEGUARDING,
            agreement_version_id=grid.version_id,
            column_code=recipient.column_code,
            lawful_basis_code=basis,
        )
        for recipient in grid.reached_at(agency.kind_code)
    ]
    moment = now()
    open_root(session, viewer, root_id=flag.id, kind=RootKind.FLAG, sort_at=moment, to=openings)
    if flag.person_id is not None:
        open_root(session, viewer, root_id=flag.person_id, kind=RootKind.PERSON, sort_at=moment, to=openings)
