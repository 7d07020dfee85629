"""Decides the words for what waits: a heading of its page and a line of the choices."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Words:
    """What one kind is called where several wait, and what it means where somebody chooses."""

    heading: str
    means: str


KINDS = {
    "QUESTION": Words(heading="Questions about flags you raised", means="Triage asks about a flag you raised"),
    "OVERDUE": Words(heading="Overdue", means="A flag you work on, or lead on, is overdue"),
    "NEW_FLAG": Words(heading="New flags to triage", means="A new flag waits for triage"),
    "SHARED_WITH_US": Words(heading="Shared with your agency", means="A flag is shared with your agency"),
    "ESCALATED_TO_US": Words(heading="Escalated to your agency", means="A flag is escalated to your agency"),
    "QUESTION_ANSWERED": Words(heading="Your questions, answered", means="A question you asked is answered"),
    "REOPENED": Words(heading="Reopened", means="A flag you worked on is reopened with a new fact"),
    "WITHDRAWN": Words(heading="Withdrawn", means="A flag you work on is withdrawn"),
    "ANSWER": Words(heading="Answers to flags you raised", means="A flag you raised has an answer"),
}
EMAIL = {"AT_ONCE": "At once", "DAILY": "Once a day, at 08:00", "NEVER": "Never"}
