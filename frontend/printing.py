"""Decides how a template of ours is printed: as a tagged PDF, from data that is never markup, with fonts of its own.

Typst reads one file of ours and one text of JSON. It can reach no network, no other file and no font of the machine, so
a paper looks the same wherever it was made, and the same data is the same bytes.
"""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import typst

# PDF/UA-1 (ISO 14289-1): tagged, in a reading order, with a title and a language.
STANDARD: Literal["ua-1"] = "ua-1"
LAST_LATIN = "\u024f"
# A longer word has nowhere to break and would run off the page.
LONGEST_WORD = 40
_LONG = re.compile(rf"(\S{{{LONGEST_WORD}}})(?=\S)")
_BREAK = "\u200b"
# What turns the direction of the text round it would let words on paper read as others (Unicode Annex 9).
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def printed(
    template: Path, words: Mapping[str, Any], *, made: datetime, pictures: Mapping[str, str] | None = None
) -> bytes:
    """Take a template that reads `sys.inputs.paper`, and what it says, and give the PDF, dated with a moment.

    `pictures` are SVG of ours, each an input under its own name. A character that no font of ours can show stands as
    [U+…], and `incomplete` tells the template whether there is one.
    """
    used = set(_text(words))
    unknown = {character for character in used if not _printable(character)}
    try:
        return _compiled(template, _shown(words, unknown) | {"incomplete": bool(unknown)}, made, pictures or {})
    except typst.TypstError:
        # Letters that a font has one by one, and not where they join.
        foreign = {character for character in used if character > LAST_LATIN and not _is_common(character)}
        return _compiled(template, _shown(words, unknown | foreign) | {"incomplete": True}, made, pictures or {})


def _compiled(template: Path, data: Mapping[str, Any], made: datetime, pictures: Mapping[str, str]) -> bytes:
    return typst.compile(
        str(template),
        format="pdf",
        root=str(template.parent),
        ignore_system_fonts=True,
        sys_inputs={"paper": json.dumps(data), **pictures},
        pdf_standards=STANDARD,
        timestamp=made.replace(microsecond=0),
    )


def _is_common(character: str) -> bool:
    """Whether a character is punctuation or money, which every font of ours has."""
    return unicodedata.category(character)[0] in "PSZ" and _printable(character)


def _shown(value: Any, unknown: set[str]) -> Any:
    """The same words, with what cannot be printed named, and long words made breakable."""
    if isinstance(value, str):
        named = "".join(f"[U+{ord(each):04X}]" if each in unknown else each for each in _tidy(value))
        return _LONG.sub(rf"\1{_BREAK}", named)
    if isinstance(value, dict):
        return {name: _shown(inner, unknown) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_shown(inner, unknown) for inner in value]
    return value


def _text(value: Any) -> Iterator[str]:
    """Every character of every text, once it is tidy."""
    if isinstance(value, str):
        yield from _tidy(value)
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _text(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _text(inner)


def _tidy(text: str) -> str:
    """A text in composed form, because few fonts can put an accent on a letter by themselves."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\t", " "))


@lru_cache(maxsize=4096)
def _printable(character: str) -> bool:
    """Whether a font of ours has a character: typst refuses to make a PDF/UA in which one cannot be read."""
    if character == "\n" or " " <= character <= "~":
        return True
    if unicodedata.category(character) in {"Cc", "Cs", "Co", "Cn"} or character in _TURNING:
        return False
    probe = b'#set document(title: "x")\n#sys.inputs.at("character")'
    try:
        typst.compile(
            probe,
            format="pdf",
            ignore_system_fonts=True,
            sys_inputs={"character": f"a{character}a"},
            pdf_standards=STANDARD,
        )
    except typst.TypstError:
        return False
    return True
