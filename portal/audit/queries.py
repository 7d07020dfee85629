"""Decides where reading the audit starts: at functions of the database that look at who asks, never at its tables.

The web role may not select from the audit at all. What these functions give is already what the reader may know:
another agency's staff have neither name nor key in it, and a record the reader may not know has neither.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, ColumnElement, DateTime, FromClause, Integer, Text, Uuid, func, literal
from sqlalchemy import column as sql_column
from sqlalchemy.dialects.postgresql import ARRAY, JSON

# Each line names so many of the records it touched, the reader's own first, and says how many there are: a line of
# audit about reading the audit must not grow with every reading.
SUBJECTS_SHOWN = 10

_MOMENT = DateTime(timezone=True)


def lines(
    *,
    actions: Sequence[str] | None,
    about_audit: bool | None,
    since: datetime | None,
    before: datetime | None,
    person_id: UUID | None,
    record_id: UUID | None,
    beyond: int | None,
    backward: bool,
    most: int,
) -> FromClause:
    """The lines of audit that the viewer may read, newest first, or oldest first when `backward`, up to `most`.

    `about_audit` keeps to the reading of the audit itself, or leaves it out; `beyond` is the number of the line a page
    begins after.
    """
    wanted = func.audit_lines(
        literal(None if actions is None else list(actions), type_=ARRAY(Text)),
        literal(about_audit, type_=Boolean),
        literal(since, type_=_MOMENT),
        literal(before, type_=_MOMENT),
        literal(person_id, type_=Uuid),
        literal(record_id, type_=Uuid),
        literal(beyond, type_=BigInteger),
        literal(backward),
        literal(most, type_=Integer),
        literal(SUBJECTS_SHOWN, type_=Integer),
    )
    return wanted.table_valued(
        sql_column("id", BigInteger),
        sql_column("at", _MOMENT),
        sql_column("action", Text),
        sql_column("operation", Text),
        sql_column("outcome", Text),
        sql_column("agency_id", Uuid),
        sql_column("role", Text),
        sql_column("user_id", Uuid),
        sql_column("request_id", Uuid),
        sql_column("seal_number", BigInteger),
        sql_column("subject_count", Integer),
        sql_column("subjects", JSON),
        name="line",
    ).render_derived()


def record(*, record_id: UUID | None, reference: str | None) -> FromClause:
    """What the viewer may know of one record, by its key or by its reference: one row, or none."""
    found = func.audit_record(literal(record_id, type_=Uuid), literal(reference, type_=Text))
    return found.table_valued(
        sql_column("id", Uuid),
        sql_column("kind", Text),
        sql_column("reference", Text),
        sql_column("state", Text),
        sql_column("agency_id", Uuid),
        sql_column("created_at", _MOMENT),
        sql_column("raised_at", _MOMENT),
        sql_column("own", Boolean),
        name="record",
    ).render_derived()


def readers(record_id: ColumnElement[UUID]) -> FromClause:
    """Who has seen a record, by agency and role; all of them for a record of the viewer's own agency."""
    return (
        func.audit_readers(record_id)
        .table_valued(
            sql_column("agency_id", Uuid),
            sql_column("role", Text),
            sql_column("first_at", _MOMENT),
            sql_column("last_at", _MOMENT),
            sql_column("times", Integer),
            sql_column("refused", Integer),
            sql_column("field_groups", BigInteger),
            name="reader",
        )
        .render_derived()
    )
