"""Decides where a change of a partnership's data begins, and from when it holds.

Only what comes is changed: a row that has been in force stays as it was, and a day that was promised stays promised.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session

from portal.access.partnerships import may_lead
from portal.access.touched import note_loaded
from portal.access.viewer import Viewer
from portal.db import Base, now
from portal.errors import Invalid, InvalidCode, InvalidField, NotFound, NotPermitted, NotPermittedReason, stale
from portal.partnerships.models import Partnership
from portal.partnerships.working_time import LONDON

FURTHEST = timedelta(days=731)


def led(session: Session, viewer: Viewer, partnership_id: UUID, *, expected_version: int) -> Partnership:
    """A partnership to change the data of, locked, and counted as changed.

    Raises NotFound for one the viewer's agency does not belong to, NotPermitted for whoever does not administer its
    lead, and Conflict when it changed since `expected_version`.
    """
    if partnership_id not in viewer.partnership_ids:
        raise NotFound
    note_loaded(session, partnership_id)
    mine = select(Partnership).where(Partnership.id == partnership_id, may_lead(viewer))
    partnership = session.scalar(mine.where(Partnership.lead_agency_id == viewer.agency_id).with_for_update())
    if partnership is None:
        raise NotPermitted(
            "Only an administrator of the agency that leads the partnership may do this.",
            reason=NotPermittedReason.ROLE,
        )
    if partnership.version != expected_version:
        raise stale(partnership.version)
    partnership.version += 1
    partnership.updated_at = now()
    session.flush()
    return partnership


def today() -> date:
    """The day it is, where the partnerships are."""
    return now().astimezone(LONDON).date()


def beginning(day: date | None) -> datetime:
    """The moment from which a change holds: now for today, the first moment of a later day.

    Raises Invalid for a day that is past, or more than two years away.
    """
    first = today()
    if day is None or day == first:
        return now()
    if not first < day <= first + FURTHEST:
        raise Invalid(
            wrong(("from",), InvalidCode.OUT_OF_RANGE, "A change holds from today or from a day in the next two years.")
        )
    return datetime.combine(day, time(), tzinfo=LONDON).astimezone(UTC)


def make_way(session: Session, model: type[Any], *which: ColumnElement[bool], at: datetime) -> None:
    """End the rows that hold at a moment, and take back those that would begin at it or later."""
    session.execute(delete(model).where(*which, model.valid_from >= at))
    session.execute(
        update(model)
        .where(*which, model.valid_from < at, or_(model.valid_to.is_(None), model.valid_to > at))
        .values(valid_to=at)
        .execution_options(synchronize_session=False)
    )


def wrong(path: tuple[str, ...], code: InvalidCode, message: str) -> InvalidField:
    """One broken rule."""
    return InvalidField(path=path, code=code, message=message)


def add(session: Session, *rows: Base) -> None:
    """Keep new rows."""
    session.add_all(rows)
    session.flush()
