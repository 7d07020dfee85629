"""Decides when guardians are told of bulk reading: the worker counts what was read, beside the reading and never in it.

It learns from the database how many records each membership was shown, and not which (`audit_reading_counts`).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from portal.access.viewer import Role
from portal.identity.holders import acting_memberships
from portal.identity.models import Membership
from portal.jobs import enqueue
from portal.oversight.bulk_reading import DAY, HOUR, exceeded
from portal.oversight.models import ReadingAlarm, ReadingAlarmMail
from portal.partnerships.working_time import LONDON

MAIL = "oversight:mail_alarm"
# Who read within so long is looked at; each hour everybody of the last day, for what passed while no worker ran.
LATELY = timedelta(minutes=5)


def look(session: Session, *, moment: datetime, lately: timedelta = LATELY, by_mail: bool) -> int:
    """Raise an alarm for everybody who has gone past a rule, once a person and day, and give how many were raised.

    `by_mail` is whether this installation sends mails at all.
    """
    since = moment - lately
    raised = 0
    hour = _counted(session, since=since, window=timedelta(minutes=HOUR), moment=moment)
    day = _counted(session, since=since, window=timedelta(minutes=DAY), moment=moment)
    for membership_id, (user_id, agency_id, role, records) in sorted(day.items()):
        in_hour = hour[membership_id][-1] if membership_id in hour else 0
        windows = {HOUR: in_hour, DAY: records}
        rule = exceeded(role, windows)
        if rule is None:
            continue
        alarm = insert(ReadingAlarm).values(
            agency_id=agency_id,
            user_id=user_id,
            role=role,
            day=moment.astimezone(LONDON).date(),
            window_minutes=rule.window_minutes,
            allowed=rule.allowed,
            records=windows[rule.window_minutes],
            raised_at=moment,
        )
        made = session.scalar(alarm.on_conflict_do_nothing().returning(ReadingAlarm.id))
        if made is not None:
            raised += 1
            if by_mail:
                _mail(session, made, agency_id=agency_id)
    return raised


def _counted(
    session: Session, *, since: datetime, window: timedelta, moment: datetime
) -> Mapping[UUID, tuple[UUID, UUID, Role, int]]:
    """How many records each membership that read lately was shown within a window."""
    counted = func.audit_reading_counts(since, moment - window).table_valued(
        "membership_id", "user_id", "agency_id", "role", "records"
    )
    return {
        row.membership_id: (row.user_id, row.agency_id, Role(row.role), row.records)
        for row in session.execute(select(counted)).all()
    }


def watchers(session: Session, *, agency_id: UUID) -> Sequence[UUID]:
    """Who is told: the guardians of an agency; where it has none, its data protection officers."""
    for role in (Role.GUARDIAN, Role.DPO):
        found = session.scalars(
            acting_memberships()
            .with_only_columns(Membership.id)
            .where(Membership.agency_id == agency_id, Membership.role == role)
            .order_by(Membership.id)
        ).all()
        if found:
            return found
    return []


def _mail(session: Session, alarm_id: UUID, *, agency_id: UUID) -> None:
    for membership_id in watchers(session, agency_id=agency_id):
        statement = insert(ReadingAlarmMail).values(reading_alarm_id=alarm_id, membership_id=membership_id)
        made = session.scalar(statement.on_conflict_do_nothing().returning(ReadingAlarmMail.id))
        if made is not None:
            enqueue(session, MAIL, mail_id=made)
