"""Who may do what to a flag."""

from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, literal, or_, select

from portal.access.disclosure import visible
from portal.access.models import DisclosureReason
from portal.access.rule import Verb
from portal.access.viewer import Role, Viewer
from portal.flags.models import Flag, InformationRequest
from portal.flags.states import UNTOLD, FlagState, Step, sources

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
# Whom the template lets a share reach, triage apart: a court or probation team answers through its practitioners.
ANSWERING_ROLES = frozenset({Role.SERVICE_ADMINISTRATOR, Role.CLINICIAN, Role.PRACTITIONER})

DECIDES = "Only the partnership's triage decides on a flag."


def may_raise(viewer: Viewer) -> bool:
    """Whether the viewer may raise a flag: a caseworker whose agency belongs to a partnership."""
    return viewer.role in RAISING_ROLES and bool(viewer.partnership_ids)


def may_import(viewer: Viewer) -> bool:
    """Whether the viewer may import incidents: an officer or sergeant with a team to review them."""
    return viewer.role in IMPORTING_ROLES and bool(viewer.partnership_ids) and bool(viewer.team_ids)


def _seen_because(viewer: Viewer, flag: Any, *reasons: DisclosureReason) -> ColumnElement[bool]:
    return visible(viewer, flag.id, lambda row: row.c.because.in_(reasons))


def triages(viewer: Viewer, flag: Any) -> ColumnElement[bool]:
    """Whether the viewer is of the partnership's triage."""
    by_triage = _seen_because(viewer, flag, DisclosureReason.PARTNERSHIP_TRIAGE)
    return and_(literal(viewer.role is Role.TRIAGE_WORKER), by_triage)


def _flagged(viewer: Viewer, flag: Any) -> ColumnElement[bool]:
    """The flagger's agency: whoever raised it, and the sergeants of their teams."""
    by_us = _seen_because(viewer, flag, DisclosureReason.AUTHOR, DisclosureReason.RAISED_BY_US)
    return and_(literal(may_raise(viewer)), by_us)


def _flagged_or_triages(viewer: Viewer, flag: Any) -> ColumnElement[bool]:
    return or_(_flagged(viewer, flag), triages(viewer, flag))


def _received_or_triages(viewer: Viewer, flag: Any) -> ColumnElement[bool]:
    received = _seen_because(viewer, flag, DisclosureReason.SHARE, DisclosureReason.SAFEGUARDING)
    return or_(and_(literal(viewer.role in ANSWERING_ROLES), received), triages(viewer, flag))


def _promotes(viewer: Viewer, flag: Any) -> ColumnElement[bool]:
    return and_(literal(may_raise(viewer)), flag.raised_by_agency_id == viewer.agency_id)


def _discards_imported(viewer: Viewer, flag: Any) -> ColumnElement[bool]:
    return and_(literal(may_import(viewer)), flag.imported, flag.raised_by_agency_id == viewer.agency_id)


def _drafts_by_hand(viewer: Viewer, flag: Any) -> ColumnElement[bool]:
    as_author = visible(viewer, flag.id, lambda row: row.c.because == DisclosureReason.AUTHOR)
    # A draft made by hand has a day on which it is deleted; an imported one is worked in the review list.
    return and_(literal(may_raise(viewer)), as_author, flag.raised_at.is_(None), flag.expires_at.is_not(None))


def _standing(step: Step) -> Any:
    return lambda flag: flag.state.in_(sources(step))


def _withdrawable(flag: Any) -> ColumnElement[bool]:
    # Who else was merged into it stays hidden, so the database answers for them.
    return and_(flag.state.in_(sources(Step.WITHDRAW)), ~func.carries_others(flag.id))


def _awaits_answer(flag: Any) -> ColumnElement[bool]:
    asked = InformationRequest.__table__.alias()
    unanswered = exists(
        select(literal(1)).select_from(asked).where(asked.c.flag_id == flag.id, asked.c.answered_at.is_(None))
    )
    return and_(flag.state.in_((*sources(Step.RESUME), FlagState.IN_TRIAGE)), unanswered)


SUBMIT = Verb(
    model=Flag,
    root=Flag.id,
    who=_promotes,
    when=_standing(Step.SUBMIT),
    refusal="Your role does not raise flags for this agency.",
)
DISCARD_IMPORTED = Verb(
    model=Flag,
    root=Flag.id,
    who=_discards_imported,
    when=_standing(Step.SUBMIT),
    refusal="Only officers and sergeants of the team that imported an incident discard it.",
)
EDIT_DRAFT = Verb(
    model=Flag,
    root=Flag.id,
    who=_drafts_by_hand,
    when=_standing(Step.SUBMIT),
    refusal="Only its author changes a draft, and only until it is sent.",
)
START_TRIAGE = Verb(
    model=Flag,
    root=Flag.id,
    who=triages,
    when=_standing(Step.START_TRIAGE),
    refusal="Only the partnership's triage takes a flag.",
)
TRIAGE = Verb(model=Flag, root=Flag.id, who=triages, when=_standing(Step.END_WITHOUT_ACTION), refusal=DECIDES)
ASK = Verb(model=Flag, root=Flag.id, who=triages, when=_standing(Step.ASK), refusal=DECIDES)
MERGE = Verb(model=Flag, root=Flag.id, who=triages, when=_standing(Step.MERGE), refusal=DECIDES)
SHARE = Verb(model=Flag, root=Flag.id, who=triages, when=_standing(Step.SHARE), refusal=DECIDES)
ESCALATE = Verb(model=Flag, root=Flag.id, who=triages, when=_standing(Step.ESCALATE), refusal=DECIDES)
EXPORT = Verb(
    model=Flag,
    root=Flag.id,
    # Whoever works with a record may need it on paper; those who oversee, plan or keep accounts read it here or not.
    who=lambda viewer, _flag: literal(may_raise(viewer)),
    when=lambda flag: flag.state != FlagState.DRAFT,
    refusal="Only caseworkers take a copy of a flag.",
)
ANSWER_INFORMATION = Verb(
    model=Flag,
    root=Flag.id,
    who=_flagged,
    when=_awaits_answer,
    refusal="Only whoever flagged, or their sergeant, answers a question about it.",
)
WITHDRAW = Verb(
    model=Flag,
    root=Flag.id,
    who=_flagged,
    when=_withdrawable,
    refusal="Only whoever flagged, or their sergeant, takes a flag back.",
)
REOPEN = Verb(
    model=Flag,
    root=Flag.id,
    who=_flagged_or_triages,
    when=_standing(Step.REOPEN),
    refusal="Only whoever flagged, their sergeant, or the partnership's triage opens a flag again.",
)
GIVE_FEEDBACK = Verb(
    model=Flag,
    root=Flag.id,
    who=_received_or_triages,
    when=lambda flag: flag.state.not_in(UNTOLD),
    refusal="Only triage, and an agency that received the flag, tells the flagger more.",
)
