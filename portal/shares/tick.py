"""Decides what happens to flags as time passes: each minute the worker moves on what is due, and says what is late.

It acts for nobody and reads no word of a record. Each flag has a transaction of its own, and one that somebody works on
at this moment waits for the next minute: two workers do nothing twice, and one that is killed leaves nothing half done.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

import structlog
from procrastinate import Blueprint
from sqlalchemy import Select, and_, exists, func, literal, select, update
from sqlalchemy.orm import Session

from portal.db import Database
from portal.flags.information import resume_overdue
from portal.flags.models import Flag, InformationRequest
from portal.flags.notices import NoticeKind, announce
from portal.flags.overdue import deadline_passed, overdue
from portal.flags.states import FlagState
from portal.shares.ending import expire
from portal.shares.models import Share, ShareState

log = structlog.get_logger()

# What one minute can hold; the rest is done in the next one, oldest first.
BATCH = 500


@dataclass(frozen=True, kw_only=True)
class Ticked:
    """How many flags a tick ended, gave back to triage, and announced as late."""

    expired: int
    resumed: int
    announced: int


def tasks(database: Database) -> Blueprint:
    """The job of the clock, over the worker's database."""
    blueprint = Blueprint()

    @blueprint.periodic(cron="* * * * *")
    # Ticks that were missed are not made up for one by one: the next one does what they would have done.
    @blueprint.task(name="tick", queueing_lock="flags:tick")
    def each_minute(timestamp: int) -> None:  # noqa: ARG001  every periodic task is told when it was due
        """Do what is due at this moment."""
        tick(database)

    return blueprint


def tick(database: Database) -> Ticked:
    """Do what is due at this moment, on the worker's database, and give how much that was."""
    return Ticked(
        expired=_each(database, _to_expire(), lambda session, flag_id: expire(session, flag_id=flag_id)),
        resumed=_each(database, _to_resume(), lambda session, flag_id: resume_overdue(session, flag_id=flag_id)),
        announced=_each(database, _to_announce(), announce_overdue),
    )


def announce_overdue(session: Session, flag_id: UUID) -> bool:
    """Put off telling whom it concerns that a flag has missed a date; whether nobody was told of that date before."""
    columns = Flag.__table__.c
    missed = session.execute(
        _to_announce()
        .add_columns(deadline_passed(columns).label("deadline"))
        .where(columns.id == flag_id)
        # Whoever is told is told of the flag as it stands when nobody is changing it.
        .with_for_update(key_share=True, skip_locked=True, of=Flag.__table__)
    ).one_or_none()
    if missed is None:
        return False
    # Not a change of the record: somebody who has it open may still save.
    session.execute(update(Flag).where(Flag.id == flag_id).values(announced_deadline=missed.deadline))
    announce(
        session,
        kind=NoticeKind.OVERDUE,
        flag_id=flag_id,
        about_id=uuid5(flag_id, missed.deadline.isoformat()),
    )
    return True


def _each(database: Database, due: Select[UUID], act: Callable[[Session, UUID], bool]) -> int:
    with database.transaction() as session:
        found: Sequence[UUID] = session.scalars(due.limit(BATCH)).all()
    done = 0
    for flag_id in found:
        try:
            with database.transaction() as session:
                done += act(session, flag_id)
        except Exception as error:  # noqa: BLE001  whatever is wrong with one flag, the others do not wait for it
            log.error("clock step failed", flag_id=str(flag_id), kind=type(error).__name__)  # noqa: TRY400
    return done


def _to_expire() -> Select[UUID]:
    """Shared flags past their date with nothing owed; one that is owed an answer would be looked at every minute."""
    flag, share = Flag.__table__, Share.__table__
    # A share that ran out unanswered is still owed.
    unanswered = and_(share.c.state == ShareState.ACTIVE, share.c.engagement.is_(None))
    owed = exists(select(literal(1)).select_from(share).where(share.c.flag_id == flag.c.id, unanswered))
    return (
        select(flag.c.id)
        .where(flag.c.state == FlagState.SHARED, flag.c.expires_at <= func.statement_timestamp(), ~owed)
        .order_by(flag.c.expires_at)
    )


def _to_resume() -> Select[UUID]:
    request = InformationRequest.__table__
    return (
        select(request.c.flag_id)
        .where(
            request.c.answered_at.is_(None),
            ~request.c.lapsed,
            request.c.due_at <= func.statement_timestamp(),
        )
        .order_by(request.c.due_at)
    )


def _to_announce() -> Select[UUID]:
    flag = Flag.__table__
    deadline = deadline_passed(flag.c)
    news = flag.c.announced_deadline.is_(None) | (flag.c.announced_deadline < deadline)
    return select(flag.c.id).where(overdue(flag.c), news).order_by(deadline)
