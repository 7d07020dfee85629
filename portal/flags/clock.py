"""Decides how a flag moves on when its time has come: by nobody, on what the worker may read, with a line of audit."""

from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session, load_only

from portal.audit.models import AuditAction
from portal.audit.record import record
from portal.flags.models import Flag
from portal.flags.states import Step

# What the worker's role is granted of a flag: where it stands and since when, nothing of anybody.
_READ = load_only(
    Flag.state,
    Flag.version,
    Flag.expires_at,
    Flag.person_id,
    Flag.raised_by_membership_id,
    Flag.partnership_id,
    Flag.urgency,
    Flag.triage_due_at,
    raiseload=True,
)


def flag_for_clock(session: Session, flag_id: UUID) -> Flag | None:
    """A flag to move on, locked; None when there is none, or somebody works on it at this moment."""
    return session.scalar(
        select(Flag).options(_READ).where(Flag.id == flag_id).with_for_update(key_share=True, skip_locked=True)
    )


def keep_clock_step(session: Session, flag: Flag, step: Step) -> None:
    """Write the line of audit of a step that nobody took."""
    record(
        session,
        viewer=None,
        action=AuditAction.WRITE,
        operation=f"clock:{step.value.lower()}",
        outcome="DONE",
        request_id=uuid4(),
        subjects={flag.id: 0},
    )
