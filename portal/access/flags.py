"""Who may do what to a flag."""

from typing import Any

from sqlalchemy import ColumnElement, and_, literal

from portal.access.disclosure import visible
from portal.access.models import DisclosureReason
from portal.access.rule import Verb
from portal.access.viewer import Role, Viewer
from portal.flags.models import Flag
from portal.flags.states import Step, sources

# Any caseworker of any agency may flag; those held to aggregates, oversight or accounts may not (domain: roles).
RAISING_ROLES = frozenset(
    {
        Role.OFFICER,
        Role.SERGEANT,
        Role.TRIAGE_WORKER,
        Role.PRACTITIONER,
        Role.CLINICIAN,
        Role.SERVICE_ADMINISTRATOR,
        Role.SERVICE_MANAGER,
    }
)
IMPORTING_ROLES = frozenset({Role.OFFICER, Role.SERGEANT})


def may_raise(viewer: Viewer) -> bool:
    """Whether the viewer may raise a flag: a caseworker whose agency belongs to a partnership."""
    return viewer.role in RAISING_ROLES and bool(viewer.partnership_ids)


def may_import(viewer: Viewer) -> bool:
    """Whether the viewer may import incidents: an officer or sergeant with a team to review them."""
    return viewer.role in IMPORTING_ROLES and bool(viewer.partnership_ids) and bool(viewer.team_ids)


def _triages(viewer: Viewer, flag: Any) -> ColumnElement[bool]:
    by_triage = visible(viewer, flag.id, lambda row: row.c.because == DisclosureReason.PARTNERSHIP_TRIAGE)
    return and_(literal(viewer.role is Role.TRIAGE_WORKER), by_triage)


def _promotes(viewer: Viewer, flag: Any) -> ColumnElement[bool]:
    return and_(literal(may_raise(viewer)), flag.raised_by_agency_id == viewer.agency_id)


def _standing(step: Step) -> Any:
    return lambda flag: flag.state.in_(sources(step))


SUBMIT = Verb(
    model=Flag,
    root=Flag.id,
    who=_promotes,
    when=_standing(Step.SUBMIT),
    refusal="Your role does not raise flags for this agency.",
)
START_TRIAGE = Verb(
    model=Flag,
    root=Flag.id,
    who=_triages,
    when=_standing(Step.START_TRIAGE),
    refusal="Only the partnership's triage takes a flag.",
)
TRIAGE = Verb(
    model=Flag,
    root=Flag.id,
    who=_triages,
    when=_standing(Step.SHARE),
    refusal="Only the partnership's triage decides on a flag.",
)
