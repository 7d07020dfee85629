"""Decides which tables exist: importing this module registers every model on the one metadata."""

from portal.access import models as access
from portal.agencies import models as agencies
from portal.agreements import models as agreements
from portal.audit import models as audit
from portal.audit import reading as audit_reading
from portal.db import Base
from portal.exports import models as exports
from portal.flags import models as flags
from portal.identity import models as identity
from portal.inbox import models as inbox
from portal.notifications import models as notifications
from portal.oversight import models as oversight
from portal.partnerships import models as partnerships
from portal.people import models as people
from portal.plans import models as plans
from portal.rates import models as rates
from portal.shares import models as shares
from portal.vocabularies import models as vocabularies

__all__ = [
    "access", "agencies", "agreements", "audit", "audit_reading", "exports", "flags", "identity", "inbox",
    "notifications", "oversight", "partnerships", "people", "plans", "rates", "shares", "vocabularies",
]  # fmt: skip

metadata = Base.metadata
