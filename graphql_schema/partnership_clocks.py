"""What the world can ask of a partnership's time: what it promises, when it works, which days differ."""

from datetime import date, datetime, timedelta
from typing import Any

import strawberry
from sqlalchemy import (
    Boolean,
    ColumnElement,
    Date,
    FromClause,
    Text,
    and_,
    case,
    func,
    literal,
    select,
    union_all,
    values,
)
from sqlalchemy import column as sql_column

from graphql_schema.flag_words import Urgency
from graphql_schema.need_to_know import MEMBERS
from graphql_schema.selection.declare import column, expression, many, planned
from graphql_schema.selection.record import Scope
from portal.db import now
from portal.partnerships import models
from portal.partnerships.calendar import SUBDIVISIONS, differing_days
from portal.partnerships.clocks import holds_at
from portal.partnerships.working_time import LONDON

strawberry.enum(models.ClockKind, description="What a partnership promises to do in time.")
# The day after twelve months, so that the same holiday is not listed twice.
AHEAD = timedelta(days=365)


@planned(models.PartnershipClock, readers=MEMBERS)
@strawberry.type(description="A promise to answer in time. [RECORD]")
class PartnershipClock:
    kind: models.ClockKind = expression(lambda scope: scope.row.c.kind, "What is promised.")
    urgency: Urgency | None = expression(
        lambda scope: scope.row.c.urgency, "For flags of this urgency; null where it makes no difference."
    )
    minutes: int = column(models.PartnershipClock.minutes, "Within so many minutes.")
    working_hours_only: bool = column(
        models.PartnershipClock.working_hours_only, "Whether only the working hours of the partnership count."
    )
    valid_from: datetime = column(models.PartnershipClock.valid_from, "Since when.")
    valid_to: datetime | None = column(models.PartnershipClock.valid_to, "Until when; null while no end is known.")


@planned(models.PartnershipWorkingWeek, readers=MEMBERS)
@strawberry.type(description="A span of working hours on one weekday, on the wall clock of Europe/London. [RECORD]")
class WorkingHours:
    weekday: int = column(models.PartnershipWorkingWeek.weekday, "The weekday by ISO 8601; 1 is Monday.")
    opens: str = expression(lambda scope: _clock_time(scope.row.c.opens), "From, such as 09:00.")
    closes: str = expression(lambda scope: _clock_time(scope.row.c.closes), "To, such as 17:00.")


@planned(readers=MEMBERS)
@strawberry.type(description="A day that is not as its weekday usually is. [RECORD]")
class PartnershipDay:
    day: date = expression(lambda scope: scope.row.c.day, "The day.")
    working: bool = expression(lambda scope: scope.row.c.working, "Whether it is worked.")
    name: str = expression(lambda scope: scope.row.c.name, "What it is called.")
    bank_holiday: bool = expression(lambda scope: scope.row.c.bank_holiday, "Whether it is a bank holiday by law.")


def _clock_time(value: ColumnElement[Any]) -> ColumnElement[str]:
    return func.left(value.cast(Text), 5)


def _in_force(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    return and_(row.c.partnership_id == scope.row.c.id, holds_at(row, func.statement_timestamp()))


def _calendar(scope: Scope) -> FromClause:
    """The days ahead that differ: what the partnership says of its own, and the law of its country for the others."""
    first = now().astimezone(LONDON).date()
    last = first + AHEAD
    law = values(sql_column("subdivision", Text), sql_column("day", Date), sql_column("name", Text), name="law").data(
        [
            (subdivision, each.day, each.name)
            for subdivision in SUBDIVISIONS
            for each in differing_days(subdivision, (), first=first, last=last)
        ]
    )
    own = models.PartnershipDay.__table__.alias()
    of_law = law.c.subdivision == scope.row.c.holiday_subdivision
    of_own = own.c.partnership_id == scope.row.c.id
    same_day = law.c.day == own.c.day
    is_law = select(literal(1)).select_from(law).where(of_law, same_day).correlate(own, *scope.outer).exists()
    is_own = select(literal(1)).select_from(own).where(of_own, same_day).correlate(law, *scope.outer).exists()
    said = select(own.c.day, own.c.working, own.c.name, is_law.label("bank_holiday")).where(
        of_own, own.c.day.between(first, last)
    )
    given = select(
        law.c.day, literal(False).cast(Boolean).label("working"), law.c.name, literal(True).label("bank_holiday")
    ).where(of_law, ~is_own)
    return union_all(said.correlate(*scope.outer), given.correlate(*scope.outer)).lateral("calendar")


def _every(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    return literal(True)


def clocks_field() -> Any:
    """The field of the clocks in force."""
    return many(
        "PartnershipClock",
        _in_force,
        "What it promises to do in time, as in force now.",
        order=lambda row: [
            case({kind: place for place, kind in enumerate(models.ClockKind)}, value=row.c.kind),
            case({urgency: place for place, urgency in enumerate(Urgency)}, value=row.c.urgency).desc(),
        ],
    )


def working_week_field() -> Any:
    """The field of the working week in force."""
    return many(
        "WorkingHours",
        _in_force,
        "When it works, as in force now; a weekday that is not listed is free.",
        order=lambda row: [row.c.weekday, row.c.opens],
    )


def holidays_field() -> Any:
    """The field of the days ahead that differ from their weekday."""
    return many(
        "PartnershipDay",
        _every,
        "Days of the next twelve months that are not as their weekday: bank holidays and its own.",
        order=lambda row: [row.c.day],
        same_root=True,
        source=_calendar,
        # A partnership that names a day of its own for each day of the year.
        limit=400,
    )
