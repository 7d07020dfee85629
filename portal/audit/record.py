"""Decides how a line of audit is written: in the transaction it tells of, with every root it touched, never read back.

A root is named by its pseudonym, and agency and role are filled in by the database, which believes the membership only.

The web role may add to the audit and not read it, so nothing here asks the database to return what it stored.
"""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.access.viewer import Viewer
from portal.audit.models import AuditAction
from portal.db import now

# One statement for the line and its subjects; the line's number is drawn first, because RETURNING would be a read.
_RECORD = text(
    """
    with line as materialized (select nextval('audit_event_id_seq') as id),
    event as (
      insert into audit_event (id, at, action, operation, outcome, user_id, membership_id, request_id)
      select line.id, cast(:at as timestamptz), :action, :operation, :outcome,
             cast(:user_id as uuid), cast(:membership_id as uuid), cast(:request_id as uuid)
        from line
    )
    insert into audit_subject (audit_event_id, pseudonym, field_groups)
    select line.id, audit_pseudonym(subject.root_id), subject.field_groups
      from line, unnest(cast(:roots as uuid[]), cast(:field_groups as bigint[])) as subject (root_id, field_groups)
    """
)


def record(
    session: Session,
    *,
    viewer: Viewer | None,
    action: AuditAction,
    operation: str,
    outcome: str,
    request_id: UUID,
    subjects: Mapping[UUID, int] | None = None,
    user_id: UUID | None = None,
) -> None:
    """Write one audit event, and one audit subject for each root with the field groups that were shown, packed.

    `user_id` names somebody who has no membership at this moment, such as whoever signs in; a viewer names itself.
    """
    shown = dict(subjects or {})
    session.execute(
        _RECORD,
        {
            "at": now(),
            "action": action.value,
            "operation": operation,
            "outcome": outcome,
            "user_id": viewer.user_id if viewer else user_id,
            "membership_id": viewer.membership_id if viewer else None,
            "request_id": request_id,
            "roots": list(shown),
            "field_groups": list(shown.values()),
        },
    )
