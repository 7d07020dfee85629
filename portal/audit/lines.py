"""Decides what of a line is sealed: every column of it and of its subjects, in one way of writing that never varies."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import rfc8785
from sqlalchemy import ColumnElement, Select, String, cast, func, literal, select

from portal.audit.merkle import leaf_hash
from portal.audit.models import AuditEvent, AuditSubject

EVENT = AuditEvent.__table__
SUBJECT = AuditSubject.__table__
_FACTS = [SUBJECT.c[name] for name in sorted(SUBJECT.c.keys()) if name != "audit_event_id"]


def subjects() -> ColumnElement[Any]:
    """The subjects of a line of the statement around it, each as one text of names and values, without what is null."""
    words = [literal(f"{column.name}=") + cast(column, String) for column in _FACTS]
    return func.array(
        select(func.concat_ws(" ", *words)).where(SUBJECT.c.audit_event_id == EVENT.c.id).scalar_subquery()
    )


def lines() -> Select[Any]:
    """Lines with their subjects, as they are sealed."""
    return select(EVENT, subjects().label("subjects"))


def canonical(line: Mapping[Any, Any]) -> bytes:
    """A line and its subjects in canonical JSON (RFC 8785): texts only, by the names of the columns.

    What is null is left out, so that a column that comes later changes nothing of the lines before it.
    """
    written = {column.name: _text(line[column.name]) for column in EVENT.c if line[column.name] is not None}
    return rfc8785.dumps(written | {"subjects": sorted(line["subjects"])})


def hash_of(line: Mapping[Any, Any]) -> bytes:
    """The hash that stands for a line in its seal."""
    return leaf_hash(canonical(line))


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return moment(value)
    return str(value)


def moment(value: datetime) -> str:
    """A moment as it is written where it is hashed or signed: UTC, to the microsecond."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
