"""Decides when a flag ends with its shares: closed by triage with an outcome, or expired with nothing owed."""

from collections.abc import Iterable
from typing import Protocol
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session, load_only

from portal.access.rule import fetch
from portal.access.shares import CLOSE, unanswered
from portal.access.touched import note_written
from portal.access.viewer import Viewer
from portal.db import now
from portal.errors import Invalid, InvalidCode, InvalidField
from portal.flags.actions import take_step, touch
from portal.flags.clock import flag_for_clock, keep_clock_step
from portal.flags.feedback import tell_flagger
from portal.flags.models import Engagement, Flag
from portal.flags.rules import next_state
from portal.flags.states import FlagState, Step
from portal.shares.models import Share, ShareState
from portal.text import LONG, text_problems
from portal.vocabularies.queries import codes


class Owed(Protocol):
    """As much of a share as says whether an answer to it is owed."""

    state: ShareState
    engagement: Engagement | None


def owes_nothing(shares: Iterable[Owed]) -> bool:
    """Whether every share of a flag was answered or ended; one that ran out unanswered is still owed."""
    return all(share.state is ShareState.ENDED or share.engagement is not None for share in shares)


def close_flag(
    session: Session, viewer: Viewer, *, flag_id: UUID, expected_version: int, outcome_code: str, feedback: str
) -> UUID:
    """Close a flag with an outcome, end its shares, and tell the flagger. Raises the four failures of any action."""
    flag = fetch(session, viewer, flag_id, to=CLOSE, expected_version=expected_version)
    next_state(flag.state, Step.CLOSE)
    needed = "Tell the officer how it ended. They see this text and little else."
    problems = list(text_problems(("feedback",), feedback, limit=LONG, needed=needed))
    if outcome_code not in codes(session, "close-outcome")["close-outcome"]:
        problems.append(InvalidField(path=("outcomeCode",), code=InvalidCode.UNKNOWN, message="Choose how it ended."))
    if flag.state is FlagState.SHARED and _awaited(session, flag):
        message = "An agency has yet to answer. Close the flag when every share is answered."
        problems.append(InvalidField(path=("id",), code=InvalidCode.NOT_ALLOWED, message=message))
    if problems:
        raise Invalid(*problems)
    flag.close_outcome_code = outcome_code
    take_step(session, viewer, flag, Step.CLOSE)
    shares = session.scalars(select(Share).where(Share.flag_id == flag.id, Share.state == ShareState.ACTIVE))
    _end(session, shares)
    session.execute(text("select close_recipients_as_triage(:flag)"), {"flag": flag.id})
    if flag.person_id is not None:
        note_written(session, flag.person_id)
    tell_flagger(session, viewer, flag, feedback)
    return flag.id


def expire(session: Session, *, flag_id: UUID) -> bool:
    """End a flag at its date when it is shared and nothing is owed; whether it ended.

    For the clock: it acts for nobody, in a transaction of the worker. Doing it twice does it once.
    """
    flag = flag_for_clock(session, flag_id)
    if flag is None or flag.state is not FlagState.SHARED or flag.expires_at is None or flag.expires_at > now():
        return False
    columns = load_only(Share.flag_id, Share.state, Share.engagement, Share.valid_to, Share.version, raiseload=True)
    shares = session.scalars(
        select(Share).options(columns).where(Share.flag_id == flag.id).with_for_update(key_share=True)
    ).all()
    if not owes_nothing(shares):
        return False
    _end(session, [share for share in shares if share.state is ShareState.ACTIVE])
    take_step(session, None, flag, Step.EXPIRE)
    session.execute(text("select close_recipients(:flag)"), {"flag": flag.id})
    keep_clock_step(session, flag, Step.EXPIRE)
    return True


def _awaited(session: Session, flag: Flag) -> bool:
    found = select(Share.id).where(Share.flag_id == flag.id, unanswered(Share)).limit(1)
    return session.scalar(found) is not None


def _end(session: Session, shares: Iterable[Share]) -> None:
    moment = now()
    for share in shares:
        share.state = ShareState.ENDED
        share.valid_to = moment if share.valid_to is None else min(share.valid_to, moment)
        touch(share)
    session.flush()
