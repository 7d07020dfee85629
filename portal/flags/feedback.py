"""Decides how a flagger hears back: the word itself, on their flag and on every flag merged into it, and a notice."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.access.flags import GIVE_FEEDBACK
from portal.access.rule import fetch
from portal.access.touched import note_written
from portal.access.viewer import Viewer
from portal.errors import Invalid
from portal.flags.actions import touch
from portal.flags.models import Engagement, Feedback, Flag
from portal.flags.rules import moved_on
from portal.flags.states import UNTOLD
from portal.jobs import enqueue
from portal.text import LONG, text_problems

TELL_FLAGGER = "notifications:tell_flagger"
# Whoever tells one flagger may see none of the merged flags, so the database writes there and gives back keys alone.
_TELL_MERGED = text("select feedback_id, told_flag_id, told_membership_id from tell_merged(:word)")


def give_feedback(session: Session, viewer: Viewer, *, flag_id: UUID, expected_version: int, words: str) -> UUID:
    """Tell the flagger more. Raises the four failures of any action."""
    flag = fetch(session, viewer, flag_id, to=GIVE_FEEDBACK, expected_version=expected_version)
    if flag.state in UNTOLD:
        raise moved_on()
    needed = "Write what the flagger may know."
    problems = list(text_problems(("text",), words, limit=LONG, needed=needed))
    if problems:
        raise Invalid(*problems)
    touch(flag)
    tell_flagger(session, viewer, flag, words)
    return flag.id


def tell_flagger(
    session: Session, viewer: Viewer, flag: Flag, words: str, *, engagement: Engagement | None = None
) -> None:
    """Keep the word back to the flagger, and put off telling them that it waits.

    A merged flag follows the flag that carries it on, so its flagger is told the same words.
    """
    feedback = Feedback(
        flag_id=flag.id,
        text=words,
        engagement=engagement,
        given_by_agency_id=viewer.agency_id,
        given_by_membership_id=viewer.membership_id,
    )
    session.add(feedback)
    session.flush()
    _put_off(session, feedback.id, flag.id, flag.raised_by_membership_id)
    for told in session.execute(_TELL_MERGED, {"word": feedback.id}):
        note_written(session, told.told_flag_id)
        _put_off(session, told.feedback_id, told.told_flag_id, told.told_membership_id)


def _put_off(session: Session, feedback_id: UUID, flag_id: UUID, membership_id: UUID) -> None:
    enqueue(session, TELL_FLAGGER, feedback_id=feedback_id, flag_id=flag_id, membership_id=membership_id)
