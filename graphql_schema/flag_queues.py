"""Decides what each worklist is: a fixed rule over one disclosure row, which carries what it needs (decision 0012).

A rule names columns of the row alone, so a page of a worklist is read from an index however many flags are in view.
"""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

import strawberry
from sqlalchemy import ColumnElement, FromClause, and_, func, literal, null, or_, select

from graphql_schema.flag_words import FlagState
from graphql_schema.selection.record import Scope
from portal.access.disclosure import currently_disclosed
from portal.access.field_groups import FieldGroup, Level, bit
from portal.access.models import Disclosure, DisclosureReason
from portal.access.viewer import Viewer
from portal.db import now

# The partnerships are English: their day ends at midnight there, whatever the clock of the machine says.
LONDON = ZoneInfo("Europe/London")
# Whoever decides by the clock of triage: triage itself, and the lead authority's managers once it has run out.
DECIDING = (DisclosureReason.PARTNERSHIP_TRIAGE, DisclosureReason.OVERDUE)


@strawberry.enum(description="Worklists every agency has, each a fixed rule of state and relation.")
class FlagQueue(StrEnum):
    TO_TRIAGE = "TO_TRIAGE"
    OVERDUE = "OVERDUE"
    MINE = "MINE"
    RAISED_BY_ME = "RAISED_BY_ME"
    SHARED_WITH_US = "SHARED_WITH_US"
    AWAITING_OUR_ANSWER = "AWAITING_OUR_ANSWER"
    FEEDBACK_OWED = "FEEDBACK_OWED"
    IMPORTED_DRAFTS = "IMPORTED_DRAFTS"
    MY_DRAFTS = "MY_DRAFTS"


@strawberry.enum(description="When the viewer's side must act, by the partnership's day.")
class FlagDue(StrEnum):
    OVERDUE = "OVERDUE"
    TODAY = "TODAY"
    LATER = "LATER"


# Worklists of what waits, read from the indexes that hold nothing else.
WAITING = frozenset({FlagQueue.TO_TRIAGE, FlagQueue.MINE, FlagQueue.AWAITING_OUR_ANSWER})

DRAFTS = frozenset({FlagQueue.IMPORTED_DRAFTS, FlagQueue.MY_DRAFTS})


def on_queue(queue: FlagQueue, viewer: Viewer, row: FromClause) -> ColumnElement[bool]:
    """The rule of a worklist, over one disclosure row of a flag."""
    return RULES[queue](viewer, row)


def due_within(due: FlagDue, viewer: Viewer, row: FromClause) -> ColumnElement[bool]:
    """Whether the viewer's side must act in a span; flags whose time the viewer may not read are left out."""
    moment, midnight = func.statement_timestamp(), literal(_midnight())
    within = {
        FlagDue.OVERDUE: (row.c.due_at <= moment,),
        FlagDue.TODAY: (row.c.due_at > moment, row.c.due_at < midnight),
        FlagDue.LATER: (row.c.due_at > moment, row.c.due_at >= midnight),
    }
    return and_(*within[due], may_read_due(viewer, row))


def may_read_due(viewer: Viewer, row: FromClause) -> ColumnElement[bool]:
    """Whether the row's time is the viewer's to read: the clock of triage needs TRIAGE, one's own answer nothing."""
    return or_(row.c.because.not_in(DECIDING), may_read(viewer, row, FieldGroup.TRIAGE, Level.STATUS))


def viewer_due_at(scope: Scope) -> ColumnElement[Any]:
    """By when the viewer's side must act on the flag of this row, or null: the soonest of what is theirs to read."""
    if scope.viewer is None:
        return null()
    row = Disclosure.__table__.alias()
    return (
        select(func.nullif(func.min(row.c.due_at), literal("infinity").cast(row.c.due_at.type)))
        .where(
            row.c.root_id == scope.row.c.id, *currently_disclosed(scope.viewer, row), may_read_due(scope.viewer, row)
        )
        .correlate(*scope.outer)
        .scalar_subquery()
    )


def may_read(viewer: Viewer, row: FromClause, group: FieldGroup, level: Level) -> ColumnElement[bool]:
    """Whether the viewer holds a level on the row's flag: by this row, as nearly always, or by another of theirs."""
    other, needed = Disclosure.__table__.alias(), literal(bit(group, level))
    # Asked row by row: as an EXISTS the planner may read every row in view instead.
    elsewhere = (
        select(literal(1))
        .select_from(other)
        .where(
            other.c.root_id == row.c.root_id,
            other.c.levels.op("&")(needed) != 0,
            *currently_disclosed(viewer, other),
        )
        .correlate(row)
        .limit(1)
        .scalar_subquery()
    )
    return or_(row.c.levels.op("&")(needed) != 0, elsewhere.is_not(None))


def _midnight() -> datetime:
    tomorrow = now().astimezone(LONDON).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), LONDON)


def _shared(viewer: Viewer, row: FromClause) -> ColumnElement[bool]:
    return row.c.because.in_((DisclosureReason.SHARE, DisclosureReason.SAFEGUARDING))


def _to_answer(viewer: Viewer, row: FromClause) -> ColumnElement[bool]:
    return and_(row.c.waits, row.c.because == DisclosureReason.SHARE)


def _to_triage(viewer: Viewer, row: FromClause) -> ColumnElement[bool]:
    return and_(row.c.waits, row.c.because == DisclosureReason.PARTNERSHIP_TRIAGE)


def _mine(viewer: Viewer, row: FromClause) -> ColumnElement[bool]:
    return and_(row.c.waits, row.c.because.in_(DECIDING), row.c.held_by_membership_id == viewer.membership_id)


def _raised_by_me(viewer: Viewer, row: FromClause) -> ColumnElement[bool]:
    """Somebody may raise in two roles of one agency: the author's audience is theirs in both, and the list is not.

    Whoever raises a flag opens it, so the row itself says in which membership that was.
    """
    return and_(
        row.c.because == DisclosureReason.AUTHOR,
        row.c.flag_state != FlagState.DRAFT,
        row.c.granted_by_membership_id == viewer.membership_id,
    )


def _imported_draft(viewer: Viewer, row: FromClause) -> ColumnElement[bool]:
    """An import opens its drafts to a team; what somebody writes by hand is open to its author alone."""
    return and_(row.c.because == DisclosureReason.RAISED_BY_US, row.c.flag_state == FlagState.DRAFT)


def _my_draft(viewer: Viewer, row: FromClause) -> ColumnElement[bool]:
    return and_(row.c.because == DisclosureReason.AUTHOR, row.c.flag_state == FlagState.DRAFT)


Rule = Callable[[Viewer, FromClause], ColumnElement[bool]]
RULES: dict[FlagQueue, Rule] = {
    FlagQueue.TO_TRIAGE: _to_triage,
    FlagQueue.OVERDUE: lambda viewer, row: due_within(FlagDue.OVERDUE, viewer, row),
    FlagQueue.MINE: _mine,
    FlagQueue.RAISED_BY_ME: _raised_by_me,
    FlagQueue.SHARED_WITH_US: _shared,
    FlagQueue.AWAITING_OUR_ANSWER: _to_answer,
    # Triage owes the flagger a word; a recipient owes its answer, whose words become the flagger's.
    FlagQueue.FEEDBACK_OWED: lambda viewer, row: row.c.word_owed,
    FlagQueue.IMPORTED_DRAFTS: _imported_draft,
    FlagQueue.MY_DRAFTS: _my_draft,
}
