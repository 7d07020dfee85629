"""Decides who may administer accounts: an administrator, within the one agency they act for, and no case data by it."""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, exists, false, literal, select
from sqlalchemy.orm import InstrumentedAttribute

from portal.access.audit import may_read_audit
from portal.access.viewer import Role, Viewer
from portal.identity.models import Membership

Row = Any
Key = ColumnElement[Any] | InstrumentedAttribute[Any]


def may_administer(viewer: Viewer | None) -> bool:
    """Whether the viewer administers the agency they act for."""
    return viewer is not None and viewer.role is Role.AGENCY_ADMINISTRATOR


def administers(viewer: Viewer | None, agency_id: Key) -> ColumnElement[bool]:
    """Whether the viewer administers an agency."""
    if viewer is None or not may_administer(viewer):
        return false()
    found: ColumnElement[bool] = agency_id == viewer.agency_id
    return found


def belongs_here(viewer: Viewer | None, user_id: Key, *outer: FromClause) -> ColumnElement[bool]:
    """Whether somebody has, had or will have a role in the agency that the viewer administers."""
    if viewer is None or not may_administer(viewer):
        return false()
    member = Membership.__table__.alias()
    roles = select(literal(1)).select_from(member)
    here = roles.where(member.c.user_id == user_id, member.c.agency_id == viewer.agency_id)
    return exists(here.correlate(*outer) if outer else here)


def may_keep(viewer: Viewer | None, user: Row) -> ColumnElement[bool]:
    """Whether the viewer may rename, re-address, disable and enable an account: its home agency's administrators."""
    return administers(viewer, user.home_agency_id)


def may_enrol(viewer: Viewer | None, user: Row) -> ColumnElement[bool]:
    """Whether the viewer may give somebody a further role: anybody of their agency but themselves."""
    if viewer is None:
        return false()
    return and_(belongs_here(viewer, user.id), user.id != viewer.user_id)


def overseen(viewer: Viewer | None, user_id: Key, *outer: FromClause) -> ColumnElement[bool]:
    """Whether somebody has, had or will have a role in the agency whose audit the viewer reads."""
    if viewer is None or not may_read_audit(viewer):
        return false()
    member = Membership.__table__.alias()
    roles = select(literal(1)).select_from(member)
    here = roles.where(member.c.user_id == user_id, member.c.agency_id == viewer.agency_id)
    return exists(here.correlate(*outer) if outer else here)
