"""Decides which words of a text were kept, added and removed: by the standard library's difflib, and always soon.

difflib compares each word with every place it stands in the other text, again and again: two pasted pages that share
their common words alone would take it many seconds. So its work is counted, and what would take too long is compared
without frequent words, then sentence by sentence, and at last not at all. The same goes for all the clauses of two
versions together.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import Match, SequenceMatcher
from enum import StrEnum
from itertools import accumulate
from typing import NamedTuple

# Words and numbers such as 80,000; runs of spaces; every other character by itself.
_WORD = r"\w+(?:[.,]\d+|['’]\w+)*"
TOKEN = re.compile(rf"{_WORD}|\s+|[^\w\s]")
# The same with the spaces that follow: spaces apart would be every second token, and anchor nothing.
SPACED = re.compile(rf"(?:{_WORD}|[^\w\s])\s*|\s+")
SENTENCE = re.compile(r"[^.;\n]*[.;\n]+\s*|[^.;\n]+")
# Words looked at in one comparison: a fifth of a second, as measured. And in all the clauses of two versions.
MOST_LOOKS = 2_000_000
MOST_LOOKS_IN_ALL = 5 * MOST_LOOKS


class PieceKind(StrEnum):
    """What became of a run of words."""

    KEPT = "KEPT"
    REMOVED = "REMOVED"
    ADDED = "ADDED"


class Piece(NamedTuple):
    """A run of words."""

    kind: PieceKind
    text: str


@dataclass
class Patience:
    """How many words may still be looked at in comparisons of one answer, of which none takes more than its share."""

    left: int = MOST_LOOKS_IN_ALL


def pieces(before: str, after: str, patience: Patience | None = None) -> tuple[Piece, ...]:
    """Take two texts and give the runs of words in order, what was removed ahead of what was added in its place.

    The kept and removed ones are exactly the first text, the kept and added ones exactly the second. Comparisons of one
    answer share their `patience`.
    """
    ahead, old, new, behind = _differing(before, after)
    spots = [Spot(ahead), *_compared(old, new, patience or Patience()), Spot(behind)]
    return tuple(piece for spot in _smooth(spots) for piece in spot.pieces())


@dataclass
class Spot:
    """A place where the texts differ, with the words kept ahead of it."""

    kept: str
    removed: str = ""
    added: str = ""

    def pieces(self) -> Iterator[Piece]:
        """Its runs that are not empty."""
        for kind, text in zip(PieceKind, (self.kept, self.removed, self.added), strict=True):
            if text:
                yield Piece(kind, text)


def _differing(before: str, after: str) -> tuple[str, str, str, str]:
    """What is the same ahead, what is left of both texts, and what is the same behind."""
    old, new = TOKEN.findall(before), TOKEN.findall(after)
    head = _same(old, new)
    old, new = old[head:], new[head:]
    tail = _same(old[::-1], new[::-1])
    ahead, old_end, new_end = before[: len(before) - len("".join(old))], len(old) - tail, len(new) - tail
    return ahead, "".join(old[:old_end]), "".join(new[:new_end]), "".join(old[old_end:])


def _same(one: Sequence[str], other: Sequence[str]) -> int:
    """How many tokens are the same from the beginning."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (left, right) in pairs if left != right), min(len(one), len(other)))


class _TooLong(Exception):
    """A comparison would look at more words than it may."""


class _Counted(SequenceMatcher[str]):
    """difflib's comparison, which ends with _TooLong when it has looked at too many words."""

    # Where each word stands in the second text.
    b2j: dict[str, list[int]]

    def __init__(self, old: list[str], new: list[str], patience: Patience, *, autojunk: bool) -> None:
        super().__init__(None, old, new, autojunk=autojunk)
        self._looks = [0, *accumulate(1 + len(self.b2j.get(token, ())) for token in old)]
        self._left, self._patience = min(MOST_LOOKS, patience.left), patience

    def find_longest_match(self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None) -> Match:
        """What difflib gives."""
        looks = self._looks[-1 if ahi is None else ahi] - self._looks[alo]
        if looks > self._left:
            raise _TooLong
        self._left -= looks
        self._patience.left -= looks
        return super().find_longest_match(alo, ahi, blo, bhi)


def _compared(before: str, after: str, patience: Patience) -> list[Spot]:
    for unit, autojunk in ((SPACED, False), (SPACED, True), (SENTENCE, True)):
        try:
            return list(_by_unit(unit.findall(before), unit.findall(after), patience, autojunk=autojunk))
        except _TooLong:
            continue
    return [Spot("", before, after)]


def _by_unit(old: list[str], new: list[str], patience: Patience, *, autojunk: bool) -> Iterator[Spot]:
    for tag, old_from, old_to, new_from, new_to in _Counted(old, new, patience, autojunk=autojunk).get_opcodes():
        removed, added = "".join(old[old_from:old_to]), "".join(new[new_from:new_to])
        if tag == "equal":
            yield Spot(removed)
        else:
            ahead, removed, added, behind = _differing(removed, added)
            yield Spot(ahead, removed, added)
            yield Spot(behind)


def _smooth(spots: Iterable[Spot]) -> list[Spot]:
    """The same without a lone space between two places where words were replaced: people read those as one."""
    smooth: list[Spot] = []
    for spot in spots:
        last = smooth[-1] if smooth else None
        if last is None:
            smooth.append(spot)
        elif not last.removed and not last.added:
            last.kept, last.removed, last.added = last.kept + spot.kept, spot.removed, spot.added
        elif spot.kept.isspace() and all((last.removed, last.added, spot.removed, spot.added)):
            last.removed += spot.kept + spot.removed
            last.added += spot.kept + spot.added
        elif not spot.kept:
            last.removed += spot.removed
            last.added += spot.added
        else:
            smooth.append(spot)
    return smooth
