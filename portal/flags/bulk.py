"""Decides how one change is made to many flags: each on its own, so that one that cannot be changed stops no other."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from portal.access.touched import note_loaded
from portal.access.viewer import Viewer
from portal.errors import Failure, Invalid, InvalidCode, InvalidField, NotFound
from portal.flags.actions import start_triage
from portal.flags.triage import Decision, end_without_action, ending_problems
from portal.vocabularies.queries import displayed

FLAGS_LIMIT = 100


@dataclass(frozen=True, kw_only=True)
class FlagVersion:
    """A flag and the version a change was decided on; no flag for an id that opens to nothing."""

    flag_id: UUID | None
    expected_version: int


@dataclass(frozen=True, kw_only=True)
class BulkOutcome:
    """What became of one flag; without a problem, it was changed."""

    flag_id: UUID | None
    problem: str | None = None


def start_triage_of_many(session: Session, viewer: Viewer, *, flags: Sequence[FlagVersion]) -> list[BulkOutcome]:
    """Take submitted flags into triage, each with its own outcome. Raises Invalid for none, too many or one twice."""

    def take(flag_id: UUID, expected_version: int) -> None:
        start_triage(session, viewer, flag_id=flag_id, expected_version=expected_version)

    return _each(session, flags, take)


def end_many_without_action(
    session: Session,
    viewer: Viewer,
    *,
    flags: Sequence[FlagVersion],
    reason_code: str,
    threshold_level_code: str,
    feedback: str,
) -> list[BulkOutcome]:
    """Decide of many flags that nothing more is done, and tell each flagger; each flag has its own outcome.

    Raises Invalid for what would be wrong with every one of them, and for none, too many or one twice.
    """
    problems = ending_problems(
        session,
        Decision(threshold_level_code=threshold_level_code, rationale=reason_code, feedback=feedback),
        reason_code,
        reason_path=("reasonCode",),
    )
    if problems:
        raise Invalid(*problems)
    # The reason's own words are why: whoever decides many at once writes no word on each.
    rationale = displayed(session, "nfa-reason", reason_code)
    decision = Decision(threshold_level_code=threshold_level_code, rationale=rationale, feedback=feedback)

    def end(flag_id: UUID, expected_version: int) -> None:
        end_without_action(
            session,
            viewer,
            flag_id=flag_id,
            expected_version=expected_version,
            decision=decision,
            reason_code=reason_code,
        )

    return _each(session, flags, end)


def _each(session: Session, flags: Sequence[FlagVersion], act: Callable[[UUID, int], None]) -> list[BulkOutcome]:
    """Change each flag in a savepoint of its own, in the order of their ids, so that two calls never wait in a ring."""
    _check(flags)
    problems: dict[UUID, str | None] = {}
    for given in sorted(flags, key=lambda each: str(each.flag_id)):
        if given.flag_id is None:
            continue
        try:
            with session.begin_nested():
                act(given.flag_id, given.expected_version)
        except Failure as failure:
            problems[given.flag_id] = problem_of(failure)
        else:
            problems[given.flag_id] = None
        # Whatever came of it, the line of audit names it.
        note_loaded(session, given.flag_id)
    missing = NotFound().message
    return [
        BulkOutcome(flag_id=each.flag_id, problem=missing if each.flag_id is None else problems[each.flag_id])
        for each in flags
    ]


def problem_of(failure: Failure) -> str:
    """What is wrong, in one sentence: for a broken rule its own words, because there is one."""
    return failure.errors[0].message if isinstance(failure, Invalid) else failure.message


def _check(flags: Sequence[FlagVersion]) -> None:
    named = [each.flag_id for each in flags if each.flag_id is not None]
    if not flags:
        wrong = InvalidCode.REQUIRED, "Choose at least one flag."
    elif len(flags) > FLAGS_LIMIT:
        wrong = InvalidCode.TOO_LONG, f"Choose at most {FLAGS_LIMIT} flags at a time; these are {len(flags)}."
    elif len(set(named)) < len(named):
        wrong = InvalidCode.NOT_UNIQUE, "Name each flag once."
    else:
        return
    raise Invalid(InvalidField(path=("flags",), code=wrong[0], message=wrong[1]))
