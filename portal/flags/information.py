"""Decides what becomes of a question to the flagger: asked by triage, answered once, or given back by the clock."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, load_only

from portal.access.flags import ANSWER_INFORMATION, ASK
from portal.access.rule import fetch
from portal.access.viewer import Viewer
from portal.db import now
from portal.errors import Invalid, InvalidCode, InvalidField, NotFound
from portal.flags.actions import take_step, touch
from portal.flags.clock import flag_for_clock, keep_clock_step
from portal.flags.models import InformationRequest, TriageOutcome
from portal.flags.notices import NoticeKind, announce
from portal.flags.overdue import information_due
from portal.flags.rules import next_state
from portal.flags.states import FlagState, Step
from portal.flags.triage import Decision, decision_problems, keep_decision
from portal.text import LONG, text_problems
from portal.vocabularies.queries import codes

QUESTION = ("decision", "moreInformation")


def ask_for_information(
    session: Session,
    viewer: Viewer,
    *,
    flag_id: UUID,
    expected_version: int,
    decision: Decision,
    question: str,
    due_at: datetime | None = None,
) -> UUID:
    """Decide to ask the flagger first, and tell them. Raises the four failures of any action."""
    flag = fetch(session, viewer, flag_id, to=ASK, expected_version=expected_version)
    next_state(flag.state, Step.ASK)
    problems = decision_problems(decision, codes(session, "threshold-level")["threshold-level"])
    needed = "Write what you need to know. The officer reads it."
    problems += text_problems((*QUESTION, "question"), question, limit=LONG, needed=needed)
    if due_at is not None and due_at <= now():
        message = "Give a time that is still to come."
        problems.append(InvalidField(path=(*QUESTION, "dueAt"), code=InvalidCode.OUT_OF_RANGE, message=message))
    if problems:
        raise Invalid(*problems)
    take_step(session, viewer, flag, Step.ASK)
    request = InformationRequest(
        flag_id=flag.id,
        question=question,
        asked_by_membership_id=viewer.membership_id,
        due_at=due_at or information_due(session, flag.partnership_id),
    )
    session.add(request)
    keep_decision(session, viewer, flag, decision, TriageOutcome.MORE_INFORMATION)
    announce(session, kind=NoticeKind.QUESTION, flag_id=flag.id, about_id=request.id)
    return flag.id


def answer_information_request(
    session: Session, viewer: Viewer, *, flag_id: UUID, expected_version: int, request_id: UUID, answer: str
) -> UUID:
    """Answer a question for the flagger's agency; the flag goes back to whoever triages it.

    An answer that comes after the clock gave the flag back is kept all the same, and changes no state. Raises the
    four failures of any action.
    """
    flag = fetch(session, viewer, flag_id, to=ANSWER_INFORMATION, expected_version=expected_version)
    request = session.scalar(
        select(InformationRequest).where(InformationRequest.id == request_id, InformationRequest.flag_id == flag.id)
    )
    if request is None:
        raise NotFound
    if request.answer is not None:
        message = "This question has been answered already."
        raise Invalid(InvalidField(path=("requestId",), code=InvalidCode.TRANSITION, message=message))
    if flag.state is not FlagState.IN_TRIAGE:
        next_state(flag.state, Step.RESUME)
    problems = list(text_problems(("answer",), answer, limit=LONG, needed="Write what you know."))
    if problems:
        raise Invalid(*problems)
    request.answer = answer
    request.answered_at = now()
    request.answered_by_membership_id = viewer.membership_id
    touch(request)
    if flag.state is FlagState.IN_TRIAGE:
        touch(flag)
    else:
        take_step(session, viewer, flag, Step.RESUME)
    session.flush()
    announce(session, kind=NoticeKind.QUESTION_ANSWERED, flag_id=flag.id, about_id=request.id)
    return flag.id


def resume_overdue(session: Session, *, flag_id: UUID) -> bool:
    """Give a flag back to whoever triages it because its question was not answered in time; whether it was due.

    For the clock: it acts for nobody, in a transaction of the worker. Doing it twice does it once.
    """
    flag = flag_for_clock(session, flag_id)
    if flag is None or flag.state is not FlagState.MORE_INFO_REQUESTED:
        return False
    columns = load_only(
        InformationRequest.flag_id, InformationRequest.due_at, InformationRequest.lapsed, InformationRequest.version
    )
    request = session.scalar(
        select(InformationRequest)
        .options(columns)
        .where(
            InformationRequest.flag_id == flag_id,
            InformationRequest.answered_at.is_(None),
            ~InformationRequest.lapsed,
            InformationRequest.due_at <= now(),
        )
        .with_for_update(key_share=True)
    )
    if request is None:
        return False
    request.lapsed = True
    touch(request)
    take_step(session, None, flag, Step.RESUME)
    keep_clock_step(session, flag, Step.RESUME)
    announce(session, kind=NoticeKind.OVERDUE, flag_id=flag.id, about_id=request.id)
    return True
