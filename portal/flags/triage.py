"""Decides what a triage decision always leaves behind: the decision, the word to the flagger, and a notice of it."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from portal.access.flags import TRIAGE
from portal.access.rule import fetch
from portal.access.viewer import Viewer
from portal.errors import Invalid, InvalidCode, InvalidField
from portal.flags.actions import take_step
from portal.flags.feedback import tell_flagger
from portal.flags.models import Flag, TriageDecision, TriageOutcome
from portal.flags.rules import next_state
from portal.flags.states import Step
from portal.text import LONG, text_problems
from portal.vocabularies.queries import codes


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What every triage decision says."""

    threshold_level_code: str
    rationale: str
    feedback: str


def end_without_action(
    session: Session, viewer: Viewer, *, flag_id: UUID, expected_version: int, decision: Decision, reason_code: str
) -> UUID:
    """Decide that nothing more is done, and tell the flagger. Raises the four failures of any action."""
    flag = fetch(session, viewer, flag_id, to=TRIAGE, expected_version=expected_version)
    next_state(flag.state, Step.END_WITHOUT_ACTION)
    problems = ending_problems(session, decision, reason_code)
    if problems:
        raise Invalid(*problems)
    take_step(session, viewer, flag, Step.END_WITHOUT_ACTION)
    keep_decision(session, viewer, flag, decision, TriageOutcome.NO_FURTHER_ACTION, reason_code=reason_code)
    return flag.id


def ending_problems(
    session: Session,
    decision: Decision,
    reason_code: str,
    *,
    reason_path: tuple[str, ...] = ("decision", "noFurtherAction", "reasonCode"),
) -> list[InvalidField]:
    """Every broken rule of a decision that nothing more is done."""
    known = codes(session, "threshold-level", "nfa-reason")
    problems = decision_problems(decision, known["threshold-level"])
    if reason_code not in known["nfa-reason"]:
        message = "Choose why nothing more is done."
        problems.append(InvalidField(path=reason_path, code=InvalidCode.UNKNOWN, message=message))
    return problems


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
    escalated_to_agency_id: UUID | None = None,
) -> UUID:
    """Keep a decision on a flag, tell the flagger, and give the decision's key."""
    kept = TriageDecision(
        flag_id=flag.id,
        outcome=outcome,
        reason_code=reason_code,
        escalated_to_agency_id=escalated_to_agency_id,
        threshold_level_code=decision.threshold_level_code,
        rationale=decision.rationale,
        decided_by_membership_id=viewer.membership_id,
    )
    session.add(kept)
    tell_flagger(session, viewer, flag, decision.feedback)
    return kept.id
