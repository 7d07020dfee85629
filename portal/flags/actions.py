"""Every change of a flag until triage decides: raised, promoted from a draft, taken."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Sequence, delete, func, inspect, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.access.audiences import role_audience, team_role_audience, user_audience
from portal.access.disclosure import Opening, close_root_to_teams, found_root, open_root
from portal.access.flags import START_TRIAGE, SUBMIT, may_raise
from portal.access.models import DisclosureReason, RootKind
from portal.access.rule import fetch
from portal.access.viewer import Role, Viewer
from portal.agreements.grid import AUTHOR, SERGEANT, TRIAGE, Grid, grid_in_force
from portal.agreements.lawful_bases import following_basis
from portal.db import Versioned, now
from portal.errors import (
    Conflict,
    ConflictReason,
    Invalid,
    InvalidCode,
    InvalidField,
    NotPermitted,
    NotPermittedReason,
)
from portal.flags.incidents import Chosen, chosen_with, lock_incidents, settle_into
from portal.flags.models import Flag, FlagConcern, FlagTransition, PlaceGroup
from portal.flags.notices import NoticeKind, announce
from portal.flags.overdue import late_openings, set_clock, stopped_clock, triage_due
from portal.flags.points import write_point
from portal.flags.report import GroupReported, PersonReported, Report
from portal.flags.rules import KEPT_FOR, next_state, report_problems
from portal.flags.states import FlagState, Step
from portal.partnerships.emergencies import advice_for
from portal.partnerships.models import Partnership
from portal.partnerships.queries import own_partnership, own_partnership_id, ward_with_code
from portal.people.models import Person
from portal.text import given, storable
from portal.vocabularies.queries import codes

REFERENCES = Sequence("flag_reference_seq")
VOCABULARIES = ("age-band", "concern", "purpose", "emergency-action")


def raise_flag(
    session: Session,
    viewer: Viewer,
    *,
    report: Report,
    draft_id: UUID | None = None,
    draft_version: int | None = None,
    with_drafts: tuple[Chosen, ...] = (),
) -> UUID:
    """Submit a report to the partnership's triage, as a new flag or in place of an imported draft; gives its id.

    `with_drafts` are other imported drafts of the same place: they end, and stay as sources of the one flag. Raises
    NotPermitted, Invalid with every broken rule, Conflict when the source reference is on another flag already, and
    for a draft NotFound and Conflict.
    """
    if not may_raise(viewer):
        raise NotPermitted("Your role does not raise flags.", reason=NotPermittedReason.ROLE)
    draft = None
    if with_drafts:
        lock_incidents(session, viewer)
    if draft_id is not None:
        draft = fetch(session, viewer, draft_id, to=SUBMIT, expected_version=draft_version or 0)
        next_state(draft.state, Step.SUBMIT)
    problems = report_problems(
        report,
        vocabulary=codes(session, *VOCABULARIES, partnership_id=own_partnership_id(session, viewer)),
        advice=advice_for(session, viewer.agency_kind),
        now=now(),
    )
    if problems:
        raise Invalid(*problems)
    others = _others(session, viewer, report, draft, with_drafts)
    try:
        with session.begin_nested():
            if draft is not None and draft.imported:
                settle_into(session, draft, others)
            return _submit(session, viewer, report, draft)
    except IntegrityError as error:
        if "uq_flag_raised_by_agency_id" not in str(error.orig):
            raise
        raise Conflict("Your agency's reference is already on another flag.", reason=ConflictReason.TAKEN) from None


def _others(
    session: Session, viewer: Viewer, report: Report, draft: Flag | None, with_drafts: tuple[Chosen, ...]
) -> list[Flag]:
    if not with_drafts:
        return []
    if draft is None:
        raise Invalid(
            InvalidField(
                path=("draftId",), code=InvalidCode.REQUIRED, message="Say which of the incidents comes first."
            )
        )
    return chosen_with(session, viewer, draft=draft, others=with_drafts, report=report)


def _submit(session: Session, viewer: Viewer, report: Report, draft: Flag | None) -> UUID:
    partnership = own_partnership(session, viewer)
    grid = grid_in_force(session, partnership.id)
    raised_at = now()
    due_at = triage_due(session, partnership_id=partnership.id, urgency=report.urgency, start=raised_at)
    openings = _openings(session, viewer, partnership, grid)
    flag = draft or new_flag(session, viewer, partnership)
    late = late_openings(session, partnership, grid, dates=(due_at, raised_at + KEPT_FOR))
    open_root(session, viewer, root_id=flag.id, kind=RootKind.FLAG, sort_at=raised_at, to=[*openings, *late])
    if draft is not None:
        # Whoever imported it may work in more teams than whoever raises it, and each of them was reading along.
        close_root_to_teams(session, root_id=draft.id, agency_id=viewer.agency_id)
        leave_draft(session, draft)
    person_id = _person(session, viewer, report, partnership, openings, raised_at)
    basis = _basis(session, viewer, report)
    write_report(flag, viewer, report)
    flag.ward_id = ward_of(session, partnership, report.ward_code)
    if draft is not None:
        write_children(session, flag, report, replace=True)
    flag.person_id, flag.lawful_basis_code = person_id, basis
    flag.raised_by_membership_id = viewer.membership_id
    flag.raised_at, flag.expires_at = raised_at, raised_at + KEPT_FOR
    flag.triage_due_at = due_at
    record_state(session, viewer, flag, FlagState.SUBMITTED)
    if draft is None:
        write_children(session, flag, report)
    announce(session, kind=NoticeKind.NEW_FLAG, flag_id=flag.id, about_id=flag.id)
    return flag.id


def start_triage(session: Session, viewer: Viewer, *, flag_id: UUID, expected_version: int) -> UUID:
    """Take a submitted flag into triage. Raises NotFound, NotPermitted, Conflict, and Invalid for a wrong state."""
    flag = fetch(session, viewer, flag_id, to=START_TRIAGE, expected_version=expected_version)
    flag.triaged_by_membership_id = viewer.membership_id
    take_step(session, viewer, flag, Step.START_TRIAGE)
    return flag.id


def take_step(session: Session, viewer: Viewer | None, flag: Flag, step: Step) -> None:
    """Move a loaded flag on by one step, and record it with who took it: nobody, where its time had come.

    Raises Invalid when there is no such step.
    """
    to = next_state(flag.state, step)
    due_at = stopped_clock(flag, to)
    set_clock(session, flag, step)
    record_state(session, viewer, flag, to, due_at=due_at)


def touch(record: Versioned) -> None:
    """Count a change of a record."""
    record.version += 1
    record.updated_at = now()


def new_flag(session: Session, viewer: Viewer, partnership: Partnership) -> Flag:
    """A flag that is not yet in the database, with its root and the next reference people can say on the radio."""
    flag_id = uuid4()
    found_root(session, viewer, root_id=flag_id, kind=RootKind.FLAG, partnership_id=partnership.id)
    number = session.scalar(select(REFERENCES.next_value()))
    return Flag(id=flag_id, reference=f"F-{number}", partnership_id=partnership.id)


def record_state(
    session: Session, viewer: Viewer | None, flag: Flag, to: FlagState, *, due_at: datetime | None = None
) -> None:
    """Put a flag into a state, for the first time or the next, and keep the step with who took it.

    `due_at` is when the clock would have run out that this step stops.
    """
    new = inspect(flag).transient
    before = None if new else flag.state
    flag.state = to
    if new:
        session.add(flag)
    else:
        touch(flag)
    session.flush()
    by = None if viewer is None else viewer.membership_id
    step = FlagTransition(flag_id=flag.id, from_state=before, to_state=to, by_membership_id=by, due_at=due_at)
    session.add(step)
    session.flush()


def leave_draft(session: Session, draft: Flag) -> None:
    """Let go of whom a draft made by hand is about, before it is said anew; an imported one names nobody."""
    if draft.person_id is not None:
        session.execute(select(func.discard_draft_person(draft.id)))
        draft.person_id = None


def ward_of(session: Session, partnership: Partnership, code: str | None) -> UUID | None:
    """The ward or beat a code names, None without a code; raises Invalid for one that the partnership has not."""
    if code is None:
        return None
    found = ward_with_code(session, partnership_id=partnership.id, code=code) if storable(code) else None
    if found is None:
        message = "Choose a ward or beat from the list."
        raise Invalid(InvalidField(path=("place", "wardCode"), code=InvalidCode.UNKNOWN, message=message))
    return found


def author_opening(session: Session, viewer: Viewer, grid: Grid) -> Opening:
    """What a flag is open to from its first word on: whoever writes it."""
    author = user_audience(session, agency_id=viewer.agency_id, user_id=viewer.user_id)
    return _opening(grid, author, DisclosureReason.AUTHOR, AUTHOR)


def _opening(grid: Grid, audience_id: int, because: DisclosureReason, column: str) -> Opening:
    return Opening(
        audience_id=audience_id,
        levels=grid.levels(column),
        because=because,
        agreement_version_id=grid.version_id,
        column_code=column,
    )


def _openings(session: Session, viewer: Viewer, partnership: Partnership, grid: Grid) -> list[Opening]:
    """Whom a raised flag is open to: its author, the sergeants of the author's teams, the lead authority's triage."""
    triage = role_audience(session, agency_id=partnership.lead_agency_id, role=Role.TRIAGE_WORKER)
    sergeants = [
        team_role_audience(session, agency_id=viewer.agency_id, team_id=team_id, role=Role.SERGEANT)
        for team_id in viewer.team_ids
    ]
    return [
        author_opening(session, viewer, grid),
        _opening(grid, triage, DisclosureReason.PARTNERSHIP_TRIAGE, TRIAGE),
        *(_opening(grid, sergeant, DisclosureReason.RAISED_BY_US, SERGEANT) for sergeant in sergeants),
    ]


def _person(
    session: Session,
    viewer: Viewer,
    report: Report,
    partnership: Partnership,
    openings: Iterable[Opening],
    raised_at: datetime,
) -> UUID | None:
    """A person of their own for each flag; whether two are the same young person is for matching to say."""
    subject = report.subject
    if not isinstance(subject, PersonReported):
        return None
    person_id = uuid4()
    found_root(session, viewer, root_id=person_id, kind=RootKind.PERSON, partnership_id=partnership.id)
    open_root(session, viewer, root_id=person_id, kind=RootKind.PERSON, sort_at=raised_at, to=openings)
    session.add(
        Person(
            id=person_id,
            preferred_name=given(subject.preferred_name),
            description=given(subject.description),
            age_band_code=subject.age_band_code,
        )
    )
    session.flush()
    return person_id


def _basis(session: Session, viewer: Viewer, report: Report) -> str:
    found = following_basis(
        session,
        purpose=report.purpose_code,
        agency_kind=viewer.agency_kind,
        age_band=report.subject.age_band_code,
    )
    if found is None:
        raise Invalid(
            InvalidField(
                path=("purposeCode",),
                code=InvalidCode.NOT_ALLOWED,
                message="No lawful basis in the catalogue allows this purpose for your agency. Choose another purpose.",
                rule="UK GDPR article 6; Data Protection Act 2018 Schedule 1",
            )
        )
    return found


def write_report(flag: Flag, viewer: Viewer, report: Report) -> None:
    """Put what was reported onto a flag that is not yet raised."""
    flag.raised_by_agency_id = viewer.agency_id
    flag.age_band_code = report.subject.age_band_code
    flag.purpose_code = report.purpose_code
    flag.urgency = report.urgency
    flag.setting = report.setting
    flag.standpoint = report.standpoint
    flag.observed_at = report.observed_at
    flag.observed_precision = report.observed_precision
    write_point(flag, report.place_description, report.point)
    flag.place_description = report.place_description
    flag.fact = report.fact
    flag.own_words = given(report.own_words)
    flag.strengths = given(report.strengths)
    flag.opinion = given(report.opinion)
    flag.third_party_notes = given(report.third_party_notes)
    flag.told = report.told
    if report.source is not None:
        flag.source_system, flag.source_reference = report.source.system, report.source.reference
    elif not flag.imported:
        flag.source_system = flag.source_reference = None
    emergency = report.emergency
    flag.emergency_action_code = None if emergency is None else emergency.action_code
    flag.emergency_incident_number = None if emergency is None else given(emergency.incident_number)


def write_children(session: Session, flag: Flag, report: Report, *, replace: bool = False) -> None:
    """Write the concerns and the group of a flag that is in the database; `replace` while it is still a draft."""
    if replace:
        session.execute(delete(FlagConcern).where(FlagConcern.flag_id == flag.id))
        session.execute(delete(PlaceGroup).where(PlaceGroup.flag_id == flag.id))
    session.add_all(
        FlagConcern(flag_id=flag.id, concern_code=code, position=position)
        for position, code in enumerate(dict.fromkeys(report.concern_codes))
    )
    if isinstance(report.subject, GroupReported):
        session.add(
            PlaceGroup(
                flag_id=flag.id,
                description=report.subject.description,
                estimated_size=report.subject.estimated_size,
                usual_times=given(report.subject.usual_times),
            )
        )
    session.flush()
