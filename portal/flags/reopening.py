"""Decides when a flag that has ended is opened again: on new facts only, which stand beside what was raised."""

import unicodedata
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from portal.access.flags import REOPEN, triages
from portal.access.rule import fetch, holds
from portal.access.viewer import Viewer
from portal.db import now
from portal.errors import Invalid, InvalidCode, InvalidField
from portal.flags.actions import take_step
from portal.flags.models import Flag, FlagAddition
from portal.flags.notices import NoticeKind, announce
from portal.flags.queries import known_facts
from portal.flags.rules import KEPT_FOR, next_state, time_problems
from portal.flags.states import Step
from portal.text import LONG, text_problems


def reopen_flag(
    session: Session, viewer: Viewer, *, flag_id: UUID, expected_version: int, new_fact: str, observed_at: datetime
) -> UUID:
    """Open a flag again on a new fact; its time runs anew. Raises the four failures of any action.

    It waits for triage, unless a triage worker opens it, whose it then is.
    """
    flag = fetch(session, viewer, flag_id, to=REOPEN, expected_version=expected_version)
    next_state(flag.state, Step.REOPEN)
    # Marks without a word say nothing that could be new.
    said = new_fact if _words(new_fact) else None
    needed = "Write what is new. A flag is opened again on new facts only."
    problems = list(text_problems(("newFact",), said, limit=LONG, needed=needed))
    problems += time_problems(observed_at, now())
    if not problems and is_known(new_fact, known_facts(session, flag)):
        message = "The flag says this already. Write what is new."
        problems.append(InvalidField(path=("newFact",), code=InvalidCode.NOT_ALLOWED, message=message))
    if problems:
        raise Invalid(*problems)
    addition = FlagAddition(
        flag_id=flag.id, fact=new_fact, observed_at=observed_at, added_by_membership_id=viewer.membership_id
    )
    session.add(addition)
    flag.triaged_by_membership_id = viewer.membership_id if holds(session, viewer, triages, flag.id, Flag) else None
    flag.expires_at = now() + KEPT_FOR
    take_step(session, viewer, flag, Step.REOPEN)
    announce(session, kind=NoticeKind.REOPENED, flag_id=flag.id, about_id=addition.id)
    return flag.id


def is_known(fact: str, known: Iterable[str]) -> bool:
    """Whether a fact says word for word what is known: case, spacing, punctuation and forms of a letter aside."""
    return _words(fact) in {_words(each) for each in known}


def _words(fact: str) -> str:
    plain = unicodedata.normalize("NFKC", fact).casefold()
    return " ".join("".join(each if each.isalnum() else " " for each in plain).split())
