"""Decides that one intent happens once: a retry with the same key re-reads what was done, under today's rights."""

import hashlib
import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import rfc8785
from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from portal.access.viewer import Viewer
from portal.audit.models import IdempotencyRecord
from portal.errors import Conflict, ConflictReason


def digest(content: Any) -> str:
    """The SHA-256 of an input in canonical JSON (RFC 8785), itself as escaped text.

    Escaped, because half a surrogate pair is no character that JSON in UTF-8 could hold, and is for rules to refuse.
    """
    return hashlib.sha256(rfc8785.dumps(json.dumps(content, default=str, sort_keys=True))).hexdigest()


def once(
    session: Session, viewer: Viewer, *, key: UUID, operation: str, content: Any, act: Callable[[], Any]
) -> tuple[Any, bool]:
    """Carry out an intent, or give what it gave the first time: (result, whether it was replayed).

    The result is kept as JSON and holds ids and codes, never an answer. Raises Conflict when the key came before with
    other input.
    """
    # Two requests with one key wait for each other here; the second finds what the first did.
    session.execute(
        text("select pg_advisory_xact_lock(hashtextextended(:intent, 0))"), {"intent": f"{viewer.membership_id}{key}"}
    )
    hashed = digest(content)
    done = session.scalar(
        select(IdempotencyRecord).where(
            IdempotencyRecord.membership_id == viewer.membership_id, IdempotencyRecord.key == key
        )
    )
    if done is not None:
        if (done.operation, done.input_hash) != (operation, hashed):
            raise Conflict(
                "This form was already sent with other answers. Open it again to send new ones.",
                reason=ConflictReason.KEY_REUSED,
            )
        return json.loads(done.result), True
    result = json.loads(json.dumps(act(), default=str))
    session.execute(
        insert(IdempotencyRecord).values(
            membership_id=viewer.membership_id,
            key=key,
            operation=operation,
            input_hash=hashed,
            result=json.dumps(result),
        )
    )
    return result, False
