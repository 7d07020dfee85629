"""Decides how a partnership changes the concerns people choose from: words, order, new ones, and the end of one.

A code is never taken away: a flag goes on showing the words of the day it was raised.
"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, Row, delete, func, literal, select
from sqlalchemy.orm import Session
from sqlalchemy.types import Uuid

from portal.access.viewer import Viewer
from portal.errors import Invalid, InvalidCode
from portal.partnerships.leading import add, beginning, led, wrong
from portal.text import SHORT, given, text_problems
from portal.vocabularies.models import LocalConcept
from portal.vocabularies.queries import words

CONCERN = "concern"
# What a page can offer side by side.
CONCERNS_LIMIT = 30
CODE_LENGTH = 40
_NOT_OF_A_CODE = re.compile(r"[^A-Z0-9]+")


def set_concern(
    session: Session,
    viewer: Viewer,
    *,
    partnership_id: UUID,
    expected_version: int,
    code: str | None,
    display: str,
    hint: str | None,
    day: date | None,
) -> UUID:
    """Offer a concern in these words from a day on: one that is there, or without a code a new one at the end."""
    led(session, viewer, partnership_id, expected_version=expected_version)
    problems = list(text_problems(("display",), display, limit=SHORT, needed="Enter the words people choose."))
    problems += text_problems(("hint",), hint, limit=SHORT)
    if problems:
        raise Invalid(*problems)
    at = beginning(day)
    known = _as_of(session, partnership_id, at)
    if code is not None and code not in known:
        raise Invalid(wrong(("code",), InvalidCode.UNKNOWN, "Choose one of the concerns of your partnership."))
    same = [row for row in known.values() if row.offered and row.code != code]
    if any(row.display.casefold() == display.strip().casefold() for row in same):
        raise Invalid(wrong(("display",), InvalidCode.NOT_UNIQUE, "Another concern has these words."))
    if len(same) >= CONCERNS_LIMIT:
        raise Invalid(wrong(("display",), InvalidCode.TOO_LONG, f"Nobody can choose among more than {CONCERNS_LIMIT}."))
    last = max((row.position for row in known.values()), default=0)
    _say(
        session,
        partnership_id,
        at,
        code=code or _new_code(display, frozenset(known)),
        display=display.strip(),
        hint=given(hint),
        position=known[code].position if code else last + 1,
        offered=True,
    )
    return partnership_id


def end_concern(
    session: Session, viewer: Viewer, *, partnership_id: UUID, expected_version: int, code: str, day: date | None
) -> UUID:
    """Offer a concern no more from a day on; flags that have it keep it."""
    led(session, viewer, partnership_id, expected_version=expected_version)
    at = beginning(day)
    known = _as_of(session, partnership_id, at)
    if code not in known or not known[code].offered:
        raise Invalid(wrong(("code",), InvalidCode.UNKNOWN, "Choose a concern that is offered on that day."))
    if sum(row.offered for row in known.values()) == 1:
        raise Invalid(wrong(("code",), InvalidCode.NOT_ALLOWED, "A flag needs a concern: this is the last one."))
    row = known[code]
    _say(
        session,
        partnership_id,
        at,
        code=code,
        display=row.display,
        hint=row.hint,
        position=row.position,
        offered=False,
    )
    return partnership_id


def order_concerns(
    session: Session, viewer: Viewer, *, partnership_id: UUID, expected_version: int, codes: Sequence[str]
) -> UUID:
    """Offer the concerns in another order, from now on; all that are offered are named, each once."""
    led(session, viewer, partnership_id, expected_version=expected_version)
    at = beginning(None)
    known = {code: row for code, row in _as_of(session, partnership_id, at).items() if row.offered}
    if len(set(codes)) != len(codes) or set(codes) != known.keys():
        raise Invalid(wrong(("codes",), InvalidCode.NOT_ALLOWED, "Name every concern that is offered, each once."))
    for place, code in enumerate(codes, start=1):
        row = known[code]
        if row.position != place:
            _say(
                session,
                partnership_id,
                at,
                code=code,
                display=row.display,
                hint=row.hint,
                position=place,
                offered=True,
                keep_later=True,
            )
    return partnership_id


def _as_of(session: Session, partnership_id: UUID, at: datetime) -> dict[str, Row[Any]]:
    """Every concern as it stands at a moment, offered or not."""
    here = words(literal(partnership_id, Uuid), literal(at, DateTime(timezone=True)))
    rows = session.execute(select(here).where(here.c.vocabulary == CONCERN)).all()
    return {row.code: row for row in rows}


def _say(
    session: Session, partnership_id: UUID, at: datetime, *, code: str, keep_later: bool = False, **said: Any
) -> None:
    """Write down what a concern is from a moment on; what was to begin later is taken back with it."""
    if not keep_later:
        session.execute(
            delete(LocalConcept).where(
                LocalConcept.partnership_id == partnership_id,
                LocalConcept.vocabulary == CONCERN,
                LocalConcept.code == code,
                LocalConcept.valid_from >= at,
                LocalConcept.valid_from > func.now(),
            )
        )
    add(
        session,
        LocalConcept(partnership_id=partnership_id, vocabulary=CONCERN, code=code, valid_from=at, **said),
    )


def _new_code(display: str, taken: frozenset[str]) -> str:
    """A code that says what the words say, and that no concern of the partnership has or had."""
    plain = unicodedata.normalize("NFKD", display).encode("ascii", "ignore").decode().upper()
    stem = _NOT_OF_A_CODE.sub("_", plain).strip("_")[:CODE_LENGTH] or "CONCERN"
    return next(
        code for code in (stem, *(f"{stem}_{number}" for number in range(2, len(taken) + 3))) if code not in taken
    )
