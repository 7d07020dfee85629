"""What an attempt is: something on a plan that must not work, by somebody, with the words it is refused with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.plans.by_sql import acts, proves, run
from tests.plans.stage import Stage

Values = Callable[[Stage], Mapping[str, Any]]
# Refused by a policy: an error where something is written, and no row where something is changed.
WALL = "row-level security"
UNSEEN = "no row"
STANDS = "does not stand where this is written"
STAYS = "What was proposed does not change"
NO_STEP_OF_A_VERSION = "No step of a version leads there"
NO_STEP = "No step of a plan leads there"
NOT_WRITTEN = "This viewer does not write that plan"
TOGETHER = "A plan stands where its current version stands"
NOT_AGREED = "A required party has not signed these bytes"
GRANT = "permission denied"


@dataclass(frozen=True)
class Attempt:
    """Something that must not work: on which plan, by whom, and what the refusal says."""

    on: str
    by: str
    refusal: str
    # The statement, to know which tables it is about.
    about: str
    do: Callable[[Session, Stage], int]


def sends(
    statement: str, *, on: str, by: str, refusal: str, values: Values = lambda _: {}, proof: bytes | None = None
) -> Attempt:
    """An attempt by one statement, after typing the password for some bytes where that is said."""

    def do(session: Session, stage: Stage) -> int:
        if proof is not None:
            proves(session, stage.wall, stage.viewer(by), proof)
        return acts(session, stage.viewer(by), statement, stage.plans[on], **values(stage))

    return Attempt(on, by, refusal, statement, do)


def says(**values: Any) -> Values:
    """Values that are the same whoever is on stage."""
    return lambda _: values


def agency(code: str) -> Values:
    """The agency with this code, in place of the viewer's own."""
    return lambda stage: {"agency": stage.cast.settled.agencies[code]}


def member(name: str, column: str = "by") -> Values:
    """The membership of somebody, in place of the viewer's own."""
    return lambda stage: {column: stage.viewer(name).membership_id}


def account(name: str) -> Values:
    """The account of somebody, in place of the viewer's own."""
    return lambda stage: {"user": stage.viewer(name).user_id}


def tried(stage: Stage, attempt: Attempt, *, keep: bool) -> str:
    """Try something, and give what refused it; nothing when it worked. Deferred rules have spoken by then."""
    try:
        with stage.wall.acting_as(stage.viewer(attempt.by)) as session:
            touched = attempt.do(session, stage)
            run(session, "set constraints all immediate")
            if not keep:
                session.rollback()
            return "" if touched else UNSEEN
    except DBAPIError as refusal:
        return str(refusal.orig)
