"""Decides how the flagger's agency takes a flag back, before triage has decided on it."""

from uuid import UUID

from sqlalchemy.orm import Session

from portal.access.flags import WITHDRAW
from portal.access.rule import fetch
from portal.access.viewer import Viewer
from portal.errors import Invalid, InvalidCode, InvalidField
from portal.flags.actions import take_step
from portal.flags.notices import NoticeKind, announce
from portal.flags.queries import carries_others
from portal.flags.rules import next_state
from portal.flags.states import Step
from portal.text import LONG, given, text_problems
from portal.vocabularies.queries import codes


def withdraw_flag(
    session: Session, viewer: Viewer, *, flag_id: UUID, expected_version: int, reason_code: str, note: str | None
) -> UUID:
    """Take a flag back, and let triage know. Raises the four failures of any action.

    A flag that carries others on is not its flagger's alone any more, so it stays.
    """
    flag = fetch(session, viewer, flag_id, to=WITHDRAW, expected_version=expected_version)
    next_state(flag.state, Step.WITHDRAW)
    problems = list(text_problems(("note",), note, limit=LONG))
    if reason_code not in codes(session, "withdraw-reason")["withdraw-reason"]:
        problems.append(
            InvalidField(path=("reasonCode",), code=InvalidCode.UNKNOWN, message="Choose why you take it back.")
        )
    if carries_others(session, flag.id):
        message = "Triage already relies on this flag, so it stays. Tell triage what has changed."
        problems.append(InvalidField(path=("id",), code=InvalidCode.NOT_ALLOWED, message=message))
    if problems:
        raise Invalid(*problems)
    flag.withdraw_reason_code, flag.withdraw_note = reason_code, given(note)
    take_step(session, viewer, flag, Step.WITHDRAW)
    announce(session, kind=NoticeKind.WITHDRAWN, flag_id=flag.id, about_id=flag.id)
    return flag.id
