"""Decides which events of a flag somebody is told of: that it happened to which flag, never what was said."""

from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Session

from portal.jobs import enqueue

ANNOUNCE = "notifications:announce"


class NoticeKind(StrEnum):
    """What somebody is told of; whom it reaches follows from the kind and from who sees the flag."""

    NEW_FLAG = "NEW_FLAG"
    QUESTION = "QUESTION"
    QUESTION_ANSWERED = "QUESTION_ANSWERED"
    SHARED_WITH_US = "SHARED_WITH_US"
    ESCALATED_TO_US = "ESCALATED_TO_US"
    WITHDRAWN = "WITHDRAWN"
    REOPENED = "REOPENED"
    OVERDUE = "OVERDUE"


def announce(session: Session, *, kind: NoticeKind, flag_id: UUID, about_id: UUID) -> None:
    """Put off telling whom it concerns; `about_id` is the row the event left, which tells two events apart."""
    enqueue(session, ANNOUNCE, kind=kind.value, flag_id=flag_id, about_id=about_id)
