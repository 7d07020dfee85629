"""Decides how many alarms the frame of a page counts: those of the last week, and none for whoever reads none."""

from sqlalchemy import ColumnElement, func, literal, select

from graphql_schema.selection.record import Scope
from portal.access.audit import may_read_audit
from portal.oversight.models import ReadingAlarm

FRESH_DAYS = 7


def fresh_alarms(scope: Scope) -> ColumnElement[int]:
    """How many alarms of the last week the viewer may read, without a look for whoever reads none."""
    if scope.viewer is None or not may_read_audit(scope.viewer):
        return literal(0)
    alarm = ReadingAlarm.__table__.alias()
    fresh = alarm.c.raised_at > func.statement_timestamp() - func.make_interval(0, 0, 0, FRESH_DAYS)
    counted = select(func.count()).select_from(alarm).where(alarm.c.agency_id == scope.viewer.agency_id, fresh)
    return counted.correlate(None).scalar_subquery()
