"""Decides how a plan begins, who is party to it, what it is called, and when its next version is begun."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, delete, exists, or_, select, update
from sqlalchemy import Sequence as Numbers
from sqlalchemy.orm import Session

from portal.access.plans import EDIT, REVISE, may_draft
from portal.access.touched import note_written
from portal.access.viewer import Viewer
from portal.errors import Invalid, InvalidCode, InvalidField, NotFound, NotPermitted, NotPermittedReason, unknown
from portal.partnerships.leading import today
from portal.partnerships.models import PartnershipMember
from portal.plans.checklist import begin_checklist, known_template
from portal.plans.checks import begin_checks
from portal.plans.copying import copy_version
from portal.plans.editing import count_edit
from portal.plans.events import note_event
from portal.plans.models import Plan, PlanCheck, PlanEventKind, PlanParty, PlanVersion, PlanVersionParty
from portal.plans.money import DAYS_IN_WORDS, FIRST_DAY, LAST_DAY
from portal.plans.moving import move_plan, touch
from portal.plans.opening import Opened, open_plan
from portal.plans.states import PlanStep, PlanVersionState
from portal.plans.validators import revalidate
from portal.text import SHORT, one_line, text_problems

REFERENCES = Numbers("plan_reference_seq")
PARTIES_LIMIT = 20
# The longest a plan is worked out for.
LONGEST = timedelta(days=20 * 366)


@dataclass(frozen=True, kw_only=True)
class PartyWanted:
    """An agency that takes part, and whether its signature is needed."""

    agency_id: UUID
    required: bool = True


@dataclass(frozen=True, kw_only=True)
class Particulars:
    """What a plan is called, when it holds, and which checklist of standards it answers."""

    title: str
    starts_on: date
    ends_on: date
    template_code: str | None = None


def draft_plan(
    session: Session, viewer: Viewer, *, partnership_id: UUID, particulars: Particulars, parties: Sequence[PartyWanted]
) -> UUID:
    """Begin a plan of a partnership with its first draft; gives the plan's id.

    Raises NotFound for a partnership the viewer's agency does not belong to, NotPermitted, and Invalid with every
    broken rule.
    """
    if partnership_id not in viewer.partnership_ids:
        raise NotFound
    if not may_draft(viewer):
        raise NotPermitted("Only commissioners draft plans.", reason=NotPermittedReason.ROLE)
    problems = _particulars_problems(particulars) + _parties_problems(session, viewer, partnership_id, parties)
    if problems:
        raise Invalid(*problems)
    plan = Plan(
        id=uuid4(), reference=f"P-{session.scalar(select(REFERENCES.next_value()))}", partnership_id=partnership_id
    )
    note_written(session, plan.id)
    session.add(plan)
    session.flush()
    version = PlanVersion(
        id=uuid4(),
        plan_id=plan.id,
        number=plan.current_number,
        title=one_line(particulars.title),
        starts_on=particulars.starts_on,
        ends_on=particulars.ends_on,
        drafted_by_membership_id=viewer.membership_id,
    )
    session.add(version)
    session.flush()
    for party in parties:
        _join(session, plan, version, party)
    begin_checklist(session, version, particulars.template_code)
    revalidate(session, version)
    note_event(session, viewer, plan.id, PlanEventKind.DRAFTED, version_id=version.id)
    return plan.id


def set_particulars(
    session: Session, viewer: Viewer, *, plan_id: UUID, expected_version: int, particulars: Particulars
) -> UUID:
    """Call a plan otherwise, or move its period, or choose its checklist, while its current version is a draft."""
    opened = open_plan(session, viewer, plan_id, to=EDIT, expected_version=expected_version)
    if problems := _particulars_problems(particulars):
        raise Invalid(*problems)
    version = opened.version
    version.title = one_line(particulars.title)
    version.starts_on, version.ends_on = particulars.starts_on, particulars.ends_on
    if particulars.template_code is not None:
        begin_checklist(session, version, particulars.template_code)
    return _changed(session, viewer, opened)


def set_parties(
    session: Session, viewer: Viewer, *, plan_id: UUID, expected_version: int, parties: Sequence[PartyWanted]
) -> UUID:
    """Say who takes part and whose signature is needed, while the current version is a draft.

    An agency that was a party of a proposed version leaves by its own signatory only, and comes back the same way as
    it left: not through the others.
    """
    opened = open_plan(session, viewer, plan_id, to=EDIT, expected_version=expected_version)
    plan, version = opened.plan, opened.version
    before = set(session.scalars(select(PlanVersionParty.agency_id).where(_of(version))))
    wanted = {each.agency_id: each for each in parties}
    problems = _parties_problems(session, viewer, plan.partnership_id, parties, known=before)
    problems += _leaving_problems(session, plan, before - wanted.keys(), wanted.keys() - before)
    if problems:
        raise Invalid(*problems)
    for agency_id in before - wanted.keys():
        session.execute(delete(PlanVersionParty).where(_of(version), PlanVersionParty.agency_id == agency_id))
        session.execute(delete(PlanCheck).where(PlanCheck.plan_id == plan.id, PlanCheck.agency_id == agency_id))
        session.execute(delete(PlanParty).where(PlanParty.plan_id == plan.id, PlanParty.agency_id == agency_id))
    for agency_id in before & wanted.keys():
        session.execute(
            update(PlanVersionParty)
            .where(_of(version), PlanVersionParty.agency_id == agency_id)
            .values(required=wanted[agency_id].required)
        )
    for agency_id in wanted.keys() - before:
        _join(session, plan, version, wanted[agency_id])
    return _changed(session, viewer, opened)


def revise_plan(session: Session, viewer: Viewer, *, plan_id: UUID, expected_version: int) -> UUID:
    """Begin the next version of a plan as a draft; what was on the table is superseded, and its signatures void.

    Gives the id of the new version.
    """
    opened = open_plan(session, viewer, plan_id, to=REVISE, expected_version=expected_version)
    following = copy_version(session, viewer, plan=opened.plan, version=opened.version)
    move_plan(opened.plan, PlanStep.REVISE)
    session.flush()
    revalidate(session, following)
    note_event(session, viewer, plan_id, PlanEventKind.REVISED, version_id=following.id)
    return following.id


def _changed(session: Session, viewer: Viewer, opened: Opened[PlanVersion]) -> UUID:
    touch(opened.plan)
    count_edit(session, viewer, opened.version, anew=True)
    return opened.plan.id


def _join(session: Session, plan: Plan, version: PlanVersion, party: PartyWanted) -> None:
    session.add(PlanParty(plan_id=plan.id, agency_id=party.agency_id, joined_on=today()))
    session.flush()
    session.add(PlanVersionParty(plan_version_id=version.id, agency_id=party.agency_id, required=party.required))
    session.flush()
    begin_checks(session, plan.id, party.agency_id)


def _of(version: PlanVersion) -> ColumnElement[bool]:
    return PlanVersionParty.plan_version_id == version.id


def _particulars_problems(particulars: Particulars) -> list[InvalidField]:
    title, starts_on, ends_on = one_line(particulars.title), particulars.starts_on, particulars.ends_on
    problems = list(text_problems(("title",), title, limit=SHORT, needed="Give the plan a name."))
    if ends_on <= starts_on:
        problems.append(_out_of_range("A plan ends after it starts."))
    elif starts_on < FIRST_DAY or ends_on > LAST_DAY:
        problems.append(_out_of_range(f"Choose days {DAYS_IN_WORDS}."))
    elif ends_on - starts_on > LONGEST:
        problems.append(_out_of_range("A plan covers 20 years at most."))
    if not known_template(particulars.template_code):
        problems.append(unknown("templateCode", message="Choose a checklist from the list, or none."))
    return problems


def _out_of_range(message: str) -> InvalidField:
    return InvalidField(path=("period",), code=InvalidCode.OUT_OF_RANGE, message=message)


def _parties_problems(
    session: Session,
    viewer: Viewer,
    partnership_id: UUID,
    parties: Sequence[PartyWanted],
    *,
    known: set[UUID] | frozenset[UUID] = frozenset(),
) -> list[InvalidField]:
    """The broken rules of a choice of parties; those that are `known` may have left the partnership since."""
    chosen = [each.agency_id for each in parties]
    if len(chosen) > PARTIES_LIMIT:
        return [_of_parties(InvalidCode.TOO_LONG, f"Name {PARTIES_LIMIT} agencies at most.")]
    problems = []
    if viewer.agency_id not in chosen:
        message = "Name your own agency too: it takes part in a plan that it writes."
        problems.append(_of_parties(InvalidCode.REQUIRED, message))
    if len(set(chosen)) < len(chosen):
        problems.append(_of_parties(InvalidCode.NOT_UNIQUE, "Name each agency once."))
    members = set(
        session.scalars(
            select(PartnershipMember.agency_id).where(
                PartnershipMember.partnership_id == partnership_id,
                PartnershipMember.active_from <= today(),
                or_(PartnershipMember.active_to.is_(None), PartnershipMember.active_to >= today()),
            )
        )
    )
    if not set(chosen) <= members | known:
        problems.append(_of_parties(InvalidCode.UNKNOWN, "Choose agencies that belong to the partnership today."))
    return problems


def _leaving_problems(session: Session, plan: Plan, going: set[UUID], coming: set[UUID]) -> list[InvalidField]:
    problems = []
    proposed = select(PlanVersion.id).where(PlanVersion.plan_id == plan.id, PlanVersion.state != PlanVersionState.DRAFT)
    bound = exists().where(PlanVersionParty.plan_version_id.in_(proposed), PlanVersionParty.agency_id.in_(going))
    if going and session.scalar(select(bound)):
        message = "An agency that was party to a proposed version leaves by its own signatory. Keep it here."
        problems.append(_of_parties(InvalidCode.NOT_ALLOWED, message))
    left = exists().where(PlanParty.plan_id == plan.id, PlanParty.agency_id.in_(coming))
    if coming and session.scalar(select(left)):
        message = "An agency that left this plan takes part again in a new one only."
        problems.append(_of_parties(InvalidCode.NOT_ALLOWED, message))
    return problems


def _of_parties(code: InvalidCode, message: str) -> InvalidField:
    return InvalidField(path=("parties",), code=code, message=message)
