"""Decides which text can be kept: anything a person types, exactly, except what PostgreSQL cannot store."""

import unicodedata
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


# What word processors put where a line ends within a paragraph, a page ends, or a hyphen must or may stand.
_PASTED = str.maketrans(
    {"\v": "\n", "\f": "\n", "\x85": "\n", "\u2028": "\n", "\u2029": "\n", "\x1e": "\u2011", "\x1f": None}
)
# Marks that turn the order of what follows: with them a text could read otherwise than it is stored.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# What shows nothing at either end of a text: every blank (the last of them is U+3000), and what has no width.
_EDGES = "".join(each for each in map(chr, range(0x3001)) if each.isspace()) + "\u200b\u2060\ufeff"


def tidied(value: str) -> str:
    """A text as pasted, with its words exactly and one way of ending a line, so that the same words are the same bytes.

    Control characters that show nothing go, and so do marks that turn the order of reading, and what shows nothing at
    either end; what cannot be stored stays for `text_problems` to refuse.
    """
    lines = value.replace("\r\n", "\n").replace("\r", "\n").translate(_PASTED)
    kept = (each for each in lines if each in "\n\t\0" or (unicodedata.category(each) != "Cc" and each not in _TURNING))
    return "".join(kept).strip(_EDGES)


def one_line(value: str) -> str:
    """A short text, such as a title, with every run of blanks and line ends as one space."""
    return " ".join(tidied(value).split())
