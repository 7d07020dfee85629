"""Decides how each user hears of each kind: as they chose, and otherwise at once only of what cannot wait a day."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Text, case, func, select
from sqlalchemy import column as sql_column
from sqlalchemy import values as sql_values
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from portal.access.viewer import Viewer
from portal.notifications.models import EmailChoice, NotificationKind, NotificationPreference

# A young person waits for these; everything else can be read in the morning.
AT_ONCE = frozenset({NotificationKind.QUESTION, NotificationKind.OVERDUE, NotificationKind.SHARED_WITH_US})


def default(kind: NotificationKind) -> EmailChoice:
    """What holds for whoever chose nothing."""
    return EmailChoice.AT_ONCE if kind in AT_ONCE else EmailChoice.DAILY


def defaults() -> FromClause:
    """Every kind with its default and its place in the list, as rows to join."""
    return sql_values(
        sql_column("kind", Text), sql_column("email", Text), sql_column("position", Text), name="by_default"
    ).data([(kind.value, default(kind).value, f"{place:02}") for place, kind in enumerate(NotificationKind)])


def choice(user_id: Any, kind: ColumnElement[Any]) -> ColumnElement[str]:
    """What a user chose for a kind, or its default, as SQL."""
    chosen = NotificationPreference.__table__.alias()
    own = (
        select(chosen.c.email.cast(Text))
        .where(chosen.c.user_id == user_id, chosen.c.kind.cast(Text) == kind.cast(Text))
        .correlate_except(chosen)
        .scalar_subquery()
    )
    cannot_wait = kind.cast(Text).in_([each.value for each in AT_ONCE])
    by_default = case((cannot_wait, EmailChoice.AT_ONCE.value), else_=EmailChoice.DAILY.value)
    return func.coalesce(own, by_default, type_=Text())


def set_preferences(session: Session, viewer: Viewer, *, chosen: Mapping[NotificationKind, EmailChoice]) -> None:
    """Keep what the viewer chose, for the kinds it names; the others stay as they are.

    It holds for the person, whichever role they act in.
    """
    for kind, email in chosen.items():
        statement = insert(NotificationPreference).values(user_id=viewer.user_id, kind=kind, email=email)
        session.execute(
            statement.on_conflict_do_update(index_elements=["user_id", "kind"], set_={"email": email.value})
        )
