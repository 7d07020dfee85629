"""Decides what a triage decision always leaves behind: the decision, the word to the flagger, and a notice of it."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from portal.access.flags import TRIAGE
from portal.access.rule import fetch
from portal.access.viewer import Viewer
from portal.errors import Invalid, InvalidCode, InvalidField
from portal.flags.actions import take_step
from portal.flags.models import Engagement, Feedback, Flag, TriageDecision, TriageOutcome
from portal.flags.states import Step
from portal.jobs import enqueue
from portal.text import LONG, text_problems
from portal.vocabularies.queries import codes

TELL_FLAGGER = "notifications:tell_flagger"


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What every triage decision says."""

    threshold_level_code: str
    rationale: str
    feedback: str


def load_for_decision(session: Session, viewer: Viewer, *, flag_id: UUID, expected_version: int) -> Flag:
    """Load a flag to decide on it; raises NotFound, NotPermitted and Conflict."""
    return fetch(session, viewer, flag_id, to=TRIAGE, expected_version=expected_version)


def end_without_action(
    session: Session, viewer: Viewer, *, flag_id: UUID, expected_version: int, decision: Decision, reason_code: str
) -> UUID:
    """Decide that nothing more is done, and tell the flagger. Raises the four failures of any action."""
    flag = load_for_decision(session, viewer, flag_id=flag_id, expected_version=expected_version)
    known = codes(session, "threshold-level", "nfa-reason")
    problems = decision_problems(decision, known["threshold-level"])
    if reason_code not in known["nfa-reason"]:
        problems.append(
            InvalidField(
                path=("decision", "noFurtherAction", "reasonCode"),
                code=InvalidCode.UNKNOWN,
                message="Choose why nothing more is done.",
            )
        )
    if problems:
        raise Invalid(*problems)
    take_step(session, viewer, flag, Step.END_WITHOUT_ACTION)
    keep_decision(session, viewer, flag, decision, TriageOutcome.NO_FURTHER_ACTION, reason_code=reason_code)
    return flag.id


def decision_problems(decision: Decision, levels: frozenset[str]) -> list[InvalidField]:
    """Every broken rule of what a decision says; feedback is required, because every flagger hears back."""
    problems = [
        *text_problems(("rationale",), decision.rationale, limit=LONG, needed="Write why you decided this."),
        *text_problems(
            ("feedback",),
            decision.feedback,
            limit=LONG,
            needed="Tell the officer what you decided. They see this text and little else.",
        ),
    ]
    if decision.threshold_level_code not in levels:
        problems.append(
            InvalidField(path=("thresholdLevelCode",), code=InvalidCode.UNKNOWN, message="Choose the level of need.")
        )
    return problems


def keep_decision(
    session: Session,
    viewer: Viewer,
    flag: Flag,
    decision: Decision,
    outcome: TriageOutcome,
    *,
    reason_code: str | None = None,
) -> None:
    """Keep a decision on a flag, and tell the flagger."""
    session.add(
        TriageDecision(
            flag_id=flag.id,
            outcome=outcome,
            reason_code=reason_code,
            threshold_level_code=decision.threshold_level_code,
            rationale=decision.rationale,
            decided_by_membership_id=viewer.membership_id,
        )
    )
    tell_flagger(session, viewer, flag, decision.feedback)


def tell_flagger(
    session: Session, viewer: Viewer, flag: Flag, text: str, *, engagement: Engagement | None = None
) -> None:
    """Keep the word back to the flagger, and put off telling them that it waits."""
    feedback = Feedback(
        flag_id=flag.id,
        text=text,
        engagement=engagement,
        given_by_agency_id=viewer.agency_id,
        given_by_membership_id=viewer.membership_id,
    )
    session.add(feedback)
    session.flush()
    to = flag.raised_by_membership_id
    enqueue(session, TELL_FLAGGER, feedback_id=feedback.id, flag_id=flag.id, membership_id=to)
