"""Decides what can be expected to go wrong: a closed set, each with a sentence for a person and no personal data."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class InvalidCode(StrEnum):
    """Kinds of broken rule."""

    REQUIRED = "REQUIRED"
    FORMAT = "FORMAT"
    TOO_LONG = "TOO_LONG"
    OUT_OF_RANGE = "OUT_OF_RANGE"
    UNKNOWN = "UNKNOWN"
    NOT_UNIQUE = "NOT_UNIQUE"
    NOT_ALLOWED = "NOT_ALLOWED"
    TRANSITION = "TRANSITION"
    EMERGENCY_FIRST = "EMERGENCY_FIRST"


class NotPermittedReason(StrEnum):
    """Why an action is refused to somebody who sees the record."""

    ROLE = "ROLE"
    NOT_OWNER = "NOT_OWNER"
    SAME_PERSON = "SAME_PERSON"
    REAUTHENTICATION = "REAUTHENTICATION"
    AGREEMENT_NOT_IN_FORCE = "AGREEMENT_NOT_IN_FORCE"


class ConflictReason(StrEnum):
    """Kinds of conflict."""

    STALE_VERSION = "STALE_VERSION"
    KEY_REUSED = "KEY_REUSED"
    TAKEN = "TAKEN"


@dataclass(frozen=True, kw_only=True)
class InvalidField:
    """One broken rule: where, which kind, what is wrong and what would be right, and the source of a domain rule."""

    path: tuple[str, ...]
    code: InvalidCode
    message: str
    rule: str | None = None


class Failure(Exception):
    """An expected failure; the change is rolled back and the caller is told."""

    message: str

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Invalid(Failure):
    """The input breaks a rule; nothing was changed."""

    def __init__(self, *errors: InvalidField) -> None:
        super().__init__("One answer needs another look." if len(errors) == 1 else "Some answers need another look.")
        self.errors = errors


class NotFound(Failure):
    """There is no such record, or none the viewer may know of: the two look alike."""

    def __init__(self) -> None:
        super().__init__("Either there is no such record, or it is not yours to see.")


class NotPermitted(Failure):
    """The viewer sees the record and may not do this."""

    def __init__(self, message: str, *, reason: NotPermittedReason, remedy: str | None = None) -> None:
        super().__init__(message)
        self.reason = reason
        self.remedy = remedy


class Conflict(Failure):
    """Someone was faster, or the key was used for something else; nothing was changed."""

    def __init__(
        self,
        message: str,
        *,
        reason: ConflictReason,
        current_version: int | None = None,
        root_id: UUID | None = None,
        plan_version_id: UUID | None = None,
        scheme_id: UUID | None = None,
        clause_id: UUID | None = None,
    ) -> None:
        super().__init__(message)
        self.reason = reason
        self.current_version = current_version
        self.root_id = root_id
        # Of a plan: what now stands where somebody was writing, to lay beside what they wrote.
        self.plan_version_id = plan_version_id
        self.scheme_id = scheme_id
        self.clause_id = clause_id


def stale(current_version: int, root_id: UUID | None = None, **about: UUID) -> Conflict:
    """The conflict of a record that moved on while somebody was deciding; `root_id` is what it is seen through.

    `about` names, of a plan, what now stands where somebody was writing.
    """
    return Conflict(
        "Someone else changed this record while you had it open. Read it again, then decide.",
        reason=ConflictReason.STALE_VERSION,
        current_version=current_version,
        root_id=root_id,
        **about,
    )


def unknown(*path: str, message: str) -> InvalidField:
    """The broken rule of a value that names nothing the viewer may know of."""
    return InvalidField(path=path, code=InvalidCode.UNKNOWN, message=message)
