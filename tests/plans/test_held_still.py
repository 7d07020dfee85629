"""Of two things done to a plan at one moment the second waits for the first, so that neither misses the other."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from portal.access.context import Wall
from portal.access.viewer import Viewer
from tests.factories.cast import Cast
from tests.plans import by_sql
from tests.plans.by_sql import CONTENT, PARTIES, Draft, acts, proves, run

Step = Callable[[Session, Wall, Viewer, Draft], Any]
EDIT = "update plan_clause set text = 'We do not.' where plan_version_id = :version"
CHECK = by_sql.CHECK.replace(":code", "'NEW'")


def sends(statement: str) -> Step:
    return lambda session, _wall, viewer, draft: acts(session, viewer, statement, draft)


def signs(session: Session, wall: Wall, viewer: Viewer, draft: Draft) -> None:
    proves(session, wall, viewer)
    acts(session, viewer, by_sql.SIGNATURE, draft)


def proposes(session: Session, _wall: Wall, viewer: Viewer, draft: Draft) -> None:
    acts(session, viewer, by_sql.FREEZE, draft, content=CONTENT, proposer=viewer.membership_id, accepter=None)


def _draft(wall: Wall, cast: Cast) -> Draft:
    with wall.acting_as(cast.frankie) as session:
        return by_sql.drafted(session, cast.frankie, cast, PARTIES)


def _proposed(wall: Wall, cast: Cast) -> Draft:
    draft = _draft(wall, cast)
    with wall.acting_as(cast.frankie) as session:
        by_sql.proposed(session, cast.frankie, draft)
    return draft


def _signed(wall: Wall, cast: Cast) -> Draft:
    draft = by_sql.in_signing(wall, cast)
    for signatory in (cast.quinn, cast.ellis):
        by_sql.signs(wall, signatory, draft)
    return draft


# What is done at one moment, by whom, and on what.
PAIRS: dict[str, tuple[Callable[[Wall, Cast], Draft], tuple[str, Step], tuple[str, Step]]] = {
    "an edit and a proposal": (_draft, ("brook", sends(EDIT)), ("frankie", proposes)),
    "a signature and a new version": (by_sql.in_signing, ("ellis", signs), ("frankie", sends(by_sql.SUPERSEDE))),
    "a signature and leaving": (by_sql.in_signing, ("ellis", signs), ("ellis", sends(by_sql.LEAVE))),
    "agreeing and leaving": (_signed, ("quinn", sends(by_sql.AGREE)), ("ellis", sends(by_sql.LEAVE))),
    "a check and opening": (_proposed, ("brook", sends(CHECK)), ("frankie", sends(by_sql.OPEN))),
    "a refusal and a new version": (
        by_sql.in_signing,
        ("remy", sends(by_sql.REFUSAL)),
        ("frankie", sends(by_sql.SUPERSEDE)),
    ),
}


@pytest.mark.parametrize("turned", [False, True], ids=["", "turned"])
@pytest.mark.parametrize("what", PAIRS)
def test_the_second_waits_for_the_first(wall: Wall, cast: Cast, what: str, turned: bool) -> None:  # noqa: FBT001
    arrange, *both = PAIRS[what]
    draft = arrange(wall, cast)
    (first, does), (second, then) = reversed(both) if turned else both
    with wall.acting_as(cast.viewers[first]) as session:
        does(session, wall, cast.viewers[first], draft)
        with pytest.raises(OperationalError, match="lock timeout"):
            _meanwhile(wall, cast.viewers[second], then, draft)
        session.rollback()


def _meanwhile(wall: Wall, viewer: Viewer, step: Step, draft: Draft) -> None:
    with wall.acting_as(viewer) as session:
        run(session, "set local lock_timeout = '100ms'")
        step(session, wall, viewer, draft)


def test_a_signature_asks_for_the_checks_there_are_once_signing_is_open(wall: Wall, cast: Cast) -> None:
    draft = _proposed(wall, cast)
    by_sql.passes(wall, cast.frankie, draft)
    with ThreadPoolExecutor(1) as beside:
        with wall.acting_as(cast.frankie) as session:
            acts(session, cast.frankie, CHECK, draft)
            by_sql.opened(session, cast.frankie, draft)
            signature = beside.submit(by_sql.signs, wall, cast.quinn, draft)
            # Until this is committed it can only wait, having asked what it asks first.
            with pytest.raises(TimeoutError):
                signature.result(timeout=1)
        with pytest.raises(DBAPIError, match="its own checks"):
            signature.result()
