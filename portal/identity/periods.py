"""Decides which day it is for a period of data: a whole day in England, both ends included."""

from datetime import date

from sqlalchemy import ColumnElement, Date, and_, cast, func, or_, select
from sqlalchemy.orm import Session

from portal.agencies.models import Agency
from portal.identity.models import Membership
from portal.partnerships.models import PartnershipMember

# PostgreSQL brings its own time zones; all summer a day begins in England an hour before it does in UTC.
_TODAY = cast(func.timezone("Europe/London", func.now()), Date)


def active_today(dated: type[Agency] | type[Membership] | type[PartnershipMember]) -> ColumnElement[bool]:
    """The condition that a row has begun and has not ended."""
    return and_(dated.active_from <= _TODAY, or_(dated.active_to.is_(None), dated.active_to >= _TODAY))


def today(session: Session) -> date:
    """The day it is."""
    return session.execute(select(_TODAY)).scalar_one()
