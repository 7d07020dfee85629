"""Decides who may change what a partnership keeps as data: administrators of the agency that leads it."""

from sqlalchemy import ColumnElement, exists, false, literal, select

from portal.access.viewer import Role, Viewer
from portal.partnerships.models import Partnership


def may_lead(viewer: Viewer | None) -> ColumnElement[bool]:
    """Whether the viewer may change the data of a partnership of theirs."""
    if viewer is None or viewer.role is not Role.AGENCY_ADMINISTRATOR:
        return false()
    partnership = Partnership.__table__.alias()
    led = select(literal(1)).select_from(partnership).where(partnership.c.lead_agency_id == viewer.agency_id)
    return exists(led.correlate(None))
