"""Decides whose daily digest is due: at eight in the morning, on the days their partnership works."""

from datetime import datetime, time
from uuid import UUID

from sqlalchemy import Select, false, or_, select
from sqlalchemy.orm import Session

from portal.identity.models import Membership
from portal.identity.periods import active_today
from portal.partnerships.clocks import days_from, week_in_force
from portal.partnerships.models import Partnership, PartnershipMember
from portal.partnerships.working_time import LONDON, hours_of

DIGEST_AT = time(8)
SATURDAY = 5


def last_eight(moment: datetime) -> datetime | None:
    """Eight o'clock of the day a moment falls on, when it has struck; None in the night before."""
    local = moment.astimezone(LONDON)
    struck = datetime.combine(local.date(), DIGEST_AT, LONDON)
    return struck if struck <= local else None


def at_work(session: Session, eight: datetime) -> Select[UUID]:
    """The memberships whose partnership works on a day; an agency that is in none works from Monday to Friday."""
    partnerships = session.scalars(select(Partnership.id)).all()
    working = [each for each in partnerships if works_on(session, each, eight)]
    member = select(PartnershipMember.agency_id).where(active_today(PartnershipMember))
    of_working = Membership.agency_id.in_(member.where(PartnershipMember.partnership_id.in_(working)))
    alone = Membership.agency_id.not_in(member) if eight.weekday() < SATURDAY else false()
    return select(Membership.id).where(or_(of_working, alone))


def works_on(session: Session, partnership_id: UUID, eight: datetime) -> bool:
    """Whether a partnership works any hour of a day, which is given by a moment in its own time."""
    week = week_in_force(session, partnership_id=partnership_id, moment=eight)
    days = days_from(session, partnership_id=partnership_id, moment=eight)
    return bool(hours_of(eight.date(), week, days))
