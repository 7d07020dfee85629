"""Decides which text can be kept: anything a person types, exactly, except what PostgreSQL cannot store."""

from collections.abc import Iterator

from portal.errors import InvalidCode, InvalidField

SHORT = 200
LONG = 10_000


def text_problems(
    path: tuple[str, ...], value: str | None, *, limit: int, needed: str | None = None
) -> Iterator[InvalidField]:
    """The broken rules of one text: missing (when `needed` says what to write), too long, or not storable."""
    if value is None or not value.strip():
        if needed is not None:
            yield InvalidField(path=path, code=InvalidCode.REQUIRED, message=needed)
        return
    if len(value) > limit:
        yield InvalidField(
            path=path,
            code=InvalidCode.TOO_LONG,
            message=f"Write at most {limit:,} characters; this is {len(value):,}.",
        )
    if not storable(value):
        yield InvalidField(
            path=path,
            code=InvalidCode.FORMAT,
            message="This text holds a character that cannot be kept. Type the text again instead of pasting it.",
        )


def storable(value: str) -> bool:
    """Whether PostgreSQL can hold a text: it has neither NUL nor half of a surrogate pair."""
    return "\0" not in value and not any("\ud800" <= character <= "\udfff" for character in value)


def shown(value: str) -> str:
    """A text as it can be shown back, with U+FFFD in place of what cannot be stored."""
    return "".join(character if storable(character) else "\N{REPLACEMENT CHARACTER}" for character in value)


def given(value: str | None) -> str | None:
    """A text as it was given, or None when only blanks were."""
    return value if value is not None and value.strip() else None
