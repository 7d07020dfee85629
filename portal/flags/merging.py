"""Decides how one flag is carried on by another: one open head to a cluster, and no circle, even at one moment."""

from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from portal.access.disclosure import visible
from portal.access.flags import MERGE
from portal.access.models import DisclosureReason
from portal.access.rule import fetch
from portal.access.touched import note_loaded, note_written
from portal.access.viewer import Viewer
from portal.db import now
from portal.errors import Invalid, InvalidCode, InvalidField
from portal.flags.actions import take_step
from portal.flags.models import Flag, TriageOutcome
from portal.flags.rules import next_state
from portal.flags.states import OPEN, Step
from portal.flags.triage import Decision, decision_problems, keep_decision
from portal.vocabularies.queries import codes

INTO = ("decision", "merge", "intoId")
_ONE_AT_A_TIME = text("select pg_advisory_xact_lock(hashtextextended(:partnership, 0))")


def merge_flag(
    session: Session,
    viewer: Viewer,
    *,
    flag_id: UUID,
    expected_version: int,
    decision: Decision,
    into_id: UUID | None,
) -> UUID:
    """Decide that another flag carries this one on, with every flag merged into it, and tell the flagger.

    `into_id` is None for an id that opens to nothing. Raises the four failures of any action.
    """
    _lock(session, viewer, flag_id, into_id)
    flag = fetch(session, viewer, flag_id, to=MERGE, expected_version=expected_version)
    next_state(flag.state, Step.MERGE)
    target = _target(session, viewer, flag, into_id)
    problems = decision_problems(decision, codes(session, "threshold-level")["threshold-level"])
    if isinstance(target, InvalidField):
        problems.append(target)
    if problems or isinstance(target, InvalidField):
        raise Invalid(*problems)
    flag.merged_into_flag_id = target.id
    take_step(session, viewer, flag, Step.MERGE)
    # Whoever follows this flag is told what its flagger is told, and then follows on.
    keep_decision(session, viewer, flag, decision, TriageOutcome.MERGE)
    _follow(session, flag, target)
    return flag.id


def _lock(session: Session, viewer: Viewer, flag_id: UUID, into_id: UUID | None) -> None:
    """Take both flags in the order of their ids, one merge of a partnership after another."""
    both = [flag_id] if into_id is None else [flag_id, into_id]
    seen = visible(viewer, Flag.__table__.c.id)
    partnership = session.scalar(select(Flag.partnership_id).where(Flag.id == flag_id, seen))
    if partnership is not None:
        # Two merges that meet through a third flag would otherwise wait for each other.
        session.execute(_ONE_AT_A_TIME, {"partnership": f"merge {partnership}"})
    locked = select(Flag.id).where(Flag.id.in_(both), seen).order_by(Flag.id)
    session.execute(locked.with_for_update(key_share=True)).all()


def _target(session: Session, viewer: Viewer, flag: Flag, into_id: UUID | None) -> Flag | InvalidField:
    """The flag that can carry another on, or what is wrong with it; an unseen flag is a missing one."""
    target = None
    if into_id is not None:
        triaged = visible(viewer, Flag.__table__.c.id, lambda row: row.c.because == DisclosureReason.PARTNERSHIP_TRIAGE)
        same = Flag.partnership_id == flag.partnership_id
        target = session.scalar(select(Flag).where(Flag.id == into_id, same, triaged))
        note_loaded(session, into_id)
    if target is None:
        return InvalidField(path=INTO, code=InvalidCode.UNKNOWN, message="Choose a flag that you triage.")
    if target.id == flag.id:
        return InvalidField(path=INTO, code=InvalidCode.NOT_ALLOWED, message="Choose another flag than this one.")
    if target.state not in OPEN:
        message = "That flag is no longer open. Choose one that is."
        return InvalidField(path=INTO, code=InvalidCode.NOT_ALLOWED, message=message)
    return target


def _follow(session: Session, flag: Flag, target: Flag) -> None:
    moved = session.scalars(
        update(Flag)
        .where(Flag.merged_into_flag_id == flag.id)
        .values(merged_into_flag_id=target.id, version=Flag.version + 1, updated_at=now())
        .returning(Flag.id)
    ).all()
    for each in (*moved, target.id):
        note_written(session, each)
