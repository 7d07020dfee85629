"""Time that passes in a test: the dates of a flag are moved into the past, as if it had waited."""

from typing import Any
from uuid import UUID

from sqlalchemy import text

from tests.factories.cast import Cast

AGO = "1 hour"


def key_of(cast: Cast, record: dict[str, Any]) -> UUID:
    """The key under which a record is kept."""
    opened = cast.door._opened_seal().open_id(record["id"])
    assert opened is not None
    return opened[1]


def triage_due(cast: Cast, flag: dict[str, Any], ago: str = AGO) -> dict[str, Any]:
    """The same flag, whose triage was due some time ago; a negative span is still to come."""
    return _move(cast, flag, "update flag set triage_due_at = now() - cast(:ago as interval) where id = :flag", ago)


def date_due(cast: Cast, flag: dict[str, Any], ago: str = AGO) -> dict[str, Any]:
    """The same flag, which was due to end some time ago, and its shares with it."""
    _move(cast, flag, "update flag set expires_at = now() - cast(:ago as interval) where id = :flag", ago)
    shares = "update share set valid_from = now() - interval '9 days', valid_to = now() - cast(:ago as interval)"
    _move(cast, flag, f"{shares} where flag_id = :flag", ago)
    opened = "update disclosure set valid_from = now() - interval '9 days', valid_to = now() - cast(:ago as interval)"
    return _move(cast, flag, f"{opened} where share_id in (select id from share where flag_id = :flag)", ago)


def question_due(cast: Cast, flag: dict[str, Any], ago: str = AGO) -> dict[str, Any]:
    """The same flag, whose open question was to be answered some time ago."""
    # What was asked does not change for anybody, so the owner sets the guard of it aside.
    with cast.owner.transaction() as session:
        session.execute(text("alter table information_request disable trigger keep_what_was_said"))
        session.execute(
            text("update information_request set due_at = now() - cast(:ago as interval) where flag_id = :flag"),
            {"ago": ago, "flag": key_of(cast, flag)},
        )
        session.execute(text("alter table information_request enable trigger keep_what_was_said"))
    return flag


def _move(cast: Cast, flag: dict[str, Any], statement: str, ago: str) -> dict[str, Any]:
    with cast.owner.transaction() as session:
        session.execute(text(statement), {"ago": ago, "flag": key_of(cast, flag)})
    return flag
