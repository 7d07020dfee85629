"""Words that break careless software, and a reading of pages that notices when they do."""

import csv
import json
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from itertools import islice
from pathlib import Path

DATA = Path(__file__).resolve().parents[1] / "data"
# No page of ours has any of these but a script of our own, so whoever typed an answer wrote it.
NEVER = frozenset({"script", "iframe", "object", "embed", "img", "audio", "video", "base", "style", "marquee"})


def strings() -> list[str]:
    """The big list of naughty strings, and names of people that software has refused, each once."""
    naughty = json.loads((DATA / "blns.json").read_text(encoding="utf-8"))
    with (DATA / "hostile_names.csv").open(encoding="utf-8", newline="") as file:
        names = [row["name"] for row in csv.DictReader(file)]
    return list(dict.fromkeys([*naughty, *names]))


def in_pieces(texts: Sequence[str], size: int) -> Iterator[list[str]]:
    """The texts, so many at a time."""
    left = iter(texts)
    while piece := list(islice(left, size)):
        yield piece


def in_long_texts(texts: Sequence[str], longest: int) -> list[str]:
    """The texts line by line, as few long texts as hold them."""
    pages = [""]
    for text in texts:
        if len(pages[-1]) + len(text) + 1 > longest:
            pages.append("")
        pages[-1] = f"{pages[-1]}\n{text}" if pages[-1] else text
    return pages


def kept(typed: str) -> str:
    """What the portal keeps of an answer: all of it, less blanks at either end."""
    return typed.replace("\r\n", "\n").strip()


class Shown(HTMLParser):
    """What a page shows: the text of each element that holds an answer, and elements that are none of ours."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.answers: list[str] = []
        self.strange: list[str] = []
        self._inside: str | None = None
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        scripts = [name for name, value in attrs if name.startswith("on") or (value or "").startswith("javascript:")]
        ours = tag == "script" and (given.get("src") or "").startswith("/static/")
        if (tag in NEVER and not ours) or scripts:
            self.strange.append(f"<{tag} {given}>")
        if "cc-lines" in (given.get("class") or ""):
            self.answers.append("")
            self._inside = tag

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.answers[-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == self._inside:
            self._inside = None
