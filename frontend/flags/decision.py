"""Decides how a triage decision is read from its form: which ones there are, what each needs, and what it sends."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from frontend.forms import Form
from frontend.times import read_local

Record = dict[str, Any]
FEEDBACK = "Tell the officer what you decided. They see this text and little else."
# The day is enough for a question; it ends when offices close.
END_OF_DAY = "17:00"
# Children's social care is the work of local authorities (Children Act 1989, section 47).
SAFEGUARDS = "LOCAL_AUTHORITY"
PLACES = {
    "decision": "decision",
    "decision.share": "agency",
    "decision.share.shares": "agency",
    "decision.share.shares.toAgencyId": "agency",
    "decision.share.shares.fieldGroups": "groups",
    "decision.share.shares.purposeCode": "purpose",
    "decision.share.shares.proportionalityNote": "why_no_less",
    "decision.noFurtherAction": "reason",
    "decision.moreInformation": "question",
    "decision.moreInformation.question": "question",
    "decision.moreInformation.dueAt": "answer_day",
    "decision.merge": "into",
    "decision.merge.intoId": "into",
    "decision.escalate": "safeguarding",
    "decision.escalate.toAgencyId": "safeguarding",
    "decision.escalate.reasonCode": "escalation",
    "thresholdLevelCode": "level",
    "rationale": "rationale",
}
# What somebody wrote that is kept for them when it can no longer be sent.
WROTE = {
    "question": "What you meant to ask",
    "why_no_less": "Why no less would do",
    "rationale": "Why you decided it",
}


@dataclass(frozen=True, kw_only=True)
class Decision:
    """One way to decide: in words, who is offered it, what is missing without an answer, and its part of the input."""

    code: str
    text: str
    can: str
    needs: Mapping[str, str]
    given: Callable[[Form], Record]
    # The least that may lawfully be said to whoever raised the flag: no name, no agency, nothing about health.
    suggested: str

    @property
    def feedback(self) -> str:
        """The field in which the word to the flagger is written, one for each decision, so that each has its own."""
        return f"feedback_{self.code.lower()}"


def _share(form: Form) -> Record:
    share = {
        "toAgencyId": form.text("agency"),
        "fieldGroups": form.many("groups"),
        "purposeCode": form.text("purpose"),
        "proportionalityNote": form.text("why_no_less"),
    }
    return {"share": {"shares": [share]}}


def _ask(form: Form) -> Record:
    due = read_local(form.text("answer_day"), END_OF_DAY)
    asked = {"question": form.text("question")}
    return {"moreInformation": asked | ({"dueAt": due.isoformat()} if due else {})}


def _escalate(form: Form) -> Record:
    return {"escalate": {"toAgencyId": form.text("safeguarding"), "reasonCode": form.text("escalation")}}


SHARE = Decision(
    code="SHARE",
    text="Share it with an agency that can help",
    can="viewerCanShare",
    needs={
        "agency": "Choose the agency you share with.",
        "purpose": "Choose what the share is for.",
        "why_no_less": "Write why no less would do.",
    },
    given=_share,
    suggested="Thank you. Your flag is shared with an agency that can help. You hear again when they answer.",
)
ASK = Decision(
    code="ASK",
    text="Ask the flagger a question first",
    can="viewerCanAskForInformation",
    needs={"question": "Write what you want to know."},
    given=_ask,
    suggested="Thank you. We need to know a little more before we decide. The question is with your flag.",
)
MERGE = Decision(
    code="MERGE",
    text="It belongs to another flag",
    can="viewerCanMerge",
    needs={},
    given=lambda form: {"merge": {"intoId": form.text("into")}},
    suggested="Thank you. Your flag is carried on together with another one. You hear what comes of it.",
)
ESCALATE = Decision(
    code="ESCALATE",
    text="Hand it to safeguarding",
    can="viewerCanEscalate",
    needs={"safeguarding": "Choose who takes it on.", "escalation": "Choose why it goes to safeguarding."},
    given=_escalate,
    suggested="Thank you. Your flag is with the people who can act on it. You hear again when it is closed.",
)
NO_FURTHER_ACTION = Decision(
    code="NO_FURTHER_ACTION",
    text="No further action",
    can="viewerCanTriage",
    needs={"reason": "Choose why there is no further action."},
    given=lambda form: {"noFurtherAction": {"reasonCode": form.text("reason")}},
    suggested="Thank you. We read your flag and do no more for now. If you see something new, open it again.",
)
DECISIONS = {each.code: each for each in (SHARE, ASK, MERGE, ESCALATE, NO_FURTHER_ACTION)}


def offered(flag: Record) -> list[Decision]:
    """The decisions that are possible for this reader in this state."""
    return [each for each in DECISIONS.values() if flag[each.can]]


def blank(chosen: str | None = None) -> Form:
    """A new form, in which each decision has the least that may be said to the flagger, to be changed or kept."""
    typed = MultiDict({each.feedback: each.suggested for each in DECISIONS.values()})
    if chosen in DECISIONS:
        typed["decision"] = chosen
    return Form(typed)


def chosen(form: Form) -> Decision | None:
    """What was decided, when it is a decision at all."""
    return DECISIONS.get(form.text("decision"))


def check(form: Form) -> None:
    """Say which answer is missing, in the order of the form."""
    decided = chosen(form)
    if decided is None:
        form.wrong("decision", "Say what you decided.")
    for name, message in (decided.needs if decided else {}).items():
        form.need(name, message)
    if decided is MERGE and not (form.text("into") or form.text("into_reference")):
        form.wrong("into", "Choose the flag it belongs to, or type its reference.")
    if form.text("answer_day") and not read_local(form.text("answer_day"), END_OF_DAY):
        form.wrong("answer_day", "Give a day, or leave it empty.")
    form.need("level", "Choose the level of need.")
    form.need("rationale", "Write why you decided this.")
    if decided:
        form.need(decided.feedback, FEEDBACK)


def places(form: Form) -> dict[str, str]:
    """Where on the form to say what the domain says of an input."""
    decided = chosen(form)
    return PLACES | ({"feedback": decided.feedback} if decided else {})


def wrote(form: Form) -> dict[str, str]:
    """What was written by hand, by field, for whoever can no longer send it."""
    decided = chosen(form)
    return WROTE | ({decided.feedback: "What you meant to tell them"} if decided else {})


def details(form: Form, flag_id: str) -> Record:
    """The input of `triageFlag`."""
    decided = DECISIONS[form.text("decision")]
    return {
        "id": flag_id,
        "expectedVersion": form.version(),
        "decision": decided.given(form),
        "thresholdLevelCode": form.text("level"),
        "rationale": form.text("rationale"),
        "feedback": form.text(decided.feedback),
        "idempotencyKey": form.key,
    }
