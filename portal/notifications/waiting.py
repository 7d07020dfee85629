"""Decides when a notice still waits: unread, its flag open to its reader, and the matter not settled meanwhile."""

from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal, or_, select

from portal.access.models import Audience, Disclosure
from portal.flags.models import Flag
from portal.flags.states import OPEN, FlagState
from portal.identity.holders import holds
from portal.identity.models import Membership
from portal.notifications.models import Notification, NotificationKind

# A new flag that a colleague took, or a question that was answered, waits for nobody any more.
STANDS_WHILE = {
    NotificationKind.NEW_FLAG: (FlagState.SUBMITTED,),
    NotificationKind.QUESTION: (FlagState.MORE_INFO_REQUESTED,),
    NotificationKind.WITHDRAWN: (FlagState.WITHDRAWN,),
    NotificationKind.OVERDUE: tuple(OPEN),
}


def unsettled(notification: Any) -> ColumnElement[bool]:
    """Whether the flag of a notice (a row or the model) still stands where the notice found it, if that matters."""
    flag = Flag.__table__.alias()
    return and_(
        *(
            or_(
                notification.kind != kind,
                select(literal(1))
                .where(flag.c.id == notification.flag_id, flag.c.state.in_(states))
                .correlate_except(flag)
                .exists(),
            )
            for kind, states in STANDS_WHILE.items()
        )
    )


def open_to(membership: type[Membership], flag_id: Any, *more: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether a flag is disclosed at this moment to a membership, through a row that also meets `more`."""
    moment = func.statement_timestamp()
    return (
        select(literal(1))
        .select_from(Disclosure)
        .join(Audience, Audience.id == Disclosure.audience_id)
        .where(
            Disclosure.root_id == flag_id,
            holds(membership, Audience),
            Disclosure.valid_from <= moment,
            or_(Disclosure.valid_to.is_(None), Disclosure.valid_to > moment),
            *more,
        )
        .correlate_except(Disclosure, Audience)
        .exists()
    )


def waits_unmailed() -> ColumnElement[bool]:
    """Whether a notice, joined with its membership, waits and no mail has told of it."""
    return and_(
        Notification.read_at.is_(None),
        Notification.mailed_at.is_(None),
        unsettled(Notification),
        open_to(Membership, Notification.flag_id),
    )
