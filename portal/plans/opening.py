"""Decides how a plan is opened to change something of it: seen, permitted, unchanged since, and locked in one order.

The plan is locked before its version and the version before its rows, so that nobody waits for each other in a ring.
"""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import literal, select
from sqlalchemy.orm import Session, aliased

from portal.access.plans import PlanVerb, is_current
from portal.access.touched import note_loaded
from portal.access.viewer import Viewer
from portal.db import Versioned
from portal.errors import Invalid, InvalidCode, InvalidField, NotFound, NotPermitted, NotPermittedReason, stale
from portal.plans.models import Plan, PlanVersion

Record = TypeVar("Record", bound=Versioned)


@dataclass(frozen=True, kw_only=True)
class Opened(Generic[Record]):
    """A plan and what was opened of it, each locked until the transaction ends, plan before version."""

    plan: Plan
    # The current version for what hangs under the plan; otherwise the version itself, or the one a row is of.
    version: PlanVersion
    record: Record


def open_plan(
    session: Session,
    viewer: Viewer,
    plan_id: UUID,
    *,
    to: PlanVerb[PlanVersion],
    expected_version: int | None = None,
) -> Opened[PlanVersion]:
    """Open a plan with its current version for a verb of versions; `expected_version` is the plan's own.

    Raises NotFound, NotPermitted, Conflict, and Invalid when the version stands where this is not done.
    """
    first = _current(session, plan_id)
    permit(session, viewer, plan_id, first, to)
    plan = lock(session, Plan, plan_id)
    # Another version may have become the current one while this waited for the lock.
    version = lock(session, PlanVersion, _current(session, plan_id))
    check_version(plan, expected_version, plan_version_id=version.id)
    permit(session, viewer, plan_id, version.id, to)
    stands(session, version.id, to)
    return Opened(plan=plan, version=version, record=version)


def open_version(
    session: Session,
    viewer: Viewer,
    version_id: UUID | None,
    *,
    to: PlanVerb[PlanVersion],
    expected_version: int | None = None,
) -> Opened[PlanVersion]:
    """Open a version of a plan to do something to it; the errors of `open_plan`."""
    plan_id = session.scalar(select(PlanVersion.plan_id).where(PlanVersion.id == version_id))
    if plan_id is None or version_id is None:
        raise NotFound
    permit(session, viewer, plan_id, version_id, to)
    plan = lock(session, Plan, plan_id)
    version = lock(session, PlanVersion, version_id)
    check_version(version, expected_version, plan_version_id=version.id)
    # What could not be seen without the lock: that the version moved on, or the agency left it meanwhile.
    permit(session, viewer, plan_id, version_id, to)
    stands(session, version_id, to)
    return Opened(plan=plan, version=version, record=version)


def open_said(
    session: Session,
    viewer: Viewer,
    record_id: UUID,
    *,
    to: PlanVerb[Record],
    expected_version: int | None = None,
) -> Opened[Record]:
    """Open a counter-proposal or comment, with its plan and the plan's current version; the errors of `open_plan`."""
    said: Any = to.model
    plan_id = session.scalar(select(to.root).where(said.id == record_id))
    if plan_id is None:
        raise NotFound
    permit(session, viewer, plan_id, record_id, to)
    plan = lock(session, Plan, plan_id)
    version = lock(session, PlanVersion, _current(session, plan_id))
    record = lock(session, to.model, record_id)
    check_version(record, expected_version)
    permit(session, viewer, plan_id, record_id, to)
    stands(session, record_id, to)
    return Opened(plan=plan, version=version, record=record)


def open_row(
    session: Session, viewer: Viewer, model: type[Record], row_id: UUID, *, to: PlanVerb[PlanVersion]
) -> Opened[Record]:
    """Open a row of a version with its version, such as a clause; the errors of `open_plan`, save for Conflict.

    Whether the row changed since it was read is for the action to ask, which knows what to show of it.
    """
    table: Any = model
    version_id = session.scalar(select(table.plan_version_id).where(table.id == row_id))
    opened = open_version(session, viewer, version_id, to=to)
    # Somebody else may have changed the row, or taken it out, while this waited for the lock.
    row = session.get(model, row_id, populate_existing=True)
    if row is None:
        raise NotFound
    return Opened(plan=opened.plan, version=opened.version, record=row)


def check_version(record: Versioned, expected: int | None, **about: UUID) -> None:
    """Raise Conflict when a record changed since `expected`, naming what to lay beside what was typed."""
    if expected is not None and record.version != expected:
        raise stale(record.version, **about)


def _current(session: Session, plan_id: UUID) -> UUID:
    current = select(PlanVersion.id).join(Plan, is_current(PlanVersion, Plan))
    found = session.scalar(current.where(PlanVersion.plan_id == plan_id))
    if found is None:
        raise NotFound
    return found


def permit(session: Session, viewer: Viewer, plan_id: UUID, record_id: UUID, verb: PlanVerb[Any]) -> None:
    """Raise NotFound where the viewer does not see the record, and NotPermitted where they may not do this."""
    record = aliased(verb.model)
    asked = select(verb.who(viewer, record)).where(record.id == record_id, verb.seen(viewer, record))
    found = session.execute(asked).one_or_none()
    if found is None:
        raise NotFound
    note_loaded(session, plan_id)
    if not found[0]:
        raise NotPermitted(verb.refusal, reason=NotPermittedReason.ROLE)


def stands(session: Session, record_id: UUID, verb: PlanVerb[Any]) -> None:
    """Raise Invalid where a record stands where this is not done."""
    record = aliased(verb.model)
    here = select(literal(1)).where(record.id == record_id, verb.when(record))
    if session.execute(here).first() is None:
        raise Invalid(InvalidField(path=("id",), code=InvalidCode.TRANSITION, message=verb.elsewhen))


def lock(session: Session, model: type[Record], record_id: UUID) -> Record:
    """A record as it stands once nobody else is changing it."""
    found = session.get(
        # Rows under the record may still be written meanwhile: its key never changes.
        model,
        record_id,
        with_for_update={"key_share": True},
        populate_existing=True,
    )
    if found is None:
        raise NotFound
    return found
