"""Every change of a share: opened by triage for a purpose, answered by the agency that received it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access.audiences import role_audience
from portal.access.disclosure import Opening, open_root
from portal.access.field_groups import FieldGroup, Level, pack
from portal.access.flags import SHARE
from portal.access.models import DisclosureReason, RootKind
from portal.access.rule import fetch
from portal.access.shares import ANSWER
from portal.access.viewer import Viewer
from portal.agencies.models import Agency
from portal.agreements.grid import Grid, grid_in_force
from portal.agreements.lawful_bases import following_basis
from portal.db import now
from portal.errors import Invalid, InvalidCode, InvalidField
from portal.flags.actions import take_step, touch
from portal.flags.feedback import tell_flagger
from portal.flags.models import Engagement, Flag, TriageOutcome
from portal.flags.notices import NoticeKind, announce
from portal.flags.overdue import answer_due
from portal.flags.rules import next_state
from portal.flags.states import Step
from portal.flags.triage import Decision, decision_problems, keep_decision
from portal.partnerships.queries import member_agency
from portal.shares.models import Share, ShareState, SourceRegime
from portal.text import LONG, given, text_problems
from portal.vocabularies.queries import codes, second_line

POLICE = "NEIGHBOURHOOD_POLICE"


@dataclass(frozen=True, kw_only=True)
class ShareRequest:
    """One agency that shall see a flag: which groups the share names, what for, and why no less would do."""

    to_agency_id: UUID | None
    field_groups: tuple[FieldGroup, ...]
    purpose_code: str
    proportionality_note: str


def share_flag(
    session: Session,
    viewer: Viewer,
    *,
    flag_id: UUID,
    expected_version: int,
    decision: Decision,
    requests: Sequence[ShareRequest],
) -> UUID:
    """Decide to share a flag with agencies of the partnership, under the agreement in force, and tell the flagger.

    Raises the four failures of any action; NotPermitted also where no agreement is in force.
    """
    flag = fetch(session, viewer, flag_id, to=SHARE, expected_version=expected_version)
    next_state(flag.state, Step.SHARE)
    grid = grid_in_force(session, flag.partnership_id)
    known = codes(session, "threshold-level", "purpose")
    problems = decision_problems(decision, known["threshold-level"])
    if not requests:
        problems.append(_problem((), InvalidCode.REQUIRED, "Choose an agency to share with."))
    agencies: list[Agency | None] = []
    for place, request in enumerate(requests):
        agency = _recipient(session, flag, request, viewer)
        agencies.append(agency)
        problems += _request_problems(place, request, agency, grid, known["purpose"])
    named = [request.to_agency_id for request in requests]
    if len(set(named)) < len(named):
        problems.append(_problem((), InvalidCode.NOT_UNIQUE, "Name each agency once."))
    if problems:
        raise Invalid(*problems)
    take_step(session, viewer, flag, Step.SHARE)
    for request, agency in zip(requests, agencies, strict=True):
        assert agency is not None
        _open(session, viewer, flag, request, agency, grid)
    keep_decision(session, viewer, flag, decision, TriageOutcome.SHARE)
    return flag.id


def answer_share(
    session: Session, viewer: Viewer, *, share_id: UUID, expected_version: int, engagement: Engagement, note: str | None
) -> UUID:
    """Answer a share that the viewer's agency received: a coded word for the flagger, a note for triage."""
    share = fetch(session, viewer, share_id, to=ANSWER, expected_version=expected_version)
    problems = list(text_problems(("note",), note, limit=LONG))
    ended = share.state is not ShareState.ACTIVE or (share.valid_to is not None and share.valid_to <= now())
    if ended or share.engagement is not None:
        message = "This share has ended." if ended else "This share has been answered already."
        problems.append(InvalidField(path=("id",), code=InvalidCode.TRANSITION, message=message))
    if problems:
        raise Invalid(*problems)
    share.engagement = engagement
    share.answer_note = given(note)
    share.answered_at = now()
    share.answered_by_membership_id = viewer.membership_id
    touch(share)
    flag = session.get_one(Flag, share.flag_id)
    # Health tells the police that much and no more: fixed words for each coded answer, the same for everybody.
    words = second_line(session, "engagement", engagement)
    tell_flagger(session, viewer, flag, words, engagement=engagement)
    return share.id


def _recipient(session: Session, flag: Flag, request: ShareRequest, viewer: Viewer) -> Agency | None:
    if request.to_agency_id is None or request.to_agency_id == viewer.agency_id:
        return None
    return member_agency(session, partnership_id=flag.partnership_id, agency_id=request.to_agency_id)


def _request_problems(
    place: int, request: ShareRequest, agency: Agency | None, grid: Grid, purposes: frozenset[str]
) -> list[InvalidField]:
    at = (str(place),)
    problems = list(
        text_problems(
            ("decision", "share", "shares", *at, "proportionalityNote"),
            request.proportionality_note,
            limit=LONG,
            needed="Write why no less would do.",
        )
    )
    if agency is None:
        message = "Choose an agency of this partnership, other than your own."
        problems.append(_problem((*at, "toAgencyId"), InvalidCode.UNKNOWN, message))
    elif not grid.reached_at(agency.kind_code):
        message = f"The agreement in force names nobody at {agency.name} who may receive a flag."
        problems.append(_problem((*at, "toAgencyId"), InvalidCode.NOT_ALLOWED, message))
    if request.purpose_code not in purposes:
        problems.append(_problem((*at, "purposeCode"), InvalidCode.UNKNOWN, "Choose what the share is for."))
    return problems


def _problem(path: tuple[str, ...], code: InvalidCode, message: str) -> InvalidField:
    return InvalidField(path=("decision", "share", "shares", *path), code=code, message=message)


def _open(session: Session, viewer: Viewer, flag: Flag, request: ShareRequest, agency: Agency, grid: Grid) -> None:
    share = Share(
        id=uuid4(),
        flag_id=flag.id,
        from_agency_id=viewer.agency_id,
        to_agency_id=agency.id,
        state=ShareState.ACTIVE,
        field_groups=pack(dict.fromkeys(request.field_groups, Level.FULL)),
        purpose_code=request.purpose_code,
        lawful_basis_code=_basis(session, viewer, flag, request),
        source_regime=_regime(session, flag),
        proportionality_note=request.proportionality_note,
        agreement_version_id=grid.version_id,
        valid_from=now(),
        # A share ends with its flag.
        valid_to=flag.expires_at,
        answer_due_at=answer_due(session, flag.partnership_id),
    )
    session.add(share)
    session.flush()
    openings = [
        Opening(
            audience_id=role_audience(session, agency_id=agency.id, role=recipient.role),
            levels=grid.levels(recipient.column_code, shared=request.field_groups),
            because=DisclosureReason.SHARE,
            agreement_version_id=grid.version_id,
            column_code=recipient.column_code,
            lawful_basis_code=share.lawful_basis_code,
            share_id=share.id,
            valid_to=share.valid_to,
        )
        for recipient in grid.reached_at(agency.kind_code)
    ]
    moment = now()
    open_root(session, viewer, root_id=flag.id, kind=RootKind.FLAG, sort_at=moment, to=openings)
    if flag.person_id is not None:
        open_root(session, viewer, root_id=flag.person_id, kind=RootKind.PERSON, sort_at=moment, to=openings)
    announce(session, kind=NoticeKind.SHARED_WITH_US, flag_id=flag.id, about_id=share.id)


def _basis(session: Session, viewer: Viewer, flag: Flag, request: ShareRequest) -> str:
    # Only a draft can be without an age band.
    assert flag.age_band_code is not None
    found = following_basis(
        session, purpose=request.purpose_code, agency_kind=viewer.agency_kind, age_band=flag.age_band_code
    )
    if found is None:
        message = "No lawful basis in the catalogue allows this purpose. Choose another purpose."
        raise Invalid(_problem(("0", "purposeCode"), InvalidCode.NOT_ALLOWED, message))
    return found


def _regime(session: Session, flag: Flag) -> SourceRegime:
    """Police hold what they gather under Part 3 of the Data Protection Act 2018; everyone else here under Part 2."""
    kind = session.scalar(select(Agency.kind_code).where(Agency.id == flag.raised_by_agency_id))
    return SourceRegime.PART_3 if kind == POLICE else SourceRegime.PART_2
