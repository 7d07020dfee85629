"""Everything that left the records during a run of the tests, by where it went, and whether any word of one did."""

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import unquote_plus

# So many words in a row are nobody's figure of speech: whoever says them repeats a record.
RUN = 4
# A single word of a record that is this long is no word of a language.
LONG = 16
# How much of a text is told of.
EXCERPT = 400
MARK = re.compile(r"kanarienvogel|canary[0-9a-f]{12}")
_WORD = re.compile(r"\w+")
_TOKEN = re.compile(r"[\w-]{%d,}" % LONG)  # noqa: UP031  braces are the pattern's own
_NOBODY = "outside any test"


@dataclass(frozen=True)
class Leak:
    """Words of a record where none may be."""

    sink: str
    words: str
    text: str
    test: str

    def __str__(self) -> str:
        return f"{self.sink} holds «{self.words}»: {self.test}\n    {self.text[:EXCERPT]!r}"


@dataclass
class Gatherer:
    """What one process of the tests wrote into records, and what it saw anywhere else."""

    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    records: set[str] = field(default_factory=set)

    def gather(self, sink: str, text: str) -> None:
        """Keep what a sink received, once, with the test that was running."""
        if text:
            self.texts.setdefault((sink, text), os.environ.get("PYTEST_CURRENT_TEST") or _NOBODY)

    def plant(self, values: Iterable[str]) -> None:
        """Know what stands in records, where alone it may stand."""
        self.records.update(values)

    def leaks(self) -> list[Leak]:
        """Every sink that holds words of a record, however they are written there."""
        runs = {run for value in self.records for run in _runs(value)}
        tokens = {value.lower() for value in self.records if _TOKEN.fullmatch(value)}
        found = []
        for (sink, text), test in self.texts.items():
            plain = unescape(unquote_plus(text)).lower()
            words = next((run for run in _runs(plain) if run in runs), None)
            if words is None and tokens:
                words = next((token for token in _TOKEN.findall(plain) if token in tokens), None)
            mark = MARK.search(plain)
            if words is not None or mark:
                found.append(Leak(sink, words or str(mark and mark[0]), text, test))
        return found


def _runs(text: str) -> Iterable[str]:
    words = _WORD.findall(text.lower())
    runs = (words[at : at + RUN] for at in range(len(words) - RUN + 1))
    # Single digits in a row are places of values in a statement, such as $1, $2, $3, $4.
    return (" ".join(run) for run in runs if not all(len(word) == 1 and word.isdigit() for word in run))


# What a process of the tests gathers from its first test to its last.
GATHERER = Gatherer()
